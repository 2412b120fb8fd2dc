"""The measures that the rules allow, in points and millimetres; both ends are allowed.

State: NĐ 30/2020/NĐ-CP, annex I. Party: HD 36-HD/VPTW of 2018. What builds a paper chooses within
them; what measures one holds it against them.
"""

from dataclasses import dataclass

from accounts.papers.content import Layout

FONT = "Times New Roman"
A4 = (210.0, 297.0)


@dataclass(frozen=True)
class Range:
    """From … to …, with a hair's breadth for rounding."""

    least: float
    most: float

    def allows(self, value: float) -> bool:
        return self.least - 0.1 <= value <= self.most + 0.1

    def __str__(self) -> str:
        ends = (f"{end:g}".replace(".", ",") for end in (self.least, self.most))
        return "–".join(ends) if self.least != self.most else next(ends)


TOP = BOTTOM = Range(20, 25)
LEFT = Range(30, 35)
RIGHT = Range(15, 20)
INDENT = Range(10, 12.7)
SPACING = Range(1, 1.5)
TABLE = Range(10, 14)
FOOT = Range(8, 11)


@dataclass(frozen=True)
class Sizes:
    """Sizes of letters, by what the words are."""

    above: Range
    issuer: Range
    country: Range
    motto: Range
    number: Range
    place: Range
    title: Range
    summary: Range
    body: Range
    signer: Range
    recipients: Range
    recipient: Range


SIZES = {
    Layout.STATE: Sizes(
        above=Range(12, 13), issuer=Range(12, 13), country=Range(12, 13), motto=Range(13, 14),
        number=Range(13, 13), place=Range(13, 14), title=Range(13, 14), summary=Range(13, 14),
        body=Range(13, 14), signer=Range(13, 14), recipients=Range(12, 12),
        recipient=Range(11, 11),
    ),
    Layout.PARTY: Sizes(
        above=Range(14, 14), issuer=Range(14, 14), country=Range(15, 15), motto=Range(15, 15),
        number=Range(14, 14), place=Range(14, 14), title=Range(15, 16), summary=Range(14, 15),
        body=Range(14, 15), signer=Range(14, 14), recipients=Range(14, 14),
        recipient=Range(12, 12),
    ),
}  # fmt: skip
