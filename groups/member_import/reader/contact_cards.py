"""Contacts of a phone (vCard 2.1, 3.0 and 4.0) as the rows of a table."""

import quopri
import re
from collections.abc import Iterator

from groups.member_import.reader.families import begins_family_name, begins_rare_family
from vietnamese.text import clean, fold

HEADING = (
    "Họ và tên", "Số điện thoại", "Ngày sinh", "Giới tính", "Địa chỉ", "Ghi chú",
    "Tên thường gọi", "Cơ quan", "Email", "Tổ",
)  # fmt: skip
_COLUMNS = {
    "TEL": 1, "BDAY": 2, "GENDER": 3, "ADR": 4, "NOTE": 5, "NICKNAME": 6, "ORG": 7, "TITLE": 7,
    "EMAIL": 8,
}  # fmt: skip
_NOTE_AT, _TEAM_AT = 5, 9
_TEAM = re.compile(r"[\s\-–,(]+(?:(?:tổ|to)\s?(\d{1,2})|t\.?\s?(\d{1,2}))\s*\)?$", re.IGNORECASE)
_SEXES = {"M": "Nam", "F": "Nữ"}
_STRUCTURED = re.compile(r"(?<!\\)[;,]")
_ESCAPED = re.compile(r"\\([\\,;:nN])")


def rows_of(text: str) -> list[list[str]]:
    """The heading, then one row for each card, in the order of the file."""
    return [list(HEADING), *map(_row, _cards(text))]


def _cards(text: str) -> Iterator[list[tuple[str, str]]]:
    """The lines of each card as names of properties with their values."""
    card: list[tuple[str, str]] | None = None
    for line in _unfolded(text):
        head, colon, value = line.partition(":")
        name, *parameters = head.split(";")
        name = name.rpartition(".")[2].strip().upper()
        if name == "BEGIN":
            card = []
        elif name == "END":
            if card:
                yield card
            card = None
        elif card is not None and colon and value.strip():
            card.append((name, _decoded(value, parameters)))
    if card:
        yield card


def _unfolded(text: str) -> Iterator[str]:
    """Lines with their continuations: a leading space, or a soft break of quoted-printable."""
    pending = ""
    for line in text.splitlines():
        if pending and _is_quoted(pending) and pending.endswith("="):
            pending = pending[:-1] + line
        elif pending and line[:1] in (" ", "\t"):
            pending += line[1:]
        else:
            if pending:
                yield pending
            pending = line
    if pending:
        yield pending


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _decoded(value: str, parameters: list[str]) -> str:
    options = {one.upper() for one in parameters}
    if any("QUOTED-PRINTABLE" in one for one in options):
        return quopri.decodestring(value.encode(errors="replace")).decode(errors="replace")
    if any(one in ("ENCODING=B", "ENCODING=BASE64", "BASE64") for one in options):
        return ""  # a picture
    return value


def _plain(value: str) -> str:
    return clean(_ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value))


def _row(card: list[tuple[str, str]]) -> list[str]:
    """A name that is shown wins over one in parts."""
    cells: list[list[str]] = [[] for _heading in HEADING]
    names = {name: value for name, value in reversed(card) if name in ("FN", "N")}
    full = _plain(names.get("FN", ""))
    family, given, middle = (*map(_plain, _STRUCTURED.split(names.get("N", ""))), "", "", "")[:3]
    in_parts = clean(f"{family} {middle} {given}")
    is_turned = family and given and _is_turned(full, family)
    called = _CALLED.match(full) if is_turned else None
    name = f"{called[0] if called else ''}{in_parts}" if is_turned or not full else full
    if (inside := _BRACKETS.search(name)) and begins_family_name(inside[1]) and " " in inside[1]:
        cells[_NOTE_AT], name = [_BRACKETS.sub("", name)], inside[1]  # what people call somebody
    name = _ADDED.sub("", name)
    if found := _TEAM.search(name):
        name, cells[_TEAM_AT] = name[: found.start()], [f"Tổ {found[1] or found[2]}"]
    cells[0] = [name]
    for name, value in card:
        column = _COLUMNS.get(name)
        if column is None:
            continue
        if name == "ADR":
            value = ", ".join(part for part in map(_plain, _STRUCTURED.split(value)) if part)
        elif name == "BDAY":
            value = _birth(value)
            if re.match(r"-|1604", value) or value.endswith("/1604"):
                column, value = _NOTE_AT, f"sinh nhật {value.removesuffix('/1604')}"
        elif name == "GENDER":
            value = _SEXES.get(value[:1].upper(), "")
        elif name == "ORG":
            value = ", ".join(part for part in map(_plain, _STRUCTURED.split(value)) if part)
            if (found := _TEAM.search(f" {value}")) and not cells[_TEAM_AT]:
                cells[_TEAM_AT] = [f"Tổ {found[1] or found[2]}"]
        text = _plain(value.removeprefix("tel:"))
        if text and text not in cells[column]:
            cells[column].append(text)
    return ["\n".join(texts) for texts in cells]


def _is_turned(full: str, family: str) -> bool:
    """`Mỹ Duyên Trà`: a phone shows the family behind; some people type it as the given name."""
    bare = _CALLED.sub("", full)
    if begins_family_name(bare) or begins_rare_family(bare):
        return False
    is_behind = begins_rare_family(family) and fold(bare).endswith(f" {fold(family)}")
    return is_behind or begins_family_name(family)


# What people add to a name so as to find it.
_ADDED = re.compile(r"\s+(?:zalo|zl|viettel|vina|mobi|sđt|số mới|số cũ)$", re.IGNORECASE)
_CALLED = re.compile(r"(?:ông|bà|anh|chị|cô|chú|bác)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\(([^()]+)\)\s*")


def _birth(value: str) -> str:
    """`19700214` and `1970-02-14T00:00:00Z` as a day; a day without its year is none."""
    found = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", value)
    return f"{int(found[3])}/{int(found[2])}/{found[1]}" if found else value
