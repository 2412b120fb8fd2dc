"""Find the officers that a text names: they are not given a tip about themselves.

An officer who is missed might read a tip about himself; one found by mistake merely does not see a
tip, and a person can lift that. So names are compared leniently: capitals, missing marks and `y`
for `i` make no difference. Marks that are there must be those of the name: `Hưng` is not `Hùng`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from content_rules.engine.reading import Reading, read
from content_rules.names.full import full_names
from vietnamese.text import fold

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_SURE = 3  # words of a name that nothing else says
_HONORIFIC = (
    r"(?:ong|ba|anh|chi|co|chu|bac|cau|thay|em|thang|ten|dong chi|d/?c|"
    r"(?:(?:thieu|trung|thuong|dai) )?(?:ta|uy)|can bo|cskv|"
    r"cong an(?: xa| phuong| vien| khu vuc)?|ca xa|truong|pho)"
)
_BEFORE = re.compile(rf"\b{_HONORIFIC}[ :]{{1,2}}$")
_RANK = (
    r"(?:(?:thieu|trung|thuong|dai) (?:ta|uy)|d/?c|dong chi|cskv|"
    r"(?:truong |pho )?(?:cong an|ca)(?: xa| phuong| vien| khu vuc| ap)?|can bo(?: cong an)?|"
    r"(?:truong|pho) (?:ap|thon|khu pho)|to truong)"
    r"(?: (?:ten|la|ong|ba|anh|chi|chu|co|bac|xa|phuong))*"
)
_RANK_BEFORE = re.compile(rf"\b{_RANK} $")
_OWN_RANK_BEFORE = re.compile(
    r"\b(?:dong chi|d/?c|(?:thieu|trung|thuong|dai) (?:ta|uy)|cskv|sep) $"
)
_TAKEN_FOR = {"\N{COMBINING HOOK ABOVE}": "\N{COMBINING TILDE}"}
_FEWEST_LETTERS = 7  # of a name that is looked for letter by letter
_OFFICE_AFTER = re.compile(
    r"[ ,(\-–]{1,3}(?:la |lam |ben |ben phia )?(?:truong |pho )?"
    r"(?:cong an|ca xa|cskv|can bo|truong ap|canh sat|to truong)\b"
)
_OFFICES = """
cong ca can pho truong cskv canh to ap xa phuong la o da co nhan lam ben khu thuoc
"""
_OFFICE_WORDS = frozenset(_OFFICES.split())
_FAMILY_NAMES = """
nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh truong lam doan
mai dao cao ha ta luong luu phung to
"""
_FAMILIES = frozenset(_FAMILY_NAMES.split())


@dataclass(frozen=True, slots=True)
class _Part:
    """One word: letters without marks, its marks, and where it stands."""

    bare: str
    marks: frozenset[tuple[str, int]]
    start: int
    end: int
    is_capital: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A text that was read once, for all that is looked for in it."""

    reading: Reading
    parts: list[_Part]


def words_of(text: str) -> Words:
    reading = read(text)
    return Words(reading, _parts(reading.text))


def names_of_officers[Key: Hashable](words: Words, officers: Mapping[Key, str]) -> set[Key]:
    """Return the officers (full names by key) whose full name stands in the text.

    A name of two words counts in capitals, or beside an address or an office; a name of one word
    never does.
    """
    reading, parts = words.reading, words.parts
    places: dict[str, list[int]] = {}
    for at, part in enumerate(parts):
        places.setdefault(part.bare, []).append(at)
    return {
        key
        for key, name in officers.items()
        if any(
            _is_whole_name(reading, parts, at, length)
            for at, length in _where(reading, parts, places, _parts(read(name).text))
        )
    }


def maybe_officers[Key: Hashable](words: Words, officers: Mapping[Key, str]) -> set[Key]:
    """Return the officers who may be meant without their full name: a given name beside a rank or
    an office, initials, or a name of which theirs is a part. Only for a person to look at."""
    named = [(name.start, name.end) for name in full_names(words.reading)]
    return {
        key
        for key, name in officers.items()
        if _may_be_meant(words.reading, words.parts, named, _parts(read(name).text))
    }


