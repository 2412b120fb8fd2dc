"""Phones: those of the commune may be named, those of other people may not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import any_of, bare_finder, bare_of
from content_rules.engine.reading import WITHIN, Reading, Span, is_one_number
from content_rules.engine.rules import NumberRule, Post, Rule
from content_rules.names.lexicon import UPPER
from content_rules.rules.numbers import DATE, is_money
from vietnamese.text import is_old_phone, normalise_phone

_MOBILE = re.compile(
    rf"(?<![\d+])[(]?(?:\+ ?84|0084|84|0|(?<![a-z])o){WITHIN}[35789](?:{WITHIN}[\do]){{8}}(?!\d)"
)
_OLD = re.compile(rf"(?<![\d+])0{WITHIN}1{WITHIN}[2689](?:{WITHIN}\d){{8}}(?!\d)")
_SHORT = re.compile(
    r"\b(?:sdt|so dt|dien thoai|zalo|lien he|lh|goi|alo)[ :.\-]{1,3}"
    r"([35789](?:[ .\-]?\d){8})(?![ .\-]?\d)"
)
_FOREIGN = re.compile(r"(?<![\d+])\+(?!\s?84)[1-9](?:[ .\-()]{0,2}\d){8,13}(?![ .\-]?\d)")
_GOES_ON = re.compile(r"[.\-_/]{1,2}[1-9]| \d{3,}(?!\d*\.\d{3})")
_IN_A_NUMBER = re.compile(r"\d[.,/:\-]$")
_ONE_DIGIT = re.compile(r"\d \d ")
_OTHER_NUMBER = re.compile(rf"\b{bare_of('phone_not_after')}\b[^\d\n]{{0,20}}$")
# Between an office and its number stands no other number but hours and those of all.
_UP_TO_NUMBER = (
    r"(?:[^\d\n;?]|24/(?:24|7)|11[1-5]\b|\d{1,2}h\d{0,2}|\b(?:ap|to|khu pho) \d{1,2}\b){0,45}$"
)
_OFFICE = re.compile(rf"\b{bare_of('phone_duty_lines')}\b{_UP_TO_NUMBER}")
# The name of an office with hardly a word between it and the number.
_INSTITUTION = bare_finder("phone_institutions")
_BETWEEN = re.compile(
    r"(?: \d{1,2}\b)?(?:[^\d\n;?]|24/(?:24|7)|\b(?:ap|khu pho|khu vuc|to|so) \d{1,2}\b){0,60}"
)
_OF_INSTITUTION = re.compile(
    rf"\s?[(,\-–]?\s?(?:la so |so |cua ){{0,2}}{bare_of('phone_institutions')}\b"
)
# Who else may be called, where an office is named before: the loser, a finder, a trader.
_SOMEBODY = bare_finder("phone_somebody")
_NAMED = re.compile(rf"\b{any_of('phone_families')} {UPPER}")
_BREAK = re.compile(r"[.!?](?=\s)|\n")
# How far before the office a person may be told of, whose number it is then.
_CLAUSE = 25
_FRAUD = bare_finder("phone_frauds")
_PERSON = re.compile(
    r"\b(?:của (?!công an|ubnd|ủy ban|uỷ ban|xã|phường|trạm|ấp|đơn|đội|ban|bộ|hội|cơ quan)|"
    r"cua (?!cong an|ubnd|uy ban|xa|phuong|tram|ap|don|doi|ban|bo|hoi|co quan)|"
    r"chị|(?<!phan )anh|cô|chú|bác|ông|bà(?! con)|em|mẹ|bố|ba|người nhà|gia đình|chủ (?!nhật|tịch)|"
    r"chi(?! (?:huy|bo|bộ|hoi|hội|cuc|cục|nhanh|nhánh|doan|đoàn))|ong|bac|nguoi nha|gia dinh)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[\s,/\-–;()]*(?:hoac|va)?[\s,/\-–;()]*")


@dataclass(frozen=True)
class Phone:
    """The place of a number in the plain form, and the number itself in E.164."""

    start: int
    end: int
    number: str


def phones(post: Post) -> list[Phone]:
    """Every phone in the order of the text, whoever it belongs to."""
    return list(_phones(post.figures))


def _phones(reading: Reading) -> Iterator[Phone]:
    spans = [(*match.span(), match[0]) for match in _MOBILE.finditer(reading.figures)]
    spans += [
        (*match.span(), match[0])
        for match in _OLD.finditer(reading.figures)
        if is_old_phone(re.sub(r"\D", "", match[0]))
    ]
    spans += [(*match.span(1), match[1]) for match in _SHORT.finditer(reading.bare)]
    spans += [(*match.span(), match[0]) for match in _FOREIGN.finditer(reading.bare)]
    last_end = -2
    for start, end, words in sorted(spans):
        follows_phone = start - last_end <= 2
        before = reading.bare[max(0, start - 2) : start]
        if _ONE_DIGIT.match(words) and re.search(r"\d $", before):
            continue
        if start < last_end or (_IN_A_NUMBER.search(before) and not follows_phone):
            continue
        is_other = DATE.search(reading.bare, start, end) or is_money(reading, end)
        if is_other or not is_one_number(words) or _GOES_ON.match(reading.bare, end):
            continue
        if not _OTHER_NUMBER.search(reading.bare[max(0, start - 40) : start]):
            last_end = end
            yield Phone(start, end, normalise_phone(words.replace("o", "0")))


def _by_owner(post: Post) -> tuple[list[Phone], list[Phone]]:
    """Phones that are not official: those announced as an office's, and those of anybody else."""
    offices: list[Phone] = []
    people: list[Phone] = []
    last: Phone | None = None
    of_an_office = False
    for phone in post.once(phones):
        between = post.figures.bare[last.end : phone.start] if last else "?"
        is_joined = of_an_office and _JOINED.fullmatch(between)
        of_an_office = bool(is_joined) or _is_announced(post.figures, phone)
        last = phone
        if phone.number not in post.official:
            (offices if of_an_office else people).append(phone)
    return offices, people


