"""National ids on their way into the register, where they are kept: never in a row of a list.

The file itself is sealed and is read once more while the list is written down.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db import connection

from groups import national_ids
from groups.member_list.people import PersonRow
from groups.member_list.planning import count
from groups.member_list.problems import notice
from groups.member_list.staging import MAX_SHEET
from groups.models import Member, MemberImport, MemberImportRow, NationalId

# The number by sheet and row of the file.
Numbers = Mapping[tuple[str, int], str]
Lane = MemberImportRow.Lane
_WRITTEN = (Lane.NEW, Lane.CHANGED)


def numbers_of(
    people: list[PersonRow], couples: set[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """What a list says; of two people on one row nobody knows whose number it is."""
    return {
        (one.sheet[:MAX_SHEET], one.row): one.national_id
        for one in people
        if one.national_id and (one.sheet, one.row) not in couples
    }


def mark(batch: MemberImport, numbers: Numbers) -> None:
    """Whoever gets a number changes; what is odd about a number is said. May be done again.

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
    said: defaultdict[str, list[int]] = defaultdict(list)
    gaining = []
    rows = batch.rows.filter(lane__in=[*_WRITTEN, Lane.SAME])
    for pk, lane, sheet, row, member in rows.values_list("pk", "lane", "sheet", "row", "member"):
        number = numbers.get((sheet, row))
        if number is None or member is None:
            continue
        index = national_ids.index_of(number)
        if lane != Lane.NEW and member not in known:
            said["id_added"].append(pk)
            gaining += [pk] if lane == Lane.SAME else []
        elif known.get(member, index) != index:
            said["id_other"].append(pk)
        if holders.get(index, set()) - {member}:
            said["id_of_other"].append(pk)
        if times[number] > 1:
            said["id_repeated"].append(pk)
    for code, ids in said.items():
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
        member: numbers[sheet, row]
        for sheet, row, member in rows.values_list("sheet", "row", "member")
        if member is not None and (sheet, row) in numbers
    }
    there = Member.objects.filter(
        pk__in=list(found), hamlet=batch.hamlet_id, status=Member.Status.ACTIVE, national_id=None
    )
    made = [national_ids.new(pk, found[pk]) for pk in there.values_list("pk", flat=True)]
    for one in made:
        one.came_with = batch
    NationalId.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
