"""Corrections of single cells, and repairs of many rows at once."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.planning import count, plan_again
from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import MAX_ADDRESS, is_nothing, read_gender, refuse_formula
from groups.member_import.reader.names import read_name
from groups.member_import.reader.phones import read_phones
from groups.member_import.reader.problems import (
    ERRORS,
    NOTICES,
    REGISTER_ERRORS,
    SENTENCES,
    BadCell,
    sentence,
)
from groups.member_import.reader.rows import team_name
from groups.member_import.staging import MAX_CODE, MAX_TEAM, Entry, Repeats, Teams
from groups.residents.models import Member
from vietnamese.text import clean, local_phone

EDITABLE = ("full_name", "phone", "birth", "gender", "address", "team", "household_code")
Lane, Decision = MemberImportRow.Lane, MemberImportRow.Decision


@dataclass(frozen=True)
class Repair:
    """Something that can be done to many rows at once; `label` is a sentence with the number."""

    code: str
    label: str
    count: int


# One cell


def _name(entry: Entry, text: str) -> list[tuple[str, str]]:
    entry.full_name = ""
    if not text:
        raise BadCell("name_missing")
    name = read_name(text)
    entry.full_name = name.full_name
    return [(code, name.full_name) for code in name.notes]


def _phone(entry: Entry, text: str) -> list[tuple[str, str]]:
    entry.phone = ""
    read = read_phones(text)
    entry.phone = read.phones[0] if read.phones else ""
    return read.notes


def _birth(entry: Entry, text: str) -> list[tuple[str, str]]:
    entry.birth_year = entry.birth_date = None
    birth = read_birth(text)
    entry.birth_year, entry.birth_date = birth.year, birth.day
    return birth.notes


def _gender(entry: Entry, text: str) -> list[tuple[str, str]]:
    entry.gender = ""
    entry.gender = read_gender(text)
    return []


def _address(entry: Entry, text: str) -> list[tuple[str, str]]:
    entry.address = ""
    refuse_formula(text)
    if len(text) > MAX_ADDRESS:
        raise BadCell("address_too_long", limit=MAX_ADDRESS)
    entry.address = text
    return []


def _team(entry: Entry, text: str) -> list[tuple[str, str]]:
    refuse_formula(text)
    entry.team = "" if is_nothing(text) else team_name(text)[:MAX_TEAM]
    return []


def _household_code(entry: Entry, text: str) -> list[tuple[str, str]]:
    refuse_formula(text)
    entry.household_code = text[:MAX_CODE]
    return []


_WRITERS: dict[str, Callable[[Entry, str], list[tuple[str, str]]]] = {
    "full_name": _name,
    "phone": _phone,
    "birth": _birth,
    "gender": _gender,
    "address": _address,
    "team": _team,
    "household_code": _household_code,
}


def editable_text(row: Entry | MemberImportRow, part: str) -> str:
    """The text of one part of a row as a person may correct it; as in the file where it is bad."""
    if row.texts and part in row.texts:
        return row.texts[part]
    if part == "phone":
        return local_phone(row.phone)
    if part == "birth":
        if row.birth_date:
            return f"{row.birth_date:%d/%m/%Y}"
        return str(row.birth_year or "")
    if part == "gender":
        return str(Member.Gender(row.gender).label) if row.gender else ""
    return str(getattr(row, part))


def write(entry: Entry, part: str, text: str) -> None:
    """Put another text into one part of a row, read as a cell of a file would be."""
    text = clean(text.replace("\x00", ""))
    before = editable_text(entry, part)
    if text == before and part not in entry.texts:
        return
    column = next((p["column"] for p in entry.problems if p["field"] == part), "")
    entry.problems = [problem for problem in entry.problems if problem["field"] != part]
    entry.texts = {name: other for name, other in entry.texts.items() if name != part}
    entry.edits = {**entry.edits, part: [entry.edits.get(part, [before])[0], text]}
    try:
        notes = _WRITERS[part](entry, text)
    except BadCell as bad:
        entry.texts[part] = text
        notes = [(bad.code, "")]
        message = sentence(bad.code, **bad.values)
        entry.problems.append(_problem(part, column, bad.code, message))
        return
    entry.problems += [
        _problem(part, column, code, sentence(code, text=value)) for code, value in notes
    ]


def _problem(part: str, column: str, code: str, message: str) -> dict[str, Any]:
    is_error = code in ERRORS
    return {
        "field": part, "column": column, "code": code, "message": message, "is_error": is_error
    }  # fmt: skip


# Rows that are in the staging table


def own_problems(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The problems of the cells, without those of the comparison with others."""
    return [
        problem
        for problem in problems
        if problem["code"] not in REGISTER_ERRORS
        and (problem["code"] not in NOTICES or problem["code"] == "phone_others")
    ]


