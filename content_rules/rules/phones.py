"""Phones: those of the commune may be named, those of other people may not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content_rules.engine.findings import Hit, Level
from content_rules.engine.reading import WITHIN, Reading, is_one_number, masked
from content_rules.names.lexicon import UPPER
from content_rules.rules.numbers import DATE, is_money
from vietnamese.text import is_old_phone, normalise_phone

_MOBILE = re.compile(
    rf"(?<![\d+])[(]?(?:\+ ?84|0084|84|0|(?<![a-z])o){WITHIN}[35789](?:{WITHIN}[\do]){{8}}(?!\d)"
)
_OLD = re.compile(rf"(?<![\d+])0{WITHIN}1{WITHIN}[2689](?:{WITHIN}\d){{8}}(?!\d)")
_SHORT = re.compile(
    r"\b(?:sdt|so dt|dien thoai|zalo|lien he|lh|goi|alo)[ :.\-]{1,3}"
    r"([35789](?:[ .\-]?\d){8})(?![ .\-]?\d)"
)
_FOREIGN = re.compile(r"(?<![\d+])\+(?!\s?84)[1-9](?:[ .\-()]{0,2}\d){8,13}(?![ .\-]?\d)")
_GOES_ON = re.compile(r"[.\-_/]{1,2}[1-9]| \d{3,}(?!\d*\.\d{3})")
_IN_A_NUMBER = re.compile(r"\d[.,/:\-]$")
_ONE_DIGIT = re.compile(r"\d \d ")
_OTHER_NUMBER = re.compile(
    r"\b(?:mst|ma so thue|ma don|don hang|van don|ma buu|ma ho so|so hieu|seri|serial|imei|"
    r"hop dong|hoa don|so khung)\b[^\d\n]{0,20}$"
)
# Between an office and its number stands no other number but hours and those of all.
_UP_TO_NUMBER = (
    r"(?:[^\d\n;?]|24/(?:24|7)|11[1-5]\b|\d{1,2}h\d{0,2}|\b(?:ap|to|khu pho) \d{1,2}\b){0,45}$"
)
_OFFICE = re.compile(
    r"\b(?:truc ban|duong day nong|hotline|(?:so|may) truc|(?:so )?may (?:co quan|truc)|tong dai|"
    r"(?:so|may|dien thoai|dt|sdt|dd) (?:co quan|cong vu)|truc su co|bo phan tiep nhan|"
    r"tiep nhan (?:tin bao|tin|to giac|phan anh)|(?:dien thoai|dt|sdt) truc|truc chi huy|"
    rf"truc (?:cap cuu|chua chay|pccc|24/24))\b{_UP_TO_NUMBER}"
)
_INSTITUTIONS = (
    r"(?:cong an (?:xa|phuong|tp|thanh pho|tinh)|cax|ubnd|uy ban|dang uy|van phong (?:ap|khu pho|"
    r"ubnd|dang|hdnd|uy ban|xa|phuong)|"
    r"tram (?:y te|cap nuoc|thu y|bom|truc)|benh vien|"
    r"doi (?:pccc|chua chay|cuu ho|cuu nan|quan ly|cong trinh)|ban (?:chi huy|chqs|quan ly|"
    r"nhan dan|dieu hanh)|bch|"
    r"(?:chi cuc|cuc|phong|hat|to|tram|doi|trung tam|ban) (?:thue|dan phong|bao ve|thu y|kiem lam|"
    r"kiem dinh|"
    r"dang kiem|bao ve thuc vat|khuyen nong|thuy loi|cap nuoc|dien|dien luc|vien thong|giao thong|"
    r"moi truong|ve sinh|cuu (?:ho|nan|hoa)|phan ung nhanh|an ninh(?: trat tu)?|antt|tuan tra|"
    r"canh sat\w*|csgt|nghiep vu|cong tac xa hoi|tro giup phap ly|ho tro|hanh chinh cong|"
    r"quan ly (?:dien|nuoc|thuy nong|cho|thi truong|do thi|rung)|phong chong \w+|phong ve \w+|"
    r"bao ve \w+)|"
    r"chi cuc \w+|don (?:cong an|bien phong|csgt)|cong an (?:huyen|dia phuong|ap)|bo chi huy|"
    r"ban ap|"
    r"ngan hang(?: chinh sach(?: xa hoi)?| csxh| nong nghiep)?|agribank|kho bac|toa an|"
    r"vien kiem sat|thi hanh an|thanh tra|co quan \w+|"
    r"cong ty (?:dien|cap nuoc|moi truong|nuoc)|xi nghiep (?:nuoc|cap nuoc)|nha may (?:nuoc|dien)|"
    r"htx|hop tac xa|quy tin dung|cau lac bo|clb|thu vien|nha truong|"
    r"xe cuu thuong|cap cuu 115|cuu thuong|"
    r"hoi (?:lhtn|khuyen hoc|dong y|sinh vat canh|cuu chien binh|ctd)|xa doan|phong kham|"
    r"(?<!o )(?<!tai )(?<!gan )(?:ben xe|ben pha)|vien(?: \w+)? phap y|tong cong ty|tram \w+|"
    r"quan su(?: xa)?|(?:bo phan )?mot cua|(?:bo phan )?tiep (?:dan|cong dan)|buu dien|dien luc|"
    r"chi nhanh dien|cap nuoc|mat tran|ubmttq|hoi (?:phu nu|lhpn|nong dan|chu thap do|ccb|"
    r"nguoi cao tuoi)|"
    r"doan (?:xa|thanh nien)|trung tam (?:y te|van hoa|hanh chinh|dich vu|phuc vu)|nha van hoa|"
    r"hat kiem lam|kiem lam|bao hiem xa hoi|bhxh|"
    r"truong (?:mam non|mau giao|tieu hoc|th|thcs|thpt)|phong (?:van hoa|kinh te|tu phap)|"
    r"to (?:cong nghe so|tu van))"
)
# The name of an office with hardly a word between it and the number.
_INSTITUTION = re.compile(rf"\b{_INSTITUTIONS}\b")
_BETWEEN = re.compile(
    r"(?: \d{1,2}\b)?(?:[^\d\n;?]|24/(?:24|7)|\b(?:ap|khu pho|khu vuc|to|so) \d{1,2}\b){0,60}"
)
_OF_INSTITUTION = re.compile(rf"\s?[(,\-–]?\s?(?:la so |so |cua ){{0,2}}{_INSTITUTIONS}\b")
# Who else may be called, where an office is named before: the loser, a finder, a trader.
_SOMEBODY = re.compile(
    r"\b(?:nguoi (?:mat|nhat|bi|ban|mua|dan|nha|than|gui|roi|duoc|can|tim|quen)|ai|thu quy|khach|"
    r"hang xom|con (?:trai|gai)|chau|ban (?:dat|nha|xe|re|gap|hang)|can (?:ban|mua|tuyen|thue|tim)|"
    r"cho thue|nhat duoc|tuyen|tim (?:nguoi|chu|xe|cho)|chu (?:xe|vi|nhan|quan|nha|tro|dat)|gap|"
    r"anh|to truong|ap truong|truong ap|hieu truong|giao vien|shipper|minh|tui|toi|em|tai xe)\b"
)
_NAMED = re.compile(
    rf"\b(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Dương|Lý|Đinh|"
    rf"Trương) {UPPER}"
)
_BREAK = re.compile(r"[.!?](?=\s)|\n")
# How far before the office a person may be told of, whose number it is then.
_CLAUSE = 25
_FRAUD = re.compile(r"\b(?:tu xung|xung la|gia danh|mao danh|gia mao|lua|ke gian|so la)\b")
_PERSON = re.compile(
    r"\b(?:của (?!công an|ubnd|ủy ban|uỷ ban|xã|phường|trạm|ấp|đơn|đội|ban|bộ|hội|cơ quan)|"
    r"cua (?!cong an|ubnd|uy ban|xa|phuong|tram|ap|don|doi|ban|bo|hoi|co quan)|"
    r"chị|(?<!phan )anh|cô|chú|bác|ông|bà(?! con)|em|mẹ|bố|ba|người nhà|gia đình|chủ (?!nhật|tịch)|"
    r"chi(?! (?:huy|bo|bộ|hoi|hội|cuc|cục|nhanh|nhánh|doan|đoàn))|ong|bac|nguoi nha|gia dinh)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[\s,/\-–;()]*(?:hoac|va)?[\s,/\-–;()]*")


@dataclass(frozen=True)
class Phone:
    """Where a number stands in the plain form, and the number itself in E.164."""

    start: int
    end: int
    number: str


def spotted(reading: Reading) -> Iterator[Phone]:
    """Every phone in the order of the text, whoever it belongs to."""
    spans = [(*match.span(), match[0]) for match in _MOBILE.finditer(reading.figures)]
    spans += [
        (*match.span(), match[0])
        for match in _OLD.finditer(reading.figures)
        if is_old_phone(re.sub(r"\D", "", match[0]))
    ]
    spans += [(*match.span(1), match[1]) for match in _SHORT.finditer(reading.bare)]
    spans += [(*match.span(), match[0]) for match in _FOREIGN.finditer(reading.bare)]
    last_end = -2
    for start, end, words in sorted(spans):
        follows_phone = start - last_end <= 2
        before = reading.bare[max(0, start - 2) : start]
        if _ONE_DIGIT.match(words) and re.search(r"\d $", before):
            continue
        if start < last_end or (_IN_A_NUMBER.search(before) and not follows_phone):
            continue
        if (
            not is_one_number(words)
            or DATE.search(reading.bare, start, end)
            or is_money(reading, end)
        ):
            continue
        if _GOES_ON.match(reading.bare, end) or _OTHER_NUMBER.search(
            reading.bare[max(0, start - 40) : start]
        ):
            continue
        last_end = end
        yield Phone(start, end, normalise_phone(words.replace("o", "0")))


def phones(reading: Reading, found: Iterable[Phone], official: frozenset[str]) -> list[Hit]:
    """Mobile numbers that are not official; landlines and short public numbers may stand."""
    hits: list[Hit] = []
    last: Phone | None = None
    of_an_office = False
    for phone in found:
        between = reading.bare[last.end : phone.start] if last else "?"
        of_an_office = (of_an_office and bool(_JOINED.fullmatch(between))) or _is_announced(
            reading, phone
        )
        last = phone
        if phone.number not in official:
            hits.append(_unlisted(reading, phone) if of_an_office else _private(reading, phone))
    return hits


def _is_announced(reading: Reading, phone: Phone) -> bool:
    """As a number of an office: “trực ban”, “Trạm y tế: …”, and no person between."""
    first = max(0, phone.start - 90)
    before = reading.bare[first : phone.start]
    cue = _OFFICE.search(before)
    if cue:
        return not _PERSON.search(reading.text[first + cue.start() : phone.start])
    around = reading.bare[first : phone.end + _CLAUSE]
    if _FRAUD.search(around):
        return False
    if _OF_INSTITUTION.match(reading.bare, phone.end):
        return not _PERSON.search(reading.text[max(0, phone.start - _CLAUSE) : phone.start])
    cues = list(_INSTITUTION.finditer(before))
    if not cues or not _is_linked(
        reading,
        first + cues[-1].end(),
        phone.start,
        has_name=cues[-1][0].startswith("truong"),
    ):
        return False
    clause = max(first, first + cues[-1].start() - _CLAUSE)
    return not _PERSON.search(reading.text[clause : phone.start])


def _is_linked(reading: Reading, start: int, end: int, *, has_name: bool) -> bool:
    """Neither somebody nor the end of a sentence stands between an office and the number.

    A school bears a name of its own, which is nobody's.
    """
    if not _BETWEEN.fullmatch(reading.bare, start, end):
        return False
    if _SOMEBODY.search(reading.bare, start, end):
        return False
    between = reading.text[start:end].rstrip()
    return _BREAK.search(between) is None and (has_name or _NAMED.search(between) is None)


def _private(reading: Reading, phone: Phone) -> Hit:
    shown = masked(reading.text[phone.start : phone.end])
    return reading.hit(
        "phone",
        Level.BLOCK,
        phone.start,
        phone.end,
        f"Có số điện thoại không phải số chính thức ({shown}). Hãy thay bằng số trực ban hoặc số "
        "của cán bộ phụ trách. Nếu là số của cơ quan, nhờ chỉ huy thêm vào “Số điện thoại chính "
        "thức”.",
        excerpt=shown,
    )


def _unlisted(reading: Reading, phone: Phone) -> Hit:
    shown = reading.text[phone.start : phone.end]
    return reading.hit(
        "phone_unlisted",
        Level.WARN,
        phone.start,
        phone.end,
        f"Số {shown} được ghi như số của cơ quan nhưng chưa có trong “Số điện thoại chính thức”. "
        "Hãy dò lại từng số, rồi nhờ chỉ huy thêm vào danh sách.",
    )