def _is_announced(reading: Reading, phone: Phone) -> bool:
    """An office is named before it (“trực ban”, “Trạm y tế: …”), and no person between."""
    first = max(0, phone.start - 90)
    before = reading.bare[first : phone.start]
    cue = _OFFICE.search(before)
    if cue:
        return not _PERSON.search(reading.text[first + cue.start() : phone.start])
    around = reading.bare[first : phone.end + _CLAUSE]
    if _FRAUD.search(around):
        return False
    if _OF_INSTITUTION.match(reading.bare, phone.end):
        return not _PERSON.search(reading.text[max(0, phone.start - _CLAUSE) : phone.start])
    cues = list(_INSTITUTION.finditer(before))
    if not cues:
        return False
    has_name = cues[-1][0].startswith("truong")
    if not _is_linked(reading, first + cues[-1].end(), phone.start, has_name=has_name):
        return False
    clause = max(first, first + cues[-1].start() - _CLAUSE)
    return not _PERSON.search(reading.text[clause : phone.start])


def _is_linked(reading: Reading, start: int, end: int, *, has_name: bool) -> bool:
    """Neither somebody nor the end of a sentence stands between an office and the number.

    A school bears a name of its own, which is nobody's.
    """
    if not _BETWEEN.fullmatch(reading.bare, start, end):
        return False
    if _SOMEBODY.search(reading.bare, start, end):
        return False
    between = reading.text[start:end].rstrip()
    return _BREAK.search(between) is None and (has_name or _NAMED.search(between) is None)


class PrivatePhone(NumberRule):
    """A mobile number that is not official; landlines and short public numbers may stand."""

    name = "phone"
    sentence = (
        "Có số điện thoại không phải số chính thức ({}). Hãy thay bằng số trực ban hoặc số của cán "
        "bộ phụ trách. Nếu là số của cơ quan, nhờ chỉ huy thêm vào “Số điện thoại chính thức”."
    )
    examples = (
        "Gọi anh Ba 0912 000 345 nhé",
        "Gọi không chín một hai không không không ba bốn năm",
    )
    counterexamples = ("Gọi 113 hoặc 0251 000 0000", "Mã đơn hàng 0912000345")

    def spans(self, post: Post) -> list[Span]:
        return [(phone.start, phone.end) for phone in post.once(_by_owner)[1]]


class UnlistedPhone(Rule):
    """A number announced as an office's that is not among the official ones."""

    name = "phone_unlisted"
    level = Level.WARN
    is_about_numbers = True
    sentence = (
        "Số {} được ghi như số của cơ quan nhưng chưa có trong “Số điện thoại chính thức”. "
        "Hãy dò lại từng số, rồi nhờ chỉ huy thêm vào danh sách."
    )
    examples = ("Trạm y tế: 0912 000 345",)
    counterexamples = ("Trạm y tế nhờ nhắn anh Ba 0912 000 345",)

    def spans(self, post: Post) -> list[Span]:
        return [(phone.start, phone.end) for phone in post.once(_by_owner)[0]]
