"""Facts of a row beside the person: in which group and since when, whose account, who passes posts
on, and whether the person agreed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.columns import ZALO_ONCE, ZALO_SEVERAL, Column
from groups.member_import.reader.consents import read_agreement
from groups.member_import.reader.files import Cell
from groups.member_import.reader.zalo_marks import (
    INVITED,
    JOINED,
    LEFT,
    NAMED,
    UNCLEAR,
    Mark,
    is_no,
    is_own,
    is_yes,
    owner_in,
    read_day,
    read_mark,
    says_no_zalo,
    says_through,
    says_whose,
    shortened,
    through_of,
)
from vietnamese.text import clean, fold

FIELDS = frozenset((*ZALO_ONCE, *ZALO_SEVERAL))
_RELATIVE_IN_HEADING = re.compile(
    r"\b(?:con trai|con gái|con cháu|con|cháu|vợ|chồng|hàng xóm|người nhà)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A time in a group; `column` is the key of the column, `name` a group named in the cell."""

    column: str
    state: str
    joined_on: date | None = None
    left_on: date | None = None
    name: str = ""


@dataclass(slots=True)
class ZaloFacts:
    """Facts of one row. `remarks` are (column letter, kind, text) for people to look at."""

    places: list[Place] = field(default_factory=list)
    proxy: str = ""
    is_without_zalo: bool = False
    owner: str = ""
    consent: dict[str, str] = field(default_factory=dict)  # {"on", "paper"}; empty: none
    has_agreed: bool = False
    remarks: list[tuple[str, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The facts as the row of a list stores them; without what is empty."""
        found: dict[str, Any] = {}
        if self.places:
            found["places"] = [_place_json(place) for place in self.places]
        for name in ("proxy", "owner"):
            if text := getattr(self, name):
                found[name] = text
        if self.is_without_zalo:
            found["no_zalo"] = True
        if self.has_agreed:
            found["consent"] = self.consent
        if self.remarks:
            found["remarks"] = [
                {"column": letter, "kind": kind, "text": text}
                for letter, kind, text in self.remarks
            ]
        return found


def _place_json(place: Place) -> dict[str, str]:
    values = {
        "column": place.column, "state": place.state, "name": place.name,
        "joined_on": place.joined_on.isoformat() if place.joined_on else "",
        "left_on": place.left_on.isoformat() if place.left_on else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def key_of(column: Column) -> str:
    """Key of a column in every sheet that has it: its heading, else its letter."""
    return fold(column.header) or column.letter.lower()


class ZaloColumns:
    """The columns of a table that speak of Zalo, read row by row."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.by_field: dict[str, list[Column]] = {}
        columns = list(columns)
        self.phones = [
            column for column in columns
            if column.field in ("phone", "other_phone") and "zalo" in fold(column.header)
        ]  # fmt: skip
        for column in columns:
            if column.field in FIELDS:
                self.by_field.setdefault(column.field, []).append(column)
        read = [*self.phones, *(one for several in self.by_field.values() for one in several)]
        self.places = sorted({column.index for column in read})

    def facts_of(self, cells: Sequence[Cell], name_note: str = "") -> ZaloFacts | None:
        """The facts of a row, `name_note` being what stood beside the name; None without any."""
        if not name_note and not any(n < len(cells) and text_of(cells[n]) for n in self.places):
            return None
        facts = ZaloFacts()
        self._read_people(facts, cells, name_note)
        self._read_places(facts, cells)
        self._read_consent(facts, cells)
        if facts.owner and not facts.proxy:
            facts.proxy = facts.owner
        if facts.owner:  # the account in the group is somebody else's
            facts.places = [one for one in facts.places if one.state != JOINED]
        return facts if facts.as_json() else None

    def _cells(self, cells: Sequence[Cell], name: str) -> Iterable[tuple[Column, Cell]]:
        for column in self.by_field.get(name, ()):
            if column.index < len(cells) and text_of(cells[column.index]):
                yield column, cells[column.index]

    def _read_people(self, facts: ZaloFacts, cells: Sequence[Cell], name_note: str) -> None:
        for column, cell in self._cells(cells, "uses_zalo"):
            if is_no(cell):
                facts.is_without_zalo = True
            elif not is_yes(cell) and not re.search(r"\d{9}", re.sub(r"\D", "", text_of(cell))):
                facts.remarks.append((column.letter, "note", shortened(text_of(cell))))
        for column in self.phones:
            if column.index < len(cells) and says_no_zalo(text_of(cells[column.index])):
                facts.is_without_zalo = True
        for _column, cell in self._cells(cells, "no_zalo"):
            facts.is_without_zalo |= is_yes(cell) or says_no_zalo(text_of(cell))
        for _column, cell in self._cells(cells, "zalo_owner"):
            text = shortened(text_of(cell))
            if says_no_zalo(text):
                facts.is_without_zalo = True
            elif text and not is_own(text) and not is_nothing(text):
                facts.owner = owner_in(text) or text
        for column, cell in self._cells(cells, "proxy"):
            text = shortened(text_of(cell))
            if is_yes(cell):
                named = _RELATIVE_IN_HEADING.search(column.header)
                facts.proxy = named[0].lower() if named else "người nhà"
            elif text and not is_nothing(text) and not is_own(text):
                facts.proxy = text
        for column, cell in self._cells(cells, "nickname"):
            if not is_nothing(text_of(cell)):
                facts.remarks.append((column.letter, "nick", shortened(text_of(cell))))
        self._read_note(facts, "", name_note)
        for column, cell in self._cells(cells, "note"):
            self._read_note(facts, column.letter, text_of(cell))

    def _read_consent(self, facts: ZaloFacts, cells: Sequence[Cell]) -> None:
        since: date | None = None
        for name in ("consent_mark", "consent_on"):
            for column, cell in self._cells(cells, name):
                agreed, day, words = read_agreement(cell)
                facts.has_agreed |= agreed
                since = day or since
                if words:
                    facts.remarks.append((column.letter, "note", words))
        for column, cell in self._cells(cells, "consent_paper"):
            text = shortened(text_of(cell))
            if facts.has_agreed or is_yes(cell):
                facts.has_agreed = True
                if not is_yes(cell) and not is_nothing(text):
                    facts.consent["paper"] = text
            elif text and not is_nothing(text):
                facts.remarks.append((column.letter, "note", text))
        if facts.has_agreed and since:
            facts.consent["on"] = since.isoformat()

    def _read_note(self, facts: ZaloFacts, letter: str, written: str) -> None:
        text = shortened(written)
        if says_no_zalo(text):
            facts.is_without_zalo = True
        elif not text or is_nothing(text):
            return
        elif says_whose(text) and (owner := owner_in(text)):
            facts.owner = facts.owner or owner
        elif says_through(text) and not facts.proxy:
            facts.proxy = through_of(text)
        elif letter:
            facts.remarks.append((letter, "note", text))

    def _read_places(self, facts: ZaloFacts, cells: Sequence[Cell]) -> None:
        marks = [(column, read_mark(cell)) for column, cell in self._cells(cells, "group_mark")]
        for column, mark in marks:
            self._tell(facts, column, mark)
        days = {
            name: self._day(facts, cells, name) for name in ("joined_on", "left_on", "rejoined_on")
        }
        invited = [column for column, cell in self._cells(cells, "invited") if is_yes(cell)]
        places = [
            Place(key_of(column), mark.state, mark.on if mark.state != LEFT else None,
                  mark.on if mark.state == LEFT else None, mark.text)
            for column, mark in marks
            if mark.state in (JOINED, LEFT, INVITED, NAMED) and not mark.is_without_zalo
        ]  # fmt: skip
        facts.places = self._dated(places, days)
        denied = [column for column, cell in self._cells(cells, "group_not") if is_yes(cell)]
        if denied and any(place.state in (JOINED, NAMED) for place in facts.places):
            facts.places = []
            facts.remarks.append((denied[0].letter, "unclear", "vừa đã vào, vừa chưa vào"))
        if invited and not facts.places:
            facts.places = [Place(self._key(invited[0]), INVITED)]

    def _dated(self, places: list[Place], days: dict[str, Mark]) -> list[Place]:
        """The places with the days that columns of their own tell."""
        joined, left, again = days["joined_on"], days["left_on"], days["rejoined_on"]
        if not places and (joined.state or left.state or again.state):
            places = [Place(self._key(None), JOINED)]
        dated = []
        for place in places:
            since = joined.on or place.joined_on
            if left.state and place.state in (JOINED, NAMED, LEFT):
                state = LEFT
                dated.append(Place(place.column, state, since, left.on, place.name))
                if again.state:
                    dated.append(Place(place.column, JOINED, again.on, None, place.name))
                continue
            dated.append(Place(place.column, place.state, since, place.left_on, place.name))
        return dated

    def _key(self, column: Column | None) -> str:
        """The key of the group that a row without a mark of its own speaks of."""
        named = ("group_mark", "joined_on", "left_on", "rejoined_on", "invited")
        first = next((self.by_field[name][0] for name in named if name in self.by_field), column)
        return key_of(first) if first else ""

    def _day(self, facts: ZaloFacts, cells: Sequence[Cell], name: str) -> Mark:
        for column, cell in self._cells(cells, name):
            mark = read_day(cell)
            self._tell(facts, column, mark)
            return Mark() if mark.state in (NAMED, UNCLEAR) else mark
        return Mark()

    def _tell(self, facts: ZaloFacts, column: Column, mark: Mark) -> None:
        """Keep for people what a cell says beside its state."""
        facts.is_without_zalo |= mark.is_without_zalo
        facts.owner = facts.owner or mark.owner
        if mark.note:
            facts.remarks.append((column.letter, "note", mark.note))
        if mark.state == UNCLEAR or (mark.state == NAMED and column.field != "group_mark"):
            facts.remarks.append((column.letter, "unclear", mark.text))
        if mark.has_bad_day:
            facts.remarks.append((column.letter, "bad_day", ""))


def columns_of_groups(columns: Iterable[Column]) -> dict[str, str]:
    """Key and heading of each column for which a group must be named."""
    own = [column for column in columns if column.field == "group_mark"]
    if not own:
        dated = ("joined_on", "left_on", "rejoined_on", "invited")
        own = [column for column in columns if column.field in dated][:1]
    return {key_of(column): column.header or f"Cột {column.letter}" for column in own}


# Which group a column or a name in a cell means, as the names of the groups tell.


_EMPTY_WORDS = {
    "nhom", "zalo", "da", "vao", "vo", "tham", "gia", "cua", "o", "trong", "dang", "co", "cac",
    "thanh", "vien", "thuoc", "ten", "group", "chua", "x", "ngay",
}  # fmt: skip
_SEVERAL_NAMES = re.compile(r"\s*[;,+&\n]\s*|\s+và\s+")


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z0-9]+", fold(text)) if word not in _EMPTY_WORDS]


def group_named(text: str, groups: Sequence[tuple[int, str]]) -> int | None:
    """The one group that a text names; None where none or several fit."""
    words = _words(text)
    if not words:
        return None
    exact = [pk for pk, name in groups if _words(name) == words]
    if len(exact) == 1:
        return exact[0]
    inside = [pk for pk, name in groups if _is_run(words, _words(name))]
    around = [pk for pk, name in groups if _words(name) and _is_run(_words(name), words)]
    for found in (inside, around):
        if len(found) == 1:
            return found[0]
    return None


def _is_run(few: list[str], many: list[str]) -> bool:
    """Whether the words stand in the other text, side by side."""
    return any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def groups_in(text: str, groups: Sequence[tuple[int, str]]) -> list[int] | None:
    """The groups that a cell names; None where a part of it names none."""
    whole = group_named(text, groups)
    if whole is not None:
        return [whole]
    found = [group_named(part, groups) for part in _SEVERAL_NAMES.split(clean(text)) if part]
    known = [pk for pk in found if pk is not None]
    return known if len(known) == len(found) and known else None


def suggested(columns: dict[str, str], groups: Sequence[tuple[int, str]]) -> dict[str, int]:
    """The group of each column that its heading names, or that is the only one there is."""
    found: dict[str, int] = {}
    for key, heading in columns.items():
        named = group_named(heading, groups)
        if named is None and len(groups) == 1:
            named = groups[0][0]
        if named is not None:
            found[key] = named
    return found
