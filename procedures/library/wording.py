"""Small reads of texts: how many words, whether money is named, how amounts are said."""

import re
from collections.abc import Iterator
from decimal import Decimal

# “20.000 đồng”, “20 nghìn”, “20k”, “20.000đ”, “1,5 triệu”, “20 000 VND”
_AMOUNT = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+(?:[.,]\d+)?)\s*"
    r"(?P<unit>đồng|đ|vn[dđ]|nghìn|ngàn|k|triệu)\b|(?P<free>không thu|miễn lệ phí)\b",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0 ]\d{3})+")
_TIMES = {"nghìn": 1_000, "ngàn": 1_000, "k": 1_000, "triệu": 1_000_000}


def word_count(text: str) -> int:
    """Words as people count them: what stands between spaces."""
    return len(text.split())


def names_a_fee(text: str) -> bool:
    """Whether an amount of money stands in a text."""
    return any(found["number"] for found in _AMOUNT.finditer(text))


def amounts_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Every amount of money in a text: its place and its đồng; “không thu” is an amount of 0."""
    for found in _AMOUNT.finditer(text):
        if found["free"]:
            yield found.start(), found.end(), 0
            continue
        number = found["number"]
        if _GROUPED.fullmatch(number):
            value = Decimal(re.sub(r"\D", "", number))
        else:
            value = Decimal(number.replace(",", "."))
        yield found.start(), found.end(), int(value * _TIMES.get(found["unit"].lower(), 1))


def money(amount: int) -> str:
    """`20000` → `20.000 đồng`; nothing to pay is said so."""
    return f"{amount:,}".replace(",", ".") + " đồng" if amount else "không thu"


def quantity(amount: Decimal) -> str:
    """`7` → `7`, `0.5` → `nửa`, `1.5` → `1,5`."""
    number = f"{amount.normalize():f}".replace(".", ",")
    return "nửa" if number == "0,5" else number


def clip(text: str, letters: int) -> str:
    """A text of at most so many letters, cut between words and marked where it was cut."""
    if len(text) <= letters:
        return text
    return text[: letters - 1].rsplit(None, 1)[0].rstrip(" ,;.") + "…"


def lower_first(text: str) -> str:
    """A sentence as a part of another: `Giấy khai sinh` → `giấy khai sinh`, codes stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
