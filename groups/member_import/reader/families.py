"""Family names, and the words by which people call each other instead."""

from vietnamese.text import fold

FAMILY_NAMES = {
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "dinh", "dieu", "lam", "mai", "truong", "cao", "ha", "luong",
    "luu", "trinh", "dao", "doan", "vuong", "ta", "tong", "thai", "chau", "quach", "kieu",
    "nghiem", "trieu", "phung", "chu", "la", "giang", "nong", "hua", "ma", "mac", "vi", "trang",
    "quan", "lo", "luc", "tu", "van",
}  # fmt: skip
_OTHER_FAMILIES = frozenset(
    [
        "thi",
        "y",
        "k",
        "ka",
        "ko",
        "h",
        "ro",
        "to",
        "ong",
        "ung",
        "uong",
        "vien",
        "vinh",
        "xa",
        "yen",
        "an",
        "au",
        "bach",
        "bang",
        "banh",
        "be",
        "bo",
        "cam",
        "can",
        "chau",
        "che",
        "chiem",
        "chung",
        "co",
        "cong",
        "cu",
        "cung",
        "danh",
        "dam",
        "diep",
        "doi",
        "don",
        "du",
        "gia",
        "han",
        "hang",
        "hinh",
        "hong",
        "huu",
        "khong",
        "khau",
        "khuat",
        "khuc",
        "kim",
        "kha",
        "lang",
        "lat",
        "lieu",
        "linh",
        "lu",
        "luan",
        "luyen",
        "lai",
        "man",
        "manh",
        "ngan",
        "nghi",
        "ngan",
        "nghe",
        "nguy",
        "nhan",
        "nham",
        "nhu",
        "nhac",
        "nham",
        "ninh",
        "nghiem",
        "on",
        "ong",
        "phi",
        "phu",
        "phuong",
        "quang",
        "son",
        "su",
        "si",
        "tat",
        "tan",
        "tang",
        "than",
        "thach",
        "thieu",
        "thuong",
        "tieu",
        "ton",
        "tra",
        "trac",
        "trieu",
        "tuong",
        "tuan",
        "ung",
        "uc",
        "van",
        "vang",
        "vinh",
        "xuan",
        "cai",
        "ca",
    ]
)
# Families of the mountains and of few; most of these words are given names too, so that they count
# only where a birth or a phone stands beside the name.
_OF_FEW = {
    "tram", "ngac", "kien", "tao", "khuu", "giap", "lung", "mua", "sung", "hau", "lau", "chao",
    "po", "deo", "uong", "hac", "ngon", "bac", "khoang", "ksor", "rmah", "siu", "rcom", "nay",
    "kpa", "hnie", "krong", "eban", "nie", "mlo", "dong", "vay", "sin", "lu", "phu", "duong",
    "khang", "khuong", "mau", "nhieu", "vuu", "khau", "luc", "cu", "chang", "tan", "phan", "chau",
    "chieu", "ly", "hoa", "giang", "thao", "lo", "cam",
}  # fmt: skip
# Words that begin what people call each other, and no name on a paper.
_CALLED = frozenset(
    [
        "me",
        "ba",
        "bo",
        "ma",
        "cha",
        "anh",
        "chi",
        "co",
        "chu",
        "bac",
        "di",
        "cau",
        "mo",
        "thim",
        "em",
        "ong",
        "be",
        "cu",
        "ut",
        "hai",
        "nam",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "shop",
        "quan",
        "tiem",
        "tap",
        "hoa",
        "ban",
        "vo",
        "chong",
        "con",
        "thay",
        "nha",
        "sua",
        "taxi",
        "ship",
    ]
)


def begins_family_name(text: str) -> bool:
    """The first word is a family name that many bear."""
    return fold(text).partition(" ")[0] in FAMILY_NAMES


def begins_rare_family(text: str) -> bool:
    """The first word is a family name too, if one that few bear."""
    return fold(text).partition(" ")[0] in _OTHER_FAMILIES


def begins_family_of_few(text: str) -> bool:
    return fold(text).partition(" ")[0] in _OF_FEW


def is_called_so(text: str) -> bool:
    """`Mẹ Bin`, `Bảy Sửa Xe`, `Lan`: what a phone or Zalo shows, and no name on a paper."""
    if begins_family_name(text) and " " in text:
        return False
    first, *others = fold(text).split(" ")
    if others[1:] and (others[0] in _MIDDLE_NAMES or first in _OF_FEW):
        return False  # `Bế Văn Tuân`, whose family is a word for a child
    if first[:2] in ("h’", "h'", "y'") and others:
        return False  # `H’Nương Ksơr`
    return not others or first in _CALLED or first not in _OTHER_FAMILIES


_MIDDLE_NAMES = frozenset(("thi", "van", "huu", "dinh", "a"))


SEX_OF_KIN = {
    **dict.fromkeys(
        ("chong", "cha", "bo", "ong", "con trai", "chau trai", "con re", "anh trai", "em trai",
         "cha vo", "bo vo", "cha chong", "bo chong", "ong noi", "ong ngoai", "anh"), "male",
    ),
    **dict.fromkeys(
        ("vo", "me", "ba", "con gai", "chau gai", "con dau", "chi gai", "em gai", "me vo",
         "me chong", "ba noi", "ba ngoai", "chi"), "female",
    ),
}  # fmt: skip
