"""Rosters by their form, people beside hours and posts, and operations still to come."""

import re

from content_rules.engine.lexicon import bare_finder, bare_of, finder, first_of, word_set
from content_rules.engine.reading import Reading
from content_rules.names.lexicon import BARE_GIVEN, GIVEN, UPPER, WHOLE_ORDER

_HOUR = r"(?:(?:[01]?\d|2[0-4])\s?(?:h|g(?:io)?\b|:[0-5]\d)\s?(?:[0-5]\d)?)"
# When, or where somebody stands.
SLOT = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|"
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|cn|chu nhat|(?:mung|mong) \d{1,2}|"
    r"\d{1,2} tet|ngay \d{1,2}|kip \d|phien \d|tuan \d{1,2}|dem \d{1,2}|toi \d{1,2}|sang \d{1,2}|"
    r"ca (?:\d|i{1,3}\b|sang|chieu|toi|dem|truc|dau|sau|giua|khuya|ngay)|giao thua|"
    r"(?:sang|trua|chieu|toi|dem|khuya)(?= ?[:\-(]| (?:co|anh|chi|chu|ong|ba|bac|dc|d/c|dong chi|"
    r"thay|bs|ys|em|thieu|trung|thuong|dai|to)\b)|"
    r"chot (?:so )?\d|chot [a-z]+(?= ?[:\-])|to \d{1,2}(?= ?[:\-(])|nhom \d{1,2}(?= ?[:\-(])|"
    r"mui \d|vi tri \d|ap \d{1,2}(?= ?[:|\t\-(])|cong (?:chinh|phu|truoc|sau))\b|"
    r"(?<=[|\t])\s?(?:hai|ba|tu|nam|sau|bay|cn)\s?(?=[|\t])|"
    r"(?<![\d/.])(?:[012]?\d|3[01])/(?:0?\d|1[0-2])(?:/20\d\d)?(?![\d/])"
)
_MOMENT = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|"
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|cn|chu nhat|(?:mung|mong) \d{1,2}|"
    r"\d{1,2} tet|ca (?:\d|i{1,3}\b|sang|chieu|toi|dem|khuya)|giao thua|tuan (?:\d|nay|toi|sau)|"
    r"(?:dem|toi|sang|chieu) (?:nay|mai|co|anh|chi|chu|dc|d/c|dong chi|bs)|dem (?:\d|thu|t\d)|"
    r"thang \d|"
    r"(?:[012]?\d|3[01])/(?:0?\d|1[0-2]))\b|[|\t]\s?(?:thu|ngay|buoi)\s?[|\t]"
)
_NIGHT = re.compile(r"\b(?:đêm|tối|khuya)\b", re.IGNORECASE)
TITLE = rf"(?:{first_of('roster_titles')}|(?:th|tr|đ|t)\.?\s?(?:tá|úy|uý))"
_TITLED = re.compile(
    rf"(?<!\w)(?i:{TITLE})\s{{0,2}}(?=[^\W\d_])(?={UPPER})[^\W\d_]+(?: {UPPER}[^\W\d_]*){{0,4}}"
)
_SYLLABLES = rf"{UPPER}[^\W\d_]*(?: {UPPER}[^\W\d_]*){{0,3}}"
_LIST = re.compile(
    rf"\s*(?:(?:gồm|do|có|là|thì|gom|la)\s)?(?:{_SYLLABLES})"
    rf"(?:\s?(?:[,+&/;\-–]|\bvà\b|\bvới\b|\t|\|)\s?(?:{_SYLLABLES}))*\s*"
)
_NO_GIVEN = word_set("slot_not_names")
_DUTY = bare_finder("duty_words_plain")
STRONG_DUTY = bare_finder("duty_words_plain_strong")
# Other meetings and works; without their marks some of these words are others.
INNOCENT = finder("roster_innocent")
# What is shared out among people and is no watch.
_OTHERS_THINGS = finder("roster_other_things")
# The same, yet of these somebody may keep watch too.
_MAYBE_OTHERS = finder("roster_maybe_other_things")


def is_innocent(text: str, *, has_duty: bool) -> bool:
    """Whether people meet, or something else than a watch is shared out."""
    is_other = INNOCENT.search(text) or _OTHERS_THINGS.search(text)
    return bool(is_other or (not has_duty and _MAYBE_OTHERS.search(text)))


RECEPTION = re.compile(r"\btiep (?:cong )?dan\b")
PAST = bare_finder("past_words")
_BETWEEN_NAMES = re.compile(r"\s?(?:[,+&/;|\t]|[\-–]|\bvà\b|\bvới\b)\s?")
_LONGEST_NAME = 4
# A name and its phone, one after the other.
_REACHED = re.compile(rf"(?<!\w){_SYLLABLES}[\s:(\-–|\t]{{1,4}}0\d(?:[ .\-]?\d){{8}}")
_LINE = re.compile(r"[\n;]")
_MOST_WORDS = 1
_WATCH = finder("watch_words")
_KEEPS = re.compile(
    r"\b(?:giữ (?:tới|đến|cổng|trường|chợ|kho|chốt|trật tự|an ninh)|phân lịch|túc trực|"
    r"thường trực đêm)\b",
    re.IGNORECASE,
)
_POST = re.compile(r"\b(?:cổng|bãi xe|chốt|(?:vọng|trạm|điểm) gác)\b", re.IGNORECASE)
_GAP = re.compile(r"[\s\W]*(?:(?:den|toi|va|tu|ngay|luc|dem|sang|chieu|h|-)\b[\s\W]*){0,3}")
_FEWEST = 2
_CHUNK = 140


