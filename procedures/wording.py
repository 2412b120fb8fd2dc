"""Small reads of texts: how many words, whether money is named, how amounts are said."""

import re
from decimal import Decimal

# “20.000 đồng”, “20 nghìn”, “20k”, “20.000đ”, “20 000 VND”
_MONEY = re.compile(r"\d[\d.,\s]*\s*(?:đồng|đ\b|nghìn|ngàn|triệu|k\b|vn[dđ]\b)", re.IGNORECASE)


def word_count(text: str) -> int:
    """Words as people count them: what stands between spaces."""
    return len(text.split())


def names_a_fee(text: str) -> bool:
    """Whether an amount of money stands in a text."""
    return _MONEY.search(text) is not None


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
