"""Which names are those of people who are accused, punished or harmed."""

import re

from content_rules.engine.reading import Reading
from content_rules.names.full import Name, heading

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
    r"\b(?:"
    r"bi (?:xu phat|phat|xu ly|bat|tam giu|lap bien ban|tai nan|thuong|chem|dam|danh|do|"
    r"de doa|doa|hiep|xam hai|lua|mat|trom|cuop|giat|chong|vo|quan che|kien|to cao|to giac|"
    r"nhac nho|cho can|dien giat|bong|chay|nga|dot quy|tam than|nhiem|cach ly|vay bat|"
    r"ky luat|khai tru|dinh chi|truy|tuoc|thu hoi|ket an|tuyen|luc soat|choc|lam nhuc|quyt)|"
    r"phat (?:tien|hanh chinh|vi pham|ong|ba|anh|chi|co|chu|em|nguoi|\d)|"
    r"xu (?:phat|ly (?:hanh chinh|vi pham|nghiem|ky luat|hinh su|doi voi|ong|ba|anh|chi|"
    r"nguoi))|vi pham|nong do con|an (?:trom|cap|cuop|quyt)|"
    r"trom (?:cap|xe|cho|ga|do|tien|dien|vang|meo|heo|bo|trau)|ten trom|"
    r"ke (?:trom|xau|gian)|cuop|lua (?:dao|tien|dang|gat|tinh)|chiem doat|cuong doat|"
    r"tong tien|danh (?:bac|bai|nhau|dap|me|vo|con|nguoi)|da ga|so de|ghi de|"
    r"ca (?:do|cuoc)|con bac|chu de|song bac|xoc dia|ma tuy|hut chich|phe (?:thuoc|da|ma)|"
    r"nghien (?!cuu)\w+|gay (?:roi|su|thuong|tai nan|an|chay|hoa)|hanh hung|dam chem|"
    r"dung (?:dao|sung|hung khi|gay)|chem (?:nguoi|nhau|chet|trong)|"
    r"dam (?:chet|nguoi|nhau)|tu vong|thiet mang|chet|duoi nuoc|thuong (?:vong|tich)|"
    r"thi the|tu thi|tu (?:tu|sat|van)|treo co|nhay cau|cap cuu|nhap vien|nguy kich|"
    r"mat tich|mat mang|tung tin|xuyen tac|noi xau|xuc pham|chui|boi nho|vu khong|"
    r"moi (?:len )?lam viec|trieu tap|quay (?:roi|pha)|sam so|dam o|bien thai|hiep dam|"
    r"xam hai|bao (?:luc|hanh)|ngoai tinh|danh ghen|nang lai|vay (?:lai|nong|tien|no)|"
    r"no (?:nan|xau|tien)|vo (?:no|hui)|giat hui|om (?:tien|hui)|quyt|xu no|bung tien|"
    r"dat co|bo tron|tron (?:truy|khoi|no|thue|nghia vu|trai)|xa rac|say (?:xin|ruou|men)|"
    r"nhau say|tang tru|buon (?:lau|ban nguoi)|hang (?:cam|gia|lau)|phao|vu khi|"
    r"sung tu che|lenh bat|truy na|tien (?:an|su)|khai nhan|(?:cai|di) nghien|cai tao|"
    r"(?:di|an|man han|o|boc) tu(?= |,)|nam tu|quan che|trai giam|mai dam|mao danh|"
    r"gia danh|lan chiem|dap pha|pha (?:hoai|rung|san)|huy hoai|chich dien|"
    r"dot (?:phao|nha|rung|xe)|to (?:giac|cao|bi|chong|vo)|tranh chap|dua xe|tai nan|"
    r"gay go|lay trom|khong bang lai|hiv|tam than|dong kinh|benh lao|nhiem (?:benh|covid)|"
    r"ly hon|bo nha|hanh vi|toi (?:danh|pham)|thu pham|bi (?:can|cao|hai)"
    r")(?!\w)"
)
# The same in words that only their marks tell from others.
_MARKED_CASE = re.compile(
    r"\b(?:kẻ|thằng|bọn|phạt|tội|tù|nợ|"
    r"trộm|giật|đốt|té|bắt|quỵt|chửi|đâm|chém|cãi|kiện|cấm|bể hụi|"
    r"kiểm điểm|đầu thú|tử nạn|nạn nhân|bệnh nhân|bịa đặt|"
    r"mất (?:tiền|\d+)|sốt xuất huyết|ung thư|truy tìm|tố|đòi nợ|siết|trốn)\b",
    re.IGNORECASE,
)
# What the person suffers, right behind the name; fields and houses suffer too.
_SUFFERS = re.compile(
    r"(?: ?\([^)\n]{0,40}\))?,?(?: (?:da|vua|dang|moi|cung))? "
    r"bi (?!sau |hu |hong|dot\b|ngap|loai|han |mat dien|anh huong|cup )"
)
_BARE_MORE = re.compile(
    r"\b(?:no thue|be hui|ra tu|giat (?:do|tui|day)|te (?:gieng|song|xe|lau)|tu nan|benh nhan|"
    r"cam xuat canh|dau thu|tron no|bia dat|kiem diem|bi \w+ (?:danh|lua|bat|phat))\b"
)
# What those do who may be named; by the verbs of the second only who stands before them.
_DEED = re.compile(
    r"\b(?:khen|bieu duong|tuyen duong|thanh tich|guong|dung cam|trao|tang|cam on|chu tri|hien dat|"
    r"phat bieu|chi dao|tuyen truyen|cho (?:biet|hay)|huong dan|pho bien|noi (?:chuyen|ve)|ung ho|"
    r"ban hanh|chia se|luu y|khuyen cao|dan duong|tham hoi|tham gia|du hop|trien khai|trinh bay|"
    r"giang day|van dong|phong chong|phong ngua|giao nop|tu nguyen|chung kien|cao pho|huong tho|"
    r"an tang|tho \d|ung cu|tinh nguyen|hien (?:mau|tang|dat))\b"
)
_ACTS = re.compile(
    r"(?<!bi )\b(?:giup|(?<!cap )cuu|phat hien|trinh bao|bao (?:cong an|ngay|tin)|"
    r"truy (?:bat|duoi)|bat (?:duoc|gon|song|giu|cuop|trom|doi tuong|ke|ten)|"
    r"khong che|nhac(?: nho)?|dang ky)\b"
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
_BY = re.compile(r"\b(?:do|boi)\b")
_FAR = 250
_SENTENCE_END = re.compile(r"(?<![^\w][a-z])[.!?;](?=\s|$)|\n")


def _sentence(reading: Reading, name: Name) -> tuple[int, int]:
    """Its first and last place, as far as a reader keeps in mind."""
    first, last = max(0, name.start - _FAR), min(len(reading.bare), name.end + _FAR)
    for end in _SENTENCE_END.finditer(reading.bare, first, name.start):
        first = end.end()
    following = _SENTENCE_END.search(reading.bare, name.end, last)
    return first, following.start() if following else last


def _tells_case(bare: str, marked: str) -> bool:
    return any(
        pattern.search(words)
        for pattern, words in ((_CASE, bare), (_BARE_MORE, bare), (_MARKED_CASE, marked))
    )


def _is_in_a_case(reading: Reading, name: Name) -> bool:
    """The sentence, or the heading of the list, tells of a case, and of no deed or office."""
    first, last = _sentence(reading, name)
    before, after = reading.bare[first : name.start], reading.bare[name.end : last]
    office = _OFFICE.search(before)
    if (office and not _CASE.search(office[0])) or _OFFICE_AFTER.match(after):
        return False
    told = f"{before} . {after}"
    if _SUFFERS.match(after) or _tells_case(told, reading.text[first:last]):
        return not (_DEED.search(told) or _ACTS.search(after))
    above = heading(reading, name)
    return _tells_case(above, "") and not _DEED.search(above)


def accused(reading: Reading, names: list[Name]) -> set[Name]:
    """The names of suspects, of punished people and of victims."""
    found: list[Name] = []
    for name in names:
        before = reading.bare[max(0, name.start - 60) : name.start]
        told_after = _ACCUSED_AFTER.match(reading.bare, name.end) and not _TITLE.search(before)
        is_next = bool(found) and _AND_ANOTHER.fullmatch(reading.bare, found[-1].end, name.start)
        if is_next or told_after or is_called_so(reading, name) or _is_in_a_case(reading, name):
            found.append(name)
    return set(found)


def is_called_so(reading: Reading, name: Name) -> bool:
    """Whether the words right before a name call its bearer a suspect, punished or a victim."""
    cue = _ACCUSED.search(reading.bare[max(0, name.start - 60) : name.start])
    return cue is not None and not (_RANK.search(cue[0]) or _BY.search(cue[0]))


def tells_of_a_case(reading: Reading, start: int = 0, end: int | None = None) -> bool:
    """Whether a text, or a stretch of it, tells at all of those who are better not named."""
    return _tells_case(reading.bare[start:end], reading.text[start:end])
