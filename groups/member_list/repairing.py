"""Which cells of a sheet are written as before Unicode, and with which table they are read.

Words decide for their cell, then the font of the cell; a cell whose words are right under any
table follows its column, then its row, then its sheet.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from groups.member_list import legacy
from groups.member_list.reading import Sheet

_UNICODE = "unicode"
_LEAST_VIQR = 2


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell before and after; row and column count from 1."""

    row: int
    column: int
    codec: str
    before: str
    after: str
    code: str = "legacy_font"


@dataclass
class _Votes:
    """What the cells say that decide for themselves."""

    of_columns: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    of_rows: dict[int, str] = field(default_factory=dict)
    of_sheet: Counter[str] = field(default_factory=Counter)
    unicode_rows: set[int] = field(default_factory=set)

    def add(self, row: int, column: int, codec: str) -> None:
        self.of_columns[column][codec] += 1
        if codec == _UNICODE:
            self.unicode_rows.add(row)
        elif codec in legacy.CODECS:
            self.of_rows.setdefault(row, codec)
            self.of_sheet[codec] += 1

    def number_of(self, codec: str) -> int:
        return sum(counter[codec] for counter in self.of_columns.values())

    def of_column(self, column: int, codecs: tuple[str, ...]) -> str:
        """What most cells of the column say, if that is one of these tables."""
        votes = self.of_columns.get(column)
        most = votes.most_common(1)[0][0] if votes else ""
        return most if most in codecs else ""

    def of_others(self, row: int, column: int) -> str:
        """For a cell whose column says nothing: its row, then the sheet where all is legacy."""
        if row in self.unicode_rows or self.of_columns.get(column):
            return self.of_rows.get(row, "") if row not in self.unicode_rows else ""
        follows = len(self.of_rows) > len(self.unicode_rows)
        sheet = self.of_sheet.most_common(1)[0][0] if follows and self.of_sheet else ""
        return self.of_rows.get(row, sheet)


def codec_of_font(font: str) -> str:
    """The table of a font by its name; empty for a font of Unicode."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3"
    return "VNI" if name.startswith(("vni-", "vni ")) else ""


def _own_codec(text: str) -> str:
    """What the words of a cell tell; empty where they are right under any table."""
    if text.isascii():
        return legacy.VIQR if legacy.is_viqr(text) else ""
    if legacy.is_mixed_up(text):
        return legacy.MIXED_UP
    return _UNICODE if legacy.UNICODE_ONLY.search(text) else legacy.codec_of(text)


def repair_sheet(sheet: Sheet) -> list[Repair]:
    """Rewrites the legacy cells of a sheet in place and tells which."""
    votes = _Votes()
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (codec := _own_codec(cell)):
                votes.add(number, column, codec)
    is_signed = votes.number_of(legacy.VIQR) >= _LEAST_VIQR
    is_legacy = bool(votes.of_sheet or votes.number_of(legacy.MIXED_UP))
    if not is_signed and not is_legacy:
        return []
    texts = {
        (number, column): cell
        for number, row in enumerate(sheet.rows)
        for column, cell in enumerate(row)
        if isinstance(cell, str) and cell
    }
    repairs = _repair_signed(sheet, votes, texts) if is_signed else []
    if is_legacy:
        repairs += _repair_fonts(sheet, votes, texts)
    return sorted(repairs, key=lambda repair: (repair.row, repair.column))


def _repair_signed(sheet: Sheet, votes: _Votes, texts: dict[tuple[int, int], str]) -> list[Repair]:
    """`Be'` alone may be anything; beside `Nguye^~n` of the same column it is Bé."""
    cells = {place: text for place, text in texts.items() if text.isascii()}
    return [
        _rewrite(sheet, place, legacy.VIQR, text)
        for place, text in cells.items()
        if (votes.of_column(place[1], (legacy.VIQR,)) or legacy.is_viqr(text))
        and legacy.from_viqr(text) != text
    ]


def _repair_fonts(sheet: Sheet, votes: _Votes, texts: dict[tuple[int, int], str]) -> list[Repair]:
    cells = {
        place: text
        for place, text in texts.items()
        if not text.isascii() and _own_codec(text) != _UNICODE
    }
    fonts = sheet.fonts_of(set(cells)) if sheet.fonts_of and votes.of_sheet else {}
    repairs = []
    for place, text in cells.items():
        own, font = _own_codec(text), fonts.get(place, "")
        if own != legacy.MIXED_UP and not legacy.MAYBE_LEGACY.search(text):
            continue
        column = votes.of_column(place[1], legacy.CODECS)
        if own == legacy.MIXED_UP:
            codec = own
        elif by_font := codec_of_font(font):
            codec = by_font
        elif own:
            codec = column or votes.of_sheet.most_common(1)[0][0]
        else:
            codec = column or ("" if font else votes.of_others(*place))
        if codec and legacy.convert(text, codec) != text:
            repairs.append(_rewrite(sheet, place, codec, text, font))
    return repairs


def _rewrite(sheet: Sheet, place: tuple[int, int], codec: str, text: str, font: str = "") -> Repair:
    after, code = legacy.convert(text, codec), "legacy_font"
    if codec == "TCVN3" and font.upper().endswith("H"):
        after, code = (
            after.upper(),
            "legacy_capitals",
        )  # such a font shows small letters as capitals
    sheet.rows[place[0]][place[1]] = after
    return Repair(place[0] + 1, place[1] + 1, codec, text, after, code)
