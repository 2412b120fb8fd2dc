"""What is no part of a roster: head and signature of a document, words that only sound of watch."""

import re
from dataclasses import replace
from datetime import date

from content_rules.engine.findings import Hit, Level
from content_rules.engine.reading import Reading
from content_rules.rosters.allotment import dealt_out
from content_rules.rosters.forms import INNOCENT, STRONG_DUTY, operation, slots
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
        r"(?m)^ ?(?:(?:kt|tm|tuq|tl)\. ?)?(?:pho )?(?:truong|chu tich|bi thu|"
        r"chi huy truong)\b[^\n:\d]{0,40}\n"
        rf"(?:[^\w\n]*\n)*(?: ?\(?(?:da )?ky[^\n]*\n)?(?:[^\w\n]*\n)*(?: ?{_RANK} "
        rf")?[^\n:\d]{{3,40}}$"
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
_KEPT = re.compile(r"\b(?:truc|gac|tuan tra|chot|mat phuc)\b")


def without_letterhead(reading: Reading) -> Reading:
    """The reading with blanks instead of the frame, so that places in it stay."""
    text, bare = reading.text, reading.bare
    for pattern in (*_FRAME, _HEADING, _NO_WATCH):
        for match in pattern.finditer(reading.bare):
            if pattern is not _NO_WATCH and _KEPT.search(match[0]):
                continue
            blank = re.sub(r"[^\n]", " ", match[0])
            text = text[: match.start()] + blank + text[match.end() :]
            bare = bare[: match.start()] + blank + bare[match.end() :]
    return reading if text == reading.text else replace(reading, text=text, bare=bare)


# Duty rosters and plans of operations: who stands where, and when.


_ROSTER = re.compile(
    r"\b(?:lich truc(?! tiep)|lich (?:tuan tra|canh gac|gac|chot)|phan cong (?:truc|gac|tuan tra|"
    r"chot)|"
    r"(?:danh sach|ds|bang) truc(?! tiep)|so truc(?! tiep| ban)|ca truc|ca gac|"
    r"phan ca (?:truc|gac|bao ve)|"
    r"truc (?:chi huy|ban thang)|truc (?:le|tet|"
    r"dem)|"
    r"truc (?:tu|luc) \d+)\b"
)
_PLAN = re.compile(r"\b(?:phuong an|ke hoach)\b")
_OPERATION = re.compile(
    r"\b(?:tuan tra|mat phuc|phuc kich|don long|bao ve|truy quet|tan cong|chot|vay bat|bat giu|bat "
    r"trom|kiem tra (?:hanh chinh|nong do con|dot xuat)|tran ap|khong che|canh gac)\b"
)
_NAMED_PLAN = re.compile(
    r"\b(?:phuong an|ke hoach|kh|pa|lich)\b(?:\W+\w+){0,3}?\W+(?:tuan tra|mat phuc|phuc kich|"
    r"don long|"
    r"truy quet|vay bat|bat giu|chot chan|tran ap|danh an|bo rap|triet pha|"
    r"chong (?:dua xe|bao loan|bieu tinh|khung bo|cuop|trom|tu tap|gay roi|toi pham|toi trom|pha)|"
    r"(?:xu ly|giai quyet) (?:tinh huong|tu tap|dam dong|bieu tinh|dua xe|gay roi|diem nong)|"
    r"giai (?:tan|cuu)|bat (?:giu|doi tuong|coc|toi pham|truy na)|xu ly dua xe|ap giai|dot kich|"
    r"mat phuc|trien khai (?:luc luong|quan)|huy dong luc luong|dam bao (?:an ninh|antt|trat tu)|"
    r"cam chot|tran giu|kham xet|ra quan|tan cong|canh (?:gac|ve)|phan cong (?:luc luong|"
    r"quan)|bo tri (?:luc luong|quan|chot)|tac chien|truc (?:tet|le|ban|chien|bao|dem)|"
    r"bao ve(?! (?:moi truong|rung|tre|quyen|suc khoe|nguoi|bi mat|du lieu|thuc vat|dong vat|cay|"
    r"luan)))\b"
)
# Words that stand together in the name of a file: LichTrucTet.xlsx, PhuongAnTuanTra.docx.
_GLUED = re.compile(
    r"(?:lichtruc(?!tiep)|lichgac|lichtuantra|dstruc|danhsachtruc|phancong(?:truc|gac|tuantra|"
    r"chot)|"
    r"bangtruc|catruc|phancatruc|(?:phuongan|kehoach|kh|pa)(?:tuantra|matphuc|phuckich|donlong|"
    r"truyquet|vaybat|chotchan|tranap|danhan|triet\w*|baovemuctieu|baove(?:le|tet)|chongduaxe|"
    r"batgiu))"
)
_RECEPTION = re.compile(r"\btiep (?:cong )?dan\b")
_HOUR = re.compile(r"(?<![\d/])(?:[01]?\d|2[0-4])\s?(?:h|g(?:io)?\b|g\d\d|:[0-5]\d)")
_DAY = re.compile(
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|\d)|t[2-7]|cn|chu nhat|mung \d+|"
    r"(?:[012]?\d|3[01])/(?:0?\d|1[0-2]))\b"
)
_PEOPLE = re.compile(
    r"\b(?:d/c|dc|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|anh|to truong|quan so|dan quan|"
    r"luc luong|can bo|chien si)\b"
)
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
_SHIFT = re.compile(
    r"\b(?:ca (?:\d|i{1,3}|dem|truc|dau|sau)|tuan tra|truc (?:ban|chot|dem|le|tet|ca|gac)|gac|"
    r"mat phuc|phuc kich|danh an|pha an|hoa trang|triet (?:pha|xoa)|doi hinh|"
    r"truc(?= ?:| bao| lu| mua| dich| cong)|canh (?:gac|de|ruong)|"
    r"(?:toi|dem|sang|chieu|ngay) (?:nay|mai) truc|truc (?:toi|dem|sang|ngay)|"
    r"to cong tac|chot chan|don long|di tuan|phan cong|phan ca)\b"
)
# A thing of the past, told afterwards.
_TOLD = re.compile(
    r"\b(?:phat hien|bat qua tang|da bat|bat giu duoc|kip thoi|da to chuc|hom qua|toi qua|dem qua|"
    r"tuyen truyen|tiep cong dan|kham|tiem|giai|thi dau|thu mon|hau ve|tien dao|tran dau|"
    r"(?<!phoi )hop|hoi nghi|"
    r"hoi thao|khai mac|dai hoi|toi tham|den tham|tiep dan|ket nap|don (?:kenh|ve sinh|rac)|"
    r"cung (?:ba con|nhan dan)|trong cay|trao qua|le ra quan)\b"
)
_COMRADE = re.compile(r"[đĐd]|[Tt]h|[Tt]r")
_OFFICE = re.compile(r"(?:Bí|Chủ|Trưởng|Phó|Giám|Tổ|Ủy|Hiệu|Đội|Cán|Lãnh|Thường|Chỉ)\b")
_SEVERAL = 2
_BEFORE, _AFTER = 200, 500


