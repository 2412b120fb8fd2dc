"""People whom running text names, each with the facts that stand beside the name.

`nhà ông Mai Văn Cò sinh 1961 đt 0900 000 164`: a name is a run of words with capitals that begins
with a family name; what follows it, up to the next person, is said of it.
"""

import re
from dataclasses import dataclass, field

from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.families import (
    begins_family_name,
    begins_family_of_few,
    begins_rare_family,
)
from groups.member_import.reader.lines import DATE, PHONE, TITLE, YEAR
from groups.member_import.reader.organisations import is_organisation
from vietnamese.text import clean, fold

_LETTER = r"[^\W\d_]"
_NAME = re.compile(rf"(?<![\w’'])(?:{_LETTER}[\w’']*)(?:[ \-](?:{_LETTER}[\w’']*))*")
_HONORIFICS = {
    "ông": "male", "anh": "male", "chú": "male", "thằng": "male", "bà": "female", "chị": "female",
    "cô": "female", "dì": "female", "cụ": "", "bác": "", "em": "", "cháu": "", "hộ": "", "nhà": "",
}  # fmt: skip
_KIN = (
    r"vợ|chồng|con (?:trai|gái|dâu|rể)|cháu (?:nội|ngoại|trai|gái)|con|cháu"
    r"|(?:mẹ|má|cha|bố|ba|bà|ông) (?:vợ|chồng|ruột|nội|ngoại)|mẹ|má|cha|bố"
    r"|em (?:trai|gái|dâu|rể)|anh (?:trai|rể)|chị (?:gái|dâu)"
)
_KIN_BEFORE = re.compile(
    rf"(?<!\w)({_KIN})\s?\d?(?:\s(?:nó|e|em|tôi|tui|anh|chị|ổng|bả|mình))?(?:\s(?:là|tên|tên là))?"
    r"\s*[:\-–]?\s*(?:(?:ông|bà|anh|chị|thằng|cô|chú)\s+)?$",
    re.IGNORECASE,
)
_KIN_BEHIND = re.compile(
    rf"^\s*[,\-–(/]\s*({_KIN})\s*(?=[,;\-–()/]|$)"
    rf"|^\s*[,\-–(/]?\s*({_KIN})\s+(?:của\s+)?(?:(?:ông|bà|anh|chị)\s+)?(?=[A-ZĐ])",
    re.IGNORECASE,
)
_HONORIFIC_BEFORE = re.compile(rf"(?<!\w)({'|'.join(_HONORIFICS)})\s*[:.]?\s*$", re.IGNORECASE)
# Behind these words stands the name of a place.
_PLACE_BEFORE = re.compile(
    r"(?<!\w)(?:ở|tại|về|đi|quê|xã|ấp|thôn|xóm|đường|phường|khu|bản|buôn|làng|huyện|tỉnh|quận"
    r"|thành phố|tp\.?|chợ|cầu|chùa|trường|đồn|công ty|sang|lên|xuống|vào|ra)\s*$",
    re.IGNORECASE,
)
_PLACES = {
    "ha noi", "ha giang", "ha nam", "ha tinh", "binh duong", "binh phuoc", "binh dinh",
    "thai binh", "thai nguyen", "cao bang", "lam dong", "lai chau", "an giang", "quang nam",
    "quang ngai", "quang ninh", "quang tri", "quang binh", "vinh long", "vinh phuc", "tra vinh",
    "son la", "lang son", "lao cai", "dong nai", "dong thap", "can tho", "phu tho", "phu yen",
    "ca mau", "hung yen", "hai duong", "hai phong", "sai gon", "da lat", "da nang", "tay ninh",
    "long an", "ban tin",
}  # fmt: skip
_DATED = re.compile(r"\s*,\s*ngày\s+[\d._…]", re.IGNORECASE)  # `Quảng Lưu, ngày 10 tháng 1`
_SEASON = re.compile(
    r"(?:xuân|tết|năm) (?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý)\s", re.IGNORECASE
)
_EXAMPLE = re.compile(r"(?<!\w)(?:ví dụ|vd|thí dụ|mẫu)\s*[:.]", re.IGNORECASE)
_SHORT_YEAR = re.compile(
    r"^\s*(?:[,/\-–(]\s*)?(?:(?:sinh năm|năm sinh|sinh|sn|ns|s)[.:]?\s*)?'?([2-9]\d)(?![\d.])"
    r"(?!\s?tuổi|\s?/\s?\d)|(?:sinh năm|năm sinh|sinh|\bsn|\bns)[.:]?\s*'?(\d{2})(?!\d|\s?/)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"(?<!\w)(?:qua|nhắn|báo|gọi|nhờ|của|con|cháu|vợ|chồng|mẹ|má|bố|cha|hàng xóm)(?!\w)[^,;.\n]*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|(?<!không)(?<!ko)(?<!chưa)(?<!xài)(?<!dùng)(?<!có)[\s,.(\-–]+)(?:số\s+)?(?:s?đt|sdt|dt|số"
    r"|điện thoại|zalo|tel|lh|liên hệ|sinh năm|năm sinh|sinh ngày|sinh nam|sinh|sn|ns|hoặc)"
    r"[\s.:]*$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"(?<!\w)(?:đều|cùng)(?: sinh)?(?: năm)?(?!\w)", re.IGNORECASE)
_LEAD = re.compile(r"^\s*(?:\d{1,3}\s*[.)/:\-–]|[-–*•+])?\s*$")
_MIDDLE = frozenset(("thị", "văn", "hữu", "đình", "ngọc", "thi", "van"))
_MARRIED = re.compile(r"^(?:vợ chồng|hai vợ chồng|vc)\s+", re.IGNORECASE)
# Words with a capital that end a name.
_BEHIND = {
    "tổ", "sđt", "đt", "dt", "sdt", "ns", "sn", "zalo", "tel", "ấp", "thôn", "khóm", "xóm", "hẻm",
    "đc", "đ/c", "cccd",
}  # fmt: skip
_OFFICE = re.compile(
    r"(?:to|ap|thon|khu|xom|khom|ban|lang|truong|pho) (?:truong|pho|ap|thon|ban)\b"
)
_FEWEST, _MOST = 2, 6
LONGEST = 3_000  # what a person writes in one message; patterns are slow beyond


@dataclass
class Mention:
    """A name with its facts as texts; `start` and `end` are places in the text."""

    name: str
    start: int
    end: int
    relation: str = ""
    sex: str = ""
    birth: str = ""
    phones: list[str] = field(default_factory=list)
    other_phones: list[str] = field(default_factory=list)  # said to be of somebody else
    rest: str = ""
    begin: int = 0  # of the words before the name that belong to it
    ahead: list[int] = field(default_factory=list)  # places of phones that stand before
    has_none: bool = False  # the text says that there is no phone

    @property
    def has_facts(self) -> bool:
        return bool(self.birth or self.phones)


def _starts_name(words: list[str]) -> bool:
    return (
        begins_family_name(words[0])
        or begins_rare_family(words[0])
        or (len(words) > _FEWEST and begins_family_of_few(words[0]))
    )


def _is_called_whole(text: str, start: int, words: list[str]) -> bool:
    """A name of a family that the lists do not have: `Thị` behind it, or alone before a year."""
    if words[1].lower() in _MIDDLE and len(words) > _FEWEST:
        return True
    line = _line_before(text, start)
    behind = text[start + len(" ".join(words)) :]
    return len(words) in (3, 4) and bool(_LEAD.match(line)) and bool(_FACT.match(behind))


_FACT = re.compile(r"\s*(?:[,/\-–(:]\s*)?(?:sn|sinh|ns|s?đt)?[\s.:]*\(?\d{2}", re.IGNORECASE)


def _is_word(word: str) -> bool:
    return word[0].isupper() and not any(map(str.isdigit, word))


def names_in(text: str) -> list[Mention]:
    """The names alone, in their order."""
    found: list[Mention] = []
    for run in _NAME.finditer(text):
        found += _names_of_run(text, run.start(), run[0])
    return found


def _names_of_run(text: str, start: int, run: str) -> list[Mention]:
    """The names among words that nothing but spaces parts."""
    found = []
    words = [(start + m.start(), m[0]) for m in re.finditer(r"[^ ]+", run)]
    at = 0
    while at < len(words):
        length = 0
        while at + length < len(words) and _is_word(words[at + length][1]) and length < _MOST:
            if length and words[at + length][1].lower() in _BEHIND:
                break
            length += 1
        names = [word for _place, word in words[at : at + length]]
        skip = _honorifics(names)
        names, begin = names[skip:], at + skip
        short = _SHORT_FAMILY.search(text[max(0, start - 5) : start]) if begin == 0 else None
        is_name = len(names) >= _FEWEST and (
            _starts_name(names) or bool(short) or _is_called_whole(text, words[begin][0], names)
        )
        if is_name and not _is_no_person(text, words[begin][0], names):
            end = words[at + length - 1][0] + len(words[at + length - 1][1])
            whole = " ".join([*([short[1]] if short else []), *names])
            name = Mention(whole, words[begin][0], end)
            _read_before(name, text[max(0, name.start - 40) : name.start])
            found.append(name)
            at += length
        else:
            at += 1
    return found


_SHORT_FAMILY = re.compile(r"(?<!\w)((?:Ng|Tr|Ph|Hg)\.) ?$")  # `Ng. Xuân Đạt`


def _honorifics(names: list[str]) -> int:
    """How many words before the family name only say how people call this person."""
    count = 0
    while count < len(names) - _FEWEST and names[count].lower() in _HONORIFICS:
        count += 1
    if count or len(names) <= _FEWEST or _starts_name(names):
        return count
    return 0


def _is_no_person(text: str, start: int, names: list[str]) -> bool:
    """A place, a heading, or an office."""
    name = " ".join(names)
    is_place = fold(name) in _PLACES or _PLACE_BEFORE.search(text[max(0, start - 20) : start])
    is_office = _OFFICE.match(fold(name)) and not begins_family_name(name.partition(" ")[2])
    is_place = is_place or _DATED.match(text[start + len(name) :]) or _SEASON.match(name)
    is_title = TITLE.match(name) or field_named(name) or is_organisation(name)
    return bool(is_place or is_office or is_title)


def _read_before(name: Mention, before: str) -> None:
    """`vợ nó`, `Chồng:`, `Ông`: relation and sex as the words before the name say."""
    before, name.begin = before.rpartition("\n")[2], name.start
    if kin := _KIN_BEFORE.search(before):
        name.relation = kin[1].lower()
        name.begin = name.start - len(before) + kin.start()
    if called := _HONORIFIC_BEFORE.search(before):
        name.sex = {"male": "Nam", "female": "Nữ"}.get(_HONORIFICS[called[1].lower()], "")


def people_in(text: str, *, is_listing: bool = False) -> list[Mention]:
    """The people of a text that says more of them than the name; all of a listing.

    Facts before the first name are of the first, unless it has its own.
    """
    if len(text) > LONGEST:
        return []
    names = [name for name in names_in(text) if not _EXAMPLE.search(_line_before(text, name.start))]
    for number, name in enumerate(names):
        stop = names[number + 1].begin if number + 1 < len(names) else len(text)
        _read_facts(name, text[name.end : stop])
        if name.birth and _BOTH.search(name.rest):
            for other in names[:number]:
                other.birth = other.birth or name.birth
    people = [
        n for n in names
        if n.has_facts or n.other_phones or n.has_none or is_listing or _is_alone(text, n)
        or (n.relation and n.name.count(" ") > 1)
    ]  # fmt: skip
    if people:
        _read_ahead(people[0], text[: people[0].start])
    return people if any(one.has_facts for one in people) or is_listing else []


def _is_alone(text: str, name: Mention) -> bool:
    """`Ông Lương Bốn (không rõ năm sinh)`: a line that is a person, and nothing else."""
    behind = text[name.end :].partition("\n")[0]
    before = _line_before(text, name.start)
    return bool(_CALLED.fullmatch(before) and _IN_BRACKETS.fullmatch(behind))


_CALLED = re.compile(
    r"\s*(?:\d{1,3}\s*[.)/:\-–]\s*|[-–*•+]\s*)?(?:ông|bà|anh|chị)\s+", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\s*(?:\([^()]*\))?\s*")


def _line_before(text: str, start: int) -> str:
    return text[:start].rpartition("\n")[2]


def _read_facts(name: Mention, text: str) -> None:
    """The text behind a name up to the next one."""
    if kin := _KIN_BEHIND.match(text):
        name.relation = name.relation or (kin[1] or kin[2]).lower()
    rest = text
    name.has_none = bool(_NO_PHONE.match(text))
    if birth := DATE.search(rest) or _DOTTED.search(rest):
        name.birth, rest = birth[0], _without(rest, birth)
    rest = _read_phones(name, rest)
    if not name.birth:
        if year := YEAR.search(rest):
            name.birth, rest = year[0], _without(rest, year)
        elif short := _SHORT_YEAR.search(rest):
            name.birth, rest = short[1] or short[2], _without(rest, short)
    name.rest = _bare(rest)


_NO_PHONE = re.compile(
    r"\s*[,;:\-–(]?\s*(?:s?đt|sđt|điện thoại|số)\s*[:.\-–]?\s*"
    r"(?:không|chưa|ko|k)(?: có)?\s*(?:[,;.)\n]|$)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\d.])\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{2}(?![\d.]*\d)")


def _read_phones(name: Mention, text: str) -> str:
    for phone in reversed(list(PHONE.finditer(text))):
        is_others = bool(_OF_OTHERS.search(text[max(0, phone.start() - 40) : phone.start()]))
        (name.other_phones if is_others else name.phones).insert(0, phone[0])
        text = _without(text, phone)
    return text


def _read_ahead(name: Mention, text: str) -> None:
    """A phone that somebody wrote a line before the name."""
    if not name.phones:
        found = list(PHONE.finditer(text))
        name.phones, name.ahead = [one[0] for one in found], [one.start() for one in found]


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} ; {text[found.end() :]}"


def _bare(text: str) -> str:
    """The words that are left, without the labels of what was read."""
    pieces = (_LABEL.sub("", clean(p)).strip(" .,:()-–/+\"'") for p in re.split(r"[;\n]", text))
    return "; ".join(piece for piece in pieces if any(map(str.isalnum, piece)))
