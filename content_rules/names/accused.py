"""Names of people who are accused, punished or harmed."""

import re

from content_rules.engine.lexicon import bare_finder, bare_of, finder
from content_rules.engine.reading import Reading
from content_rules.names.full import Name, heading

_ACCUSED = re.compile(
    rf"\b(?:{bare_of('case_called')}|bat(?= (?:va|duoc)? ?$))\b[^.!?;\n,\d]{{0,28}}$"
)
# What is said of somebody behind the name.
_ACCUSED_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,40}\))?,? (?:la |chinh la )?(?:doi tuong|nghi pham|"
    r"ke (?:trom|cuop|gian|chuyen)|bi can|bi cao|nan nhan|thu pham|hung thu)\b|"
    r"(?![^.!?;\n]{0,60}\b(?:cho biet|thong tin|noi|trao)\b)[^.!?;\n]{0,60}?\b(?:da |vua )?"
    rf"{bare_of('case_done_after')}\b|"
    r"(?![^.!?;\n]{0,25}\b(?:giup|cuu|ho tro|phat hien|bao|ngan|bat|chong|phong|canh)\b)"
    rf"[^.!?;\n,]{{0,25}}?\b{bare_of('case_suffered_after')}\b"
)
_AND_ANOTHER = re.compile(r" ?(?:va|,|cung|-) ?")
_TITLE = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy))\s{0,3}$")
_RANK = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|can bo|cong an)\b")
# What happens to people who are better not named, anywhere in the sentence of the name.
_CASE = re.compile(
    rf"\b(?:{bare_of('case_words')}|nghien (?!cuu)\w+|(?:di|an|man han|o|boc) tu(?= |,))(?!\w)"
)
# The same in words that only their marks tell from others.
_MARKED_CASE = finder("case_words_marked")
# What the person suffers, right behind the name; fields and houses suffer too.
_SUFFERS = re.compile(
    r"(?: ?\([^)\n]{0,40}\))?,?(?: (?:da|vua|dang|moi|cung))? "
    r"bi (?!sau |hu |hong|dot\b|ngap|loai|han |mat dien|anh huong|cup )"
)
_BARE_MORE = bare_finder("case_words_more")
# What those do who may be named; by the verbs of the second only who stands before them.
_DESERVES = bare_finder("case_good_deeds")
_ACTS = re.compile(rf"(?<!bi )\b{bare_of('case_acts')}\b")
_OFFICE = re.compile(rf"\b{bare_of('case_offices')}\b[^.!?;\n]{{0,40}}$")
_OFFICE_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,30}\))?\s{0,2}[,(\-–]\s{0,2}(?:la )?(?:nguyen )?(?:pho |to )?"
    rf"{bare_of('case_offices_after')}\b"
)
_BY = re.compile(r"\b(?:do|boi)\b")
_FAR = 250
_SENTENCE_END = re.compile(r"(?<![^\w][a-z])[.!?;](?=\s|$)|\n")


def _sentence(reading: Reading, name: Name) -> tuple[int, int]:
    """Its first and last place, as far as a reader keeps in mind."""
    first, last = max(0, name.start - _FAR), min(len(reading.bare), name.end + _FAR)
    for end in _SENTENCE_END.finditer(reading.bare, first, name.start):
        first = end.end()
    following = _SENTENCE_END.search(reading.bare, name.end, last)
    return first, following.start() if following else last


def _tells_case(bare: str, marked: str) -> bool:
    return bool(_CASE.search(bare) or _BARE_MORE.search(bare) or _MARKED_CASE.search(marked))


def _is_in_a_case(reading: Reading, name: Name) -> bool:
    """The sentence, or the heading of the list, tells of a case, and of no deed or office."""
    first, last = _sentence(reading, name)
    before, after = reading.bare[first : name.start], reading.bare[name.end : last]
    office = _OFFICE.search(before)
    if (office and not _CASE.search(office[0])) or _OFFICE_AFTER.match(after):
        return False
    around = f"{before} . {after}"
    if _SUFFERS.match(after) or _tells_case(around, reading.text[first:last]):
        return not (_DESERVES.search(around) or _ACTS.search(after))
    above = heading(reading, name)
    return _tells_case(above, "") and not _DESERVES.search(above)


def accused(reading: Reading, names: list[Name]) -> set[Name]:
    """The names of suspects, of punished people and of victims."""
    found: list[Name] = []
    for name in names:
        before = reading.bare[max(0, name.start - 60) : name.start]
        is_called_after = _ACCUSED_AFTER.match(reading.bare, name.end) and not _TITLE.search(before)
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        is_called = is_called_after or is_called_so(reading, name)
        if is_next or is_called or _is_in_a_case(reading, name):
            found.append(name)
    return set(found)


def is_called_so(reading: Reading, name: Name) -> bool:
    """Whether the words right before a name call its bearer a suspect, punished or a victim."""
    cue = _ACCUSED.search(reading.bare[max(0, name.start - 60) : name.start])
    return cue is not None and not (_RANK.search(cue[0]) or _BY.search(cue[0]))


def tells_of_a_case(reading: Reading, start: int = 0, end: int | None = None) -> bool:
    """Whether a text, or a stretch of it, tells at all of those who are better not named."""
    return _tells_case(reading.bare[start:end], reading.text[start:end])
