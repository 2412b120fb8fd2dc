"""How the sheets of a file were understood, and how people say it better.

Sheets with the same headings are one group: a commune's workbook of sixty teams is corrected once.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from groups.admin.member_imports.pages import State, batch_of, page_of, refused, render
from groups.admin.member_imports.places import other_place
from groups.member_list import FIELDS, LEFT_OUT, batches
from groups.member_list.aliases import IGNORED, LINE, NAME_FIELDS
from groups.member_list.columns import SINGLE
from groups.member_list.national_ids import field_labels
from groups.models import MemberImport, MemberImportRow


@dataclass
class Sheet:
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
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def names(self) -> str:
        return ", ".join(f"“{sheet.name}”" for sheet in self.sheets)


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
        group.sheets.append(Sheet(len(seen), table["sheet"], is_read=True))
        seen.add(table["sheet"])
    unread = batch.rows.filter(lane=MemberImportRow.Lane.DROPPED, row=0).order_by("position")
    for name in unread.values_list("sheet", flat=True):
        if name not in seen:
            sheet = Sheet(len(seen), name, is_read=False)
            found[name] = SheetGroup(len(found), 0, [], [sheet])
            seen.add(name)
    return list(found.values())


@dataclass
class Choice:
    """What the form says: field by `sheet!letter`, heading row or LEFT_OUT by sheet.

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
        for sheet in group.sheets:
            was_read, sheet.is_read = sheet.is_read, f"include-{sheet.number}" in data
            choice.is_other |= was_read != sheet.is_read
            if not sheet.is_read:
                choice.header_rows[sheet.name] = LEFT_OUT
                continue
            if group.header_row != before:
                choice.header_rows[sheet.name], choice.is_other = group.header_row, True
            elif batch.header_rows.get(sheet.name, 0) > 0 or not was_read or is_unknown:
                choice.header_rows[sheet.name] = group.header_row
            for column in group.columns:
                choice.fields[f"{sheet.name}!{column['letter']}"] = column["field"]
    _check(groups)
    return choice


def _check(groups: list[SheetGroup]) -> None:
    read = [group for group in groups if any(sheet.is_read for sheet in group.sheets)]
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
                return redirect(page_of(batch, "review"))
            batches.remap(
                batch, mapping=choice.fields, header_rows=choice.header_rows, by=request.user
            )
        except (ValueError, batches.NotAllowed) as error:
            refused(request, error)
        else:
            return redirect(page_of(batch))
    return render(
        request, site, "mapping", batch, step="mapping", groups=groups,
        fields=field_labels().items(), was_overruled=was_overruled(batch),
        is_remembered=is_remembered(batch, groups),
        other_place=other_place(batch, request.user),
    )  # fmt: skip
