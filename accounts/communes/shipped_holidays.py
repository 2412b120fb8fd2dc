"""The days off of Bộ luật Lao động art. 112 and Ngày Văn hóa Việt Nam for 2026 and 2027.

The lunar ones are worked out beforehand: 1/1 of the lunar year falls on 17/02/2026 and
06/02/2027, 10/3 on 26/04/2026 and 16/04/2027. A day off that falls on a weekend is made up for on
the next working day. Provisional are the days whose place the State announces each year: the days
around Tết, the second day of Quốc khánh, 24/11, and all of Tết 2027.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

FIXED, PROVISIONAL = False, True
DAYS = (
    (date(2026, 1, 1), "Tết Dương lịch", FIXED),
    (date(2026, 2, 16), "Tết Nguyên đán (29 tháng Chạp)", FIXED),
    (date(2026, 2, 17), "Tết Nguyên đán (mùng 1)", FIXED),
    (date(2026, 2, 18), "Tết Nguyên đán (mùng 2)", FIXED),
    (date(2026, 2, 19), "Tết Nguyên đán (mùng 3)", FIXED),
    (date(2026, 2, 20), "Tết Nguyên đán (mùng 4)", FIXED),
    (date(2026, 4, 26), "Giỗ Tổ Hùng Vương (10/3 âm lịch)", FIXED),
    (date(2026, 4, 27), "Nghỉ bù Giỗ Tổ Hùng Vương", FIXED),
    (date(2026, 4, 30), "Ngày Chiến thắng", FIXED),
    (date(2026, 5, 1), "Ngày Quốc tế lao động", FIXED),
    (date(2026, 9, 1), "Quốc khánh (nghỉ thêm một ngày)", PROVISIONAL),
    (date(2026, 9, 2), "Quốc khánh", FIXED),
    (date(2026, 11, 24), "Ngày Văn hóa Việt Nam", PROVISIONAL),
    (date(2027, 1, 1), "Tết Dương lịch", FIXED),
    (date(2027, 2, 5), "Tết Nguyên đán (29 tháng Chạp)", PROVISIONAL),
    (date(2027, 2, 6), "Tết Nguyên đán (mùng 1)", PROVISIONAL),
    (date(2027, 2, 7), "Tết Nguyên đán (mùng 2)", PROVISIONAL),
    (date(2027, 2, 8), "Tết Nguyên đán (mùng 3)", PROVISIONAL),
    (date(2027, 2, 9), "Tết Nguyên đán (mùng 4)", PROVISIONAL),
    (date(2027, 2, 10), "Nghỉ bù Tết Nguyên đán", PROVISIONAL),
    (date(2027, 2, 11), "Nghỉ bù Tết Nguyên đán", PROVISIONAL),
    (date(2027, 4, 16), "Giỗ Tổ Hùng Vương (10/3 âm lịch)", FIXED),
    (date(2027, 4, 30), "Ngày Chiến thắng", FIXED),
    (date(2027, 5, 1), "Ngày Quốc tế lao động", FIXED),
    (date(2027, 5, 3), "Nghỉ bù Ngày Quốc tế lao động", FIXED),
    (date(2027, 9, 2), "Quốc khánh", FIXED),
    (date(2027, 9, 3), "Quốc khánh (nghỉ thêm một ngày)", PROVISIONAL),
    (date(2027, 11, 24), "Ngày Văn hóa Việt Nam", PROVISIONAL),
)


def load(get_model: Callable[[str], Any]) -> None:
    """Add the days that are not there; a day that somebody changed stays as it is."""
    holidays = get_model("Holiday").objects
    for day, name, is_provisional in DAYS:
        holidays.get_or_create(day=day, defaults={"name": name, "is_provisional": is_provisional})
