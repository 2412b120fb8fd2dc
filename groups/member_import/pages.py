"""The way of a list in pages: upload and progress, and what all of its pages share."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.scoped_admin.pages import number_of
from groups.member_import import row_display
from groups.member_import import services as member_import
from groups.member_import.forms import UploadForm
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.reader import limits
from groups.member_import.reader.aliases import FIELDS, IGNORED, LINE, NAME_FIELDS
from groups.member_import.reader.columns import SINGLE
from groups.member_import.reader.member_list import LEFT_OUT
from groups.member_import.reader.national_ids import field_labels
from groups.places.models import Hamlet
from groups.residents.exports import sheet_response
from vietnamese.text import fold, grouped

TEMPLATES = "admin/groups/memberimport"
State = MemberImport.State
AFTER_COMMIT = (State.COMMITTED, State.UNDONE)


def batch_of(request: HttpRequest, pk: int) -> MemberImport:
    """A list that this account may see; 404 otherwise, as if it were not there."""
    rows = MemberImport.objects.visible_to(request.user).select_related(
        "hamlet__commune",
        "created_by",
        "committed_by",
        "undone_by",
        "consent_notice",
        "consent_collected_by",
    )
    return get_object_or_404(rows, pk=pk)


def page_of(batch: MemberImport, page: str = "show") -> str:
    return reverse(f"admin:groups_memberimport_{page}", args=[batch.pk])


def render(
    request: HttpRequest, site: Any, template: str, batch: MemberImport | None = None,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """A page of the screen inside the admin's frame."""
    shared: dict[str, Any] = {**site.each_context(request), "title": "Nhập danh sách thành viên"}
    if batch is not None:
        shared |= {
            "batch": batch,
            "state": row_display.state_of(batch),
            "steps": _steps(batch, context.get("step", "")),
        }
    return TemplateResponse(request, f"{TEMPLATES}/{template}.html", shared | context)


def _steps(batch: MemberImport, current: str) -> list[tuple[str, str, str, bool]]:
    """Name, label, address and whether it lies behind, of the steps before the commit."""
    if batch.state not in (State.READING, State.PREVIEW, State.COMMITTING, State.COMMITTED):
        return []
    order = ("upload", "mapping", "review", "commit", "result")
    labels = ("Tải lên", "Các cột", "Xem, sửa", "Nhập", "Kết quả")
    reached = {State.READING: 1, State.PREVIEW: 2, State.COMMITTING: 3, State.COMMITTED: 4}
    is_open = batch.state == State.PREVIEW
    behind = max(reached[State(batch.state)], order.index(current) if current in order else 0)
    return [
        (
            name,
            label,
            page_of(batch, name) if is_open and name in ("mapping", "review", "commit") else "",
            number < behind,
        )
        for number, (name, label) in enumerate(zip(order, labels, strict=True))
    ]


# Upload


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Choose the hamlet and the file, or paste a table."""
    asked = number_of(request.GET.get("ap"))
    form = UploadForm(
        request.POST or None, request.FILES or None, user=request.user,
        initial={"hamlet": asked} if asked else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            batch = _start(request, form.cleaned_data)
        except (member_import.UnreadableFile, member_import.NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{page_of(batch)}?toi=cot")
    # Of a request without files the server reads no more; line ends grow on their way.
    max_pasted = settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 8 // 10
    return render(
        request, site, "upload", step="upload", form=form, has_hamlets=form.has_hamlets,
        max_bytes=limits.MAX_BYTES, max_mb=limits.MAX_BYTES // 1024 // 1024,
        max_rows=grouped(limits.MAX_ROWS), max_pasted=max_pasted,
    )  # fmt: skip


def _start(request: HttpRequest, chosen: dict[str, Any]) -> MemberImport:
    hamlet, file = chosen["hamlet"], chosen["file"]
    if not file:
        return member_import.start_pasted(chosen["pasted"], hamlet=hamlet, by=request.user)
    return member_import.start(file.read(), file.name, hamlet=hamlet, by=request.user)


@require_GET
def template(request: HttpRequest, *, site: Any) -> HttpResponse:
    """An empty list with the right columns, for the asked hamlet or the first one."""
    hamlets = Hamlet.objects.visible_to(request.user).valid_on(timezone.localdate())
    if asked := request.GET.get("ap"):
        hamlet = get_object_or_404(hamlets, pk=number_of(asked))
    else:
        hamlet = hamlets.order_by("code").first()
    if hamlet is None:
        raise PermissionDenied
    return sheet_response(member_import.template(hamlet), "mau-danh-sach-thanh-vien")


# Progress


@require_GET
def show(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The page of a list by its state."""
    batch = batch_of(request, pk)
    to_columns = request.GET.get("toi") == "cot"
    if batch.is_at_work:
        query = "?toi=cot" if to_columns else ""
        return render(
            request, site, "working", batch, progress=row_display.progress_of(batch),
            step="mapping" if batch.state == State.READING else "commit",
            then=page_of(batch) + query, again=page_of(batch) + query,
        )  # fmt: skip
    if batch.state == State.PREVIEW:
        return redirect(page_of(batch, "mapping" if to_columns else "review"))
    if batch.state in AFTER_COMMIT:
        return redirect(page_of(batch, "result"))
    return render(request, site, "ended", batch, can_map=bool(batch.sheets))


