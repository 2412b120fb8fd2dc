"""Which column holds what: by the many names of its heading, else by its content."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groups.member_list.births import read_birth
from groups.member_list.cells import is_mark, is_nothing, read_gender, text_of
from groups.member_list.phones import read_phones
from groups.member_list.problems import BadCell
from groups.member_list.reading import Cell
from groups.vietnamese import clean, fold

IGNORED = "ignored"
NATIONAL_ID = "national_id"
# What a column may hold, with the words of the mapping screen.
FIELDS = {
    "full_name": "Họ và tên",
    "family_name": "Họ và tên đệm",
    "given_name": "Tên",
    "phone": "Số điện thoại",
    "other_phone": "Số điện thoại khác",
    "relative_phone": "Số điện thoại người thân",
    "birth": "Ngày sinh hoặc năm sinh",
    "birth_day": "Ngày của ngày sinh",
    "birth_month": "Tháng của ngày sinh",
    "birth_year": "Năm của ngày sinh",
    "birth_male": "Năm sinh của nam",
    "birth_female": "Năm sinh của nữ",
    "gender": "Giới tính",
    "male_mark": "Đánh dấu nam",
    "female_mark": "Đánh dấu nữ",
    "address": "Địa chỉ",
    "house_number": "Số nhà",
    "street": "Đường",
    "team": "Tổ",
    "household_code": "Mã hộ",
    "household_head": "Chủ hộ",
    "relation": "Quan hệ với chủ hộ",
    "number": "Số thứ tự",
    NATIONAL_ID: "Số căn cước (không đọc)",
    IGNORED: "Bỏ qua",
}
NAME_FIELDS = ("full_name", "family_name", "household_head")
_ADDRESS_ORDER = ("hien nay", "noi o", "cho o", "dia chi", "tam tru", "cu tru", "thuong tru")

# Tried in order on the folded heading without punctuation; the first that fits whole, wins.
_ALIASES: dict[str, tuple[str, ...]] = {
    "number": (r"s ?t ?t|t ?t|so tt|so thu tu|no|so",),
    "full_name": (
        r"(ho va ten|ho ten|ten|hoten|hovaten)( (day du|khai sinh|ca nhan|trong ho))?",
        r"(ho va ten|ho ten)(?! (cha|me|vo|chong|bo|nguoi than|tren|zalo|chu ho|dem|lot)) .{1,30}",
        r"ten (cac )?(thanh vien|nguoi|hoi vien|dang vien|doan vien|cong dan|nhan khau).*",
        r"ho (va )?(chu )?(dem|lot) (va )?ten.*|h ten|full ?name|name|thanh vien",
    ),
    IGNORED: (
        r"(ngay|noi|co quan) cap.*|(ngay )?(da )?(vao|tham gia)( nhom)?( zalo)?|da ket ban",
        r".*(dan toc|ton giao|nghe nghiep|trinh do|hoc van|email|chuc (vu|danh)|quoc tich).*",
        r".*(ky ten|ky nhan|chu ky|(que|nguyen) quan|noi sinh|doan the|dang vien|facebook).*",
        r"ghi chu.*|gc|note|khac|loai|tuoi|so (nhan )?khau",
        r"(ten|nick|nickname|tai khoan)( tren| dung)? zalo|ten hien thi|zalo name",
        r"ap|khu pho|kp|thon|xom|ap khu pho|xa|xa phuong|phuong|tinh|huyen",
    ),
    NATIONAL_ID: (r".*(cccd|cmnd|cmtnd|cmt|can cuoc|dinh danh|ho chieu|cc cd|gttt|tuy than).*",),
    "relative_phone": (
        r".*(dien thoai|sdt|so dt|dt|lien he|lien lac).* (nguoi than|nguoi nha|khan cap)",
        r"(so )?(dien thoai|sdt|dt) (cua )?(vo|chong|con|cha|me|bo|bo me|cha me)",
    ),
    "other_phone": (
        r".*(dien thoai|sdt|so dt|dt|lien he|lien lac).* (khac|du phong|phu|2|thu hai)",
    ),
    "phone": (
        r".*(dien thoai|s ?dt|so dt|dtdd|di dong|so may|mobile|phone).*|d ?t|tel",
        r"(so )?lien (he|lac)|(so |sdt |so dung )?zalo|so d t",
    ),
    "relation": (r"(moi )?(quan he|qh)( voi)?( chu ho| ch)?|qhch|quan he.*|vai tro( trong ho)?",),
    "household_code": (
        r"(ma|ma so) ho( gia dinh| dan)?|so ho( khau| gia dinh)?|ho so|so hk|shk|ho khau so",
    ),
    "household_head": (
        r"((ho va |ho )?ten )?(chu ho|dai dien ho)( gia dinh)?|ho gia dinh|ho ong ba",
    ),
    "family_name": (r"(ho|ho ten|ho va ten|ho chu|ho va|ho va chu) ?(dem|lot)|ho",),
    "birth": (
        r"((ngay thang )?nam|ngay( thang)?( nam)?) sinh.*|ntns|n t n s|ngay thang nam",
        r"sinh (nam|ngay).*|n ?sinh|ns|sinh|birth.*|dob",
    ),
    "gender": (r"gioi tinh.*|phai|gt|nam nu|gender|sex|gioi|g tinh",),
    "house_number": (r"so nha|so nha duong|nha so",),
    "street": (r"duong|ten duong|duong pho|hem|so nha hem",),
    "team": (
        r"to|to (nhan dan|dan pho|antq|antt|tu quan|an ninh|doan ket|dan cu|so|lien gia).*",
        r"(thuoc|so|ten) to|to t?nd|tnd|cum( dan cu)?|.*\bto nao",
    ),
    "address": (
        r".*(dia chi|noi o|cho o|thuong tru|tam tru|cu tru|noi dang ky|hktt|address).*|d ?c",
    ),
}
_COMPILED = tuple((name, re.compile("|".join(forms))) for name, forms in _ALIASES.items())
_NUMBERING = re.compile(r"[(\[]?\s*\d{1,2}\s*[)\]]?")


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


def without_notes(text: str) -> str:
    """A heading without what it explains in brackets."""
    return re.sub(r"\(.*?\)", " ", clean(text).replace("\n", " "))


def plain_heading(text: str) -> str:
    """A heading without marks, brackets and signs."""
    bare = re.sub(r"[^a-z0-9]+", " ", fold(without_notes(text))).strip()
    return bare or re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


def field_named(heading: str) -> str:
    """The field of one heading; empty where it is none that lists use."""
    bare = plain_heading(heading)
    if not bare or len(bare) > 60:
        return ""
    return next((name for name, pattern in _COMPILED if pattern.fullmatch(bare)), "")


def field_of(parts: Sequence[str]) -> str:
    """The field of a heading of several rows, outermost first."""
    parts = [part for part in parts if part.strip() and not _NUMBERING.fullmatch(part.strip())]
    if not parts:
        return ""
    child, parents = parts[-1], parts[:-1]
    outer = [field_named(part) for part in parents]
    bare = plain_heading(child)
    if clean(child).lower() == "năm" and "birth" in outer:
        return "birth_year"
    if bare in ("nam", "nu"):
        by_sex = (
            ("birth_male", "birth_female") if "birth" in outer else ("male_mark", "female_mark")
        )
        return by_sex[bare == "nu"]
    if "birth" in outer and bare in ("ngay", "thang"):
        return "birth_day" if bare == "ngay" else "birth_month"
    if "full_name" in outer and bare in ("ho", "ten", "ho dem", "ho va dem"):
        return "given_name" if bare == "ten" else "family_name"
    inner = field_named(child)
    if inner == "number" and outer:
        inner = ""
    together = field_named(" ".join(parts)) if parents else ""
    return inner or together or next((name for name in reversed(outer) if name), "")


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
    _settle_names(columns, rows)
    _settle_sex_columns(columns, rows)
    _settle_repeated(columns, rows)
    _guess_unnamed(columns, rows)
    for column in columns:
        if column.field not in (NATIONAL_ID, "", IGNORED):
            cells = _filled(rows, column.index, 3)
            column.samples = tuple(
                text_of(cell) for cell in cells if not looks_like_national_id(cell)
            )


def _of(columns: Iterable[Column], *names: str) -> list[Column]:
    return [column for column in columns if column.field in names]


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
    if not _of(columns, "full_name", "family_name"):
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
        if births and births >= marks:
            column.field = f"birth_{sex}"
        elif marks >= 0.6:
            column.field = f"{sex}_mark"
    if len(_of(columns, "male_mark", "female_mark")) == 1 and not _of(columns, "gender"):
        # “Nam” alone may be “Năm (sinh)” typed without marks.
        for column in _of(columns, "male_mark"):
            if _share(_filled(rows, column.index), looks_like_birth) >= 0.6:
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
    shares = {id(c): _share(_filled(rows, c.index), looks_like_phone) for c in phones}
    for column in list(phones):
        if plain_heading(column.header) == "zalo" and shares[id(column)] < 0.5:
            column.field = IGNORED
            phones.remove(column)
    if phones:
        phones.sort(key=lambda column: column.is_hidden)
        chosen = next((column for column in phones if shares[id(column)] >= 0.5), phones[0])
        for column in phones:
            column.field = "phone" if column is chosen else "other_phone"
    for name in ("full_name", "birth", "gender", "team", "household_code", "relation"):
        same = _of(columns, name)
        best = max(same, key=lambda c: len(_filled(rows, c.index)), default=None)
        for column in same:
            column.field = name if column is best else IGNORED
    addresses = _of(columns, "address")
    addresses.sort(key=lambda c: (not _filled(rows, c.index), _address_rank(c.header)))
    for column in addresses[1:]:
        column.field = IGNORED


def _address_rank(header: str) -> int:
    bare = plain_heading(header)
    return next((n for n, words in enumerate(_ADDRESS_ORDER) if words in bare), 99)


_GUESSES: tuple[tuple[str, tuple[str, ...], object, float], ...] = (
    (NATIONAL_ID, (), looks_like_national_id, 0.6),
    ("phone", ("phone",), looks_like_phone, 0.6),
    ("birth", ("birth", "birth_male", "birth_female", "birth_year"), looks_like_birth, 0.8),
    ("gender", ("gender", "male_mark", "birth_male"), read_gender, 0.8),
    ("full_name", ("full_name", "family_name"), looks_like_name, 0.7),
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
    """What a person chose goes over what was found; keys are letters or headings."""
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


SINGLE = frozenset(FIELDS) - {IGNORED, NATIONAL_ID, "other_phone", "relative_phone"}
