"""Full Vietnamese names in running text, in title case, capitals or small letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from groups.disclosure.reading import Reading

_COMMON_WORDS = """
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh trương lâm đoàn
mai đào cao hà tạ lương lưu phùng tô kiều quách đàm thái châu nghiêm vương triệu điểu ka tống thị
"""
_RARE_WORDS = """
tôn bạch bá tăng mạc kim thạch sơn danh chu giang hứa khổng lục ninh quan tiêu ung văn viên xa lã lò
lường giáp khuất phí thân thiều ứng âu cù doãn hầu khúc kha lỗ ngụy ôn thẩm trình uông vi la
"""
# Hardly anything but families, so that small letters may be a name; the others are words too.
_SURE_WORDS = "nguyen tran pham huynh hoang bui trinh"
_SURE_MARKED_WORDS = "nguyễn trần phạm huỳnh lê võ vũ ngô bùi đặng phan đinh trương trịnh"
# Families that are everyday words as well: in capitals the word is meant more often.
_ALSO_WORDS = (
    "to cao trieu mai luong luu ka ta dao chau thai lam ha danh vien quan van than trinh ung"
)
# Words that end a name in a line of capitals or of small letters.
_END_WORDS = """
lớp sinh tuổi đi bị đã ở con học là và hiện đang có tại về ngụ nhà ấp xã khu trú số lạc mất bố mẹ
cha thcs thpt trường bạn với để cho được vừa nhặt sn hs tên cùng của khi trong này đừng xin mời gửi
em cháu theo bỏ đến từ lúc ngày đạt cứu trộm cướp khai lĩnh jpg png pdf docx
lop tuoi di bi da hien tai hoc ngu duoc nhat
"""
_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_UNMARKED = str.maketrans(
    _MARKED, "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
)

_COMMON = frozenset(_COMMON_WORDS.split())
_RARE = frozenset(_RARE_WORDS.split())
_FAMILIES = _COMMON | _RARE
_BARE_FAMILIES = frozenset(family.translate(_UNMARKED) for family in _COMMON)
_RARE_BARE = frozenset(family.translate(_UNMARKED) for family in _FAMILIES)
_SURE_FAMILIES = frozenset(_SURE_WORDS.split())
_SURE_MARKED = frozenset(_SURE_MARKED_WORDS.split())
_WORDS_TOO = frozenset(_ALSO_WORDS.split())
_BEFORE_DUONG = re.compile(r"\b(?:tuyen|bieu|binh|hai|dai|thai)\s$")
ENDS = frozenset(_END_WORDS.split())
_AFTER_TRUONG = frozenset({"tieu", "thcs", "thpt", "mam", "trung", "dai", "cao"})
_AFTER_PHAM = frozenset({"luat", "phap", "toi", "quy", "nhan", "vi"})
_BEFORE_PHAM = re.compile(r"\b(?:nghi|toi|vi|xam|quy|su|tai)\s{1,3}$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\.?")
# A person is spoken of: then small letters may be a name too.
_PERSON_CUE = re.compile(
    r"\b(?:chau|be|em|con (?:trai|gai)|con|hoc sinh|nam sinh|nu sinh|doi tuong|nan nhan|bi can|"
    r"bi cao|bi hai|nghi can|nghi pham)\b"
    r"(?: \w{1,5}){0,2}\s{0,3}$"
)
_HONORIFIC = re.compile(r"\b(?:ong|ba|anh|chi|co|chu|bac|cu|ten)\b\s{0,3}$")
_CLOSE_CUE = re.compile(
    r"\b(?:chau|be|em|(?:hoc|nam|nu) sinh|doi tuong|nan nhan|bi (?:can|cao|hai)|nghi (?:can|pham)|"
    r"thieu nien|con (?:trai|gai)|ten|ong|ba|anh|chi|co|chu|bac|cu)\b\s{0,3}$"
)
_TOLD_AFTER = re.compile(
    r"(?: \w+){1,3}(?:,? \(?(?:lop|hs|sn|sinh nam|\d{1,2} ?t(?:uoi)?)\b| \w+ bi )"
)
_PLACE = re.compile(
    r"\b(?:truong|thcs|thpt|th|tieu hoc|mam non|duong|pho|hem|cup|"
    r"quy|giai|cong ty|khu|tuyen|lien doi|"
    r"cau|cho|nga ba|nga tu|cua hang|ca si|anh hung|liet si|nha van hoa|danh hieu)\b\s{0,3}$"
)


_LIST_SIGN = re.compile(r"[\W\d_]*")
_ITEM = re.compile(r"\s*(?:[^\w\s\[(]|\d{1,3}\s?[.)/\t|\-])")
_LONGEST_LIST = 900


@dataclass(frozen=True)
class Name:
    """Where a name stands in the plain form."""

    start: int
    end: int


def case_of(word: str) -> str:
    """`small`, `capitals`, `title`, or blank for a mixture."""
    if word.islower():
        return "small"
    if len(word) > 1 and word.isupper():
        return "capitals"
    return "title" if word[0].isupper() else ""


def _begins_name(reading: Reading, word: re.Match[str], following: str) -> bool:
    """Whether a word is a family name here."""
    said = word[0].rstrip(".")
    small, case = said.lower(), case_of(said)
    bare = small.translate(_UNMARKED)
    if bare not in _RARE_BARE:
        return False  # most words end here
    before = reading.bare[max(0, word.start() - 40) : word.start()]
    if bare == "pham" and (_BEFORE_PHAM.search(before) or following in _AFTER_PHAM):
        return False
    if bare == "truong" and small.isascii() and following in _AFTER_TRUONG:
        return False
    is_told_of = _PERSON_CUE.search(before) is not None
    if case == "small":
        if small.isascii():
            return small in _SURE_FAMILIES and is_told_of
        if small in _COMMON and following in {"van", "thi"}:
            return True
        if _TOLD_AFTER.match(reading.bare, word.end()) and bare != "pham":
            is_told_of = True
        if is_told_of:
            return small in _COMMON and bare not in _WORDS_TOO | {"ho", "do", "doan"}
        return small in _SURE_MARKED and _HONORIFIC.search(before) is not None
    if bare == "duong" and _BEFORE_DUONG.search(before):
        return False
    if case == "title" and small in _RARE_BARE and is_told_of:
        return True
    if case == "capitals" and small in _RARE and bare not in _WORDS_TOO:
        return is_told_of
    if case == "capitals" and bare in _WORDS_TOO and following not in {"van", "thi"}:
        return bare != "danh" and _CLOSE_CUE.search(before) is not None
    known = _COMMON if case == "capitals" else _FAMILIES
    return bool(case) and (small in known or (small.isascii() and small in _BARE_FAMILIES))


def _goes_on(reading: Reading, word: re.Match[str], following: re.Match[str], case: str) -> bool:
    """Whether the next word still belongs to the name that `word` is part of."""
    if word[0].endswith(".") or reading.text[word.end() : following.start()] != " ":
        return False
    said = following[0].rstrip(".")
    is_initial = len(said) == 1 and said.isupper()
    if not is_initial and case_of(said) != case:
        return False
    return case == "title" or said.lower() not in ENDS


def full_names(reading: Reading) -> Iterator[Name]:
    """A family name and one to four words of the same case; one that ends in a letter is none
    (`Nguyễn Văn A.`), nor is that of a street or a school."""
    words = list(_WORD.finditer(reading.text))
    at = 0
    while at < len(words):
        following = words[at + 1] if at + 1 < len(words) else None
        next_bare = reading.bare[slice(*following.span())] if following else ""
        if not _begins_name(reading, words[at], next_bare):
            at += 1
            continue
        case, last = case_of(words[at][0].rstrip(".")), at
        while (
            last + 1 < len(words)
            and last - at < 4
            and _goes_on(reading, words[last], words[last + 1], case)
        ):
            last += 1
        start, final = words[at].start(), words[last]
        given = final[0].rstrip(".")
        is_full = last > at and (len(given) >= 2 or not given.isascii())  # Ý is a name
        if is_full and not _PLACE.search(reading.bare[max(0, start - 40) : start]):
            yield Name(start, final.end() - final[0].endswith("."))
        at = last + 1


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