@require_GET
def progress(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The same as data, for the script of the page."""
    found = row_display.progress_of(batch_of(request, pk))
    return JsonResponse(
        {"state": found.state, "said": found.said, "done": found.done, "total": found.total}
    )


# Whether a file speaks of another hamlet than the one that was chosen for it.


_KINDS = r"(?:ap|khu pho|kp|khom|thon|to dan pho|tdp)"
_LINES_READ = 100


def other_place(batch: MemberImport, user: User) -> Hamlet | None:
    """The hamlet that titles, sheets or the name of the file name instead of the chosen one.

    Only hamlets that this account could have chosen are looked for.
    """
    others = list(
        Hamlet.objects.visible_to(user)
        .valid_on(timezone.localdate())
        .filter(commune=batch.hamlet.commune_id)
        .exclude(pk=batch.hamlet_id)
        .order_by("code")
    )
    if not others:
        return None
    text = _texts_of(batch)
    if _names(batch.hamlet, text):
        return None
    return next((hamlet for hamlet in others if _names(hamlet, text)), None)


def _texts_of(batch: MemberImport) -> str:
    left_out = batch.rows.filter(lane=MemberImportRow.Lane.DROPPED).order_by("position")
    lines = left_out.values_list("sheet", "full_name")[:_LINES_READ]
    texts = dict.fromkeys(text for line in lines for text in line if text)
    sheets = (table["sheet"] for table in batch.sheets)
    return fold(" ; ".join([batch.filename, *sheets, *texts]).replace("_", " "))


def _names(hamlet: Hamlet, text: str) -> bool:
    return bool(re.search(rf"\b{_KINDS}[\s.:]+{re.escape(fold(hamlet.name))}(?!\w)", text))


# How the sheets of a file were understood, and how people say it better.
#
# Sheets with the same headings are one group: a commune's workbook of sixty teams is corrected
# once.


@dataclass
class SheetChoice:
    """One sheet; `number` names it in the form."""

    number: int
    name: str
    is_read: bool


@dataclass
class SheetGroup:
    """Sheets that are alike, with the columns of the first."""

    number: int
    header_row: int
    columns: list[dict[str, Any]]
    sheets: list[SheetChoice] = field(default_factory=list)

    @property
    def names(self) -> str:
        return ", ".join(f"“{one.name}”" for one in self.sheets)


def groups_of(batch: MemberImport) -> list[SheetGroup]:
    """The first table of each sheet that was read, alike ones together; then the other sheets."""
    found: dict[Any, SheetGroup] = {}
    seen: set[str] = set()
    for table in batch.sheets:
        if table["sheet"] in seen:
            continue
        columns = [{**column, "field": column["field"] or IGNORED} for column in table["columns"]]
        kind = (
            table["header_row"],
            *((one["letter"], one["header"], one["field"]) for one in columns),
        )
        group = found.setdefault(kind, SheetGroup(len(found), table["header_row"], columns))
        group.sheets.append(SheetChoice(len(seen), table["sheet"], is_read=True))
        seen.add(table["sheet"])
    unread = batch.rows.filter(lane=MemberImportRow.Lane.DROPPED, row=0).order_by("position")
    for name in unread.values_list("sheet", flat=True):
        if name not in seen:
            choice = SheetChoice(len(seen), name, is_read=False)
            found[name] = SheetGroup(len(found), 0, [], [choice])
            seen.add(name)
    return list(found.values())


@dataclass
class Choice:
    """The form as read: field by `sheet!letter`, heading row or LEFT_OUT by sheet.

    `is_other` where the file must be read again.
    """

    fields: dict[str, str] = field(default_factory=dict)
    header_rows: dict[str, int] = field(default_factory=dict)
    is_other: bool = False


def choose(data: Any, groups: list[SheetGroup], batch: MemberImport) -> Choice:
    """Read the form into the groups, so that they show what was chosen; only what was offered.

    Raises ValueError with a sentence when it cannot be read so.
    """
    choice = Choice()
    is_unknown = batch.state == State.FAILED  # the machine would not find the heading again
    for group in groups:
        before = group.header_row
        asked = data.get(f"header-{group.number}", "")
        group.header_row = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
        for column in group.columns:
            chosen = data.get(f"column-{group.number}-{column['letter']}", "")
            if chosen in FIELDS:
                choice.is_other |= chosen != column["field"]
                column["field"] = chosen
        for one in group.sheets:
            was_read, one.is_read = one.is_read, f"include-{one.number}" in data
            choice.is_other |= was_read != one.is_read
            if not one.is_read:
                choice.header_rows[one.name] = LEFT_OUT
                continue
            if group.header_row != before:
                choice.header_rows[one.name], choice.is_other = group.header_row, True
            elif batch.header_rows.get(one.name, 0) > 0 or not was_read or is_unknown:
                choice.header_rows[one.name] = group.header_row
            for column in group.columns:
                choice.fields[f"{one.name}!{column['letter']}"] = column["field"]
    _check(groups)
    return choice


def _check(groups: list[SheetGroup]) -> None:
    read = [group for group in groups if any(one.is_read for one in group.sheets)]
    if not read:
        raise ValueError("Hãy chọn ít nhất một trang tính để nhập.")
    for group in read:
        letters: dict[str, str] = {}
        for column in group.columns:
            name, letter = column["field"], column["letter"]
            if name in SINGLE and name in letters:
                raise ValueError(
                    f"Cột {letters[name]} và cột {letter} cùng là “{FIELDS[name]}”. "
                    "Hãy để một cột, cột kia chọn “Bỏ qua”."
                )
            letters[name] = letter
        if group.columns and not letters.keys() & {*NAME_FIELDS, LINE}:
            raise ValueError(f"Trang tính {group.names}: hãy chọn cột nào là “Họ và tên”.")


def was_overruled(batch: MemberImport) -> bool:
    """Whether the file was read otherwise than somebody chose by letter or row."""
    for table in batch.sheets:
        name = table["sheet"]
        chosen_row = batch.header_rows.get(name, 0)
        if chosen_row > 0 and all(
            other["header_row"] != chosen_row for other in batch.sheets if other["sheet"] == name
        ):
            return True
        for column in table["columns"]:
            chosen = batch.mapping.get(f"{name}!{column['letter']}")
            if chosen is not None and (chosen or IGNORED) != (column["field"] or IGNORED):
                return True
    return False


def asks_groups(batch: MemberImport) -> bool:
    """Whether the list has columns about groups and nobody chose the groups yet."""
    return not batch.groups and bool(batch.group_columns)


def is_remembered(batch: MemberImport, groups: list[SheetGroup]) -> bool:
    """Whether a column is read as somebody of the hamlet chose for an earlier list."""
    headings = {column["header"] for group in groups for column in group.columns}
    return bool((headings - {""}) & set(batch.mapping))


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """How each sheet was understood; a correction has the file read again."""
    batch = batch_of(request, pk)
    can_map = batch.state == State.PREVIEW or (batch.state == State.FAILED and batch.sheets)
    if not can_map:
        return redirect(page_of(batch))
    groups = groups_of(batch)
    if request.method == "POST":
        try:
            choice = choose(request.POST, groups, batch)
            if not choice.is_other and batch.state == State.PREVIEW:
                return redirect(page_of(batch, "groups" if asks_groups(batch) else "review"))
            member_import.remap(
                batch, mapping=choice.fields, header_rows=choice.header_rows, by=request.user
            )
        except (ValueError, member_import.NotAllowed) as error:
            messages.error(request, str(error))
        else:
            return redirect(page_of(batch))
    return render(
        request, site, "mapping", batch, step="mapping", groups=groups,
        fields=field_labels().items(), was_overruled=was_overruled(batch),
        is_remembered=is_remembered(batch, groups),
        other_place=other_place(batch, request.user),
    )  # fmt: skip
