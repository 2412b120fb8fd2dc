"""Names of those who are accused, punished or harmed."""

import re

from broadcasts.services.gate.findings import Hit, Level
from broadcasts.services.gate.names import Name, full_names, heading
from broadcasts.services.gate.reading import Reading

_ACCUSED = re.compile(
    r"\b(?:doi tuong|bi can|bi cao|nghi pham|nghi can|thu pham|hung thu|nan nhan|bi hai|con no|"
    r"ke (?:trom|cuop|gian|cam dau)|truy na|truy tim|bat giu|bat qua tang|bat khan cap|tam giu|"
    r"tam giam|khoi to|xu phat|trieu tap|canh cao|"
    r"(?:nguoi|con) nghien|(?:vua|da|moi) bat|bat(?= (?:va|duoc)? ?$))\b"
    r"[^.!?;\n,\d]{0,28}$"
)
# What is said of somebody behind the name.
_ACCUSED_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,40}\))?,? (?:la |chinh la )?(?:doi tuong|nghi pham|"
    r"ke (?:trom|cuop|gian|chuyen)|bi can|bi cao|nan nhan|thu pham|hung thu)\b|"
    r"(?![^.!?;\n]{0,60}\b(?:cho biet|thong tin|noi|trao)\b)[^.!?;\n]{0,60}?\b(?:da |vua )?(?:"
    r"bi (?:bat|khoi to|tam giu|tam giam|xu phat|truy na|tuyen|truy to)|khai nhan|"
    r"ve (?:toi|hanh vi))\b|"
    r"(?![^.!?;\n]{0,25}\b(?:giup|cuu|ho tro|phat hien|bao|ngan|bat|chong|phong|canh)\b)"
    r"[^.!?;\n,]{0,25}?\b(?:bi (?:lua|cuop|trom|danh|giet|chiem doat|hai)|tu vong|"
    r"dau thu|tu thu|gay (?:an|tai nan)|cam dau|trom cap|cuop giat|lua dao|danh bac|tang tru|"
    r"su dung ma tuy|mua ban)\b"
)
_AND_ANOTHER = re.compile(r" ?(?:va|,|cung|-) ?")
_TITLE = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy))\s{0,3}$")
_RANK = re.compile(r"\b(?:d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|can bo|cong an)\b")
# What happens to people who are better not named, anywhere in the sentence of the name.
_CASE = re.compile(
    r"\bbi (?:xu phat|phat|xu ly|bat|tam giu|lap bien ban|tai nan|thuong|chem|dam|danh|do|"
    r"de doa|hiep|xam hai|bao hanh|lua|mat trom|trom|cuop|giat|lam quen roi)\b|"
    r"\bphat (?:tien|hanh chinh|vi pham|ong|ba|anh|chi|co|chu|em|nguoi|\d)|"
    r"\bxu ly (?:hanh chinh|vi pham|nghiem|ky luat|hinh su|doi voi|ong|ba|anh|chi|nguoi)\b|"
    r"\b(?:vi pham|nong do con|an trom|trom (?:cap|xe|cho|ga|do|tien)|ten trom|ke trom|cuop|"
    r"lua dao|lua tien|chiem doat|danh bac|danh bai|da ga|so de|ghi de|ca do|ma tuy|hut chich|"
    r"nghien(?! cuu)|gay roi|danh nhau|hanh hung|chem|tu vong|thiet mang|chet|duoi nuoc|chet duoi|"
    r"thuong vong|tung tin|xuyen tac|moi (?:len )?lam viec|trieu tap|quay roi|"
    r"cho vay nang lai|vay lai nang|bao luc|xa rac|say xin|say ruou|tang tru|buon lau|hang cam|"
    r"bo tron|tron truy na|lenh bat|tien an|tien su|khai nhan|cai nghien|cai tao|"
    r"mai dam|tron thue|mao danh|gia danh|lan chiem|pha rung|chich dien|to giac|to cao)\b"
)
# What those do who may be named.
_DEED = re.compile(
    r"\b(?:khen|bieu duong|tuyen duong|giay khen|thanh tich|guong|dung cam|giup|cuu|phat hien|"
    r"trinh bao|bao (?:cong an|ngay|tin)|truy (?:bat|duoi)|"
    r"bat (?:duoc|gon|song|giu|cuop|trom|doi tuong|ke|ten)|khong che|trao|tang|cam on|chu tri|"
    r"phat bieu|chi dao|tuyen truyen|cho (?:biet|hay)|huong dan|pho bien|noi (?:chuyen|ve)|"
    r"ban hanh|chia se|nhac nho|luu y|khuyen cao|dan duong|"
    r"tham hoi|tham gia|du hop|trien khai|trinh bay|"
    r"giang day|nghien cuu|van dong|phong chong|phong ngua|giao nop|tu nguyen|chung kien)\b"
)
_OFFICE = re.compile(
    r"\b(?:truong|pho|bi thu|chu tich|giam doc|hieu (?:truong|pho)|can bo|cong an|bac si|y si|"
    r"co giao|thay|luat su|nha bao|chi huy|uy vien|dai bieu|dieu tra vien|tham phan|kiem sat vien|"
    r"d/c|dong chi|(?:thieu|trung|thuong|dai) (?:ta|uy)|chien si|anh hung|liet si|nguoi ky|tm)\b"
    r"[^.!?;\n]{0,40}$"
)
_OFFICE_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,30}\))?\s{0,2}[,(\-–]\s{0,2}(?:la )?(?:nguyen )?(?:pho |to )?(?:truong|"
    r"bi thu|chu tich|giam doc|hieu truong|can bo|cong an|to pho|hoi vien|giao vien|bac si)\b"
)
_FAR = 250
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")


def _sentence(reading: Reading, name: Name) -> tuple[int, int]:
    """Its first and last place, as far as a reader keeps in mind."""
    first, last = max(0, name.start - _FAR), min(len(reading.bare), name.end + _FAR)
    for end in _SENTENCE_END.finditer(reading.bare, first, name.start):
        first = end.end()
    following = _SENTENCE_END.search(reading.bare, name.end, last)
    return first, following.start() if following else last


def _is_in_a_case(reading: Reading, name: Name) -> bool:
    """The sentence, or the heading of the list, tells of a case, and of no deed or office."""
    first, last = _sentence(reading, name)
    before, after = reading.bare[first : name.start], reading.bare[name.end : last]
    office = _OFFICE.search(before)
    if (office and not _CASE.search(office[0])) or _OFFICE_AFTER.match(after):
        return False
    told = f"{before} . {after}"
    if _CASE.search(told):
        return not _DEED.search(told)
    above = heading(reading, name)
    return bool(_CASE.search(above)) and not _DEED.search(above)


def accused(reading: Reading) -> list[Hit]:
    """Full names of suspects, of punished people and of victims."""
    found: list[Name] = []
    for name in full_names(reading):
        before = reading.bare[max(0, name.start - 60) : name.start]
        cue = _ACCUSED.search(before)
        told_after = _ACCUSED_AFTER.match(reading.bare, name.end) and not _TITLE.search(before)
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        is_cued = cue and not _RANK.search(cue[0])
        if is_next or told_after or is_cued or _is_in_a_case(reading, name):
            found.append(name)
    return [
        reading.hit(
            "named_person",
            Level.REASON,
            name.start,
            name.end,
            f"Có họ tên người bị xử lý hoặc bị hại (“{reading.text[name.start : name.end]}”). Hãy "
            "viết tắt tên. Nếu phải nêu đủ (quyết định truy nã, bản án đã công bố) thì ghi lý do.",
        )
        for name in found
    ]
