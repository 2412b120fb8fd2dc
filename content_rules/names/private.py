"""Names of private people, those of minors and of people of a case among them."""

import re
from datetime import date

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import bare_finder
from content_rules.engine.reading import Reading, Span, meets
from content_rules.engine.rules import Post, Rule
from content_rules.names.accused import accused, is_called_so
from content_rules.names.full import Name, heading
from content_rules.names.minority import names_of_all
from content_rules.names.public import is_disciplined, is_public
from content_rules.names.shortened import is_of_low_age, short_names
from content_rules.rosters.cues import plan_in
from content_rules.rules.phones import phones

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
_PUPILS = bare_finder("pupils")
_GROWN = bare_finder("grown_ups")
_AND_ANOTHER = re.compile(r" ?(?:va|,|cung|-|&|\+) ?")
# A class behind the name, where the line speaks of pupils.
_CLASS = re.compile(r"[ ,(:\-]{1,4}(?:l|lop )?\d{1,2}(?:/\d{1,2}|[a-e]\d?)\b(?![/.\-]\d)")
_NEW_SENTENCE = re.compile(r"[^\d]{0,40}[!?]\s")
# Where what is said of one person ends.
_NEXT_PERSON = re.compile(r";|\n\s*(?:[*•+\-]|\d{1,2}[.)])\s")


def _is_young(reading: Reading, start: int, end: int, today: date, reach: int) -> bool | None:
    """Minor by an age or birth beside the name; None where none stands there."""
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


def minors(reading: Reading, today: date, names: list[Name]) -> set[Name]:
    """The names after a word for a child, or beside a low age, a class, a late birth."""
    found: list[Name] = []
    for name in names:
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        if is_next or _is_minor(reading, name, today):
            found.append(name)
    return set(found)


# Names of private people: one rule, whose explanation tells why this name matters here.


_OF_A_MINOR = (
    "Có tên người dưới 18 tuổi (“{}”). Hãy thay bằng “một cháu bé”, “một học sinh”. Nếu phải nêu "
    "tên (tìm trẻ lạc, biểu dương) thì hỏi cha mẹ trước, rồi ghi lý do."
)
_OF_A_CASE = (
    "Có tên người bị xử lý hoặc bị hại (“{}”). Hãy bỏ tên, ví dụ “một người đàn ông ở ấp 2”; viết "
    "tắt thì hàng xóm vẫn nhận ra. Nếu phải nêu (quyết định truy nã, bản án đã công bố) thì ghi lý "
    "do."
)
_OF_SOMEBODY = (
    "Có tên người dân (“{}”). Chỉ nêu tên khi người đó đã đồng ý hoặc pháp luật cho phép. Hãy bỏ "
    "tên, hoặc hỏi người đó rồi ghi lý do."
)


class NamedPerson(Rule):
    """The name of a private person, full or cut short; the sentence tells why it matters here.

    Of a roster, which a second person looks at anyway, only minors and people of a case.
    """

    name = "named_person"
    level = Level.REASON
    examples = (
        "Hộ được tặng nhà:\n1. Lê Văn Tám",
        "Cháu Bảo đi học chưa về",
        "Khởi tố Lê Văn Dũng về tội trộm cắp",
        "Người bán: Trần Thị B., chợ Bình Yên",
    )
    counterexamples = (
        "Đường Trần Phú đoạn từ Lê Lợi đến Nguyễn Huệ cấm xe",
        "Luật sư Hoàng Minh Đức tư vấn pháp luật",
    )

    def spans(self, post: Post) -> list[Span]:
        return list(post.once(_sentences))

    def sentence_for(self, post: Post, span: Span) -> str:
        return post.once(_sentences)[span]


def _sentences(post: Post) -> dict[Span, str]:
    """The places of the names of private people, with what is to be said of each."""
    reading, today = post.reading, post.today
    full = names_of_all(reading)
    children, suspects, shortened = short_names(reading, today)
    young, of_a_case = minors(reading, today, full), accused(reading, full)
    young.update(children)
    of_a_case.update(suspects)
    official = [
        reading.plain_place(*post.figures.place(phone.start, phone.end))
        for phone in post.once(phones)
        if phone.number in post.official
    ]
    found: dict[Span, str] = {}
    for name in full:
        is_called = is_called_so(reading, name) or is_disciplined(reading, name)
        is_minor = name in young and is_of_low_age(reading, name, today)
        if not (is_called or is_minor) and is_public(reading, name, full, official):
            continue
        found[name] = _sentence_of(name, young, of_a_case)
    for name in [*children, *suspects, *shortened]:
        if not meets(name, full):
            found.setdefault(name, _sentence_of(name, young, of_a_case))
    is_roster = post.once(plan_in) is not None
    return {
        name: sentence
        for name, sentence in found.items()
        if not is_roster or sentence is not _OF_SOMEBODY
    }


def _sentence_of(name: Name, young: set[Name], of_a_case: set[Name]) -> str:
    if name in young:
        return _OF_A_MINOR
    return _OF_A_CASE if name in of_a_case else _OF_SOMEBODY
