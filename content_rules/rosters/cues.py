"""Duty rosters and plans of operations in a text without its letterhead."""

import re
from dataclasses import replace

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import bare_finder, bare_of
from content_rules.engine.reading import Reading, Span
from content_rules.engine.rules import Post, Rule
from content_rules.rosters.allotment import dealt_out
from content_rules.rosters.forms import INNOCENT, RECEPTION, STRONG_DUTY, operation, slots
from content_rules.rosters.operations import is_over, is_reported, sortie

_RANK = r"(?:(?:thieu|trung|thuong|dai) (?:ta|uy)|dong chi|d/c|ong|ba)"
_FRAME = (
    # Số: 118/TB-CAX, ngày 24/11/2026
    re.compile(r"(?m)^\W{0,3}so ?:? ?\d{1,5} ?[/\-] ?[a-z][^\n]{0,60}$"),
    # Bình Yên, ngày 24 tháng 11 năm 2026
    re.compile(
        r"(?m)^[^\n\d]{0,40}\bngay \d{1,2}(?: thang |[/.\-])\d{1,2}(?: nam |[/.\-])\d{4} ?$"
    ),
    re.compile(r"(?m)^ ?v/v [^\n]*|^ ?(?:trich yeu|ve viec)\b[^\n]*"),
    # TRƯỞNG CÔNG AN XÃ, (Đã ký), Thượng tá …
    re.compile(
        r"(?m)^ ?(?:(?:kt|tm|tuq|tl)\. ?)?(?:pho )?(?:truong|chu tich|bi thu|chi huy truong)\b"
        r"[^\n:\d]{0,40}\n(?:[^\w\n]*\n)*(?: ?\(?(?:da )?ky[^\n]*\n)?(?:[^\w\n]*\n)*"
        rf"(?: ?{_RANK} )?[^\n:\d]{{3,40}}$"
    ),
    re.compile(rf"(?m)^ ?\(?(?:da ky|ky ten)[^\n]*\n(?: ?{_RANK} )?[^\n:\d]{{3,40}}$"),
)
_HEADING = re.compile(
    r"(?m)^ ?(?:thong bao|quyet dinh|ke hoach|bao cao|to trinh|cong van|giay moi|thu moi|bien ban|"
    r"cong an [^\n:\d]{0,40}|ubnd [^\n:\d]{0,40}|uy ban [^\n:\d]{0,40}|cong hoa xa hoi[^\n]*|"
    r"doc lap[^\n]*)$"
)
# A cart, a loft, a phone hung up: none of them keeps watch.
_NO_WATCH = re.compile(r"\bba gac\b|\bgac (?:xep|lung|lai|may|bep|dan)\b")
_DUTIES = re.compile(r"\b(?:truc|gac|tuan tra|chot|mat phuc)\b")


def without_letterhead(reading: Reading) -> Reading:
    """The reading with blanks instead of the frame, so that places in it stay."""
    text, bare = reading.text, reading.bare
    for pattern in (*_FRAME, _HEADING, _NO_WATCH):
        for match in pattern.finditer(reading.bare):
            if pattern is not _NO_WATCH and _DUTIES.search(match[0]):
                continue
            blank = re.sub(r"[^\n]", " ", match[0])
            text = text[: match.start()] + blank + text[match.end() :]
            bare = bare[: match.start()] + blank + bare[match.end() :]
    return reading if text == reading.text else replace(reading, text=text, bare=bare)


# Duty rosters and plans of operations: who stands where, and when.


_ROSTER = bare_finder("roster_names")
_PLAN = re.compile(r"\b(?:phuong an|ke hoach)\b")
_OPERATION = bare_finder("plan_operations")
_NAMED_PLAN = re.compile(
    rf"\b(?:phuong an|ke hoach|kh|pa|lich)\b(?:\W+\w+){{0,3}}?\W+{bare_of('plan_contents')}\b"
)
# Words that stand together in the name of a file: LichTrucTet.xlsx, PhuongAnTuanTra.docx.
_GLUED = re.compile(
    r"(?:lichtruc(?!tiep)|lichgac|lichtuantra|dstruc|danhsachtruc|bangtruc|catruc|phancatruc|"
    r"phancong(?:truc|gac|tuantra|chot)|(?:phuongan|kehoach|kh|pa)(?:tuantra|matphuc|phuckich|"
    r"donlong|truyquet|vaybat|chotchan|tranap|danhan|triet\w*|baovemuctieu|baove(?:le|tet)|"
    r"chongduaxe|batgiu))"
)
_HOUR = re.compile(r"(?<![\d/])(?:[01]?\d|2[0-4])\s?(?:h|g(?:io)?\b|g\d\d|:[0-5]\d)")
_DAY = re.compile(
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|\d)|t[2-7]|cn|chu nhat|mung \d+|"
    r"(?:[012]?\d|3[01])/(?:0?\d|1[0-2]))\b"
)
_PEOPLE = bare_finder("plan_people")
# Somebody by name, and several of them beside an hour.
_TITLED = re.compile(
    r"\b(?:[đĐ]/?c|[đĐ]ồng chí|(?:[Tt]hiếu|[Tt]rung|[Tt]hượng|[Đđ]ại) (?:tá|úy)|[Aa]nh|[Aa]\.?|"
    r"[Cc]hú|[Ôô]ng|[Bb]ác|[Ee]m|[Ee]\.?|ANH|Đ/?C|CHÚ|d/c|dc|dong chi)\s{1,2}(?=[^\W\d_])(?=(\w))"
)
_ROW = re.compile(
    r"(?:\d{1,2}\s?(?:[hHgG]|[gG]iờ|GIỜ|:[0-5]\d)\d{0,2}|[Cc][Aa] \d)"
    r"[^\n\w]*(?:[^\n:]{0,40})[:–\-]\s*"
    r"[^\W\d_]\w+(?: [^\W\d_]\w+){0,3}\s?(?:[,+/&]|và|-)\s?[^\W\d_]\w+|"
    r"[:–\-]\s*[^\W\d_]\w+(?: [^\W\d_]\w+){0,3}\s?(?:[,+/&]|và|-)\s?[^\W\d_]\w+[^\n\d]{0,20}"
    r"\d{1,2}\s?(?:[hHgG]\b|[hHgG]\d|giờ|:[0-5]\d)"
)
_SHIFT = re.compile(rf"\b(?:{bare_of('shift_words')}|truc(?= ?:| bao| lu| mua| dich| cong))\b")
_IS_OVER = bare_finder("shift_is_over")
_COMRADE = re.compile(r"[đĐd]|[Tt]h|[Tt]r")
_OFFICE = re.compile(r"(?:Bí|Chủ|Trưởng|Phó|Giám|Tổ|Ủy|Hiệu|Đội|Cán|Lãnh|Thường|Chỉ)\b")
_SEVERAL = 2
_BEFORE, _AFTER = 200, 500


