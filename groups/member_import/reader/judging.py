"""Judge columns by their cells: where heading and cells disagree, cells win or people are asked.

A kind is what the cells of a column look like, whatever stands above them. Kinds are strict: a cell
that could be two things counts for neither.
"""

import re
from collections.abc import Callable, Sequence

from groups.member_import.reader.aliases import IGNORED, LINE, NATIONAL_ID, plain_heading
from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import is_as_above, read_gender, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.names import looks_like_person
from groups.member_import.reader.phones import read_phones
from groups.member_import.reader.problems import BadCell
from vietnamese.text import digits_of, fold

_LEAST_CELLS, _MOST_LETTERS = 2, 8
_MOST, _FEW = 0.75, 0.25

_BIRTH = re.compile(
    r"(?:19|20)\d{2}|\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:(?:19|20)\d{2}|\d{2})(?: .*)?"
)
_TEAM = re.compile(r"(?:to|t\.?|to nhan dan|to dan pho|tnd|tdp)\s?(?:so\s?)?\.?\s?\d{1,3}[a-z]?")
_PLACE = re.compile(
    r"\b(?:duong|hem|ngo|ngach|so nha|ap|khu pho|kp|thon|xom|to \d"
    r"|tinh lo|quoc lo|xa|phuong|doan)\b"
)
_HOUSE = re.compile(r"(?:so )?\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?){0,3}(?:\s*,.*|\s+\D{3,}.*)")
KIN = re.compile(
    r"(?:chu ho|ch|(?:chi|anh|em|con|chau|chat)(?: (?:trai|gai|dau|re|ruot|nuoi|ho|chong|vo"
    r"|noi|ngoai|ut|ca))*"
    r"|vo|chong|cha|me|bo|ba|ong|cha me|ong ba"
    r"|(?:cha|me|bo|ong|ba) (?:ruot|vo|chong|de|noi|ngoai|nuoi)"
    r"|o nho|o tro|khac|nguoi than)"
)
_CODE = re.compile(r"(?:ho|hk|h|hgd|mh)[\s.\-]?\d{1,6}|[a-z]{1,4}\d{0,3}[\-/.]\d{1,6}")


def _is_phone(cell: Cell) -> bool:
    if not isinstance(cell, str | int | float) or isinstance(cell, bool):
        return False
    text = text_of(cell)
    if sum(map(str.isalpha, text)) > _MOST_LETTERS:
        return False  # somebody's name beside it
    return len(digits_of(text)) >= 9 and any(
        one.startswith("+84") for one in read_phones(cell).phones
    )


def is_plain_mobile(cell: Cell) -> bool:
    """A number with its nought, which no amount of money begins with."""
    return isinstance(cell, str) and bool(re.fullmatch(r"0[35789]\d{8}", digits_of(cell)))


def _is_birth(cell: Cell) -> bool:
    if isinstance(cell, str | int | float) and not _BIRTH.fullmatch(text_of(cell)):
        return False
    return read_birth(cell).year is not None


def _is_id(cell: Cell) -> bool:
    return bool(re.fullmatch(r"0\d{11}", re.sub(r"[\s.'’]", "", text_of(cell))))


def _is_sex(cell: Cell) -> bool:
    return fold(text_of(cell)) in ("nam", "nu") and bool(read_gender(cell))


def _is_address(cell: Cell) -> bool:
    text = fold(text_of(cell))
    if not isinstance(cell, str) or len(text) < 4 or looks_like_person(cell):
        return False
    return bool(_PLACE.search(text) and (" " in text)) or bool(_HOUSE.fullmatch(text))


def _is_team(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_TEAM.fullmatch(fold(text_of(cell))))


