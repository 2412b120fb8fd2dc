"""Duty rosters and plans of operations: who stands where, and when."""

import re

from broadcasts.services.gate.findings import Hit, Level
from broadcasts.services.gate.reading import Reading

_ROSTER = re.compile(
    r"\b(?:lich truc(?! tiep)|lich tuan tra|bang phan cong truc|phan cong truc|danh sach truc|"
    r"ca truc|lich gac|truc chi huy|truc (?:le|tet|dem)|truc (?:tu|luc) \d+)\b"
)
_PLAN = re.compile(r"\b(?:phuong an|ke hoach)\b")
_OPERATION = re.compile(
    r"\b(?:tuan tra|mat phuc|phuc kich|don long|bao ve|truy quet|tan cong|chot|vay bat|bat giu|bat "
    r"trom|kiem tra (?:hanh chinh|nong do con|dot xuat)|tran ap|khong che|canh gac)\b"
)
_HOUR = re.compile(r"(?<![\d/])(?:[01]?\d|2[0-4])\s?(?:h|gio\b|:[0-5]\d)")
_DAY = re.compile(
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|\d)|t[2-7]|cn|chu nhat|mung \d+|"
    r"(?:[012]?\d|3[01])/(?:0?\d|1[0-2]))\b"
)
_PEOPLE = re.compile(
    r"\b(?:d/c|dc|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|anh|to truong|quan so|dan quan|"
    r"luc luong|can bo|chien si)\b"
)
_BEFORE, _AFTER = 200, 500


def rosters(reading: Reading) -> list[Hit]:
    """A roster or a plan with hours and people; in the name of a file the word is enough."""
    found = _ROSTER.search(reading.bare)
    moments = [_HOUR, _DAY]
    if found is None:
        moments = [_HOUR]
        plan = _PLAN.search(reading.bare)
        if plan and _OPERATION.search(_around(reading, plan)):
            found = plan
    if found is None:
        return []
    around = _around(reading, found)
    is_name = reading.where.endswith("name")
    is_told = any(moment.search(around) for moment in moments) and _PEOPLE.search(around)
    if not is_name and not is_told:
        return []
    words = reading.text[found.start() : found.end()]
    return [
        reading.hit(
            "duty_plan",
            Level.SECOND_PERSON,
            *found.span(),
            f"Bài giống lịch trực, phương án, kế hoạch nghiệp vụ (“{words}”) có giờ và người. "
            "Không đưa lên nhóm nơi kẻ gian đọc được; nếu được phép công khai thì người duyệt "
            "phải xác nhận.",
        )
    ]


def _around(reading: Reading, found: re.Match[str]) -> str:
    return reading.bare[max(0, found.start() - _BEFORE) : found.end() + _AFTER]
