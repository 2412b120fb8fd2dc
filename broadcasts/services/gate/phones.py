"""Phones: those of the commune may be named, those of other people may not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from broadcasts.services.gate.findings import Hit, Level
from broadcasts.services.gate.numbers import DATE, MONEY
from broadcasts.services.gate.reading import Reading, masked
from groups.vietnamese import is_old_phone, normalise_phone

_SEP = r"[ .\-_·()/]{0,2}"
_MOBILE = re.compile(
    rf"(?<![\d+])[(]?(?:\+ ?84|0084|84|[0o]){_SEP}[35789](?:{_SEP}[\do]){{8}}(?!\d)"
)
_OLD = re.compile(rf"(?<![\d+])0{_SEP}1{_SEP}[2689](?:{_SEP}\d){{8}}(?!\d)")
_SHORT = re.compile(
    r"\b(?:sdt|so dt|dien thoai|zalo|lien he|lh|goi|alo)[ :.\-]{1,3}"
    r"([35789](?:[ .\-]?\d){8})(?![ .\-]?\d)"
)
_FOREIGN = re.compile(r"(?<![\d+])\+(?!\s?84)[1-9](?:[ .\-]?\d){8,13}(?![ .\-]?\d)")
_GOES_ON = re.compile(r"[.\-_/]{1,2}[1-9]| \d{3,}(?!\d*\.\d{3})")
_IN_A_NUMBER = re.compile(r"\d[.,/:\-]$")
_OTHER_NUMBER = re.compile(
    r"\b(?:mst|ma so thue|ma don|don hang|van don|ma buu|ma ho so|so hieu|seri|serial|imei|"
    r"hop dong|hoa don|so khung)\b[^\d\n]{0,20}$"
)
_OFFICE = re.compile(
    r"\b(?:truc ban|duong day nong|hotline|so truc|(?:dien thoai|dt|sdt) truc|truc chi huy)\b"
    r"[^\d\n;?]{0,30}$"
)
_PERSON = re.compile(
    r"\b(?:cua(?! cong an| ubnd| xa| phuong| tram| ap| don)|chi|anh|co|chu|bac|ong|ba|em|me|bo|"
    r"nguoi nha|gia dinh)\b"
)
_JOINED = re.compile(r"[\s,/\-–;()]*(?:hoac|va)?[\s,/\-–;()]*")


@dataclass(frozen=True)
class _Phone:
    start: int
    end: int
    number: str


def _found(reading: Reading) -> Iterator[_Phone]:
    """Every phone in the order of the text, whoever it belongs to."""
    spans = [(*match.span(), match[0]) for match in _MOBILE.finditer(reading.bare)]
    spans += [
        (*match.span(), match[0])
        for match in _OLD.finditer(reading.bare)
        if is_old_phone(re.sub(r"\D", "", match[0]))
    ]
    spans += [(*match.span(1), match[1]) for match in _SHORT.finditer(reading.bare)]
    spans += [(*match.span(), match[0]) for match in _FOREIGN.finditer(reading.bare)]
    last_end = -2
    for start, end, words in sorted(spans):
        follows_phone = start - last_end <= 2
        before = reading.bare[max(0, start - 2) : start]
        if start < last_end or (_IN_A_NUMBER.search(before) and not follows_phone):
            continue
        if DATE.search(reading.bare, start, end) or MONEY.match(reading.bare, end):
            continue
        if _GOES_ON.match(reading.bare, end) or _OTHER_NUMBER.search(
            reading.bare[max(0, start - 40) : start]
        ):
            continue
        last_end = end
        yield _Phone(start, end, normalise_phone(words.replace("o", "0")))


def phones(reading: Reading, official: frozenset[str]) -> list[Hit]:
    """Mobile numbers that are not official; landlines and short public numbers may stand."""
    hits: list[Hit] = []
    last: _Phone | None = None
    of_an_office = False
    for phone in _found(reading):
        between = reading.bare[last.end : phone.start] if last else "?"
        of_an_office = (of_an_office and bool(_JOINED.fullmatch(between))) or _is_announced(
            reading, phone
        )
        last = phone
        if phone.number not in official:
            hits.append(_unlisted(reading, phone) if of_an_office else _private(reading, phone))
    return hits


def _is_announced(reading: Reading, phone: _Phone) -> bool:
    """As a number of an office: “trực ban”, “đường dây nóng”, and no person between."""
    cue = _OFFICE.search(reading.bare[max(0, phone.start - 50) : phone.start])
    return cue is not None and not _PERSON.search(cue[0])


def _private(reading: Reading, phone: _Phone) -> Hit:
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


def _unlisted(reading: Reading, phone: _Phone) -> Hit:
    shown = reading.text[phone.start : phone.end]
    return reading.hit(
        "phone_unlisted",
        Level.WARN,
        phone.start,
        phone.end,
        f"Số {shown} được ghi như số của cơ quan nhưng chưa có trong “Số điện thoại chính thức”. "
        "Hãy dò lại từng số, rồi nhờ chỉ huy thêm vào danh sách.",
    )
