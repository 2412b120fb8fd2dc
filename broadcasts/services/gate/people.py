"""Names of minors, and names of those who are accused, punished or harmed."""

import re
from collections.abc import Iterator
from datetime import date

from broadcasts.services.gate.findings import Hit, Level
from broadcasts.services.gate.names import ENDS, Name, case_of, full_names
from broadcasts.services.gate.reading import Reading

_ADULT_AGE = 18
_CHILD = re.compile(
    r"\b(?:chau|be|hoc sinh|nam sinh|nu sinh|thieu nien|thieu nhi|doi vien|hs|tre)\b"
    r"(?:[ ]?(?:be|gai|trai|nho|ten|la|hs|hoc sinh|:|,|-|lop \w{1,4}))*\s{0,3}$"
)
_MAYBE_CHILD = re.compile(r"\b(?:em|con|con gai|con trai|hai em|cac em)\b[ ]?(?:ten|la|:)*\s{0,3}$")
_HONORIFIC = re.compile(r"\b(?:ong|ba|co|thay|anh|chi|chu|bac|cu|d/c|dc|dong chi)\b\s{0,3}$")
_AGE = re.compile(r"(?<!\d)(\d{1,2})\s{0,2}(tuoi|t|thang tuoi)\b")
_BORN = re.compile(
    r"\b(?:sinh nam|sinh ngay|sinh|sn|nam sinh|ngay sinh)[\s:.]{0,3}"
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-])?((?:19|20)\d\d)(?!\d)"
)
_PUPIL = r"(?:(?:hien |dang |la |em |hoc )*(?:sinh|hs|lop \d|lop (?:la|mam|choi)|mau giao))"
_IS_PUPIL = re.compile(rf"(?: va [a-z ]{{2,30}})?[\s,(\-:]{{1,4}}{_PUPIL}")
_NEW_SENTENCE = re.compile(r"[^\d]{0,40}[!?]\s")
_GIVEN = re.compile(
    r"\b(chau|be|em)\b(?: (?:be|gai|trai|nho|ten|la|khoang|chung|\d{1,2} (?:thang )?tuoi))*,? "
    r"((?:[yhk]['’]? ?)?[^\W\d_]{2,}(?: [^\W\d_]{2,})?)"
)
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
_ACCUSED = re.compile(
    r"\b(?:doi tuong|bi can|bi cao|nghi pham|nghi can|thu pham|hung thu|nan nhan|bi hai|con no|"
    r"ke (?:trom|cuop|gian|cam dau)|truy na|truy tim|bat giu|bat qua tang|bat khan cap|tam giu|"
    r"tam giam|khoi to|xu phat|trieu tap|canh cao|"
    r"(?:nguoi|con) nghien|(?:vua|da|moi) bat|bat(?= (?:va|duoc)? ?$))\b"
    r"[^.!?;\n,\d]{0,28}$"
)
# What is said of somebody behind the name.
_ACCUSED_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,40}\))?,? (?:la |chinh la )?(?:doi tuong|nghi pham|"
    r"ke (?:trom|cuop|gian|chuyen)|bi can|bi cao|nan nhan|thu pham|hung thu)\b|"
    r"(?![^.!?;\n]{0,60}\b(?:cho biet|thong tin|noi|trao)\b)[^.!?;\n]{0,60}?\b(?:da |vua )?(?:"
    r"bi (?:bat|khoi to|tam giu|tam giam|xu phat|truy na|tuyen|truy to)|khai nhan|"
    r"ve (?:toi|hanh vi))\b|"
    r"(?![^.!?;\n]{0,25}\b(?:giup|cuu|ho tro|phat hien|bao|ngan|bat|chong|phong|canh)\b)"
    r"[^.!?;\n,]{0,25}?\b(?:bi (?:lua|cuop|trom|danh|giet|chiem doat|hai)|tu vong|"
    r"dau thu|tu thu|gay (?:an|tai nan)|cam dau|trom cap|cuop giat|lua dao|danh bac|tang tru|"
    r"su dung ma tuy|mua ban)\b"
)
_AND_ANOTHER = re.compile(r" ?(?:va|,|cung|-) ?")
_TITLE = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy))\s{0,3}$")
_RANK = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|can bo|cong an)\b")


def _is_young(reading: Reading, start: int, end: int, today: date, reach: int) -> bool | None:
    """What age or birth beside a name says; None where they say nothing."""
    after = reading.bare[end : end + reach]
    before = reading.bare[max(0, start - 25) : start]
    for text in (after, before):
        if found := _AGE.search(text):
            return found[2].startswith("thang") or int(found[1]) < _ADULT_AGE
        if found := _BORN.search(text):
            return today.year - int(found[1]) < _ADULT_AGE
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
    return _IS_PUPIL.match(reading.bare, name.end) is not None


def _given_names(reading: Reading, today: date) -> Iterator[Name]:
    """`bé Na 4 tuổi`: a given name alone counts only with an age beside it."""
    for match in _GIVEN.finditer(reading.bare):
        start, end = match.span(2)
        first, _space, second = reading.text[start:end].partition(" ")
        case = case_of(first)
        if case not in {"title", "capitals"}:
            continue
        if case == "capitals" and first.lower() in _NO_GIVEN:
            continue
        if _SHOP.search(reading.bare[max(0, match.start() - 20) : match.start()]):
            continue
        if second and (case_of(second) != case or second.lower() in ENDS):
            end = start + len(first)
        reach = 12 if match[1] == "em" else 30
        if _is_young(reading, start, end, today, reach) or _IS_PUPIL.match(reading.bare, end):
            yield Name(start, end)


def minors(reading: Reading, today: date) -> list[Hit]:
    """Names after a word for a child, or beside an age under eighteen, a class, a late birth."""
    found = [name for name in full_names(reading) if _is_minor(reading, name, today)]
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


def accused(reading: Reading) -> list[Hit]:
    """Full names of suspects, of punished people and of victims."""
    found: list[Name] = []
    for name in full_names(reading):
        before = reading.bare[max(0, name.start - 60) : name.start]
        cue = _ACCUSED.search(before)
        told_after = _ACCUSED_AFTER.match(reading.bare, name.end) and not _TITLE.search(before)
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        if is_next or told_after or (cue and not _RANK.search(cue[0])):
            found.append(name)
    return [
        reading.hit(
            "named_person",
            Level.REASON,
            name.start,
            name.end,
            f"Có họ tên người bị xử lý hoặc bị hại (“{reading.text[name.start : name.end]}”). Hãy "
            "viết tắt tên. Nếu phải nêu đủ (quyết định truy nã, bản án đã công bố) thì ghi lý do.",
        )
        for name in found
    ]
