"""Headings of two people to a row: `Chồng | Năm sinh | Vợ | Năm sinh | Địa chỉ`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from groups.member_list import aliases
from groups.vietnamese import clean, fold

_SEXES = {"chong": "male", "vo": "female"}
_BY_SEX = {"nam": "chong", "nu": "vo"}
_WORD = re.compile(r"\b(?:chồng|chong|vợ|vo)\b", re.IGNORECASE)
_OF = re.compile(r"\b(?:của|cua)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """One of the two: the sex, and the columns that speak of this person alone or of both."""

    sex: str
    own: frozenset[int]
    columns: frozenset[int]


def sides_named(text: str) -> set[str]:
    """`vo`, `chong`, both, or none."""
    return set(_sides(text)) if text else set()


@lru_cache(maxsize=2048)  # the rows of a list are asked again and again whether they are headings
def _sides(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _WORD.findall(text)) if len(text) < 60 else frozenset()


def is_side(text: str) -> bool:
    """`Chồng` or `Vợ`, `Nam` or `Nữ`, and nothing else."""
    return fold(text).strip(" .:") in {**_SEXES, **_BY_SEX}


def fields_of(parts: Sequence[Sequence[str]]) -> list[str]:
    """The field of each column; the words for husband and wife only say whose it is."""
    if not _has_both(parts):
        return [aliases.field_of(texts) for texts in parts]
    return [_field_of(texts) for texts in parts]


def _has_both(parts: Sequence[Sequence[str]]) -> bool:
    named = [_side_of(texts) for texts in parts]
    return set(_SEXES) <= set(named)


def _side_of(texts: Sequence[str]) -> str:
    if len(texts) > 1 and is_side(texts[-1]) and aliases.field_of(texts[:-1]) == "full_name":
        bare = fold(texts[-1]).strip(" .:")
        return _BY_SEX.get(bare, bare)
    named = set().union(*map(sides_named, texts))
    return named.pop() if len(named) == 1 else ""


def _field_of(texts: Sequence[str]) -> str:
    if not _side_of(texts):
        return aliases.field_of(texts)
    texts = texts[:-1] if is_side(texts[-1]) else texts
    bare = [clean(_OF.sub("", _WORD.sub(" ", text)).strip(" ()-–/:")) for text in texts]
    bare = [text for text in bare if text]
    return aliases.field_of(bare) if bare else "full_name"


def sides_of(parts: Sequence[Sequence[str]]) -> list[Side]:
    """Husband and wife in the order of the file; nothing where rows are of one person."""
    if not _has_both(parts):
        return []
    fields = fields_of(parts)
    named = [_side_of(texts) for texts in parts]
    names = [index for index, name in enumerate(fields) if name == "full_name"]
    if len(names) != 2 or {named[index] for index in names} != set(_SEXES):
        return []
    first, second = names
    whose = {index: side for index, side in enumerate(named) if side}
    between = {index for index in range(first + 1, second) if index not in whose}
    whose |= dict.fromkeys(between, named[first])
    twice = {fields[index] for index in between}
    for index in range(second + 1, len(fields)):
        if index not in whose and fields[index] in twice:
            whose[index] = named[second]
            twice.discard(fields[index])
    shared = frozenset(range(len(fields))) - whose.keys()
    return [_side(named[index], whose, shared) for index in names]


def _side(name: str, whose: dict[int, str], shared: frozenset[int]) -> Side:
    own = frozenset(index for index, side in whose.items() if side == name)
    return Side(_SEXES[name], own, own | shared)
