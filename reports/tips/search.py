"""Search tips by code, hamlet or words through keyed tokens, without storing words in clear.

Tokens are made in the vault, which has their key: with it a dictionary finds the words.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.models import Q

from accounts.encryption.services import blind_index
from accounts.vault.calls import matching
from accounts.vault.indexes import vault_index
from accounts.vault.operations import MOST_ROWS
from groups.models import Hamlet
from vietnamese.text import fold

TOKEN_BITS: Final = 20
MOST_TOKENS: Final = 400
_PURPOSE = "tip-words"
_HEX_DIGITS = TOKEN_BITS // 4
_STOP_WORDS = """
va cua o thi la ma co cho nay do kia voi tai den toi tui em minh da dang se bi duoc cac nhung mot
nhu khi luc vi nen cung con rat qua lai ra vao len xuong di ve tu trong ngoai tren duoi hay hoac
neu ai gi nao sao dau the nhe nha a ah oi u ap thon to khu pho xa phuong ong ba anh chi chu bac co
no ho nguoi ho phai hom ngay gio thay noi biet xin nho bao
"""
_MEANINGFUL = frozenset(
    {"nha", "tu", "ba", "to", "pho", "ho"}
)  # a house, a number, a paper, a street
_STOP = frozenset(_STOP_WORDS.split()) - _MEANINGFUL
_PLATE = re.compile(r"\b(\d{2}[a-z]{1,2}\d?)[ .\-]{0,3}(\d{3})[ .]?(\d{1,2})\b")
_PHONE = re.compile(r"\b(0\d{2,3})[ .\-]?(\d{3})[ .\-]?(\d{3,4})\b")
_JOINED = re.compile(r"(?<=\w)[./\-](?=\w*\d)|(?<=\d)[./\-](?=\w)")
_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[int]:
    """The search tokens of a text, ascending, each once, at most 400; for asking as for keeping. In
    the vault."""
    return _tokens(text, vault_index)


def tokens_of_before(text: str) -> list[int]:
    """The tokens by which rows of before are found, until `seal_anew` has made theirs anew."""
    return _tokens(text, blind_index)


def _tokens(text: str, index: Callable[..., str]) -> list[int]:
    words = list(dict.fromkeys(_words(text)))[:MOST_TOKENS]
    return sorted({int(index(word, purpose=_PURPOSE)[:_HEX_DIGITS], 16) for word in words})


def words_of(text: str) -> frozenset[str]:
    """The folded words that a text is found by, each as its token stands for it."""
    return frozenset(_words(text))


def likeness(one: Iterable[int], other: Iterable[int]) -> float:
    """How alike two lists of tokens are, from 0 to 1 (cosine); a short one is not like a long."""
    first, second = set(one), set(other)
    if not first or not second:
        return 0.0
    return len(first & second) / math.sqrt(len(first) * len(second))


def _words(text: str) -> Iterable[str]:
    plain = fold(text)
    for pattern in (_PLATE, _PHONE):
        plain = pattern.sub(lambda match: "".join(match.groups()), plain)
    for word in _WORD.findall(_JOINED.sub("", plain)):
        if word not in _STOP and (len(word) > 1 or word.isdecimal()):
            yield word


# Places

_NEAR = re.compile(
    r"\b(?:ở |ngay |phía |đằng )*(?:gần|sát|cạnh|kế bên|bên cạnh|bên|trước cổng|sau lưng|trước|sau|"
    r"đối diện|tại|trong|ở|ngay)\b"
)
_SPELLINGS = [
    (re.compile(pattern), written)
    for pattern, written in (
        (r"\s*/\s*", "/"),
        (r"\bk\.?p\.?\s*(?=\d)", "khu pho "),
        (r"\b(?:d|dg)\.\s*", "duong "),
        (r"\bql\.?\s*(?=\d)", "quoc lo "),
        (r"\b(?:tl|dt)\.?\s*(?=\d)", "tinh lo "),
        (r"\bkm\.?\s*(?=\d)", "km "),
        (r"\btruong th\b", "truong tieu hoc"),
        (r"\bnga 3\b", "nga ba"),
        (r"\bnga 4\b", "nga tu"),
        (r"\bso(?: nha)? (?=\d)", ""),
        (r"\b0+(?=\d)", ""),
        (r"[^\w/ ]+", " "),
    )
]
_HAMLET = re.compile(r"\b(?:ap|thon|khu pho|to|xom|doi) (\d{1,3}[a-z]?)\b")
_HOUSE = re.compile(r"\b\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)+\b|^\d{1,4}[a-z]?\b|\bkm \d{1,4}\b")
_ROAD = re.compile(r"\b(quoc|tinh|huong) lo (\d{1,4}[a-z]?)\b")
_GENERIC_WORDS = """
cho duong quan nhau cafe ca phe nha nga ba tu cau truong tieu hoc mam non thcs thpt cong ty hem ngo
kiet suoi song ho ray vuon tiem shop cay xang xuong cu moi lon nho khu vuc tru so ubnd xa hoi van
hoa bai dat trong dau cuoi giua cong
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_KINDS = re.compile(r"\b(?:nga (?:ba|tu|nam)|quan nhau|quan ca phe|tieu hoc|mam non|cay xang)\b")


