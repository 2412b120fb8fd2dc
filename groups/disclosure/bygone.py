"""Whether a text tells of work of the force that is over."""

import re
from datetime import date, timedelta

from groups.disclosure.reading import Reading

_DAY = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})(?:[/.](20\d\d))?(?![\d/])")
_TO_COME = re.compile(
    r"\b(?:(?:toi|dem|khuya|chieu|trua|ngay) (?:nay|mai|mot)|sang mai|tuan (?:nay|toi|sau)|"
    r"sap toi|se|"
    r"can|yeu cau|de nghi|phai|co mat|tap trung|tap ket|phan cong|ke hoach|phuong an|lich)\b"
)
_LONG_AGO = timedelta(days=45)
# What only a report says.
_REPORTED = re.compile(
    r"\b(?:khong (?:xay ra|phat hien|ghi nhan|co (?:vu|viec|gi|truong hop|doi tuong))|"
    r"da (?:giai tan|nhac nho|"
    r"tuan tra|mat phuc|chot|kiem tra|moi|dua|ban giao|phat|tam giu|bat|vay bat|truy quet|triet|"
    r"trien khai|"
    r"thuc hien|huy dong|lam ro|kip thoi|xu phat|don|gac|truc)|giai tan (?:duoc |1 |2 |3 |\d+ |"
    r"mot |hai |ba )|"
    r"ket thuc (?:luc|ca|dot|an toan|dem|chuyen)|(?:tinh hinh|dia ban|tinh hinh antt) (?:on dinh|"
    r"binh yen|"
    r"yen tinh|an toan|on)|yen tinh|bat (?:duoc|gon|qua tang)|phat hien (?:\d|mot|hai|ba|va|1|"
    r"nhom)|"
    r"nhac nho \d|xu ly \d|lap \d|moi \d+ (?:nguoi|doi tuong|thanh nien) (?:ve|len)|thu (?:duoc|"
    r"giu)|"
    r"(?:toi|dem|khuya|sang|chieu|hom) (?:qua|kia|truoc)|rang sang (?:qua|nay)|tuan (?:qua|truoc|"
    r"roi)|"
    r"thang (?:qua|truoc|roi)|vua (?:qua|roi))\b"
)


def is_reported(reading: Reading, today: date) -> bool:
    """It is over and told as a report tells it."""
    return _REPORTED.search(reading.bare) is not None and is_over(reading, today)


def is_over(reading: Reading, today: date) -> bool:
    """Every day that it names is past, or its words are those of a report; nothing is to come."""
    if _TO_COME.search(reading.bare):
        return False
    days = []
    for match in _DAY.finditer(reading.bare):
        try:
            days.append(date(int(match[3] or today.year), int(match[2]), int(match[1])))
        except ValueError:
            continue
    if days and not all(today - _LONG_AGO <= day < today for day in days):
        return False
    return bool(days) or _REPORTED.search(reading.bare) is not None
