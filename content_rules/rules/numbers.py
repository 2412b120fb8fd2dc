"""Numbers of papers: id cards, passports, health and social insurance."""

import re
from collections.abc import Iterator
from typing import ClassVar

from content_rules.engine.lexicon import bare_finder, bare_of
from content_rules.engine.reading import WITHIN, Reading, Span, is_one_number, spans_of
from content_rules.engine.rules import NumberRule, Post

DATE = re.compile(r"(?<!\d)\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d(?!\d)")
HOTLINE = re.compile(r"1[89]00(?:\W?\d){4,6}")
MONEY = re.compile(r"[ \t]?(?:d|dong|vnd|trieu|tr|ty|ti|nghin|ngan(?! hang)|k|usd|%)(?!\w)")
PHONE_CUE = bare_finder("phone_cues")
_FEWEST_DIGITS = 6
_FEWEST_CUED = 9
_ENOUGH_IN_LINE = 9
_SIGNS = " .,-_/:;"
# What may stand before one more figure of the same number; the next cell of a row is another's.
_BESIDE = r"[ .\-_/·]{0,3}"
_NARROW = r"[ .\-]{0,2}"
# Province code, century and sex, then eight digits more; a letter O may stand for a nought.
_NATIONAL_ID = re.compile(
    rf"(?<![\d+])(?:0|(?<![a-z])o){WITHIN}(?:[0o]{WITHIN}[1-9]|[1-8]{WITHIN}[\do]|9{WITHIN}[0-6o])"
    rf"{WITHIN}[0-3o](?:{WITHIN}[\do]){{8}}(?!{_BESIDE}\d)"
)
_ID_CUE = (
    r"\b(?:cccd|cmnd|cmtnd|cmt|gplx|(?:giay phep|bang) lai(?: xe)?|can\s?cuoc|"
    r"chung\s?minh(?: thu)?|dinh\s?danh|dd?cn|mdd|giay khai sinh so|cc|cc cd|so giay to)\b"
)
_ID_AHEAD = re.compile(_ID_CUE)
_CUED_ID = re.compile(
    rf"{_ID_CUE}((?:\D|(?:9|12) so\b|(?:hang )?[abc]\d?\b){{0,30}})"
    rf"((?:\d{WITHIN}){{8,11}}\d)(?!{_NARROW}\d)"
)
# A phone and the figure of an hour or a line behind it.
_PHONE_FIRST = re.compile(r"0[35789]\d{8}\D")
# The lines for machines on the back of a card.
_MACHINE_READ = re.compile(r"idvnm[\do]{10}([\do]{12})")
_PASSPORT_CUE = (
    r"\b(?:ho chieu|passport|hc (?:so|pho thong|ngoai giao|cong vu)|so hc|hc(?= ?:)|"
    r"hc(?= [a-z]\d{7}))\b"
)
_PASSPORT = r"(?<![a-z0-9/.])(?:(?:[a-z][ .\-:]{0,2}|[a-z]{2})\d(?:[^\w]{0,2}\d){6,7}|\d{9})(?!\d)"
_PASSPORTS = (
    re.compile(rf"{_PASSPORT_CUE}\D{{0,40}}?({_PASSPORT})"),
    re.compile(rf"({_PASSPORT})\W{{1,3}}(?:la )?(?:so )?{_PASSPORT_CUE}"),
)
# A number of such a form is an account where it is called one, and a code where letters lead it.
_ACCOUNT_CUE = re.compile(r"\b(?:stk|tk|tai khoan|[a-z]{1,12} ?bank|momo)\b([^\d\n]{0,25})$")
_BANK_AFTER = re.compile(
    r"[ \-,(:/]{1,4}(?:[a-z]{1,12} ?bank|vcb|ctg|bidv|tcb|acb|shb|vib|mb|sacombank|kho bac)\b"
)
# Below the heading of a column.
_PASSPORT_CELL = re.compile(
    r"(?:(?<=[|\t])|(?<=[|\t] ))(?!0\d{9})[a-z]{0,2} ?\d(?:[ .\-]?\d){6,8}(?= ?(?:$|[\n|\t]))"
)
_COLUMN = re.compile(rf"[|\t] ?(?:so )?{_PASSPORT_CUE}[^\n|\t]{{0,12}}(?=[\n|\t])")
_LETTERS_BEFORE = re.compile(r"(?<![a-z])([a-z]{2,})$")
_ID_WORDS = frozenset({"cccd", "cc", "cmnd", "so", "id", "mdd", "ddcn", "cancuoc", "can cuoc"})
# Code of the group, level, then province and ten digits; spaced out only after a word for it.
_HEALTH_CARD = re.compile(
    rf"(?<![a-z0-9]){bare_of('health_card_codes')}"
    rf"(?:[1-5]|{_NARROW}[1-5](?={_NARROW}\d\d{_NARROW}\d{{3}}{_NARROW}\d{{3}})|"
    rf"{_NARROW}[1-5](?=[ .\-]{{1,2}}\d\d[ .\-]{{1,2}}\d\d[ .\-]))"
    rf"(?:{WITHIN}\d){{12}}(?!\d)"
)
_INSURANCE = re.compile(
    r"\b(?:bhxh|bhyt|bao hiem(?: xa hoi| y te)?)\b((?:[^\d\n]|\(10 so\)){0,25})"
    rf"(\d(?:{WITHIN}\d){{9}})(?!{_NARROW}\d)"
)


