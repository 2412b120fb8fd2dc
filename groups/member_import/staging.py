"""From what the reader found to the lines that are copied into the staging table."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from groups.member_import.models import MemberImportRow
from groups.member_import.reader.member_list import MemberList
from groups.member_import.reader.people import PersonRow
from groups.member_import.reader.problems import Problem, notice
from groups.member_import.reader.rows import team_name
from groups.places.models import Hamlet, Team
from vietnamese.text import fold, local_phone, sort_key

Lane = MemberImportRow.Lane
_json = json.JSONEncoder(ensure_ascii=False).encode
MAX_TEAM, MAX_CODE, MAX_SHEET, MAX_LINE = 100, 40, 100, 200


@dataclass(slots=True)
class Entry:
    """One line of a list before it has a lane; `is_representative` None means nobody said."""

    position: int
    sheet: str
    row: int
    full_name: str
    birth_year: int | None
    birth_date: date | None
    gender: str
    phone: str
    address: str
    team: str
    household_code: str
    is_representative: bool | None
    problems: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    edits: dict[str, list[str]] = field(default_factory=dict)
    decision: str = ""
    chosen: int | None = None
    lane: str = ""
    twin: int | None = None
    zalo: dict[str, Any] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return any(problem["is_error"] for problem in self.problems)

    @property
    def name_and_phone(self) -> tuple[str, str]:
        """Equal for lines that may be of the same person, within a list."""
        return fold(self.full_name), self.phone

    def identity(self) -> tuple[Any, ...]:
        """Equal for two lines of the same person: name and phone, or name, birth and team."""
        if self.phone:
            return self.name_and_phone
        return *self.name_and_phone, self.birth_year, fold(self.team)

    def adds_nothing_to(self, other: "Entry") -> bool:
        """Whether the other says everything that this one says."""
        mine, others = self._values(), other._values()
        return all(
            not own or own == other_value for own, other_value in zip(mine, others, strict=True)
        )

    def contradicts(self, other: "Entry") -> bool:
        """Both say when the person was born, or of which sex, and differ."""
        pairs = (
            (self.birth_year, other.birth_year),
            (self.birth_date, other.birth_date),
            (self.gender, other.gender),
        )
        return any(one and two and one != two for one, two in pairs)

    def _values(self) -> tuple[Any, ...]:
        return (
            self.birth_year, self.birth_date, self.gender, self.phone, fold(self.address),
            fold(self.team), fold(self.household_code),
        )  # fmt: skip


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as the row stores it."""
    return {
        "field": problem.field,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "is_error": problem.is_error,
    }


def entries(found: MemberList) -> Iterator[Entry]:
    """The people of a list in the order of the file, refused ones among them."""
    by_row: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for problem in found.problems:
        key = (problem.sheet, problem.row, problem.nth)
        by_row.setdefault(key, []).append(problem_json(problem))
    texts = {one.person.key: one.texts for one in found.refused}
    letters = {
        table.sheet: column.letter
        for table in reversed(found.mapping)
        for column in table.columns
        if column.field == "phone"
    }
    knows_heads = any(person.is_representative for person in found.people)
    for position, person in enumerate(_in_order(found), start=1):
        problems = by_row.get(person.key, [])
        if person.other_phones:
            others = ", ".join(map(local_phone, person.other_phones))
            column = letters.get(person.sheet, "")
            remark = notice("phone_others", field="phone", column=column, text=others)
            problems = [*problems, remark]
        yield Entry(
            position=position,
            sheet=person.sheet[:MAX_SHEET],
            row=person.row,
            full_name=person.full_name,
            birth_year=person.birth_year,
            birth_date=person.birth_date,
            gender=person.gender,
            phone=person.phone,
            address=person.address,
            team=person.team[:MAX_TEAM],
            household_code=person.household_code[:MAX_CODE],
            is_representative=person.is_representative if knows_heads else None,
            problems=problems,
            texts=texts.get(person.key, {}),
            zalo=person.zalo.as_json() if person.zalo else {},
        )


def _in_order(found: MemberList) -> Iterable[PersonRow]:
    if not found.refused:
        return found.people
    sheets = {sheet.sheet: number for number, sheet in enumerate(found.mapping)}
    everybody = found.people + [one.person for one in found.refused]
    return sorted(everybody, key=lambda one: (sheets.get(one.sheet, 0), one.row, one.nth))


def dropped(found: MemberList, after: int) -> Iterator[Entry]:
    """The lines that speak of nobody, so that nobody has to wonder."""
    lines = [(line.sheet, line.row, line.kind, line.text) for line in found.dropped]
    for cells in found.ledger.of_columns:
        kind = "outside" if cells.reason == "outside" else "column"
        lines.append((cells.sheet, 0, kind, cells.sentence))
    for position, (sheet, row, kind, text) in enumerate(lines, start=after + 1):
        yield Entry(
            position, sheet[:MAX_SHEET], row, text[:MAX_LINE], None, None, "", "", "", "", "",
            None, problems=[notice(f"dropped_{kind}")], lane=Lane.DROPPED,
        )  # fmt: skip


