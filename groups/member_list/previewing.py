"""From the file of a batch to rows that a person can look at."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.services import NotAllowed
from groups.member_list import MemberList, NoTable, SheetMapping
from groups.member_list import read_member_list as read_list
from groups.member_list.collecting import uncollected
from groups.member_list.correcting import carry_over, name_before
from groups.member_list.identifying import Numbers, mark, numbers_of
from groups.member_list.planning import plan
from groups.member_list.problems import UnreadableFile
from groups.member_list.staging import Entry, Repeats, Teams, dropped, entries
from groups.models import MemberImport, MemberImportFile, MemberImportRow, MemberListMapping
from groups.national_ids import are_kept

State, Lane = MemberImport.State, MemberImportRow.Lane
NO_PEOPLE = "Bảng không có dòng nào ghi họ tên. Hãy kiểm tra lại tệp hoặc chọn dòng tiêu đề khác."


def content_of(batch: MemberImport) -> bytes:
    """The file as it was sent. Raises NotAllowed once it has been removed."""
    kept = MemberImportFile.objects.filter(batch=batch).first()
    if kept is None:
        raise NotAllowed("Tệp đã được xóa theo thời hạn lưu. Hãy tải lại tệp nếu cần.")
    return base64.b64decode(kept.content)


def make_preview(batch: MemberImport) -> None:
    """Read the file of a batch in READING and put its rows into their lanes: state PREVIEW.

    Raises UnreadableFile with a sentence.
    """
    try:
        with uncollected():
            found = _read(batch)
    except NoTable as refusal:
        _keep_sheets(batch, refusal.sheets)
        raise
    if not found.people and not found.refused:
        raise UnreadableFile(NO_PEOPLE)
    couples = _couples(found)
    with transaction.atomic():
        waiting = MemberImport.objects.select_for_update(of=("self",))
        if waiting.filter(pk=batch.pk, state=State.READING).first() is None:
            return  # thrown away while it was read
        before = {
            (row.sheet, row.row, name_before(row) if (row.sheet, row.row) in couples else ""): row
            for row in batch.rows.exclude(edits=None, decision="").exclude(lane=Lane.DROPPED)
        }
        batch.rows.all().delete()
        repeats, teams = Repeats(), Teams(batch.hamlet)
        plan(batch, _judged(found, repeats, before, couples), teams)
        mark(batch, numbers_of(found.people, couples))
        _keep_sheets(batch, found.mapping)
        if any("!" in key for key in batch.mapping):
            remember(batch)  # of a heading that was pointed out the texts are known only now
        batch.state, batch.read_at, batch.heartbeat_at = State.PREVIEW, timezone.now(), None
        batch.new_teams, batch.message, batch.rows_done = teams.new, "", 0
        if batch.changes_nothing:
            batch.message = (
                f"Danh sách không có gì mới: {batch.counts['same']} người đã có đủ, "
                "không ai thay đổi."
            )
        batch.save()


def _read(batch: MemberImport) -> MemberList:
    chosen = {"mapping": batch.mapping, "header_rows": batch.header_rows}
    content = content_of(batch)
    try:
        return read_list(content, batch.filename, **chosen)
    except ValueError as error:
        if isinstance(error, UnreadableFile) and not batch.mapping:
            raise
        # What was remembered or chosen does not fit this file: its own headings decide.
        return read_list(content, batch.filename)


def read_numbers(batch_id: int) -> Numbers:
    """The national ids of a list that is being written down; no row keeps them.

    None where none are kept, or once the file has been removed.
    """
    if not are_kept():
        return {}
    batch = MemberImport.objects.filter(pk=batch_id, state=State.COMMITTING).first()
    if batch is None:
        return {}
    try:
        found = _read(batch)
    except (NotAllowed, UnreadableFile):
        return {}
    return numbers_of(found.people, _couples(found))


def _couples(found: MemberList) -> set[tuple[str, int]]:
    """The rows of two people, who are known by their names."""
    everybody = chain(found.people, (one.person for one in found.refused))
    return {(one.sheet, one.row) for one in everybody if one.nth}


def _judged(
    found: MemberList,
    repeats: Repeats,
    before: Mapping[tuple[str, int, str], MemberImportRow],
    couples: set[tuple[str, int]],
) -> Iterator[Entry]:
    last = 0
    for entry in entries(found):
        name = entry.full_name if (entry.sheet, entry.row) in couples else ""
        if (known := before.get((entry.sheet, entry.row, name))) is not None:
            carry_over(entry, known)
        last = entry.position
        yield repeats.judge(entry)
    yield from dropped(found, last)


def _keep_sheets(batch: MemberImport, sheets: Iterable[SheetMapping]) -> None:
    """How the file was understood, for the page of the columns."""
    MemberImportFile.objects.filter(batch=batch).update(sheets=[_sheet_json(one) for one in sheets])


def _sheet_json(sheet: SheetMapping) -> dict[str, object]:
    return {
        "sheet": sheet.sheet,
        "header_row": sheet.header_row,
        "columns": [
            {
                "index": column.index,
                "letter": column.letter,
                "header": column.header,
                "field": column.field,
                "is_guessed": column.is_guessed,
                "samples": list(column.samples),
            }
            for column in sheet.columns
        ],
    }


def remember(batch: MemberImport) -> None:
    """The headings of the columns that were chosen by letter, for the hamlet's next list."""
    headings = {}
    for sheet in batch.sheets:
        for column in sheet["columns"]:
            named = (f"{sheet['sheet']}!{column['letter']}", column["letter"], column["header"])
            chosen = next((batch.mapping[key] for key in named if key in batch.mapping), None)
            if column["header"] and chosen is not None:
                headings[column["header"]] = chosen
    if headings:
        kept, _created = MemberListMapping.objects.get_or_create(hamlet=batch.hamlet)
        kept.headings = {**kept.headings, **headings}
        kept.save(update_fields=["headings"])