class DutyPlan(Rule):
    """A roster or a plan with hours and people; in the name of a file the word is enough."""

    name = "duty_plan"
    level = Level.SECOND_PERSON
    sentence = (
        "Bài giống lịch trực, phương án, kế hoạch nghiệp vụ (“{}”) có giờ và người. Không đưa lên "
        "nhóm nơi kẻ gian đọc được; nếu được phép công khai thì người duyệt phải xác nhận."
    )
    examples = (
        "Lịch trực tết: 19h-22h đ/c Hùng, 22h-2h đ/c Nam",
        "Tuần 49\nT2: Hùng + Tài\nT3: Sơn + Lộc\nphân công trực đêm",
        "22h tối nay tổ công tác mật phục tại ngã ba ấp 2",
        "Tối mai lúc 19h công an xã tới quán karaoke kiểm tra hành chính, đừng báo trước",
        "Chốt ngã ba: anh Hùng; chốt cổng chợ: anh Nam, gác tới 22h",
        "22h có mặt: đ/c Hùng, đ/c Nam",
    )
    counterexamples = (
        "8h sáng mai họp với đ/c Hùng và đ/c Nam tại UBND",
        "Đêm qua tổ tuần tra phát hiện 2 xe không biển số",
    )

    def spans(self, post: Post) -> list[Span]:
        found = post.once(plan_in)
        return [found.span()] if found else []


def plan_in(post: Post) -> re.Match[str] | None:
    """The words by which a text is a roster or a plan of the force."""
    reading = without_letterhead(post.reading)
    if named := _is_named_so(reading):
        return named
    if is_reported(reading, post.today):
        return None
    found = (
        slots(reading)
        or (not is_over(reading, post.today) and (operation(reading) or sortie(reading)))
        or dealt_out(reading)
    )
    return found or _named_roster(reading)


def _named_roster(reading: Reading) -> re.Match[str] | None:
    """A text that is called a roster or a plan, with hours and people; else a mere shift."""
    moments = [_HOUR]
    if found := _ROSTER.search(reading.bare):
        moments = [_HOUR, _DAY]
    else:
        found = _PLAN.search(reading.bare)
        if found is None or not _OPERATION.search(_around(reading, found)):
            return _shift(reading)
    around = _around(reading, found)
    has_people = _PEOPLE.search(around) or _ROW.search(reading.text)
    if not has_people or not any(moment.search(around) for moment in moments):
        return None
    return None if RECEPTION.search(reading.bare) else found


def _is_named_so(reading: Reading) -> re.Match[str] | None:
    """Of a file's name or a title the words suffice."""
    if not (reading.where.endswith("name") or reading.where == "title"):
        return None
    return (
        _ROSTER.search(reading.bare)
        or _NAMED_PLAN.search(reading.bare)
        or _GLUED.search(reading.bare)
    )


def _around(reading: Reading, found: re.Match[str]) -> str:
    return reading.bare[max(0, found.start() - _BEFORE) : found.end() + _AFTER]


def _shift(reading: Reading) -> re.Match[str] | None:
    """An hour and two people by name, with a word for a shift unless they are comrades."""
    hour = _HOUR.search(reading.bare)
    if hour is None or _IS_OVER.search(reading.bare):
        return None
    if INNOCENT.search(reading.text) and not STRONG_DUTY.search(reading.bare):
        return None
    named = [
        match[0]
        for match in _TITLED.finditer(reading.text)
        if match[1].isupper() and not _OFFICE.match(reading.text, match.end())
    ]
    found = _SHIFT.search(reading.bare)
    if found and (len(named) >= _SEVERAL or _ROW.search(reading.text)):
        return found
    # Comrades with an hour are a plan, whatever it is called.
    comrades = sum(_COMRADE.match(name) is not None for name in named)
    return hour if comrades >= _SEVERAL else None
