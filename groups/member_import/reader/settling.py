"""Settle what headings leave open: the cells of a column decide its field."""

import re
from collections.abc import Callable, Iterable, Sequence

from groups.member_import.reader import name_columns, years_of_ages
from groups.member_import.reader.aliases import IGNORED, LINE, NATIONAL_ID, plain_heading
from groups.member_import.reader.cell_checks import (
    answers,
    are_counts,
    has_digits,
    is_one_word,
    is_short,
    is_small_count,
)
from groups.member_import.reader.cells import is_mark, is_nothing, read_gender, text_of
from groups.member_import.reader.columns import (
    SINGLE,
    ZALO_ONCE,
    Column,
    looks_like_birth,
    looks_like_name,
    looks_like_national_id,
    looks_like_phone,
)
from groups.member_import.reader.files import Cell
from groups.member_import.reader.judging import (
    KIND_OF,
    KINDS,
    asks,
    disagrees,
    doubt_of,
    is_month_first,
    is_plain_mobile,
    share_of,
    unfit,
)
from groups.member_import.reader.lines import looks_like_line
from vietnamese.text import clean, fold

_RELATIVE = re.compile(r"\b(?:vo|chong|con|cha|me|bo|nguoi than)\b")
_NAMES = ("full_name", "family_name", "given_name", "household_head")
_ADDRESS_ORDER = ("hien nay", "noi o", "cho o", "dia chi", "tam tru", "cu tru", "thuong tru")


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
    name_columns.settle(columns, rows)
    _settle_lines(columns, rows)
    _settle_codes(columns, rows)
    _settle_disagreements(columns, rows)
    years_of_ages.settle_years(columns, rows)
    _settle_unfit(columns, rows)
    _settle_days(columns)
    _settle_names(columns, rows)
    _settle_sex_columns(columns, rows)
    _settle_repeated(columns, rows)
    _settle_households(columns, rows)
    _settle_zalo(columns, rows)
    _guess_unnamed(columns, rows)
    set_aside(columns)
    for column in columns:
        if not column.doubt and (
            kind := asks(column.field, column.header, _filled(rows, column.index))
        ):
            column.doubt = doubt_of(column.header, kind, is_read=False)
    for column in columns:
        if column.field not in (NATIONAL_ID, "", IGNORED):
            cells = _filled(rows, column.index, 3)
            column.samples = tuple(
                text_of(cell) for cell in cells if not looks_like_national_id(cell)
            )


def _of(columns: Iterable[Column], *names: str) -> list[Column]:
    return [column for column in columns if column.field in names]


