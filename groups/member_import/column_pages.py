"""How the sheets of a file were understood, and how people say it better.

Sheets with the same headings are one group: a commune's workbook of sixty teams is corrected once.
The page comes by itself only where something is doubtful.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from groups.member_import import column_choices
from groups.member_import import services as member_import
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.pages import (
    State,
    asks_groups,
    batch_of,
    is_doubtful,
    other_place,
    page_of,
    render,
    was_overruled,
)
from groups.member_import.reader.aliases import FIELDS, IGNORED, LINE, NAME_FIELDS
from groups.member_import.reader.columns import SINGLE
from groups.member_import.reader.member_list import LEFT_OUT
from groups.member_import.reader.national_ids import field_labels


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
    columns: list[dict[str, Any]]  # as stored, with `likely` meanings and whether it `is_doubtful`
    sheets: list[SheetChoice] = field(default_factory=list)

    @property
    def sure(self) -> list[dict[str, Any]]:
        """Columns of which the machine is sure, where it is unsure of others."""
        sure = [column for column in self.columns if not column["is_doubtful"]]
        return sure if len(sure) < len(self.columns) else []

    @property
    def doubtful(self) -> list[dict[str, Any]]:
        """The others; all of them where there is nothing to doubt."""
        return [column for column in self.columns if column not in self.sure]

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
        columns = [
            {
                **column,
                "field": column["field"] or IGNORED,
                "is_doubtful": is_doubtful(column) or batch.state == State.FAILED,
            }
            for column in table["columns"]
        ]
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
            name = f"{group.number}-{column['letter']}"
            chosen = data.get(f"column-{name}", "")
            if chosen == column_choices.OTHER:
                chosen = data.get(f"other-{name}", "")
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
    for column in (one for group in groups for one in group.columns):
        column["likely"] = column_choices.likely(column)
    return render(
        request, site, "mapping", batch, step="review", groups=groups,
        fields=field_labels().items(), other=column_choices.OTHER,
        was_overruled=was_overruled(batch),
        is_remembered=is_remembered(batch, groups),
        other_place=other_place(batch, request.user),
    )  # fmt: skip