def _is_kin(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(KIN.fullmatch(fold(text_of(cell)).strip(" .")))


def _is_code(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_CODE.fullmatch(fold(text_of(cell))))


KINDS: dict[str, Callable[[Cell], bool]] = {
    "phone": _is_phone, NATIONAL_ID: _is_id, "birth": _is_birth, "gender": _is_sex,
    "team": _is_team, "relation": _is_kin, "household_code": _is_code, "address": _is_address,
    "full_name": looks_like_person,
}  # fmt: skip
# The fields whose cells are of a kind; any other field may hold anything.
KIND_OF = {
    "phone": "phone", "other_phone": "phone", "relative_phone": "phone", "birth": "birth",
    "other_birth": "birth", "gender": "gender", "full_name": "full_name",
    "household_head": "full_name", NATIONAL_ID: NATIONAL_ID, "team": "team", "relation": "relation",
    "household_code": "household_code", "address": "address",
}  # fmt: skip
NAMES_OF_KINDS = {
    "phone": "số điện thoại", "birth": "ngày sinh hoặc năm sinh", "full_name": "họ tên người",
    NATIONAL_ID: "số căn cước", "gender": "giới tính", "team": "tên tổ", "address": "địa chỉ",
    "relation": "quan hệ với chủ hộ", "household_code": "mã hộ",
}  # fmt: skip
# Values whose loss a head notices only when a person cannot be reached.
_PRECIOUS = frozenset(("phone", "birth", "full_name"))
# These have readers of their own, or hold what nobody stores.
_FREE = frozenset(("", IGNORED, "note", "house_number", "street"))


def share_of(cells: Sequence[Cell], reads: Callable[[Cell], object]) -> float:
    """The part of the cells that look so."""
    good = 0
    for cell in cells:
        try:
            good += bool(reads(cell))
        except (BadCell, ValueError, OverflowError):
            continue
    return good / len(cells) if cells else 0.0


def kind_of_cells(cells: Sequence[Cell]) -> str:
    """The kind that most of the cells are of; empty for none."""
    known = [cell for cell in cells if not is_as_above(text_of(cell))]
    for kind, reads in KINDS.items():
        if share_of(known, reads) >= _MOST:
            return kind
    return ""


def disagrees(field: str, cells: Sequence[Cell]) -> str:
    """The kind of the cells where it is not that of the field, and hardly any cell fits the field.

    Only for fields whose cells are of one kind; empty where they agree or say too little.
    """
    own = KIND_OF.get(field, "")
    if len(cells) < _LEAST_CELLS:
        return ""
    kind = kind_of_cells(cells)
    if not kind or kind == own or {kind, own} in _COMPATIBLE:
        return ""
    return kind if not own or share_of(cells, KINDS[own]) <= _FEW else ""


# Some cells are rightly of either: a team named by its area, a household coded by a name.
_COMPATIBLE = (
    {"team", "address"}, {"household_code", "full_name"}, {"relation", "full_name"},
    {"household_code", "address"}, {"household_code", "team"}, {"household_code", "phone"},
    {"household_code", NATIONAL_ID}, {"household_code", "birth"},
)  # fmt: skip


def doubt_of(header: str, kind: str, *, is_read: bool) -> str:
    """The sentence for people to decide about a column."""
    named = f"Tiêu đề “{header}”" if header else "Cột không có tiêu đề"
    cells = f"các ô giống {NAMES_OF_KINDS[kind]}"
    if is_read:
        return f"{named} nhưng {cells}; đã hiểu là {NAMES_OF_KINDS[kind]}. Hãy xem có đúng không."
    return f"{named} nhưng {cells} mà chưa nhập. Hãy chọn đúng loại cột hoặc “Bỏ qua”."


_MONEY = re.compile(r"\b(?:tien|dong|phi|muc|so luong|tong)\b")


def unfit(header: str, kind: str) -> str:
    """The sentence about a column whose cells are nothing like its heading."""
    return (
        f"Tiêu đề “{header[:60]}” nhưng không ô nào là {NAMES_OF_KINDS[kind]} nên chưa nhập. "
        "Hãy chọn đúng loại cột hoặc “Bỏ qua”."
    )


_THREE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}\b.*")


def is_month_first(cells: Sequence[Cell]) -> bool:
    """Days as an American program writes them: some could be no other, and none contradicts."""
    parts = [_THREE.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str)]
    known = [(int(found[1]), int(found[2])) for found in parts if found]
    sure = sum(first <= 12 < second <= 31 for first, second in known)
    return sure > 1 and not any(first > 12 for first, _second in known)


def asks(field: str, header: str, cells: Sequence[Cell]) -> str:
    """The kind of precious cells in a column that is not read; empty where people need not look.

    A heading that says whose they are (“SĐT tổ trưởng”, “Ngày cấp”) has answered already.
    """
    if field not in _FREE or field == "note" or len(cells) < _LEAST_CELLS or field == LINE:
        return ""
    if (field == IGNORED and plain_heading(header)) or _MONEY.search(plain_heading(header)):
        return ""
    kind = kind_of_cells(cells)
    return kind if kind in _PRECIOUS else ""
