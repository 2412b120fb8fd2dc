"""Bank accounts and cards."""

import re
from collections.abc import Iterator

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import bare_of
from content_rules.engine.reading import WITHIN, Reading, Span, meets, spans_of
from content_rules.engine.rules import NumberRule, Post
from content_rules.rules.numbers import first_number, is_no_number_of_a_person

_NUMBER = rf"\d(?:{WITHIN}\d){{5,18}}(?!\d)"
_BANKS = rf"(?:{bare_of('banks')}|[a-z]{{2,12}} ?bank)"
_STRONG = re.compile(
    rf"\b(?:s[. ]?t[. ]?k|so tk|tk so|so tai khoan|tai khoan so)\b\D{{0,45}}?({_NUMBER})"
)
_WEAK = re.compile(
    rf"\b(?:tai khoan|tk|chuyen khoan|ck|thu huong|(?:viet)?qr|{_BANKS})\b"
    rf"(?:[^\d\n]{{0,40}}?)({_NUMBER})"
)
_BEFORE_BANK = re.compile(
    rf"(?<![\d.,/\-])({_NUMBER})[ \-,(:/]{{1,4}}(?:(?:mo )?(?:tai|o|cua|ben|thuoc|nh|cty|chi nhanh|"
    rf"phong giao dich|pgd|app|vi)\s{{1,2}}){{0,3}}{_BANKS}\b"
)
_OF_SIXTEEN = re.compile(r"[456]|35|2[2-7]")
_SIGNS = re.compile(r"[^\d\s]")
_FEWEST = 6
_FOUR = 4
_CARD_LENGTHS = frozenset({15, 16, 19})
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+")
_CARD = re.compile(rf"(?<!\d)(?<!\d[ .\-])\d(?:{WITHIN}\d){{14,18}}(?![ .\-]?\d)")
_CARD_IN_LINE = re.compile(r"(?<!\d)(?<!\d[ .\-])\d(?:(?:[^\w\n]|_){0,3}\d){14,18}(?![ .\-]?\d)")
# Behind a word for a card a mistyped number is one as well.
_CARD_CUE = re.compile(
    rf"\b(?:so the(?! bh| bao hiem| can cuoc)|the (?:{bare_of('card_words')}|\w{{2,12}}bank)|"
    r"(?:visa|mastercard|napas|jcb)(?: card)?)\b[^\d\n]{0,25}$"
)
_CUE_FAR = 45
_NEXT_THING = re.compile(r"[,;:/]? ?[,;:/] ?|\n")
# As the treasury writes accounts of offices.
_TREASURY = re.compile(r"(?<![\d.])\d{4}[.\- ]\d[.\- ]\d{7}(?:[.\- ]\d{5})?(?![\d]|\.\d)")
_MOBILE = re.compile(r"(?:0|84)[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")


def _digits(words: str) -> str:
    return re.sub(r"\D", "", words)


def _is_phone(words: str) -> bool:
    digits = _digits(words)
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))


def _accounts(reading: Reading) -> Iterator[Span]:
    for pattern in (_STRONG, _WEAK, _BEFORE_BANK):
        for match in pattern.finditer(reading.figures):
            words = first_number(match[1])
            start, end = match.start(1), match.start(1) + len(words)
            if _is_phone(words) or len(_digits(words)) < _FEWEST:
                continue
            if is_no_number_of_a_person(reading, start, end):
                continue
            if pattern is not _STRONG and _AMOUNT.fullmatch(words):
                continue
            if pattern is _BEFORE_BANK and len(_digits(words)) < 8:
                continue
            yield start, end
    yield from spans_of(_TREASURY, reading.figures)


class BankAccount(NumberRule):
    """An account number after a cue word or beside the name of a bank."""

    name = "bank_account"
    level = Level.REASON
    sentence = (
        "Có số tài khoản ngân hàng ({}). Tài khoản của người dân thì hãy bỏ đi. Tài khoản quỹ của "
        "cơ quan, đoàn thể thì ghi rõ lý do, kèm văn bản cho phép vận động."
    )
    examples = ("STK 19030001234567 Techcombank", "1903 0001 2345 67 tại Vietcombank")
    counterexamples = ("Chuyển khoản 500.000 đồng", "Tài khoản định danh mức 2, gọi 0251 000 0000")

    def spans(self, post: Post) -> Iterator[Span]:
        return _accounts(post.figures)


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_card(digits: str) -> bool:
    """Sixteen digits (fifteen of Amex) that pass Luhn, or a card of the Vietnamese network."""
    if digits.startswith("9704"):
        return len(digits) in {16, 19}
    known = len(digits) == 16 and _OF_SIXTEEN.match(digits)
    return bool(known or (len(digits) == 15 and digits[:2] in {"34", "37"})) and _passes_luhn(
        digits
    )


def _is_grouped(words: str) -> bool:
    """With nothing but spaces and one other sign throughout; cells of a row in fours."""
    if len(set(_SIGNS.findall(words))) > 1:
        return False
    groups = re.findall(r"\d+", words)
    return "|" not in words or all(len(group) == _FOUR for group in groups[:-1])


def _cards(reading: Reading) -> list[Span]:
    found: list[Span] = []
    for pattern in (_CARD_IN_LINE, _CARD):
        for match in pattern.finditer(reading.figures):
            start = match.start()
            if meets(match.span(), found):
                continue
            is_cued = _CARD_CUE.search(reading.bare, max(0, start - _CUE_FAR), start) is not None
            # Behind a comma another thing may be counted: `… 2732, 01 điện thoại`.
            for words in (match[0], _NEXT_THING.split(match[0])[0]):
                digits = _digits(words)
                is_card = _is_card(digits) or (is_cued and len(digits) in _CARD_LENGTHS)
                if is_card and _is_grouped(words):
                    found.append((start, start + len(words)))
                    break
    return found


class BankCard(NumberRule):
    """The number of a bank card, by its form or behind a word for a card."""

    name = "card"
    sentence = "Có số thẻ ngân hàng ({}). Hãy bỏ số đó khỏi bài."
    examples = ("Thẻ 9704 3600 0000 0001", "số thẻ 4111111111111111")
    counterexamples = ("Mã đơn 4111111111111112", "Thẻ ATM bị nuốt lúc 08:30")

    def spans(self, post: Post) -> list[Span]:
        return _cards(post.figures)
