"""Content of an official document: the same for the printed page and for the Word file.

Everything is plain data, so that the same content gives the same file to the byte. Headings carry
no number of their own: `Paper.body` gives it to them, once for page and file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import count
from typing import ClassVar

BLANK = "…"
KEPT_WHOLE = 14  # lines of a table that stays on one page
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
_NUMBER = re.compile(r"^\d[\d.]*(?:,\d+)?%?$")
_PLACE = re.compile(r" ((?:xã|phường|đặc khu) .+)$", re.IGNORECASE)
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Layout(StrEnum):
    """The rules that a document follows."""

    STATE = "state"  # NĐ 30/2020/NĐ-CP
    PARTY = "party"  # HD 36-HD/VPTW


@dataclass(frozen=True)
class Letterhead:
    """Issuer, body above, place. Without a symbol the document bears no number."""

    layout: Layout
    above: str
    body: str
    place: str = ""
    symbol: str = ""

    @property
    def is_party(self) -> bool:
        return self.layout is Layout.PARTY

    @property
    def body_line(self) -> str:
        """The body as the head says it: a line that is too long breaks before the place alone."""
        body, kind, place = self.body, "", ""
        if (found := _PLACE.search(body)) is not None:
            body, kind, place = body[: found.start()], " ", found.group(1)
        return body + kind + place.replace(" ", "\N{NO-BREAK SPACE}")

    def number(self, code: str) -> str:
        """The line for the number, which a person fills in: “Số: …/BC-CAX”, “Số …-BC/ĐU”."""
        if not self.symbol:
            return ""
        if self.is_party:
            return f"Số {BLANK}-{code}/{self.symbol}"
        return f"Số: {BLANK}/{code}-{self.symbol}"


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is numbered I, level 2 is numbered 1, level 3 is lettered a."""

    text: str
    level: int = 1
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Text:
    """A paragraph; what a paper rests on stands in italics."""

    text: str
    is_basis: bool = False
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Table:
    """Cells of text under headings that come again on each page. `widths` are millimetres."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    empty: str = "Không có."
    size: int = 12
    kind: ClassVar[str] = "table"

    @property
    def shares(self) -> list[int]:
        """The widths as parts of a hundred, for a page; equal ones where nobody asked."""
        asked = self.widths or (1,) * len(self.headings)
        return [round(100 * part / sum(asked)) for part in asked]

    @property
    def is_short(self) -> bool:
        """Whether it is not torn between two pages."""
        return len(self.rows) <= KEPT_WHOLE

    @property
    def lines(self) -> Iterator[list[tuple[str, bool]]]:
        """The rows; of each cell its text and whether that is a number, which stands centred."""
        for row in self.rows:
            yield [(text, bool(_NUMBER.match(text))) for text in row]


type Block = Heading | Text | Table


@dataclass(frozen=True)
class Signature:
    """The signer: “KT. TRƯỞNG CÔNG AN XÃ”, “PHÓ TRƯỞNG CÔNG AN XÃ”, the name below."""

    title: str
    name: str = ""
    authority: str = ""
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """An official document, always a draft: people give it number, day and seal.

    `mark` stands at the foot of every page: who downloaded it and when. The names of this class, of
    its parts and of their fields are stored: `accounts.papers.services.numbered` hashes the repr.
    """

    letterhead: Letterhead
    title: str
    summary: str
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    on: date
    code: str = ""
    recipients: tuple[str, ...] = ()
    draft: int = 1
    mark: str = ""
    is_across: bool = False

    @property
    def number_line(self) -> str:
        return self.letterhead.number(self.code) if self.code else ""

    @property
    def date_line(self) -> str:
        """Place and year; day and month are for whoever signs. Nothing without a place."""
        place = self.letterhead.place
        return f"{place}, ngày {BLANK} tháng {BLANK} năm {self.on.year}" if place else ""

    @property
    def draft_line(self) -> str:
        return f"DỰ THẢO LẦN {self.draft}"

    @property
    def body(self) -> tuple[Block, ...]:
        """The blocks, with the numbers of their headings."""
        return tuple(_numbered(self.blocks))

    @property
    def recipient_lines(self) -> tuple[str, ...]:
        """“- Như trên;” … “- Lưu: VT.”"""
        last = len(self.recipients) - 1
        return tuple(
            f"- {one}{'.' if place == last else ';'}" for place, one in enumerate(self.recipients)
        )


def paragraphs(text: str) -> tuple[Text, ...]:
    """Typed text as paragraphs, one for each line that is not blank."""
    return tuple(Text(line.strip()) for line in text.splitlines() if line.strip())


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    counters = {level: count(1) for level in (1, 2, 3)}
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
            continue
        number = next(counters[block.level])
        for deeper in range(block.level + 1, 4):
            counters[deeper] = count(1)
        yield replace(block, text=f"{ordinal(number, block.level)} {block.text}")


def ordinal(number: int, level: int) -> str:
    """How the n-th heading of a level is numbered: “IV.”, “4.”, “d)”."""
    if level == 1:
        return f"{_roman(number)}."
    return f"{number}." if level == 2 else f"{'abcdđeghiklmnopqrstuvxy'[number - 1]})"


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        numeral += letters * times
    return numeral