def first_number(words: str) -> str:
    """Without what follows, where the first is a number of its own or the rest is no part of it."""
    line = words.partition("\n")[0]
    if len(line) < len(words) and sum(map(str.isdigit, line)) >= _ENOUGH_IN_LINE:
        words = line.rstrip(_SIGNS)
    if is_one_number(words):
        return words
    return re.match(r"\d(?:[ .\-]{0,2}\d)*", words)[0]  # type: ignore[index]


def is_money(reading: Reading, end: int) -> bool:
    """A word for money stands behind the figures; “đóng” is none."""
    found = MONEY.match(reading.bare, end)
    return found is not None and "đóng" not in reading.text[end : found.end()].lower()


def is_no_number_of_a_person(reading: Reading, start: int, end: int) -> bool:
    """A date, a sum of money or a public hotline."""
    words = reading.bare[start:end]
    return bool(
        DATE.search(words) or is_money(reading, end) or HOTLINE.fullmatch(words.strip(" .-"))
    )


def _national_ids(reading: Reading) -> Iterator[Span]:
    for match in _NATIONAL_ID.finditer(reading.figures):
        digits = sum(letter.isdigit() for letter in match[0])
        is_cued = _ID_AHEAD.search(reading.bare, max(0, match.start() - 30), match.start())
        if not is_cued and _PHONE_FIRST.match(match[0]):
            continue
        if digits < _FEWEST_DIGITS or not is_one_number(match[0], is_cued=bool(is_cued)):
            continue
        if not (
            is_no_number_of_a_person(reading, *match.span()) or _is_another_number(reading, match)
        ):
            yield match.span()


def _is_another_number(reading: Reading, match: re.Match[str]) -> bool:
    before = reading.bare[max(0, match.start() - 45) : match.start()]
    account = _ACCOUNT_CUE.search(before)
    if account and not re.search("dinh danh|can cuoc|cccd|vneid", account[1]):
        return True
    if _BANK_AFTER.match(reading.bare, match.end()):
        return True
    glued = _LETTERS_BEFORE.search(before)
    return glued is not None and glued[1] not in _ID_WORDS


def _cued_ids(reading: Reading) -> Iterator[Span]:
    for match in _CUED_ID.finditer(reading.figures):
        words = first_number(match[2])
        digits = re.sub(r"\D", "", words)
        is_landline = len(digits) == 11 and digits.startswith("02")
        is_phone = len(digits) == 10 or is_landline or PHONE_CUE.search(match[1])
        end = match.start(2) + len(words)
        if is_phone or len(digits) < _FEWEST_CUED:
            continue
        if not is_no_number_of_a_person(reading, match.start(2), end):
            yield match.start(2), end


class _PaperNumber(NumberRule):
    """The number of a paper of a person; `what` says of which."""

    what: ClassVar[str]

    def sentence_for(self, _post: Post, _span: Span) -> str:
        return (
            f"Có số giống {self.what} ({{}}). Hãy bỏ số đó khỏi bài; không đưa số giấy tờ của "
            "người dân lên nhóm."
        )


class NationalId(_PaperNumber):
    """A national id by its form, an old or mistyped one after a cue word."""

    name = "national_id"
    what = "số căn cước, chứng minh nhân dân"
    examples = ("Anh A, số 075090000123, mất giấy tờ.", "CMND số 270000123")
    counterexamples = ("Mã hồ sơ G22.99.15-261125-0001.", "Cấp căn cước ngày 05/12/2026.")

    def spans(self, post: Post) -> Iterator[Span]:
        reading = post.figures
        yield from _national_ids(reading)
        yield from _cued_ids(reading)
        yield from spans_of(_MACHINE_READ, reading.bare, 1)


class Passport(_PaperNumber):
    """A passport number beside a word for passport, or below the heading of its column."""

    name = "passport"
    what = "số hộ chiếu"
    examples = ("Hộ chiếu số B1234567 bị mất", "C1234567 là hộ chiếu của khách")
    counterexamples = ("Làm hộ chiếu từ 01/12/2026", "Mã đơn B1234567 đã giao")

    def spans(self, post: Post) -> Iterator[Span]:
        bare = post.figures.bare
        for pattern in _PASSPORTS:
            for match in pattern.finditer(bare):
                if not DATE.search(match[1]):
                    yield match.span(1)
        if heading := _COLUMN.search(bare):
            yield from (cell.span() for cell in _PASSPORT_CELL.finditer(bare, heading.end()))


class Insurance(_PaperNumber):
    """The code of a health card by its form, ten digits after a word for insurance."""

    name = "insurance"
    what = "số thẻ, số sổ bảo hiểm"
    examples = ("Thẻ DN4750123456789 của chị", "Sổ BHXH 7512345678")
    counterexamples = ("BHYT hộ gia đình, gọi 0251 000 0000", "Đóng bảo hiểm 4.000.000.000 đồng")

    def spans(self, post: Post) -> Iterator[Span]:
        reading = post.figures
        yield from spans_of(_HEALTH_CARD, reading.bare)
        for match in _INSURANCE.finditer(reading.figures):
            is_other = is_no_number_of_a_person(reading, *match.span(2))
            if not (is_other or PHONE_CUE.search(match[1])):
                yield match.span(2)
