"""The way of a list in pages: upload and progress, and what all of its pages share."""

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
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
from groups.member_import.reader.aliases import IGNORED
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
    order = ("upload", "review", "result")
    labels = ("Chọn danh sách", "Xem, sửa, nhập", "Kết quả")
    reached = {State.READING: 1, State.PREVIEW: 1, State.COMMITTING: 2, State.COMMITTED: 2}
    is_open = batch.state == State.PREVIEW
    behind = max(reached[State(batch.state)], order.index(current) if current in order else 0)
    return [
        (
            name,
            label,
            page_of(batch, name) if is_open and name == "review" else "",
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
    hamlet, file, group = chosen["hamlet"], chosen["file"], chosen.get("group", "")
    if not file:
        return member_import.start_pasted(
            chosen["pasted"], hamlet=hamlet, by=request.user, group=group
        )
    return member_import.start(file.read(), file.name, hamlet=hamlet, by=request.user, group=group)


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
            step="review" if batch.state == State.READING else "result",
            then=page_of(batch) + query, again=page_of(batch) + query,
        )  # fmt: skip
    if batch.state == State.PREVIEW:
        asked = {name: request.GET[name] for name in FILTER if name in request.GET}
        next_page = first_page(batch) if to_columns else "review"
        return redirect(f"{page_of(batch, next_page)}{'?' if asked else ''}{urlencode(asked)}")
    if batch.state in AFTER_COMMIT:
        return redirect(page_of(batch, "result"))
    return render(request, site, "ended", batch, can_map=bool(batch.sheets))


# What the page of the lines reads from its address.
FILTER = ("nhom", "tim", "loc", "trang")


def first_page(batch: MemberImport) -> str:
    """The page that follows the reading: about what the machine is unsure of, if anything."""
    if any(is_doubtful(one) for table in batch.sheets for one in table["columns"]) or was_overruled(
        batch
    ):
        return "mapping"
    return "groups" if asks_groups(batch) else "review"


def is_doubtful(column: dict[str, Any]) -> bool:
    """Whether a person should look at a column: its cells say otherwise, or it was guessed."""
    return bool(column.get("doubt") or column["is_guessed"])


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
    """Whether the list has columns about groups of which nobody knows the group yet."""
    return bool(batch.group_columns.keys() - batch.groups.get("columns", {}).keys())
