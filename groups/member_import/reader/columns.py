"""Fields of columns: what headings leave open, the content decides."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groups.member_import.reader.aliases import (
    FIELDS,
    IGNORED,
    LINE,
    NATIONAL_ID,
    field_named,
    plain_heading,
)
from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import is_mark, is_nothing, read_gender, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.lines import looks_like_line
from groups.member_import.reader.phones import read_phones
from groups.member_import.reader.problems import BadCell
from groups.member_import.reader.zalo_marks import is_no, is_yes
from vietnamese.text import fold

_RELATIVE = re.compile(r"\b(?:vo|chong|con|cha|me|bo|nguoi than)\b")
_NAMES = ("full_name", "family_name", "given_name", "household_head")
ZALO_SEVERAL = frozenset(("group_mark", "group_not", "note"))
ZALO_ONCE = (
    "joined_on", "left_on", "rejoined_on", "invited", "uses_zalo", "no_zalo", "zalo_owner",
    "proxy", "nickname",
)  # fmt: skip
_ADDRESS_ORDER = ("hien nay", "noi o", "cho o", "dia chi", "tam tru", "cu tru", "thuong tru")


@dataclass
class Column:
    """One column of a table; `letter` names it to people."""

    index: int
    letter: str
    header: str
    field: str = ""
    is_guessed: bool = False
    samples: tuple[str, ...] = ()
    is_hidden: bool = False


def letter_of(index: int) -> str:
    """0 → `A`, 26 → `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _share(cells: Sequence[Cell], reads: object) -> float:
    good = 0
    for cell in cells:
        try:
            good += bool(reads(cell))  # type: ignore[operator]
        except (BadCell, ValueError):
            continue
    return good / len(cells) if cells else 0.0


def looks_like_phone(cell: Cell) -> bool:
    return any(phone.startswith("+84") for phone in read_phones(cell).phones)


def looks_like_birth(cell: Cell) -> bool:
    return read_birth(cell).year is not None


def looks_like_name(cell: Cell) -> bool:
    """Two to six words of letters."""
    text = text_of(cell)
    return (
        isinstance(cell, str)
        and 1 <= text.count(" ") <= 5
        and not re.search(r"[\d@/:]", text)
        and len(text) <= 60
    )


def _is_one_word(cell: Cell) -> bool:
    text = text_of(cell)
    return isinstance(cell, str) and text.isalpha() and " " not in text


def looks_like_national_id(cell: Cell) -> bool:
    return bool(re.fullmatch(r"0\d{11}|\d{12}", re.sub(r"[\s.'’]", "", text_of(cell))))


def _filled(rows: Iterable[Sequence[Cell]], index: int, limit: int = 200) -> list[Cell]:
    cells: list[Cell] = []
    for row in rows:
        if index < len(row) and not is_nothing(text_of(row[index])):
            cells.append(row[index])
            if len(cells) == limit:
                break
    return cells


def settle(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Looks at the content to decide what headings leave open."""
    _settle_lines(columns, rows)
    _settle_names(columns, rows)
    _settle_sex_columns(columns, rows)
    _settle_repeated(columns, rows)
    _settle_zalo(columns, rows)
    _guess_unnamed(columns, rows)
    for column in columns:
        if column.field not in (NATIONAL_ID, "", IGNORED):
            cells = _filled(rows, column.index, 3)
            column.samples = tuple(
                text_of(cell) for cell in cells if not looks_like_national_id(cell)
            )


def _of(columns: Iterable[Column], *names: str) -> list[Column]:
    return [column for column in columns if column.field in names]


def _settle_lines(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Names that have a phone or a birth in the same cell."""
    for column in _of(columns, "full_name", ""):
        if _share(_filled(rows, column.index), looks_like_line) >= _MOST_LINES:
            column.field, column.is_guessed = LINE, not column.field
            return


def _settle_names(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    if _of(columns, "family_name"):
        for column in _of(columns, "full_name"):
            if plain_heading(column.header) in ("ten", "ho va ten ten", "ho ten ten"):
                column.field = "given_name"
    for column in _of(columns, "full_name"):
        after = next((other for other in columns if other.index == column.index + 1), None)
        if after is not None and after.header in ("", column.header):
            words = _filled(rows, after.index)
            if words and _share(words, _is_one_word) >= 0.8:
                column.field, after.field = "family_name", "given_name"
    if not _of(columns, "full_name", "family_name", LINE):
        for column in _of(columns, "household_head"):
            if _share(_filled(rows, column.index), looks_like_name) >= 0.5:
                column.field = "full_name"
                break
    for column in _of(columns, "given_name"):
        if not _of(columns, "family_name"):
            column.field = "full_name"


def _settle_sex_columns(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    for column in _of(columns, "male_mark", "female_mark", "birth_male", "birth_female"):
        cells = _filled_or_marked(rows, column.index)
        sex = column.field.removesuffix("_mark").removeprefix("birth_")
        births, marks = _share(cells, looks_like_birth), _share(cells, is_mark)
        if _are_counts(cells):
            column.field = IGNORED
        elif births and births >= marks:
            column.field = f"birth_{sex}"
        elif marks >= 0.6:
            column.field = f"{sex}_mark"
    if len(_of(columns, "male_mark", "female_mark")) == 1 and not _of(columns, "gender"):
        # “Nam” alone may be “Năm (sinh)” typed without marks.
        for column in _of(columns, "male_mark"):
            if _share(_filled(rows, column.index), looks_like_birth) >= 0.6:
                column.field = "birth"


def _are_counts(cells: Sequence[Cell]) -> bool:
    """How many men and women a household has; ones and noughts alone are marks."""
    texts = [text_of(cell) for cell in cells]
    return any(text not in ("0", "1") for text in texts) and all(
        re.fullmatch(r"\d{1,2}", text) for text in texts
    )


def _filled_or_marked(rows: Iterable[Sequence[Cell]], index: int) -> list[Cell]:
    cells = (row[index] for row in rows if index < len(row))
    return [cell for cell, _ in zip((c for c in cells if text_of(c)), range(200), strict=False)]


def _settle_repeated(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    phones = _of(columns, "phone")
    if not phones:
        phones = _of(columns, "other_phone")
        for column in phones:
            column.field = "phone"
    shares = {id(c): _share(_filled(rows, c.index), looks_like_phone) for c in phones}
    for column in list(phones):
        if plain_heading(column.header) == "zalo" and shares[id(column)] < 0.5:
            column.field = "nickname"
            phones.remove(column)
    if phones:
        phones.sort(key=lambda column: column.is_hidden)
        chosen = next((column for column in phones if shares[id(column)] >= 0.5), phones[0])
        for column in phones:
            column.field = "phone" if column is chosen else "other_phone"
    for name in ("full_name", "birth", "gender", "team", "household_code", "relation"):
        same = _of(columns, name)
        same.sort(
            key=lambda c: (not _is_of_another(columns, c), len(_filled(rows, c.index))),
            reverse=True,
        )
        for column in same[1:]:
            column.field = IGNORED
        if name == "birth" and len(same) > 1 and _completes(columns, *same[:2]):
            same[1].field = "other_birth"
    addresses = _of(columns, "address")
    addresses.sort(key=lambda c: (not _filled(rows, c.index), _address_rank(c.header)))
    for column in addresses[1:]:
        column.field = IGNORED


def _answers(cell: Cell) -> bool:
    return is_yes(cell) or is_no(cell)


def _settle_zalo(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Of columns that may stand once the first is read; an end needs a beginning."""
    for column in _of(columns, "nickname"):
        if _share(_filled_or_marked(rows, column.index), _answers) >= 0.5:
            column.field = "uses_zalo"
    known = {column.field for column in columns}
    for name in ZALO_ONCE:
        for column in _of(columns, name)[1:]:
            column.field = IGNORED
    if not known & {"group_mark", "joined_on"}:
        for column in _of(columns, "left_on", "rejoined_on"):
            column.field = IGNORED if plain_heading(column.header) == "den ngay" else column.field


def _completes(columns: Sequence[Column], first: Column, second: Column) -> bool:
    """`Ngày sinh` beside `Năm sinh`."""
    is_same = plain_heading(first.header) == plain_heading(second.header)
    return not is_same and not _is_of_another(columns, second)


def _is_of_another(columns: Sequence[Column], column: Column) -> bool:
    """Behind `Họ tên con` or `Vợ`, or named so itself, a birth is not of the person of the row."""
    before = [c for c in columns if c.index <= column.index]
    named = next((c for c in reversed(before) if c.field in _NAMES or _is_relative(c)), None)
    return named is not None and named.field not in _NAMES


def _is_relative(column: Column) -> bool:
    return bool(_RELATIVE.search(plain_heading(column.header))) and column.field in ("", IGNORED)


def _address_rank(header: str) -> int:
    bare = plain_heading(header)
    return next((n for n, words in enumerate(_ADDRESS_ORDER) if words in bare), 99)


_MOST_LINES = 0.5
_GUESSES: tuple[tuple[str, tuple[str, ...], object, float], ...] = (
    (NATIONAL_ID, (), looks_like_national_id, 0.6),
    ("phone", ("phone",), looks_like_phone, 0.6),
    ("birth", ("birth", "birth_male", "birth_female", "birth_year"), looks_like_birth, 0.8),
    ("gender", ("gender", "male_mark", "birth_male"), read_gender, 0.8),
    ("full_name", ("full_name", "family_name", LINE), looks_like_name, 0.7),
)


def _guess_unnamed(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    for name, taken_by, reads, needed in _GUESSES:
        for column in _of(columns, ""):
            cells = _filled(rows, column.index)
            if taken_by and _of(columns, *taken_by):
                break
            if cells and _share(cells, reads) >= needed:
                column.field, column.is_guessed = name, True


def stand_side_by_side(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether two lists share the rows: the heading of the names comes twice, over names."""
    names = [column for column in columns if field_named(column.header) == "full_name"]
    twice = {column.header for column in names if column.header}
    filled = [c for c in names if _share(_filled(rows, c.index), looks_like_name) >= 0.5]
    return len(filled) > 1 and len(twice) < len(names)


def apply_mapping(columns: list[Column], mapping: Mapping[str, str] | None) -> None:
    """The choice of a person overrides what was found; keys are letters or headings."""
    if not mapping:
        return
    chosen = {fold(key): value for key, value in mapping.items()}
    for column in columns:
        by_letter = chosen.get(column.letter.lower())
        value = by_letter if by_letter is not None else chosen.get(fold(column.header))
        if value is None or (not column.header and by_letter is None):
            continue
        if value and value not in FIELDS:
            raise ValueError(f"unknown field {value!r}")
        for other in columns:
            if value and value == other.field and other is not column and value in SINGLE:
                other.field = IGNORED
        column.field, column.is_guessed = value or IGNORED, False


SINGLE = frozenset(FIELDS) - {
    IGNORED, NATIONAL_ID, "other_phone", "relative_phone", *ZALO_SEVERAL
}  # fmt: skip
