"""The days that an address or a form asks for, by `tu` and `den`."""

from datetime import date, timedelta
from typing import Any

from django.utils.dateparse import parse_date

# Of spans that are asked for: those before and after them are in the calendar, too.
FIRST_YEAR, LAST_YEAR = 2000, 2100
TOO_FAR = f"Chỉ xem được từ năm {FIRST_YEAR} đến năm {LAST_YEAR}. Hãy chọn lại ngày."

# First days of the years of Thông tư 124, which begin in the autumn before: (month, day).
HAMLET_YEAR, COMMUNE_YEAR = (11, 1), (11, 16)


def safety_year(year: int, begins: tuple[int, int]) -> tuple[date, date]:
    """First and last day of the year in which a place is judged safe."""
    return date(year - 1, *begins), date(year, *begins) - timedelta(days=1)


def safety_year_of(day: date, begins: tuple[int, int]) -> int:
    """Return the year of safety that runs on a day."""
    return day.year + ((day.month, day.day) >= begins)


class NotDays(ValueError):
    """The days asked for are not valid; the message is for a person."""


def days_asked(asked: Any, *, longest: timedelta, longest_words: str) -> tuple[date, date] | None:
    """First and last day, both included; None where nothing is asked for. Raises NotDays.

    `longest_words` names the longest span, “một năm”.
    """
    texts = [asked.get("tu", ""), asked.get("den", "")]
    if not any(texts):
        return None
    first, last = (_day(text) for text in texts)
    if first is None or last is None:
        raise NotDays("Ngày không đọc được. Hãy chọn lại từ ngày và đến ngày.")
    if last < first:
        raise NotDays("Ngày cuối đứng trước ngày đầu. Hãy chọn lại.")
    if last - first > longest:
        raise NotDays(f"Mỗi lần xem được nhiều nhất {longest_words}. Hãy chọn khoảng ngắn hơn.")
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise NotDays(TOO_FAR)
    return first, last


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # well formed, and no day of the calendar
        return None