def _settle_disagreements(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """The cells win over a heading that hardly any of them fits, where nothing is lost by it."""
    cells = {
        id(c): _filled(rows, c.index) for c in columns
        if c.field in (*KIND_OF, "note", "number") and "zalo" not in plain_heading(c.header)
    }  # fmt: skip
    kinds = {
        key: kind for c in columns
        if (found := cells.get(key := id(c))) and (kind := disagrees(c.field, found))
    }  # fmt: skip
    for column in columns:
        kind = kinds.get(id(column), "")
        if not kind:
            continue
        others = [c for c in columns if c is not column and id(c) not in kinds]
        is_taken = any(KIND_OF.get(c.field) == kind for c in others)
        if column.field in ("note", "number") and (is_taken or kind != "phone"):
            continue
        field = "other_phone" if kind == "phone" and is_taken else kind
        column.is_guessed = field == "other_phone" or not is_taken
        column.field = field if column.is_guessed else IGNORED
        column.doubt = doubt_of(column.header, kind, is_read=column.is_guessed)
        kinds.pop(id(column))


_LEGEND = re.compile(r"\b([a-z0-9])\s*[:=\-–]\s*(nam|nữ|trai|gái)\b", re.IGNORECASE)
_CODES = ({"1": "male", "0": "female"}, {"t": "male", "g": "female"}, {"1": "male", "2": "female"})


def _settle_codes(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Sexes as 1 and 0 or T and G: as the heading explains them, else as most programs do."""
    for column in _of(columns, "gender"):
        found = {fold(text_of(cell)) for cell in _filled_or_marked(rows, column.index)}
        found.discard(fold(column.header))  # of the next page
        legend = {
            fold(code): "male" if fold(word) in ("nam", "trai") else "female"
            for code, word in _LEGEND.findall(column.header)
        }
        usual = next((codes for codes in _CODES if found and found <= codes.keys()), {})
        if len(legend) == 2 or (usual and found):
            column.codes = legend if len(legend) == 2 else dict(usual)
    for column in _of(columns, "birth", "birth_male", "birth_female"):
        cells = _filled(rows, column.index)
        column.is_month_first = is_month_first(cells)


def _settle_unfit(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """A heading that no cell fits says something else (“Đồng ý lưu số điện thoại”)."""
    for column in _of(columns, "phone", "other_phone", "relative_phone", "birth", "gender"):
        cells = _filled(rows, column.index)
        kind = KIND_OF[column.field]
        words = plain_heading(column.header)
        is_question = words.count(" ") >= _WORDS_OF_A_QUESTION
        if len(cells) < _FEWEST_UNFIT or not is_question or column.codes or "zalo" in words:
            continue
        if not any(map(has_digits if kind != "gender" else is_short, cells)):
            column.field, column.doubt = "", unfit(column.header, kind)


_FEWEST_UNFIT, _WORDS_OF_A_QUESTION = 4, 4


def _settle_days(columns: list[Column]) -> None:
    """`Ngày`, `Tháng`, `Năm (sinh)` side by side, with nothing over them."""
    for first, second, third in zip(columns, columns[1:], columns[2:], strict=False):
        three = [plain_heading(c.header) for c in (first, second, third)]
        is_year = third.field in ("birth", "birth_year", "") or clean(third.header).lower() == "năm"
        if three[0] in ("ngay", "ngay sinh") and three[1] in ("thang", "thang sinh") and is_year:
            if three[2] in ("nam", "nam sinh"):
                first.field, second.field, third.field = "birth_day", "birth_month", "birth_year"
            return


def _settle_lines(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Names that have a phone or a birth in the same cell."""
    has_names = bool(_of(columns, "full_name", "family_name"))
    for column in _of(columns, "full_name", *([] if has_names else [""])):
        if share_of(_filled(rows, column.index), looks_like_line) >= _MOST_LINES:
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
            are_many = len(words) * 2 >= len(_filled(rows, column.index))
            if words and are_many and share_of(words, is_one_word) >= 0.8:
                column.field, after.field = "family_name", "given_name"
    if not _of(columns, "full_name", "family_name", LINE):
        heads = _of(columns, "household_head")
        fuller = max((len(_filled(rows, c.index)) for c in heads), default=0)
        for column in _of(columns, ""):
            cells = _filled(rows, column.index)
            if heads and len(cells) > fuller and share_of(cells, KINDS["full_name"]) >= 0.7:
                column.field, column.is_guessed = "full_name", True
                break
    if not _of(columns, "full_name", "family_name", LINE):
        for column in _of(columns, "household_head"):
            if share_of(_filled(rows, column.index), looks_like_name) >= 0.5:
                column.field = "full_name"
                break
    for column in _of(columns, "given_name"):
        if not _of(columns, "family_name"):
            column.field = "full_name"
    if not _of(columns, "full_name", "family_name", LINE):
        if named := name_columns.beside_nicknames(columns, rows):
            named.field, named.is_guessed = "full_name", True
            return
        for column in _of(columns, "nickname")[:1]:
            column.field, column.is_strict = "full_name", True


def _settle_sex_columns(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    for column in _of(columns, "male_mark", "female_mark", "birth_male", "birth_female"):
        cells = _filled_or_marked(rows, column.index)
        sex = column.field.removesuffix("_mark").removeprefix("birth_")
        births, marks = share_of(cells, looks_like_birth), share_of(cells, is_mark)
        if are_counts(cells):
            column.field = IGNORED
        elif births and births >= marks:
            column.field = f"birth_{sex}"
        elif marks >= 0.6:
            column.field = f"{sex}_mark"
        elif years_of_ages.tells_ages(column, cells):
            column.field, column.is_age = f"{sex}_mark", True
    if len(_of(columns, "male_mark", "female_mark")) == 1 and not _of(columns, "gender"):
        # “Nam” alone may be “Năm (sinh)” typed without marks.
        for column in _of(columns, "male_mark"):
            if share_of(_filled(rows, column.index), looks_like_birth) >= 0.6:
                column.field = "birth"


def _filled_or_marked(rows: Iterable[Sequence[Cell]], index: int) -> list[Cell]:
    cells = (row[index] for row in rows if index < len(row))
    return [cell for cell, _ in zip((c for c in cells if text_of(c)), range(200), strict=False)]


def _settle_repeated(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    phones = _of(columns, "phone")
    if not phones:
        phones = _of(columns, "other_phone")
        for column in phones:
            column.field = "phone"
    shares = {id(c): share_of(_filled(rows, c.index), looks_like_phone) for c in phones}
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
            key=lambda c: (
                not _is_of_another(columns, c),
                name != "full_name" or not _RELATIVE.search(plain_heading(c.header)),
                len(_filled(rows, c.index)),
            ),
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


def _settle_households(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Households counted 1, 2, 3 are so in this list alone: the heads it tells name them."""
    if _of(columns, "relation", "household_head"):
        for column in _of(columns, "household_code"):
            cells = _filled(rows, column.index)
            is_bare = re.fullmatch(
                r"(?:(?:so|s) ?(?:tt|thu tu) |s?tt )?ho", plain_heading(column.header)
            )
            if is_bare and cells and share_of(cells, is_small_count) == 1:
                column.field = "number" if not _of(columns, "number") else IGNORED


def set_aside(columns: list[Column]) -> None:
    """Ignore the columns that are not read beside others: what is kept must have been read."""
    known = {column.field for column in columns}
    unread: set[str] = set()
    if "full_name" in known:
        unread |= {"family_name", "middle_name", "given_name"}
    if known & {"birth_male", "birth_female"}:
        unread |= {*_BIRTH_PARTS, "other_birth"}
    elif {"birth_day", "birth_year"} <= known:
        unread |= {"birth", "other_birth"}
    elif "birth" in known:
        unread |= set(_BIRTH_PARTS)
    elif "birth_year" not in known:
        unread |= {"birth_day", "birth_month"}
    seen: set[str] = set()
    for column in columns:
        if column.field in unread or (column.field in seen and column.field in SINGLE):
            column.field = IGNORED
        seen.add(column.field)


_BIRTH_PARTS = ("birth_day", "birth_month", "birth_year")


def _settle_zalo(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Of columns that may stand once the first is read; an end needs a beginning."""
    for column in _of(columns, "nickname"):
        if share_of(_filled_or_marked(rows, column.index), answers) >= 0.5:
            column.field = "uses_zalo"
    for column in _of(columns, "group_mark"):
        cells = _filled(rows, column.index)
        counts = {text_of(cell) for cell in cells}
        are_teams = counts - {"0", "1"} and len(counts) > 1 and share_of(cells, is_small_count) == 1
        if plain_heading(column.header) == "nhom" and are_teams and not _of(columns, "team"):
            column.field = "team"  # the residents' groups of a hamlet, not one of Zalo
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
_GUESSES: tuple[tuple[str, tuple[str, ...], Callable[[Cell], object], float], ...] = (
    (NATIONAL_ID, (), looks_like_national_id, 0.6),
    ("phone", ("phone",), looks_like_phone, 0.6),
    ("birth", ("birth", "birth_male", "birth_female", "birth_year"), looks_like_birth, 0.8),
    ("gender", ("gender", "male_mark", "birth_male"), read_gender, 0.8),
    ("full_name", ("full_name", "family_name", LINE), looks_like_name, 0.7),
    ("team", ("team",), KINDS["team"], 0.8),
    ("relation", ("relation", "household_head"), KINDS["relation"], 0.8),
    ("address", ("address", "house_number", "street"), KINDS["address"], 0.7),
)


_NO_BIRTH = re.compile(
    r"(?:ngay|thoi gian|dau thoi gian|han|thoi diem|timestamp|date(?! of birth))\b"
)


def _persons(rows: Sequence[Sequence[Cell]], column: Column) -> float:
    """How many cells of the column are sure to name a person."""
    cells = _filled(rows, column.index)
    return share_of(cells, KINDS["full_name"]) * len(cells)


def _guess_unnamed(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    for name, taken_by, reads, needed in _GUESSES:
        unnamed = _of(columns, "")
        if name == "full_name":
            unnamed.sort(key=lambda column: -_persons(rows, column))
        for column in unnamed:
            cells = _filled(rows, column.index)
            if taken_by and _of(columns, *taken_by):
                break
            if name == "birth" and _NO_BIRTH.match(plain_heading(column.header)):
                continue
            if cells and share_of(cells, reads) >= needed:
                column.field, column.is_guessed = name, True
    for column in _of(columns, ""):
        cells = _filled(rows, column.index)
        if len(cells) < 2:
            continue
        if not column.header and share_of(cells, looks_like_phone) >= 0.6:
            column.field, column.is_guessed = "other_phone", True
        elif column.header and share_of(cells, is_plain_mobile) >= 0.75:
            column.field, column.is_guessed = "other_phone", True
            column.doubt = doubt_of(column.header, "phone", is_read=True)
