"""From the file of a batch to rows that a person can look at.

National ids go straight into the register, never into a row of a list: the sealed file is read
once more while the list is written down.
"""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain

from django.db import connection, transaction
from django.utils import timezone

from accounts.services import NotAllowed
from groups.member_import import national_ids, place_planning
from groups.member_import.correcting import carry_agreements, carry_over, name_before
from groups.member_import.models import (
    MemberImport,
    MemberImportFile,
    MemberImportRow,
    MemberListMapping,
    NationalId,
)
from groups.member_import.national_ids import are_kept
from groups.member_import.planning import count, plan, uncollected
from groups.member_import.reader.member_list import MemberList, NoTable, SheetMapping
from groups.member_import.reader.member_list import read_member_list as read_list
from groups.member_import.reader.people import PersonRow
from groups.member_import.reader.problems import UnreadableFile, notice
from groups.member_import.staging import MAX_SHEET, Entry, Repeats, Teams, dropped, entries
from groups.residents.models import Member

# The number by sheet and row of the file.
Numbers = Mapping[tuple[str, int], str]
Lane = MemberImportRow.Lane
_WRITTEN = (Lane.NEW, Lane.CHANGED)


def numbers_of(
    people: list[PersonRow], couples: set[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """Numbers by row; none for two people on one row, because it is unclear whose it is."""
    return {
        (one.sheet[:MAX_SHEET], one.row): one.national_id
        for one in people
        if one.national_id and (one.sheet, one.row) not in couples
    }


def mark(batch: MemberImport, numbers: Numbers) -> None:
    """Mark rows that gain a number, and odd numbers. May be done again.

    A number that is there is not written over: it never changes, so one of the two is wrong.
    """
    if not numbers:
        return
    known = dict(
        NationalId.objects.filter(member__hamlet=batch.hamlet_id)
        .exclude(member__status__in=Member.HIDDEN)
        .values_list("member", "number_index")
    )
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for member, index in known.items():
        holders[index].add(member)
    times = Counter(numbers.values())
    marks: defaultdict[str, list[int]] = defaultdict(list)
    gaining = []
    rows = batch.rows.filter(lane__in=[*_WRITTEN, Lane.SAME])
    for pk, lane, name, row, member in rows.values_list("pk", "lane", "sheet", "row", "member"):
        number = numbers.get((name, row))
        if number is None or member is None:
            continue
        index = national_ids.index_of(number)
        if lane != Lane.NEW and member not in known:
            marks["id_added"].append(pk)
            gaining += [pk] if lane == Lane.SAME else []
        elif known.get(member, index) != index:
            marks["id_other"].append(pk)
        if holders.get(index, set()) - {member}:
            marks["id_of_other"].append(pk)
        if times[number] > 1:
            marks["id_repeated"].append(pk)
    for code, ids in marks.items():
        _say(code, ids)
    _change(gaining)
    count(batch)


def _say(code: str, rows: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_memberimportrow SET problems = COALESCE(problems, '[]') || %s::jsonb"
            " WHERE id = ANY(%s) AND NOT COALESCE(problems, '[]') @> %s::jsonb",
            [
                json.dumps([notice(code, field="national_id")]),
                rows,
                json.dumps([{"code": code}]),
            ],
        )


def _change(rows: list[int]) -> None:
    """Nothing of their columns changes; that the register is as it was is watched all the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_memberimportrow r SET lane = 'changed', old = to_jsonb(m), new = '{}'"
            " FROM groups_member m WHERE r.id = ANY(%s) AND m.id = r.member_id",
            [rows],
        )


def keep(batch: MemberImport, numbers: Numbers, upto: int) -> None:
    """Seal the numbers of a chunk whose people have just been written down."""
    if not numbers:
        return
    rows = batch.rows.filter(position__gt=batch.rows_done, position__lte=upto, lane__in=_WRITTEN)
    found = {
        member: numbers[name, row]
        for name, row, member in rows.values_list("sheet", "row", "member")
        if member is not None and (name, row) in numbers
    }
    there = Member.objects.filter(
        pk__in=list(found), hamlet=batch.hamlet_id, status=Member.Status.ACTIVE, national_id=None
    )
    made = [national_ids.new(pk, found[pk]) for pk in there.values_list("pk", flat=True)]
    for one in made:
        one.came_with = batch
    NationalId.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)


State = MemberImport.State
NO_PEOPLE = "Bảng không có dòng nào ghi họ tên. Hãy kiểm tra lại tệp hoặc chọn dòng tiêu đề khác."


def content_of(batch: MemberImport) -> bytes:
    """The file as it was sent. Raises NotAllowed once it has been removed."""
    stored = MemberImportFile.objects.filter(batch=batch).first()
    if stored is None:
        raise NotAllowed("Tệp đã được xóa theo thời hạn lưu. Hãy tải lại tệp nếu cần.")
    return base64.b64decode(stored.content)


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
        agreed = list(batch.rows.exclude(consent=None))
        batch.rows.all().delete()
        repeats, teams = Repeats(), Teams(batch.hamlet)
        batch.rows_done = 0
        plan(batch, _judged(found, repeats, before, couples), teams)
        batch.new_teams = teams.new
        carry_agreements(batch, agreed)
        mark(batch, numbers_of(found.people, couples))
        _keep_sheets(batch, found.mapping)
        place_planning.settle_answers(batch)
        place_planning.plan_places(batch)
        if any("!" in key for key in batch.mapping):
            remember(batch)  # of a heading that was pointed out the texts are known only now
        batch.state, batch.read_at, batch.heartbeat_at = State.PREVIEW, timezone.now(), None
        batch.message = ""
        if batch.changes_nothing and not batch.group_columns:
            batch.message = (
                f"Danh sách không có gì mới: {batch.counts['same']} người đã có đủ, "
                "không ai thay đổi."
            )
        batch.save()


def _read(batch: MemberImport) -> MemberList:
    groups = dict.fromkeys(place_planning.names_of_groups(batch), "group_mark")
    chosen = {"mapping": groups | batch.mapping, "header_rows": batch.header_rows}
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
    MemberImportFile.objects.filter(batch=batch).update(sheets=[asdict(one) for one in sheets])


def remember(batch: MemberImport) -> None:
    """The headings of the columns that were chosen by letter, for the hamlet's next list."""
    headings = {}
    for table in batch.sheets:
        for column in table["columns"]:
            named = (f"{table['sheet']}!{column['letter']}", column["letter"], column["header"])
            chosen = next((batch.mapping[key] for key in named if key in batch.mapping), None)
            if column["header"] and chosen is not None:
                headings[column["header"]] = chosen
    if headings:
        stored, _created = MemberListMapping.objects.get_or_create(hamlet=batch.hamlet)
        stored.headings = {**stored.headings, **headings}
        stored.save(update_fields=["headings"])