def officers_spoken_of[Key: Hashable](text: str, officers: Mapping[Key, str]) -> set[Key]:
    """Return all officers who may be meant, also where a name was spelt so as not to be found:
    letters or words set apart, small letters behind a rank. For what waits for a person."""
    words = words_of(text)
    reading, parts = words.reading, words.parts
    found = names_of_officers(words, officers)
    found |= maybe_officers(words, {key: officers[key] for key in officers if key not in found})
    places = [at for at, sign in enumerate(reading.text) if sign.isalpha()]
    letters = "".join(reading.bare[at] for at in places).replace("y", "i")
    return found | {
        key
        for key, name in officers.items()
        if key not in found
        and (
            _is_spelt_apart(reading, places, letters, name)
            or _is_misspelt(parts, name)
            or _is_behind_rank(reading, parts, name)
        )
    }


def _is_spelt_apart(reading: Reading, places: list[int], letters: str, name: str) -> bool:
    own = [part.bare for part in _parts(read(name).text)]
    whole = "".join(own)
    if len(whole) < _FEWEST_LETTERS:
        return False
    text, own_marks = reading.text, _marks_of(name)
    for found in re.finditer(re.escape(whole), letters):
        start, end = places[found.start()], places[found.end() - 1] + 1
        piece = text[start:end]
        is_plain = [part.bare for part in _parts(piece)] == own and piece.split() == _WORD.findall(
            piece
        )
        stands_apart = not (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha())
        if stands_apart and not is_plain and not _marks_of(piece) - own_marks:
            return True
    return False


def _is_misspelt(parts: list[_Part], name: str) -> bool:
    """Whether the whole name stands there with wrong marks: any before the given name, and on it
    a tone that is commonly taken for its neighbour (`Bảo`, `Bão`)."""
    own = _parts(read(name).text)
    if len(own) < _FEWEST_SURE:
        return False
    letters, given = [part.bare for part in own], _without_one_tone(own[-1])
    return any(
        [part.bare for part in parts[at : at + len(own)]] == letters
        and _without_one_tone(parts[at + len(own) - 1]) == given
        for at in range(len(parts) - len(own) + 1)
    )


def _without_one_tone(part: _Part) -> frozenset[tuple[str, int]]:
    return frozenset((_TAKEN_FOR.get(mark, mark), at) for mark, at in part.marks)


def _marks_of(text: str) -> Counter[str]:
    return Counter(
        sign
        for sign in unicodedata.normalize("NFD", text.lower())
        if unicodedata.combining(sign) or sign == "đ"
    )


def _is_behind_rank(reading: Reading, parts: list[_Part], name: str) -> bool:
    own = _parts(read(name).text)
    if len(own) < 2:
        return False
    own_has_marks = any(part.marks for part in own)
    return any(
        _is_same(part, own[-1], own_has_marks=own_has_marks)
        and _OWN_RANK_BEFORE.search(reading.bare[max(0, part.start - 12) : part.start])
        for part in parts
    )


def _parts(text: str) -> list[_Part]:
    return [
        _Part(*_letters(word[0]), word.start(), word.end(), word[0][0].isupper())
        for word in _WORD.finditer(text)
    ]


def _letters(word: str) -> tuple[str, frozenset[tuple[str, int]]]:
    """Letters without marks, `i` for `y`, and which marks stand how often, wherever they stand."""
    seen: dict[str, int] = {}
    for sign in unicodedata.normalize("NFD", word.lower()):
        if unicodedata.combining(sign) or sign == "đ":
            seen[sign] = seen.get(sign, 0) + 1
    return fold(word).replace("y", "i"), frozenset(seen.items())


