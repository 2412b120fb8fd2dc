"""The provinces as Zalo numbers them: the 63 from before the merger of July 2025.

A broadcast can be narrowed to these and to nothing finer. Whether Zalo has renumbered them since is
documented nowhere, so a province of today is reached by the numbers of all that went into it.
"""

import unicodedata
from typing import Final

OLD_NAMES: Final = {
    0: "Đồng Tháp", 1: "Bình Phước", 2: "Ninh Bình", 3: "Bạc Liêu", 4: "Hồ Chí Minh",
    5: "Vĩnh Long", 6: "Lâm Đồng", 7: "Yên Bái", 8: "Hà Nam", 9: "Hà Nội", 10: "Hải Dương",
    11: "Hậu Giang", 12: "An Giang", 13: "Trà Vinh", 14: "Tiền Giang", 15: "Tây Ninh",
    16: "Đồng Nai", 17: "Đắk Lắk", 18: "Bình Định", 19: "Kon Tum", 20: "Đà Nẵng",
    21: "Bắc Giang", 22: "Bắc Kạn", 23: "Điện Biên", 24: "Hòa Bình", 25: "Thái Bình",
    26: "Vĩnh Phúc", 27: "Hà Giang", 28: "Kiên Giang", 29: "Bình Dương", 30: "Bình Thuận",
    31: "Đắk Nông", 32: "Khánh Hòa", 33: "Gia Lai", 34: "Quảng Nam", 35: "Quảng Trị",
    36: "Hà Tĩnh", 37: "Hưng Yên", 38: "Quảng Ninh", 39: "Thanh Hóa", 40: "Phú Thọ",
    41: "Lai Châu", 42: "Thái Nguyên", 43: "Cao Bằng", 44: "Cà Mau", 45: "Cần Thơ",
    46: "Sóc Trăng", 47: "Bến Tre", 48: "Long An", 49: "Bà Rịa – Vũng Tàu", 50: "Ninh Thuận",
    51: "Phú Yên", 52: "Quảng Ngãi", 53: "Thừa Thiên Huế", 54: "Quảng Bình", 55: "Nghệ An",
    56: "Nam Định", 57: "Hải Phòng", 58: "Lạng Sơn", 59: "Lào Cai", 60: "Sơn La",
    61: "Bắc Ninh", 62: "Tuyên Quang",
}  # fmt: skip

MERGED: Final = {
    "Tuyên Quang": (27, 62), "Lào Cai": (7, 59), "Thái Nguyên": (22, 42),
    "Phú Thọ": (24, 26, 40), "Bắc Ninh": (21, 61), "Hưng Yên": (25, 37), "Hải Phòng": (10, 57),
    "Ninh Bình": (2, 8, 56), "Quảng Trị": (35, 54), "Đà Nẵng": (20, 34), "Quảng Ngãi": (19, 52),
    "Gia Lai": (18, 33), "Khánh Hòa": (32, 50), "Lâm Đồng": (6, 30, 31), "Đắk Lắk": (17, 51),
    "Hồ Chí Minh": (4, 29, 49), "Đồng Nai": (1, 16), "Tây Ninh": (15, 48),
    "Cần Thơ": (11, 45, 46), "Vĩnh Long": (5, 13, 47), "Đồng Tháp": (0, 14),
    "Cà Mau": (3, 44), "An Giang": (12, 28), "Huế": (53,),
}  # fmt: skip
"""What the provinces of today were made of, where that is more than themselves."""


def codes_of(label: str) -> tuple[int, ...]:
    """Zalo's numbers of the province that a label names; none where it names none that we know.

    `Công an thành phố Hải Phòng`, `Tỉnh Phú Thọ` and `phú thọ` all do.
    """
    words = _plain(label)
    known: dict[str, tuple[int, ...]] = {_plain(name): (code,) for code, name in OLD_NAMES.items()}
    known.update({_plain(name): codes for name, codes in MERGED.items()})
    found = [name for name in known if f" {name} " in f" {words} "]
    return known[max(found, key=len)] if found else ()


def names_of(codes: tuple[int, ...] | list[int]) -> str:
    """The provinces behind the numbers, for a person."""
    return ", ".join(OLD_NAMES[code] for code in codes if code in OLD_NAMES)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("–", " ").split())