def entry_of(row: MemberImportRow) -> Entry:
    """A row as it was before it was compared with anything."""
    chosen = row.member_id if row.decision == Decision.SAME else None
    own = own_problems(row.problems or [])
    return Entry(
        row.position, row.sheet, row.row, row.full_name, row.birth_year, row.birth_date,
        row.gender, row.phone, row.address, row.team, row.household_code, row.is_representative,
        own, dict(row.texts or {}), dict(row.edits or {}), row.decision, chosen,
        zalo=dict(row.zalo or {}),
    )  # fmt: skip


def rework(
    batch: MemberImport, rows: Iterable[MemberImportRow], change: Callable[[Entry], None]
) -> int:
    """Change some rows and compare them anew, with all rows that share a name with them.

    A new agreement of somebody who was erased goes where the line says somebody else now.
    Call in a transaction, with the batch locked. Returns the number of rows changed.
    """
    changed: dict[int, Entry] = {}
    names: set[str] = set()
    others: list[int] = []
    for row in rows:
        entry = entry_of(row)
        names.add(row.search_text)
        before = _who(entry)
        change(entry)
        if row.consent is not None and _who(entry) != before:
            others.append(row.pk)
        names.add(entry.name_and_phone[0])
        changed[row.position] = entry
    if not changed:
        return 0
    if others:
        MemberImportRow.objects.filter(pk__in=others).update(consent=None)
    namesakes = (
        MemberImportRow.objects.filter(batch=batch)
        .filter(Q(search_text__in=names - {""}) | Q(position__in=list(changed)))
        .exclude(lane=Lane.DROPPED)
        .order_by("position")
    )
    repeats = Repeats()
    entries = [
        repeats.judge(changed.get(row.position) or entry_of(row)) for row in namesakes.iterator()
    ]
    teams = Teams(batch.hamlet, batch.new_teams)
    plan_again(batch, entries, teams)
    batch.new_teams = teams.new
    batch.save(update_fields=["counts", "rows_total", "new_teams"])
    return len(changed)


def _who(entry: Entry) -> tuple[Any, ...]:
    """Equal while a line says, and is decided to be, the same person."""
    return (
        *entry.name_and_phone, entry.birth_year, entry.birth_date, entry.team, entry.decision,
        entry.chosen,
    )  # fmt: skip


def name_before(row: MemberImportRow) -> str:
    """The full name of a row as the file had it."""
    was, _now = (row.edits or {}).get("full_name", (row.full_name, ""))
    return was


def carry_agreements(batch: MemberImport, before: Iterable[MemberImportRow]) -> None:
    """New agreements that were entered on an earlier reading of the lines, where they still say so.

    Call in a transaction, with the batch locked.
    """
    agreed = {(row.sheet, row.row, row.search_text, row.phone): row for row in before}
    if not agreed:
        return
    held = []
    for row in batch.rows.filter(lane=Lane.REFUSED, problems__contains=[{"code": "member_erased"}]):
        earlier = agreed.get((row.sheet, row.row, row.search_text, row.phone))
        if earlier is not None:
            row.consent = earlier.consent
            row.save(update_fields=["consent"])
            held.append(row)
    rework(batch, held, lambda _entry: None)


def carry_over(entry: Entry, before: MemberImportRow) -> None:
    """Corrections and the decision on an earlier reading of the line, where it still says so."""
    for part, (was, now) in (before.edits or {}).items():
        if editable_text(entry, part) == was:
            write(entry, part, now)
    is_same = entry.name_and_phone == (before.search_text, before.phone)
    if is_same and (entry.birth_year, entry.team) == (before.birth_year, before.team):
        entry.decision = before.decision
        entry.chosen = before.member_id if before.decision == Decision.SAME else None


# Many rows at once

_REPAIRS: dict[str, dict[str, str]] = SENTENCES["repairs"]
_DROPS, _SEEN, _OTHERS = _REPAIRS["drop"], _REPAIRS["seen"], _REPAIRS["other"]
_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")


def label_of(code: str, rows: int) -> str:
    """A repair of so many rows as a sentence."""
    kind, _sep, what = code.partition("_")
    named = {"drop": _DROPS, "seen": _SEEN}.get(kind, {}).get(what) or _OTHERS[code]
    return named.format(n=rows).removesuffix(" Bấm khi đã xem.")


