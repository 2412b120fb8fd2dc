"""Lists by people who had not read the reader, with truth by cell: how much of each is read right.

The form of the truth stands in `strangers_of/a/README.md`. A person is exact if name, phone, birth
and sex are those of the truth; cells also count team, household and address.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import letter_of
from groups.member_import.reader.files import read_sheets
from groups.member_import.reader.member_list import MemberList, UnreadableFile, read_member_list
from groups.member_import.reader.person import PersonRow
from groups.member_import.reader.rows import team_name
from vietnamese.text import digits_of, fold

HERE = Path(__file__).parent / "strangers_of"
CORE = ("name", "phone", "birth", "sex")
OTHERS = ("team", "household", "address")
_SEXES = {"male": "nam", "female": "nữ", "": ""}


@dataclass
class Score:
    """Counts of one list, or of several."""

    people: int = 0
    exact: int = 0
    cells: int = 0
    cells_exact: int = 0
    silent: int = 0
    false_alarms: int = 0
    faults: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Score") -> "Score":
        for name in ("people", "exact", "cells", "cells_exact", "silent", "false_alarms"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults
        return self

    def __str__(self) -> str:
        return (
            f"{self.exact} of {self.people} people exact, {self.cells_exact} of {self.cells} cells,"
            f" {self.silent} silent losses, {self.false_alarms} false alarms"
        )


def lists_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.iterdir()):
        truth = folder / f"{path.stem}.truth.json"
        if path.suffix not in (".json", ".md") and truth.exists():
            yield path, json.loads(truth.read_text("utf-8"))


def _bare(text: object) -> str:
    """Letters without regard to case, spaces and the place of the tone."""
    decomposed = unicodedata.normalize("NFD", str(text).lower())
    words = re.findall(r"\w+", decomposed.replace("\u0111", "d~"))
    return " ".join("".join(sorted(word)) for word in words)


def _options(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _birth(person: PersonRow) -> str:
    if person.birth_date:
        return f"{person.birth_date:%d/%m/%Y}"
    return str(person.birth_year or "")


def _is_right(key: str, due: Any, person: PersonRow) -> bool:
    return any(_is_one(key, one, person) for one in _options(due))


def _is_one(key: str, due: Any, person: PersonRow) -> bool:
    due = "" if due is None else str(due)
    if key == "name":
        return bool(due) and _bare(due) == _bare(person.full_name)
    if key == "phone":
        return due == (f"0{person.phone[3:]}" if person.phone else "")
    if key == "birth":
        return _birth(person) == due or (len(due) == 4 and str(person.birth_year) == due)
    if key == "sex":
        return not due or _SEXES[person.gender] == due
    if key == "team":
        mine = re.sub(r"^(tổ|đội|nhóm)\s*", "", person.team, flags=re.I).lower().lstrip("0")
        other = re.sub(r"^(tổ|đội|nhóm)\s*", "", team_name(due) if due else "", flags=re.I)
        return mine == other.lower().lstrip("0")
    if key == "household":
        return not due or _bare(due) == _bare(person.household_code)
    return not due or _bare(due) in _bare(person.address)


def _best(due: dict[str, Any], left: list[PersonRow]) -> PersonRow | None:
    named = [one for one in left if _is_right("name", due["name"], one)]
    if not named:
        return None
    return max(named, key=lambda one: sum(_is_right(k, due.get(k), one) for k in CORE))


def score_of(path: Path, truth: dict[str, Any]) -> Score:
    """How one list is read."""
    return score_content(path.read_bytes(), path.name, truth)


def truth_of(people: Iterable[PersonRow]) -> dict[str, Any]:
    """The truth of a list that we wrote ourselves, in the same form."""
    return {
        "people": [
            {
                "name": one.full_name,
                "phone": f"0{one.phone[3:]}" if one.phone else None,
                "birth": _birth(one) or None,
                "sex": _SEXES[one.gender] or None,
                "team": one.team or None,
                "household": one.household_code or None,
                "address": one.address or None,
            }
            for one in people
        ]
    }


def score_content(content: bytes, filename: str, truth: dict[str, Any]) -> Score:
    score = Score()
    people = [one for one in truth["people"] if not one.get("optional")]
    score.people = len(people)
    try:
        found = read_member_list(content, filename)
    except UnreadableFile as refusal:
        score.cells = sum(len(_values(one)) for one in people)
        score.faults.append(f"{filename}: refused: {refusal}")
        return score
    result = Result(content, filename, found)
    left, waiting = list(found.people), [one.person for one in found.refused]
    for due in people:
        person = _best(due, left)
        if person is not None:
            left.remove(person)
        refused = _best(due, waiting) if person is None else None
        if refused is not None:
            waiting.remove(refused)
        _add_person(score, filename, due, person, refused, result)
    others = [one for one in truth["people"] if one.get("optional")]
    for due in (*others, *(one for one in truth["people"] if one.get("listed_twice"))):
        while (extra := _best(due, left)) is not None:
            left.remove(extra)
        while (extra := _best(due, waiting)) is not None:
            waiting.remove(extra)
    score.false_alarms += len(left)
    score.faults += [f"{filename}: nobody: {one.row} {one.full_name}" for one in left]
    return score


def _values(due: dict[str, Any]) -> list[str]:
    return [
        key
        for key in (*CORE, *OTHERS)
        if due.get(key) is not None and None not in _options(due[key])
    ]


def _add_person(
    score: Score,
    name: str,
    due: dict[str, Any],
    person: PersonRow | None,
    refused: PersonRow | None,
    result: "Result",
) -> None:
    wrong = []
    for key in _values(due):
        score.cells += 1
        if person is not None and _is_right(key, due[key], person):
            score.cells_exact += 1
        else:
            wrong.append(key)
            if key in CORE and not result.of(key, due[key]):
                score.silent += 1
                wrong[-1] += "(silent)"
    invented = [
        key for key in CORE if person and due.get(key) is None and not _is_right(key, None, person)
    ]
    core = [key for key in wrong if key.partition("(")[0] in CORE]
    score.exact += person is not None and not core and not invented
    if wrong or invented or person is None:
        state = "" if person else ("waiting " if refused else "missing ")
        score.faults.append(f"{name}: {state}{_options(due['name'])[0]}: {wrong} +{invented}")


class Result:
    """Values of the result speaks of a value: in a person, a message, or a line of what is left."""

    def __init__(self, content: bytes, name: str, found: MemberList) -> None:
        texts = [one.text for one in found.dropped] + [one.message for one in found.problems]
        texts += [line.sentence for line in found.ledger.lines]
        for one in (*found.people, *(refused.person for refused in found.refused)):
            texts += [one.full_name, one.address, one.team, _birth(one), str(one.birth_year or "")]
            texts += [f"0{phone[3:]}" for phone in (one.phone, *one.other_phones) if phone]
            texts += [_SEXES[one.gender], str(one.zalo.as_json()) if one.zalo else ""]
        texts += [text for refused in found.refused for text in refused.texts.values()]
        texts += self._left_out(content, name, found)
        self.words = _bare(" ".join(texts))
        self.digits = digits_of(" ".join(texts).replace(" ", "|").replace("|", ""))

    def _left_out(self, content: bytes, name: str, found: MemberList) -> Iterator[str]:
        """The cells of rows and columns that a line of the result names."""
        columns = {(line.sheet, line.column) for line in found.ledger.of_columns}
        rows = {(one.sheet, one.row) for one in found.dropped}
        rows |= {(one.person.sheet, one.person.row) for one in found.refused}
        for sheet in read_sheets(content, name):
            for number, cells in enumerate(sheet.rows, start=1):
                for index, cell in enumerate(cells):
                    place = {(sheet.name, number), (sheet.name, 0)} & rows
                    if place or (sheet.name, letter_of(index)) in columns:
                        yield text_of(cell)

    def of(self, key: str, due: Any) -> bool:
        for one in _options(due):
            text = str(one)
            if key == "phone" and (text[1:] in self.digits):
                return True
            if key == "birth" and (text[-4:] in self.digits or text[-2:] in self.digits):
                return True
            if key in ("name", "sex") and _bare(text) in self.words:
                return True
        return fold(str(due)) == ""


def score_folder(folder: Path) -> Score:
    total = Score()
    for path, truth in lists_of(folder):
        total += score_of(path, truth)
    return total
