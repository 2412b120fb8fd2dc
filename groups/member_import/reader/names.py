"""Read names: without honorifics and notes, with capitals where names have them."""

import re
from dataclasses import dataclass, field

from groups.member_import.reader.cells import is_as_above, refuse_formula, text_of
from groups.member_import.reader.families import FAMILY_NAMES, begins_family_name
from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell
from vietnamese.text import LETTERS_MARKED, clean, fold, title_case

MAX_NAME = 100
_LONGEST_WITH_NOTES = 500

_FAMILY = r"(?:hộ(?: gia đình)?|gia đình)"
_HONORIFIC = re.compile(
    rf"^(?:(?:{_FAMILY}\s+)?(?:ông|bà|anh|chị|cô giáo|thầy giáo|bác sĩ|cô|chú|cụ|bác)"
    rf"(?:\s*[/&]\s*(?:ông|bà|anh|chị))?"
    rf"|{_FAMILY}|mr|mrs|ms|đ/c|đồng chí)[.:]?\s+|^[ôbac]\.\s*(?=\w{{2}})",
    re.IGNORECASE,
)
_HONORIFIC_WORDS = frozenset(
    ["Hộ", "Ông", "Bà", "Anh", "Chị", "Cô", "Chú", "Cụ", "Bác", "Mr", "Mrs", "Ms", "Đồng", "Gia"]
)
_WORD = "[A-Z{}][a-z{}]{{0,7}}".format(
    *("".join(filter(is_case, LETTERS_MARKED)) for is_case in (str.isupper, str.islower))
)
_OF_FAMILY_ONG = re.compile(r"thị |văn [^\W\d_]+$", re.IGNORECASE)
_WITH_FAMILY = re.compile(
    r"\s*(?:\bvà|[+&,])\s*(?:vợ|chồng|(?:\d+\s*|các )?con|gia đình)\s*$", re.IGNORECASE
)
_PLAIN = re.compile(f"({_WORD})(?: {_WORD}){{1,6}}")
_ONLY_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_BRACKETED = re.compile(r"^\(\s*(ông|bà|anh|chị|cô|chú)\s*\)\s*", re.IGNORECASE)
_HEAD_NOTE = re.compile(
    r"[(\[]\s*(?:chủ hộ|ch|c\.hộ)\s*[)\]]|[-–]\s*chủ hộ\s*$|^chủ hộ\s*[:\-–]\s*", re.IGNORECASE
)
ROLE = re.compile(
    r"^(?:tổ (?:trưởng|phó)|trưởng (?:ấp|thôn|khu phố|ban|nhóm)"
    r"|phó (?:trưởng )?(?:ấp|thôn|khu phố))\s*[:\-–]\s*",
    re.IGNORECASE,
)
_KIN_LABEL = re.compile(
    r"^(?:(?:vợ|chồng|con|cháu|mẹ|má|cha|bố|ba)(?: (?:trai|gái|dâu|rể|nội|ngoại|vợ|chồng|ruột))?"
    r"|(?:ông|bà|anh|chị|em) (?:trai|gái|dâu|rể|nội|ngoại|ruột))\s*:\s*(?=\w)",
    re.IGNORECASE,
)
# What regions call people, before a whole name.
_REGIONAL = re.compile(
    r"^(?:mệ|o|dì|thím|mợ|cậu|dượng|thầy|cô giáo|giáo viên|bác sĩ|y sĩ|em|cháu)\s+", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
# Pictures that people put beside their name, and what is left where letters were lost.
_PICTURES = re.compile("[\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff]+")
_LOST = re.compile(r"\ufffd|[^\W\d_]\?[^\W\d_]|\B\?[^\W\d_]")
_LEADING_NUMBER = re.compile(r"^\d{1,4}\s*[.)/-]\s*(?=\D)")
_SIGNS = re.compile(r"[<>{}|\\=#$%@]")
_BETWEEN_PEOPLE = re.compile(r"\s*[,;/&+]\s*|\s+và\s+|\s+VÀ\s+|\s[-–]\s")


def looks_like_person(cell: Cell) -> bool:
    """Two to six words of letters, the first of which is a common family name."""
    if not isinstance(cell, str):
        return False
    text = text_of(cell)
    while match := _HONORIFIC.match(text):
        text = text[match.end() :]
    words = text.strip(" .,;:-–").split(" ")
    return (
        2 <= len(words) <= 6
        and len(text) <= 60
        and begins_family_name(text)
        and bool(_ONLY_WORDS.fullmatch(" ".join(words)))
    )


_HONORIFIC_GENDER = {
    "o": "male",
    "a": "male",
    "b": "female",
    "c": "female",
    "ong": "male",
    "anh": "male",
    "chu": "male",
    "ba": "female",
    "chi": "female",
}


@dataclass
class ReadName:
    full_name: str
    gender: str = ""
    is_head: bool = False
    notes: list[str] = field(default_factory=list)
    note: str = ""


def _speaks_of_several(text: str, cell: Cell) -> bool:
    """Two names with a sign between them, or two lines of which the second begins a name."""
    parts = [part for part in _BETWEEN_PEOPLE.split(text) if part]
    if len(parts) > 1 and all(" " in part.strip() for part in parts):
        return True
    lines = [clean(line) for line in cell.splitlines()] if isinstance(cell, str) else []
    lines = [line for line in lines if line and not _IN_BRACKETS.fullmatch(line)]
    return len(lines) > 1 and all(
        " " in line and fold(line).partition(" ")[0] in FAMILY_NAMES for line in lines
    )


def _without_notes(text: str, name: ReadName) -> str:
    """The text without notes, numbers, pictures and signs."""
    if _LOST.search(text):
        raise BadCell("name_lost", text=text)
    text = _BRACKETED.sub(r"\1 ", clean(_PICTURES.sub(" ", text)))
    if _HEAD_NOTE.search(text):
        name.is_head = True
        text = clean(_HEAD_NOTE.sub(" ", text))
    text = _LEADING_NUMBER.sub("", text)
    if kin := _KIN_LABEL.match(text):
        name.note, text = kin[0], text[kin.end() :]
    if role := ROLE.match(text):
        name.note, text = role[0], text[role.end() :]
    shorter = clean(_IN_BRACKETS.sub(" ", text))
    if shorter != text:
        name.note = clean(" ".join((name.note, *_IN_BRACKETS.findall(text))))
    text = shorter if any(map(str.isalpha, shorter)) else text
    return text.strip(" .,;:-–*'\"+•·").lstrip("’`")


def read_name(cell: Cell) -> ReadName:
    """A full name without honorifics and notes, with capitals where names have them."""
    if isinstance(cell, str):
        if (plain := _PLAIN.fullmatch(cell)) and plain[1] not in _HONORIFIC_WORDS:
            return ReadName(cell)  # as most cells are
        if len([line for line in cell.splitlines() if line.strip()]) > 2:
            raise BadCell("name_several")
    text = text_of(cell)
    if len(text) > _LONGEST_WITH_NOTES:
        raise BadCell("name_too_long", limit=MAX_NAME)
    refuse_formula(text)
    name = ReadName("")
    if not _ONLY_WORDS.fullmatch(text):
        text = _without_notes(text, name)
    if is_as_above(text):
        raise BadCell("name_no_letters", text=text_of(cell))
    if family := _WITH_FAMILY.search(text):
        name.note, text = clean(f"{name.note} {family[0]}"), text[: family.start()]
    if _speaks_of_several(text, cell):
        raise BadCell("name_several")
    if not any(map(str.isalpha, text)):
        raise BadCell("name_no_letters", text=text_of(cell))
    if any(map(str.isdigit, text)):
        raise BadCell("name_digits", text=text)
    if _SIGNS.search(text):
        raise BadCell("name_signs", text=text)
    if (called := _REGIONAL.match(text)) and looks_like_person(text[called.end() :]):
        name.notes.append("name_honorific")
        text = text[called.end() :]
    while match := _HONORIFIC.match(text):
        words = re.sub(r"^(?:ho )?(?:gia dinh )?", "", fold(match[0])).strip(" .:")
        is_short = len(words) == 1  # “A. Hùng” is nobody's name; “Anh Tư” is what all call him
        if not is_short and " " not in text[match.end() :].strip():
            break
        if words == "ong" and _OF_FAMILY_ONG.match(text[match.end() :]):
            break  # of the family Ông
        name.gender = _HONORIFIC_GENDER.get(words, "")
        text = text[match.end() :].strip()
        name.notes.append("name_honorific")
    if len(text) > MAX_NAME:
        raise BadCell("name_too_long", limit=MAX_NAME)
    name.full_name = title_case(text)
    if text.isupper() and name.full_name != text:
        name.notes.append("name_capitals")
    return name


def sex_called(text: str) -> str:
    """The sex that the word before a nickname tells: `Bà Tư Chè`."""
    found = _HONORIFIC.match(text)
    return _HONORIFIC_GENDER.get(fold(found[0]).strip(" .:"), "") if found else ""