def rows_for(batch: MemberImport, code: str) -> QuerySet[MemberImportRow]:
    """The rows that a repair would change."""
    rows = MemberImportRow.objects.filter(batch=batch).order_by("position")
    kind, _sep, what = code.partition("_")
    if kind == "seen" and what in _SEEN:
        return rows.filter(_has(code=what))
    if kind == "drop" and what in _DROPS:
        return rows.filter(_has(field=what, is_error=True))
    if code == "keep_year":
        return rows.filter(_has(code="date_impossible"), texts__birth__regex=_YEAR.pattern)
    if code == "century":
        return rows.filter(_has(code="year_two_digits"), birth_year__gte=2000)
    doubtful = rows.filter(lane=Lane.DOUBTFUL)
    if code == "separate_all":
        return doubtful
    if code == "same_single":
        return doubtful.filter(
            candidates__0__isnull=False, candidates__1__isnull=True, candidates__0__row__isnull=True
        )
    return rows.none()


def _has(**problem: object) -> Q:
    return Q(problems__contains=[problem])


def repairs(batch: MemberImport) -> list[Repair]:
    """The bulk repairs that would do something now."""
    found = [
        *((f"drop_{part}", label) for part, label in _DROPS.items()),
        *_OTHERS.items(),
        *((f"seen_{code}", label) for code, label in _SEEN.items()),
    ]
    noted = _tally(batch)
    sizes = {f"drop_{part}": noted.get((part, True), 0) for part in _DROPS}
    sizes |= {f"seen_{code}": noted.get((code, False), 0) for code in _SEEN}
    for code in _OTHERS:
        sizes[code] = rows_for(batch, code).count()
    return [
        Repair(code, label.format(n=sizes[code]), sizes[code])
        for code, label in found
        if sizes[code]
    ]


def _tally(batch: MemberImport) -> dict[tuple[str, bool], int]:
    """How many rows have an error in a part, or a warning of a code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN (p ->> 'is_error')::boolean THEN p ->> 'field' ELSE p ->> 'code' END"
            " AS what, (p ->> 'is_error')::boolean AS is_error, count(DISTINCT r.id)"
            " FROM groups_memberimportrow r, jsonb_array_elements(r.problems) p"
            " WHERE r.batch_id = %s AND r.lane <> 'dropped' GROUP BY 1, 2",
            [batch.pk],
        )
        return {(what, is_error): rows for what, is_error, rows in cursor.fetchall()}


def _forget(batch: MemberImport, code: str) -> int:
    """Take a warning off all rows that have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_memberimportrow r SET problems = (SELECT jsonb_agg(p)"
            " FROM jsonb_array_elements(r.problems) p WHERE p ->> 'code' <> %s)"
            " WHERE r.batch_id = %s AND r.problems @> %s::jsonb",
            [code, batch.pk, json.dumps([{"code": code}])],
        )
        forgotten = int(cursor.rowcount)
    count(batch)
    batch.save(update_fields=["counts", "rows_total"])
    return forgotten


def _of_last_century(entry: Entry) -> str:
    """The birth of a row, a hundred years earlier, as a person would write it."""
    year = (entry.birth_year or 0) - 100
    return f"{entry.birth_date:%d/%m}/{year}" if entry.birth_date else str(year)


def repair(batch: MemberImport, code: str) -> int:
    """Do one bulk repair; returns the number of rows. Call in a transaction, with the batch
    locked."""
    kind, _sep, what = code.partition("_")
    if kind == "seen" and what in _SEEN:
        return _forget(batch, what)
    rows = list(rows_for(batch, code))
    chosen = {row.position: row for row in rows}

    def change(entry: Entry) -> None:
        if what == "national_id":  # which no row keeps
            entry.problems = [one for one in entry.problems if one["field"] != what]
        elif kind == "drop":
            write(entry, what, "")
        elif code == "keep_year":
            match = _YEAR.search(entry.texts["birth"])
            write(entry, "birth", match[1] if match else "")
        elif code == "century":
            write(entry, "birth", _of_last_century(entry))
        elif code == "separate_all":
            entry.decision, entry.chosen = Decision.SEPARATE, None
        else:
            candidate = chosen[entry.position].candidates[0]  # type: ignore[index]
            entry.decision, entry.chosen = Decision.SAME, candidate["member"]

    return rework(batch, rows, change)