def _people(text: str, *, is_told: bool) -> int:
    """How many people stand in these words and little else; where duty is told any name is one."""
    titled = len(_TITLED.findall(text))
    rest = _TITLED.sub(":", text) if titled else text
    for part in re.split(r"[:.(\n\t|\d]|\b(?:gồm|trực với|trực cùng|trực|gác|tuần)\b", rest):
        words = part.strip(" ,;-–+&/|\t)")
        if words and _LIST.fullmatch(words):
            names = [one for one in _BETWEEN_NAMES.split(words) if _is_given(one, is_told=is_told)]
            titled += len(names)
    return titled


def _is_given(words: str, *, is_told: bool) -> bool:
    small = [word.lower() for word in re.findall(r"[^\W\d_]+", words)]
    if not small or small[0] in _NO_GIVEN or len(small) > _LONGEST_NAME:
        return False
    return is_told or any(
        word in GIVEN or word in WHOLE_ORDER or (word.isascii() and word in BARE_GIVEN)
        for word in small
    )


def _is_bare(text: str) -> bool:
    """Hardly a word beside the names."""
    rest = _TITLED.sub(" ", text)
    small = [word for word in re.findall(r"[^\W\d_]+", rest) if word.islower()]
    return len(small) <= _MOST_WORDS


def slots(reading: Reading) -> re.Match[str] | None:
    """People distributed over hours, days or posts, or several of them on duty at an hour."""
    bare = reading.bare
    duty = _DUTY.search(bare) or _KEEPS.search(reading.text)
    found = list(SLOT.finditer(bare))
    if (duty is None and len(found) < _FEWEST) or RECEPTION.search(bare):
        return None
    strong = STRONG_DUTY.search(bare) if duty else None
    if PAST.search(bare) or (not strong and is_innocent(reading.text, has_duty=bool(duty))):
        return None
    if duty and len(_REACHED.findall(reading.text)) >= _FEWEST:
        return strong or duty
    moment = _MOMENT.search(bare)
    if not (moment or _NIGHT.search(reading.text)):
        return None
    if duty and _is_shared_out(reading.text):
        return strong or duty
    watch = _WATCH.search(reading.text) if duty and moment else None
    if watch and _people(reading.text, is_told=False) >= _FEWEST:
        return watch
    if len(found) < _FEWEST:
        return None
    chunks: list[str] = []
    at = 0
    for slot in found:
        if not _GAP.fullmatch(bare, at, slot.start()):
            chunks.append(reading.text[at : slot.start()])
        at = slot.end()
    chunks.append(reading.text[at:][:_CHUNK])
    is_told = duty is not None
    manned = [chunk for chunk in chunks if _people(chunk[-_CHUNK:], is_told=is_told)]
    is_manned = is_told or _POST.search(reading.text) or all(map(_is_bare, manned))
    if len(manned) < _FEWEST or not is_manned:
        return None
    return strong or duty or found[0]


def _is_shared_out(text: str) -> bool:
    """People in two or more of the lines."""
    lines = [line.partition(":")[2] or line for line in _LINE.split(text)]
    return sum(_people(line[:_CHUNK], is_told=False) > 0 for line in lines) >= _FEWEST


_CHATS = "lop|zalo|zl|chat|face|tin|thong|phu huynh|chung|de"
_WORK = re.compile(rf"\b(?:{bare_of('work_words')}|theo doi nhom(?! ?(?:{_CHATS}|[.!]|$)))\b")
# Short words that only their marks tell from others.
_MARKED_WORK = finder("work_words_marked")
_MUSTER = re.compile(
    r"\b(?:to cong tac|to tuan tra|trinh sat|to hinh su|mui \d)\b[^.!?\n]{0,30}?"
    r"\b(?:co mat|tap ket|tap trung|xuat phat)\b"
)
_WHEN = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|\b(?:(?:toi|dem|khuya|chieu|sang) (?:nay|mai|mot)|"
    r"rang sang|"
    r"nua dem|dem (?:nay|mai|giao thua|noel|\d{1,2}[/.]\d{1,2})|toi (?:thu|\d{1,2}[/.]\d{1,2})|"
    r"ngay mai|(?<!tu )ngay \d{1,2}[/.]\d{1,2})\b"
)
_UNIT = bare_finder("work_units")
WHERE = bare_finder("work_places")
GENERAL = bare_finder("work_general")


def operation(reading: Reading) -> re.Match[str] | None:
    """Work of the force still to come: who, when and where; nobody need be named."""
    bare = reading.bare
    work = _WORK.search(bare) or _MARKED_WORK.search(reading.text) or _MUSTER.search(bare)
    if work is None or PAST.search(bare) or GENERAL.search(bare) or RECEPTION.search(bare):
        return None
    around = bare[max(0, work.start() - 250) : work.end() + 350]
    if _WHEN.search(around) and _UNIT.search(around) and WHERE.search(around):
        return work
    return None
