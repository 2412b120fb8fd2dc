"""Full Vietnamese names in running text, in title case, capitals or small letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from content_rules.engine.lexicon import bare_of, word_set
from content_rules.engine.reading import Reading
from content_rules.names.lexicon import (
    BARE_FAMILIES,
    BARE_GIVEN,
    BARE_NO_NAMES,
    BARE_STRONG,
    ENDS,
    GIVEN,
    NO_NAMES,
    OTHERS,
    STRONG,
    SURE_BARE,
    UPPER,
    WHOLE_ORDER,
)
from content_rules.names.rare import STRONG_CUE, WEAK_CUE, is_of_any_family

_MOST_SYLLABLES = 5
_OF_THREE = 2
_COMMON = word_set("families_also_words")
_SMALL_LETTERS = rf"(?:(?!{UPPER})[^\W\d_])"
# Words that are glued together begin with a capital each: NguyễnVănThơm.
_WORD = re.compile(
    rf"{UPPER}{_SMALL_LETTERS}+(?={UPPER}{_SMALL_LETTERS})|[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*"
    rf"(?:\.(?!{UPPER}{_SMALL_LETTERS}))?"
)
# What may stand between the words of one name, the same throughout.
_JOINTS = frozenset(("-", "_", "", "."))
_CUE = re.compile(
    rf"\b{bare_of('person_words')}\b\W{{0,3}}"
    r"(?:(?:la|ten|ten la|ten that|be|trai|gai|so sinh|nho)\b\W{0,3}){0,2}$"
)
# Without marks these are everyday words, and families hardly ever: `ai co y kien cu noi`.
_BARE_WORDS = word_set("families_everyday_without_marks")
_DOUBTFUL = re.compile(rf"\b{bare_of('person_words_doubtful')}\s$")
_MARKED_KIN = word_set("kin_words_marked")
_BIRTH_AFTER = re.compile(
    r",? ?[(\-–]?\s?(?:lop|hs|hoc sinh|sn|sinh nam|sinh ngay|\d{1,2} ?t(?:uoi)?)\b| bi "
)
_LETTERS = re.compile(r"[^\W\d_]+")
# Of the highlands: K'Thị, H'Lan, Y'Đên.
_HIGHLAND = re.compile(r"[KHY]['’]")
_HIGHLAND_MIDDLE = re.compile(rf"A (?={UPPER}[^\W\d_A-Z])")
_FOREIGN = re.compile("[fjwz]")
_HEADED = re.compile(r"\bho (?:va )?(?:chu lot va )?ten\b|\bho ten\b|\bdanh sach\b")
_CELL_START = re.compile(r"(?:^|[\n\t|;:+*•,/]|\d[.)/\-:]|[ ][\-–])\W{0,3}$")
_CELL_END = re.compile(r"\s{0,2}(?:$|[\n\t|;,(+/:\-–]|\d|\.(?:\s|$))")
# Families that are a part of an everyday word: what stands before and behind them then.
_OTHER_WORDS = {
    "pham": (r"\b(?:nghi|toi|vi|xam|quy|su|tai)\s{1,3}$", "luat phap toi quy nhan vi"),
    "truong": (r"\b(?:chu|pho|khuech)\s{1,3}$", "tieu thcs thpt mam"),
    "tran": (r"mat $", ""),
    "duong": (r"\b(?:tuyen|bieu|binh|hai|dai|thai|am)\s$", ""),
    "dong": (r"\b(?:hoi|cong|hop|lao|hoat)\s$", ""),
}
_MIDDLE = frozenset({"van", "thi"})
_SURE_MIDDLE = frozenset({"văn", "thị"})
_LIKELY_MIDDLE = word_set("likely_middle_names")

_LIST_SIGN = re.compile(r"[\W\d_]*")
_ITEM = re.compile(r"\s*(?:[^\w\s\[(]|\d{1,3}\s?[.)/\t|\-])")
_LONGEST_LIST = 900


class Name(NamedTuple):
    """The place of a name in the plain form."""

    start: int
    end: int


def case_of(word: str) -> str:
    """`small`, `capitals`, `title`, or blank for a mixture."""
    if word.islower():
        return "small"
    if len(word) > 1 and word.isupper():
        return "capitals"
    return "title" if word[0].isupper() else ""


def is_kin(reading: Reading, start: int) -> bool:
    """The word at a place is the one for a person, by its marks."""
    word = _LETTERS.match(reading.text, start)
    return word is not None and (word[0].isascii() or word[0].lower() in _MARKED_KIN)


@dataclass(frozen=True)
class _Candidate:
    """Words of one case that begin with a family."""

    reading: Reading
    words: tuple[re.Match[str], ...]
    case: str

    @property
    def start(self) -> int:
        return self.words[0].start()

    @property
    def end(self) -> int:
        return self.words[-1].end() - self.words[-1][0].endswith(".")

    @property
    def small(self) -> list[str]:
        return [word[0].rstrip(".").lower() for word in self.words]

    def is_cued(self) -> bool:
        cue = _CUE.search(self.reading.bare, max(0, self.start - 40), self.start)
        return cue is not None and is_kin(self.reading, cue.start())

    def is_doubtfully_cued(self) -> bool:
        """The word before it is an everyday one as well, where marks are left out: co, di, gap."""
        return _DOUBTFUL.search(self.reading.bare, max(0, self.start - 8), self.start) is not None

    def is_cell(self) -> bool:
        """It stands alone in a line, a cell or between signs of a list."""
        bare = self.reading.bare
        return (
            _CELL_START.search(bare, max(0, self.start - 8), self.start) is not None
            or not bare[: self.start].strip()
        ) and _CELL_END.match(bare, self.end) is not None


def _is_other_word(family: str, following: str, before: str) -> bool:
    """The family is a part of an everyday word here."""
    if family not in _OTHER_WORDS:
        return False
    ahead, behind = _OTHER_WORDS[family]
    return following in behind.split() or re.search(ahead, before) is not None


def _is_name(one: _Candidate) -> bool:
    """Whether these words are a name: by their families, given names, case and surroundings."""
    small = one.small
    family, second, last = small[0], small[1], small[-1]
    is_ascii = all(word.isascii() for word in small)
    if family not in STRONG and any(_FOREIGN.search(word) for word in small):
        return False
    count = len(small) - 1
    is_cued = one.is_cued()
    pair = f"{family} {second}"
    if count > 1 and family not in STRONG and f"{second} {small[2]}" in NO_NAMES:
        return False
    if not is_ascii and family not in STRONG and family not in OTHERS:
        return False
    is_given = second in GIVEN or (is_ascii and second in BARE_GIVEN)
    are_given = is_given and (
        last in GIVEN or len(last) == 1 or (last.isascii() and last in BARE_GIVEN)
    )
    is_person = is_cued or _BIRTH_AFTER.match(one.reading.bare, one.end) is not None
    if pair in NO_NAMES and not (is_person and are_given and count > 1):
        return False
    if is_ascii and pair in BARE_NO_NAMES and not is_cued:
        return False
    has_middle = second in _SURE_MIDDLE or (is_ascii and second in _MIDDLE)
    is_known = family in STRONG or (is_ascii and family in BARE_STRONG)
    match one.case:
        case "title":
            if family in STRONG or (is_ascii and family in SURE_BARE):
                return count > 1 or second in GIVEN or len(second) > 1 or is_cued
            if is_known:
                return count > 1 or is_cued or (are_given and family in STRONG)
            if count > 1:
                is_likely = (
                    count == _OF_THREE and second in _LIKELY_MIDDLE and family not in _COMMON
                )
                return has_middle or are_given or is_cued or is_likely
            return is_given and (is_cued or one.is_cell())
        case "capitals":
            if is_cued:
                return is_given or is_known
            if is_ascii and family not in SURE_BARE and not has_middle:
                return count > 1 and are_given and one.is_cell()
            if has_middle:
                return count > 1 or one.is_cell()
            if is_known:
                return is_given and (count > 1 or one.is_cell())
            return are_given and (count > 1 or one.is_cell())
        case _:
            if has_middle and count > 1:
                is_bare_name = family in BARE_STRONG and pair != "do thi" and are_given
                return is_cued or not is_ascii or (is_bare_name and one.reading.text.isascii())
            if is_ascii and family in _BARE_WORDS and one.is_doubtfully_cued():
                return False
            if is_ascii and family not in SURE_BARE:
                return is_cued and are_given and count > 1
            return is_person and are_given and (family in STRONG or count > 1)


def _may_join(
    reading: Reading, words: list[re.Match[str]], at: int, behind: int, joint: str
) -> bool:
    """The next word belongs to the name: by a space, or by the sign that parts all its words."""
    first = reading.text[words[at].end() : words[at + 1].start()]
    if joint == " ":
        return behind == 0 or first == " "
    if joint not in _JOINTS:
        return False
    if behind:
        return first == joint
    if at + 2 >= len(words):
        return False
    return reading.text[words[at + 1].end() : words[at + 2].start()] == joint


def _run(reading: Reading, words: list[re.Match[str]], at: int) -> _Candidate | None:
    """The family at a place and the words of the same case behind it."""
    first = words[at][0]
    if first.endswith("."):
        return None
    case = case_of(first)
    if not case:
        return None
    last = at
    while last + 1 < len(words) and last - at < _MOST_SYLLABLES - 1:
        word = words[last + 1]
        joint = reading.text[words[last].end() : word.start()]
        if words[last][0].endswith(".") or not _may_join(reading, words, at, last - at, joint):
            break
        given = word[0].rstrip(".")
        if len(given) == 1 and given.isupper():
            last += 1
            if given.isascii() and not _HIGHLAND_MIDDLE.match(reading.text, word.start()):
                break
            continue
        if case_of(given) != case:
            break
        small = given.lower()
        if case != "title" and small in ENDS:
            break
        if case == "small" and last > at:
            of_middle = words[last][0].lower() in {"văn", "thị", "van", "thi"}
            if small not in GIVEN and small not in BARE_GIVEN and not of_middle:
                break
        last += 1
    return _Candidate(reading, tuple(words[at : last + 1]), case) if last > at else None


def _of_rare_family(reading: Reading, words: list[re.Match[str]], at: int) -> _Candidate | None:
    """A name of any family: by its middle name, or its syllables and the word before it."""
    first = words[at][0]
    if not first[0].isupper() or first.lower() in WHOLE_ORDER or at + 1 == len(words):
        return None
    if not words[at + 1][0][0].isupper():
        return None
    one = _run(reading, words, at)
    if one is None or one.case == "small":
        return None
    if _HIGHLAND.match(first):
        return one
    is_shouted = one.case == "capitals"
    return one if is_of_any_family(one.small, is_shouted=is_shouted, cue=_cue(one)) else None


def _cue(one: _Candidate) -> str:
    """How surely a person is spoken of here: `strong`, `weak` or blank."""
    before = one.reading.bare[max(0, one.start - 30) : one.start]
    if one.is_cued() or STRONG_CUE.search(before):
        return "strong"
    if one.is_cell() and _HEADED.search(one.reading.bare, 0, one.start):
        return "strong"
    if _BIRTH_AFTER.match(one.reading.bare, one.end) or WEAK_CUE.search(before):
        return "weak"
    return ""


def _name_at(reading: Reading, words: list[re.Match[str]], at: int) -> _Candidate | None:
    """The name that begins with this word."""
    start, end = words[at].span()
    family, marked = reading.bare[start:end], words[at][0].lower()
    is_family = marked.isascii() or marked in STRONG or marked in OTHERS
    if family not in BARE_FAMILIES or not is_family:
        return _of_rare_family(reading, words, at)
    one = _run(reading, words, at)
    if one is None:
        return None
    following = reading.bare[slice(*one.words[1].span())].rstrip(".")
    if _is_other_word(family, following, reading.bare[max(0, start - 12) : start]):
        return None
    return one if _is_name(one) else _of_rare_family(reading, words, at)


def full_names(reading: Reading) -> Iterator[Name]:
    """A family name and one to four words of the same case, the last of which may be a letter."""
    words = list(_WORD.finditer(reading.text))
    at = 0
    while at < len(words):
        one = _name_at(reading, words, at)
        if one:
            yield Name(one.start, one.end)
        at += len(one.words) if one else 1


def heading(reading: Reading, name: Name) -> str:
    """The bare line above the list of which a name begins an item; blank outside a list."""
    first, _last = reading.line_of(name.start)
    if not first or not _LIST_SIGN.fullmatch(reading.text, first, name.start):
        return ""
    above = ""
    for line in reversed(reading.bare[max(0, first - _LONGEST_LIST) : first - 1].split("\n")):
        if line.strip():
            above = line
            if not _ITEM.match(line):
                break
    return above
