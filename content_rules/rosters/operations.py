"""Whether a text tells of work of the force that is over."""

import re
from datetime import date, timedelta

from content_rules.engine.lexicon import any_of, bare_finder, finder
from content_rules.engine.reading import Reading
from content_rules.rosters.forms import GENERAL, PAST, WHERE

_DAY = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})(?:[/.](20\d\d))?(?![\d/])")
_TO_COME = bare_finder("sortie_to_come")
_LONG_AGO = timedelta(days=45)
# What only a report says.
_REPORTED = bare_finder("report_words")


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


# Operations still to come, told by who goes out, when, where and what for.


_WHEN = re.compile(
    r"(?<![\d/.])(?:[01]?\d|2[0-4])\s?(?:h\d{0,2}|g\d\d|gio|:[0-5]\d)(?!\w)|"
    r"\b(?:(?:toi|dem|khuya|chieu|sang|trua|ngay) (?:nay|mai|mot|thu|t[2-7]|cn|\d{1,2})|rang sang|"
    r"nua dem|luc \d{1,2}|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b"
)
# Who goes out: a unit of the force, a number of people, its cars and boats.
_NO_TEAM = "chức|quốc|tiên|dân phố|hợp|bóng|văn|múa|trưởng|ong|yến|chim|ấm"
_UNIT = re.compile(
    rf"\b(?:{any_of('sortie_units')}|(?:đội|tổ|nhóm|mũi) (?!{_NO_TEAM})\w+)\b", re.IGNORECASE
)
# What for: somebody is to be taken, stopped, awaited or searched, and is not to know of it.
_CHATS = "lớp|zalo|zl|chat|tin|thông|phụ huynh|chung|để"
_AIM = re.compile(
    rf"\b(?:{any_of('sortie_aims')}|phục(?= |$)(?! vụ| hồi| dựng| sinh| trang)|"
    rf"theo dõi nhóm(?! ?(?:{_CHATS}|[.!]|$))|bám (?!biển|trụ))\b",
    re.IGNORECASE,
)
_GOES = finder("sortie_places")
_FOR_PEOPLE = finder("sortie_for_people")
# Who asks for silence tells that it is none of the public.
_STEALTH = finder("sortie_stealth")
# Who is told to gather and set out is a unit.
_GATHERS = finder("sortie_gathers")
_CATCHES = finder("sortie_catches")
_REACH = 250


def sortie(reading: Reading) -> re.Match[str] | None:
    """The aim of an operation, where unit, hour and way stand around it."""
    bare, text = reading.bare, reading.text
    for aim in _AIM.finditer(text):
        first, last = max(0, aim.start() - _REACH), aim.end() + _REACH
        around, marked = bare[first:last], text[first:last]
        is_other = PAST.search(around) or GENERAL.search(around) or _FOR_PEOPLE.search(marked)
        if is_other and not _STEALTH.search(marked):
            continue
        is_unit = _UNIT.search(marked) or (_GATHERS.search(marked) and _CATCHES.search(marked))
        is_told = _WHEN.search(around) and is_unit
        if is_told and (WHERE.search(around) or _GOES.search(marked)):
            return aim
    return None
