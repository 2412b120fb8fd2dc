"""Names of minors."""

import re
from collections.abc import Iterator
from datetime import date

from groups.disclosure.findings import Hit, Level
from groups.disclosure.names import ENDS, Name, case_of, heading
from groups.disclosure.reading import Reading

_ADULT_AGE = 18
_LINE = 200
_CHILD = re.compile(
    r"\b(?:chau|be|hoc sinh|nam sinh|nu sinh|thieu nien|thieu nhi|doi vien|hs|tre|nhoc|"
    r"(?:\d|hai|ba|bon|cac|nhung) em)\b"
    r"(?:[ ]?(?:be|gai|trai|nho|ten|la|hs|hoc sinh|:|,|-|lop \w{1,4}))*\s{0,3}$"
)
_MAYBE_CHILD = re.compile(r"\b(?:em|con|con gai|con trai|hai em|cac em)\b[ ]?(?:ten|la|:)*\s{0,3}$")
_HONORIFIC = re.compile(r"\b(?:ong|ba|co|thay|anh|chi|chu|bac|cu|d/c|dc|dong chi)\b\s{0,3}$")
_AGE = re.compile(r"(?<!\d)(?<!nam )(?<!khi )(?<!den )(\d{1,2})\s{0,2}(tuoi|t|thang tuoi)\b")
_BORN = re.compile(
    r"\b(?:sinh nam|sinh ngay|sinh|sn|nam sinh|ngay sinh)[\s:.]{0,3}"
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-])?((?:19|20)\d\d)(?!\d)"
)
_PUPIL = (
    r"(?:(?:hien |dang |la |em |hoc |tre )*"
    r"(?:sinh|hs|lop \d|lop (?:la|mam|choi)|mau giao|l\d{1,2}\b))"
)
_IS_PUPIL = re.compile(rf"(?: va [a-z ]{{2,30}})?[\s,(\-:]{{1,4}}{_PUPIL}")
# A year in the next cell of a row, and a class in a list of pupils.
_NEXT_YEAR = re.compile(
    r"\s?[\t|,(\-][\s(]{0,3}((?:\d{1,2}[/.\-]){2})?((?:19|20)\d\d)(?![/.\-]?\d)"
)
_PUPILS = re.compile(
    r"\b(?:hoc sinh|hs|thieu nhi|(?:cac|nhung) (?:chau|em|be|con)|"
    r"danh sach (?:em|chau|be)|tre (?:em|mo coi|ngheo)|doi vien|"
    r"lop (?:\d|la|mam|choi)|nhi dong)\b"
)
_GROWN = re.compile(
    r"\b(?:phu huynh|giao vien|thay co|can bo|cuu|hoi|nha hao tam|manh thuong quan)\b"
)
_AND_ANOTHER = re.compile(r" ?(?:va|,|cung|-|&|\+) ?")
# A class behind the name, where the line speaks of pupils.
_CLASS = re.compile(r"[ ,(:\-]{1,4}(?:l|lop )?\d{1,2}(?:/\d{1,2}|[a-e]\d?)\b(?![/.\-]\d)")
_NEW_SENTENCE = re.compile(r"[^\d]{0,40}[!?]\s")
_GIVEN = re.compile(
    r"\b(chau|be|em)\b(?: (?:be|gai|trai|nho|ten|la|khoang|chung|\d{1,2} (?:thang )?tuoi))*,? "
    r"((?:[yhk]['’]? ?)?[^\W\d_]{2,}(?: [^\W\d_]{2,})?)"
)
# Where what is said of one person ends.
_NEXT_PERSON = re.compile(r";|\n\s*(?:[*•+\-]|\d{1,2}[.)])\s")
_SHOP = re.compile(
    r"\b(?:shop|tap hoa|quan|tiem|che|banh|cua hang|truong|mam non|nha tre|lop|nhom|ca phe|ao)"
    r"(?: \w+)?\s{0,2}$"
)
# What may stand between “cháu” and an age in a line of capitals.
_NO_GIVEN_WORDS = """
bị mới khoảng được đã đang từ trên dưới hơn gần chỉ nay đủ chưa nội ngoại học nhỏ sơ mầm em
bi moi khoang duoc da dang tu tren duoi hon gan chi du chua noi ngoai hoc nho so mam
"""
_NO_GIVEN = frozenset(_NO_GIVEN_WORDS.split())


def _is_young(reading: Reading, start: int, end: int, today: date, reach: int) -> bool | None:
    """What age or birth beside a name says; None where they say nothing."""
    after = _NEXT_PERSON.split(reading.bare[end : end + reach])[0]
    before = reading.bare[max(0, start - 25) : start]
    for text in (after, before):
        if found := _AGE.search(text):
            return found[2].startswith("thang") or int(found[1]) < _ADULT_AGE
        if found := _BORN.search(text):
            return today.year - int(found[1]) < _ADULT_AGE
    if found := _NEXT_YEAR.match(reading.bare, end):
        age = today.year - int(found[2])
        return age < _ADULT_AGE if age > 1 or (age >= 0 and not found[1]) else None
    return None


def _is_minor(reading: Reading, name: Name, today: date) -> bool:
    before = reading.bare[max(0, name.start - 40) : name.start]
    is_young = _is_young(reading, name.start, name.end, today, 45)
    if is_young is not None:
        if _CHILD.search(before) or _MAYBE_CHILD.search(before):
            return is_young
        return is_young and not _NEW_SENTENCE.match(reading.bare, name.end, name.end + 45)
    if _HONORIFIC.search(before):
        return False
    if _CHILD.search(before):
        return True
    if _CLASS.match(reading.bare, name.end):
        first, last = reading.line_of(name.start)
        if _PUPILS.search(
            reading.bare, max(first, name.start - _LINE), min(last, name.end + _LINE)
        ):
            return True
    above = heading(reading, name)
    if _PUPILS.search(above) and not _GROWN.search(above):
        return True
    return _IS_PUPIL.match(reading.bare, name.end) is not None


def _given_names(reading: Reading, today: date) -> Iterator[Name]:
    """`bé Na 4 tuổi`: a given name alone counts only with an age beside it."""
    for match in _GIVEN.finditer(reading.bare):
        start, end = match.span(2)
        first, _space, second = reading.text[start:end].partition(" ")
        case = case_of(first)
        if case not in {"title", "capitals"}:
            continue
        if case == "capitals" and "tuoi" in match[0]:
            continue
        if case == "capitals" and first.lower() in _NO_GIVEN | ENDS:
            continue
        if _SHOP.search(reading.bare[max(0, match.start() - 20) : match.start()]):
            continue
        if second and (case_of(second) != case or second.lower() in ENDS):
            end = start + len(first)
        reach = 12 if match[1] == "em" else 30
        if _is_young(reading, start, end, today, reach) or _IS_PUPIL.match(reading.bare, end):
            yield Name(start, end)


def minors(reading: Reading, today: date, names: list[Name]) -> list[Hit]:
    """Names after a word for a child, or beside an age under eighteen, a class, a late birth."""
    found: list[Name] = []
    for name in names:
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        if is_next or _is_minor(reading, name, today):
            found.append(name)
    found += _given_names(reading, today)
    return [
        reading.hit(
            "minor",
            Level.REASON,
            name.start,
            name.end,
            f"Có tên người dưới 18 tuổi (“{reading.text[name.start : name.end]}”). Hãy thay bằng "
            "“một cháu bé”, “một học sinh”. Nếu phải nêu tên (tìm trẻ lạc, biểu dương) thì ghi lý "
            "do và sự đồng ý của cha mẹ.",
        )
        for name in dict.fromkeys(found)
    ]