def rosters(written: Reading, today: date) -> list[Hit]:
    """A roster or a plan with hours and people; in the name of a file the word is enough."""
    reading = without_letterhead(written)
    if named := _is_named_so(reading):
        return [_hit(reading, named)]
    if is_reported(reading, today):
        return []
    found = (
        slots(reading)
        or (not is_over(reading, today) and (operation(reading) or sortie(reading)))
        or dealt_out(reading)
    )
    if found:
        return [_hit(reading, found)]
    found = _ROSTER.search(reading.bare)
    moments = [_HOUR, _DAY]
    if found is None:
        moments = [_HOUR]
        plan = _PLAN.search(reading.bare)
        if plan and _OPERATION.search(_around(reading, plan)):
            found = plan
    if found is None:
        found = _shift(reading)
        return [_hit(reading, found)] if found else []
    around = _around(reading, found)
    is_told = any(moment.search(around) for moment in moments) and (
        _PEOPLE.search(around) or _ROW.search(reading.text)
    )
    if not is_told or _RECEPTION.search(reading.bare):
        return []
    return [_hit(reading, found)]


def _is_named_so(reading: Reading) -> re.Match[str] | None:
    """Of a file's name or a title the words suffice."""
    if not (reading.where.endswith("name") or reading.where == "title"):
        return None
    return (
        _ROSTER.search(reading.bare)
        or _NAMED_PLAN.search(reading.bare)
        or _GLUED.search(reading.bare)
    )


def _hit(reading: Reading, found: re.Match[str]) -> Hit:
    words = reading.text[found.start() : found.end()]
    return reading.hit(
        "duty_plan",
        Level.SECOND_PERSON,
        *found.span(),
        f"Bài giống lịch trực, phương án, kế hoạch nghiệp vụ (“{words}”) có giờ và người. "
        "Không đưa lên nhóm nơi kẻ gian đọc được; nếu được phép công khai thì người duyệt "
        "phải xác nhận.",
    )


def _around(reading: Reading, found: re.Match[str]) -> str:
    return reading.bare[max(0, found.start() - _BEFORE) : found.end() + _AFTER]


def _shift(reading: Reading) -> re.Match[str] | None:
    """An hour and two people by name, with a word for a shift unless they are comrades."""
    hour = _HOUR.search(reading.bare)
    if hour is None or _TOLD.search(reading.bare):
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