def _is_same(written: _Part, own: _Part, *, own_has_marks: bool) -> bool:
    """Whether the word as written is the one of the name, perhaps with fewer marks."""
    return written.bare == own.bare and (not own_has_marks or written.marks <= own.marks)


def _where(
    reading: Reading, parts: list[_Part], places: dict[str, list[int]], name: list[_Part]
) -> Iterator[tuple[int, int]]:
    """Each place (number of the first word, how many) where the words of a name stand in a row."""
    if len(name) < 2:
        return
    own_has_marks = any(part.marks for part in name)
    for at in places.get(name[0].bare, ()):
        row = parts[at : at + len(name)]
        if len(row) == len(name) and all(
            _is_same(written, own, own_has_marks=own_has_marks)
            for written, own in zip(row, name, strict=True)
        ):
            gaps = pairwise(row)
            if all(not reading.text[one.end : other.start].strip() for one, other in gaps):
                yield at, len(name)


def _is_whole_name(reading: Reading, parts: list[_Part], at: int, length: int) -> bool:
    row = parts[at : at + length]
    is_written_as_name = all(part.is_capital for part in row)
    if is_written_as_name and (
        _goes_on(reading, parts, at + length - 1) or _began_before(reading, parts, at)
    ):
        return False
    if length >= _FEWEST_SURE or is_written_as_name:
        return True
    before = reading.bare[max(0, row[0].start - 30) : row[0].start]
    return bool(_BEFORE.search(before) or _OFFICE_AFTER.match(reading.bare, row[-1].end))


def _goes_on(reading: Reading, parts: list[_Part], at: int) -> bool:
    """Another word of the same name follows."""
    if at + 1 >= len(parts):
        return False
    last, following = parts[at], parts[at + 1]
    words = reading.text[following.start : following.end]
    return (
        reading.text[last.end : following.start] == " "
        and following.is_capital
        and (len(words) == 1 or not words.isupper())
        and following.bare not in _OFFICE_WORDS | _FAMILIES
    )


def _began_before(reading: Reading, parts: list[_Part], at: int) -> bool:
    """A family name stands right before, so that this is the rest of a longer name."""
    if not at:
        return False
    before = parts[at - 1]
    return (
        before.is_capital
        and before.bare in _FAMILIES
        and reading.text[before.end : parts[at].start] == " "
    )


def _may_be_meant(
    reading: Reading, parts: list[_Part], named: list[tuple[int, int]], name: list[_Part]
) -> bool:
    if len(name) < 2:
        return False
    own_has_marks = any(part.marks for part in name)
    initials = r"\s?\.\s?".join(part.bare[:1] for part in name[:-1])
    by_initials = re.compile(rf"(?<!\w){initials}\s?\.\s?$")
    for at, part in enumerate(parts):
        if not _is_same(part, name[-1], own_has_marks=own_has_marks):
            continue
        before = reading.bare[max(0, part.start - 40) : part.start]
        if part.is_capital and by_initials.search(before):
            return True
        first = _first_of(parts, at, name, own_has_marks=own_has_marks)
        if at - first >= _FEWEST_SURE - 1:
            return True  # the whole name, as a part of a longer one
        is_in_other_name = any(
            start <= part.start < end and start < parts[first].start for start, end in named
        )
        if is_in_other_name or (part.is_capital and _goes_on(reading, parts, at)):
            continue
        before = reading.bare[max(0, parts[first].start - 40) : parts[first].start]
        office_after = _OFFICE_AFTER.match(reading.bare, part.end)
        rank_before = _RANK_BEFORE.search(before)
        if part.is_capital and (rank_before or office_after):
            return True
        if _BEFORE.search(before) and office_after:
            return True
    return False


def _first_of(parts: list[_Part], at: int, name: list[_Part], *, own_has_marks: bool) -> int:
    """The first of the words before that belong to the same name."""
    first = at
    for own in reversed(name[:-1]):
        if not first or not _is_same(parts[first - 1], own, own_has_marks=own_has_marks):
            break
        first -= 1
    return first