class Repeats:
    """Finds, line by line, who is in the list already."""

    def __init__(self) -> None:
        self.first: dict[tuple[Any, ...], Entry] = {}
        self.alike: dict[tuple[Any, ...], Entry] = {}

    def judge(self, entry: Entry) -> Entry:
        """Sets lane and twin where an earlier line is of the same person."""
        if entry.lane == Lane.DROPPED:
            return entry
        if entry.is_refused:
            entry.lane = Lane.REFUSED
            return entry
        first = self.first.setdefault(entry.identity(), entry)
        if first is not entry:
            self._judge_twin(entry, first)
        else:
            self._judge_alike(entry)
        return entry

    def _judge_alike(self, entry: Entry) -> None:
        """The same name with another number, and nothing that tells two people apart."""
        name = fold(entry.full_name)
        if entry.birth_year:
            self._compare(entry, (name, entry.birth_year, fold(entry.team)))
        marks = [entry.birth_year, fold(entry.address), fold(entry.household_code)]
        if not any(marks):
            marks = [fold(entry.team)]
        for mark in marks:
            if mark and not entry.twin:
                self._compare(entry, (name, mark))

    def _compare(self, entry: Entry, key: tuple[Any, ...]) -> None:
        earlier = self.alike.setdefault(key, entry)
        if earlier is entry or earlier.row == entry.row:
            return
        if entry.contradicts(earlier) or (
            entry.team and earlier.team and fold(entry.team) != fold(earlier.team)
        ):
            return
        if entry.decision == MemberImportRow.Decision.SEPARATE or entry.chosen:
            return
        entry.twin = earlier.position
        entry.problems = [*entry.problems, notice("row_alike", row=earlier.row)]
        entry.lane = (
            Lane.REPEATED if entry.decision == MemberImportRow.Decision.SAME else Lane.DOUBTFUL
        )

    def _judge_twin(self, entry: Entry, first: Entry) -> None:
        is_known = bool(entry.phone or (entry.birth_year and entry.team))
        is_repeat = entry.adds_nothing_to(first) or (is_known and not entry.contradicts(first))
        if entry.decision == MemberImportRow.Decision.SEPARATE or entry.chosen:
            return
        entry.twin = first.position
        if is_repeat or entry.decision == MemberImportRow.Decision.SAME:
            entry.lane = Lane.REPEATED
            entry.problems = [*entry.problems, notice("row_repeated", row=first.row)]
        else:
            entry.lane = Lane.DOUBTFUL
            entry.problems = [*entry.problems, notice("row_twin", row=first.row)]


class Teams:
    """The teams of a hamlet by any spelling; new ones get the id that they will have."""

    def __init__(self, hamlet: Hamlet, new: dict[str, int] | None = None) -> None:
        self.new = dict(new or {})
        known = Team.objects.filter(hamlet=hamlet).order_by("-pk").values_list("name", "pk")
        self._ids = {fold(team_name(name)): pk for name, pk in [*self.new.items(), *known]}

    def find(self, name: str) -> int | None:
        """The id of an existing team."""
        return self._ids.get(fold(name))

    def id_of(self, name: str) -> int | None:
        """The id of a team, existing or to be made."""
        if not name:
            return None
        if name not in self._ids:  # a spelling not met yet
            key = fold(name)
            if key not in self._ids:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT nextval(pg_get_serial_sequence('groups_team', 'id'))")
                    self._ids[key] = self.new[name] = cursor.fetchone()[0]
            self._ids[name] = self._ids[key]
        return self._ids[name]


def line_of(entry: Entry, team_id: int | None) -> tuple[Any, ...]:
    """The values of one entry in the order of `planning.COLUMNS`."""
    twin = [{"row": entry.twin}] if entry.lane == Lane.DOUBTFUL and entry.twin else None
    return (
        entry.position, entry.sheet, entry.row, entry.lane, entry.full_name, entry.birth_year,
        entry.birth_date, entry.gender, entry.phone, entry.address, entry.team, team_id,
        entry.household_code, entry.is_representative, sort_key(entry.full_name),
        fold(entry.full_name), entry.decision, entry.chosen,
        _json(entry.problems) if entry.problems else None,
        _json(entry.texts) if entry.texts else None,
        _json(entry.edits) if entry.edits else None,
        _json(entry.zalo) if entry.zalo else None,
        _json(twin) if twin else None,
    )  # fmt: skip
