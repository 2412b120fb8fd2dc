"""Headings of a family across one row: `Chủ hộ | NS | ĐT | Vợ/chồng | NS | ĐT | Con 1 | NS`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from groups.member_import.reader.aliases import NAME_FIELDS, plain_heading

_KIN = re.compile(
    r"(?:(?:ho (?:va )?ten|ten) )?(vo|chong|vo chong|chong vo|con|chau|cha|bo|me|thanh vien|nguoi)"
    r"(?: (?:thu|so|trai|gai|dau|re|lon|nho|ruot))?(?: ?\d{1,2})?"
)
_SEXES = {"vo": "female", "me": "female", "chong": "male", "cha": "male", "bo": "male"}
_SPOUSE = re.compile(r"(?:vợ|vo|chồng|chong)\s*[/(\-]\s*(?:vợ|vo|chồng|chong)", re.IGNORECASE)
_REPEATED = frozenset(
    (
        "birth",
        "birth_year",
        "phone",
        "other_phone",
        "relative_phone",
        "gender",
        "national_id",
        "relation",
    )
)
_OF_SPOUSES = ("vo", "chong", "vo chong", "chong vo")


@dataclass(frozen=True)
class Group:
    """The columns of one of the family: the name first, and what is said of this person alone."""

    sex: str
    columns: tuple[int, ...]
    is_main: bool = False


# A form in which somebody writes down another one, too.
_FOR_ANOTHER = re.compile(r"\bkhai (?:ho|thay|giup|cung)\b")
_NAME = re.compile(r"\bho (?:va )?ten\b|\bten\b")


def kin_of(texts: Sequence[str]) -> str:
    """The kin that a heading names, and nothing else; empty for any other heading."""
    if len(texts) != 1 or len(texts[0]) > 30:
        return ""
    found = _KIN.fullmatch(plain_heading(texts[0]))
    if not found or (found[1] in ("vo chong", "chong vo") and not _SPOUSE.search(texts[0])):
        return ""
    return found[1]


def groups_of(parts: Sequence[Sequence[str]], fields: Sequence[str]) -> list[Group]:
    """The main person and all kin; nothing where rows are of one person."""
    if another := _of_another(parts, fields) or _below_kin(parts, fields):
        return another
    kins = {index: kin for index, texts in enumerate(parts) if (kin := kin_of(texts))}
    if not kins:
        return []
    first = min(kins)
    names = [n for n in range(first) if fields[n] in NAME_FIELDS]
    if not names and len(kins) > 1:  # parents of somebody who is no resident of age
        return [group for group in _kin_groups(kins, fields) if len(group.columns) > 1]
    if len(names) != 1:
        return []
    main = Group("", _columns_of(names[0], fields, first), is_main=True)
    found = _kin_groups(kins, fields)
    with_facts = [group for group in found if len(group.columns) > 1]
    is_couple = len(found) == 1 and kins[first] in _OF_SPOUSES and len(main.columns) > 1
    return [main, *found] if len(with_facts) > 1 or (with_facts and is_couple) else []


def _kin_groups(kins: dict[int, str], fields: Sequence[str]) -> list[Group]:
    ends = [*sorted(kins), len(fields)]
    return [
        Group(_SEXES.get(kins[at], ""), _columns_of(at, fields, stop, is_kin=True))
        for at, stop in pairwise(ends)
    ]


def _of_another(parts: Sequence[Sequence[str]], fields: Sequence[str]) -> list[Group]:
    """The person who answers, and the one for whom: all columns whose headings say so."""
    texts = [plain_heading(" ".join(own)) for own in parts]
    own = [n for n, text in enumerate(texts) if _FOR_ANOTHER.search(text) and fields[n]]
    name = next((n for n in own if _NAME.search(texts[n]) and fields[n] == "full_name"), None)
    main = next(
        (n for n, field in enumerate(fields) if field in NAME_FIELDS and n not in own), None
    )
    if name is None or main is None or len(own) < len(("name", "fact")):
        return []
    mine = tuple(n for n, field in enumerate(fields) if field in _REPEATED and n not in own)
    group = Group("", (name, *(n for n in own if n != name)))
    return [Group("", (main, *mine), is_main=True), group]


def _below_kin(parts: Sequence[Sequence[str]], fields: Sequence[str]) -> list[Group]:
    """`Vợ/chồng chủ hộ` over columns of its own: name and birth of the one beside the head."""
    outer: dict[str, list[int]] = {}
    for index, texts in enumerate(parts):
        over = _OUTER.sub("", texts[0]) if len(texts) > 1 else ""
        if over and kin_of([over]):
            outer.setdefault(texts[0], []).append(index)
    below = {index for own in outer.values() for index in own}
    main = next((n for n, f in enumerate(fields) if f in NAME_FIELDS and n not in below), None)
    found = []
    for text, own in outer.items():
        name = next((n for n in own if fields[n] in NAME_FIELDS), None)
        if name is not None and len(own) > 1:
            sex = _SEXES.get(kin_of([_OUTER.sub("", text)]), "")
            found.append(Group(sex, (name, *(n for n in own if n != name))))
    if not found or main is None:
        return []
    mine = (n for n, field in enumerate(fields) if field in _REPEATED and n not in below)
    return [Group("", (main, *mine), is_main=True), *found]


_OUTER = re.compile(r"^(?:thông tin\s+)(?:về\s+)?|\s+(?:của\s+)?chủ hộ$", re.IGNORECASE)


def _columns_of(
    at: int, fields: Sequence[str], stop: int, *, is_kin: bool = False
) -> tuple[int, ...]:
    columns = [at]
    while columns[-1] + 1 < stop:
        field = fields[columns[-1] + 1]
        if field not in _REPEATED or (is_kin and fields.count(field) < len(("one", "other"))):
            break  # `Tên chồng | Số điện thoại`, which is asked once, of the one of the row
        columns.append(columns[-1] + 1)
    return tuple(columns)