def place_of(text: str) -> str:
    """A place as it is compared: without marks, near-words and the many ways of abbreviating."""
    head, _comma, tail = unicodedata.normalize("NFC", text).lower().partition(",")
    first = _NEAR.sub(" ", head)
    rest = tail if not _NEAR.match(tail.strip()) else ""
    place = fold(f"{first} {_NEAR.split(rest)[0]}")
    for pattern, written in _SPELLINGS:
        place = pattern.sub(written, place)
    return " ".join(place.split())


def is_same_place(one: str, other: str) -> bool:
    """Whether two descriptions name one place: the same house and the same names, where they have
    any; a hamlet alone, or a market without one, names none."""
    first, second = _Place(place_of(one)), _Place(place_of(other))
    if first.house != second.house:
        return False
    if first.hamlet and second.hamlet and first.hamlet != second.hamlet:
        return False
    if first.names and second.names:
        return first.names <= second.names or second.names <= first.names
    return bool(first.hamlet and first.kinds and first == second)


class _Place:
    """The parts of a place: hamlet, house, names and kinds."""

    def __init__(self, place: str) -> None:
        hamlet = _HAMLET.search(place)
        self.hamlet = hamlet[0] if hamlet else ""
        rest = _ROAD.sub(r"\1lo\2", _HAMLET.sub(" ", place)).strip()
        self.house = tuple(_HOUSE.findall(rest))
        words = _HOUSE.sub(" ", rest)
        parts = _KINDS.sub(" ", words).split()
        self.names = frozenset(parts) - _GENERIC
        if self.names:  # `Ba Sen`: what names a place may be an everyday word as well
            first = next(at for at, word in enumerate(parts) if word in self.names)
            while first and parts[first - 1] in _GENERIC and parts[first - 1] in {"ba", "tu"}:
                first -= 1
                self.names |= {parts[first]}
        self.kinds = frozenset(words.split()) - self.names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


# No word lies in the database in clear: keyed hashes of words find tips. One of some hundred
# thousand is a false hit: where no more are found than a page shows, those are opened and compared.

COMPARED = MOST_ROWS
# Letters in a row that the index of codes is made of, and digits that a number has at most.
TRIGRAM, DIGITS = 3, 9


def find(rows: Any, term: str) -> Any:
    """Return the rows whose code, hamlet, summary or place the term names; in their order."""
    folded = fold(term)
    if not folded:
        return rows
    named = Q(hamlet__in=_hamlets(folded)) | _of_code(term.strip())
    wanted = words_of(term)
    if not wanted:
        return rows.filter(named)
    either = Q(search_tokens__contains=tokens(term))
    either |= Q(search_tokens__contains=tokens_of_before(term))
    candidates = list(
        rows.filter(either)
        .select_related(None)
        .defer(None)  # or `only` leaves out what the list does
        .only("uuid", "summary", "place")
        .order_by("-pk")[: COMPARED + 1]
    )
    if len(candidates) > COMPARED:
        return rows.filter(named | either)
    with matching():
        found = [tip.pk for tip in candidates if _tells(tip, wanted)]
    return rows.filter(named | Q(pk__in=found))


def _tells(tip: Any, wanted: frozenset[str]) -> bool:
    """Whether summary and place have all these words; the place is opened where the summary alone
    has not."""
    left = wanted - words_of(tip.summary)
    return not left or wanted <= words_of(f"{tip.summary} {tip.place}")


def _hamlets(folded: str) -> list[int]:
    """Hamlets with these words in their names (`ấp 1` is not `ấp 10`), else with these letters.

    As a list: of a subquery the database guesses the length, and reads the whole table for it.
    """
    names = Hamlet.objects.filter(search_text__contains=folded).values_list("pk", "search_text")
    whole = [pk for pk, name in names if f" {folded} " in f" {name} "]
    return whole or [pk for pk, _name in names]


def _of_code(term: str) -> Q:
    """Filter by a part of the code; by a number alone, the tip of that number in any year."""
    if term.isdecimal() and len(term) <= DIGITS:
        return Q(code__iendswith=f"-{int(term):04d}")
    return Q(code__icontains=term) if len(term) >= TRIGRAM else Q()
