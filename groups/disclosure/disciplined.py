"""Officials who are themselves called suspect, punished or victim: their office covers no name."""

import re

from groups.disclosure.names import Name
from groups.disclosure.public import HEAD, is_of_office
from groups.disclosure.reading import Reading

# What is done to somebody, told in the passive right behind the name or what is put in between.
_SUFFERED = (
    r"(?:khoi to|bat|xu phat|xu ly|phat|truy (?:to|na|tim|cuu|sat|duoi)|tam g\w+|ky luat|"
    r"khien trach|"
    r"canh cao|tuyen|ket (?:an|luan vi pham)|xet xu|cach (?:chuc|tat ca)|dinh chi|khai tru|tuoc|"
    r"bai nhiem|mien nhiem|buoc thoi|cho thoi|giang (?:chuc|cap)|ha bac|sa thai|duoi viec|"
    r"dua ra|to (?:cao|giac)|kien|dieu tra|kiem diem|lap bien ban|thu hoi|loai khoi|"
    r"lua|cuop|giat|trom|danh|dam|chem|ban|hanh hung|tan cong|de doa|nhuc ma|lang ma|boi nho|"
    r"xuc pham|vu khong|tong|dung|tai nan|thuong|nhiem|ngo doc|mat (?:tich|cap|trom)|chong|"
    r"(?:bo|phat hien|bat qua tang) \w+)"
)
_ADVERBS = (
    r"(?:(?:da|vua|moi|cung|chinh thuc|hom (?:nay|qua)|(?:sang|chieu|toi|trua|dem) (?:nay|qua)|"
    r"ngay "
    r"[\d/.]+|vua qua|phai|van|dang|lai|nguoi|se|sap)\s){0,3}"
)
# An office, a hamlet, an age between two signs.
_ASIDE = r"(?:\s?[(\-,][^.!?;\n]{2,60}?[)\-,])?"
_PUNISHED = re.compile(
    rf"{_ASIDE}\s?,?\s{_ADVERBS}(?:bi {_SUFFERED}\b(?! hai\b)|(?:nhan|linh|lanh|"
    rf"chiu) (?:hinh thuc |muc |quyet "
    r"dinh |ban )?(?:an|ky luat|canh cao|khien trach|hinh phat|muc an|\d+ (?:nam|thang) tu)\b|"
    r"(?:ra )?(?:dau thu|tu thu|hau toa)\b|khai nhan\b)"
)
# The same told of whoever is named next, with nothing but an office between.
_VERB = re.compile(
    r"\b(?:khoi to(?: (?:bi can|vu an))?|bat (?:tam giam|giam|giu|khan cap|qua tang)|truy (?:to|"
    r"na|tim)|"
    r"tam (?:giam|giu|dinh chi(?: cong tac| chuc vu)?)|dinh chi(?: cong tac| chuc vu|"
    r" sinh hoat dang)?|"
    r"ky luat|khai tru(?: dang| khoi dang)?|cach (?:het )?chuc(?: vu)?|"
    r"cach tat ca chuc vu(?: trong dang)?|"
    r"tuoc (?:danh hieu(?: cand)?|quan tich|quan ham)|buoc thoi viec|bai nhiem|canh cao|"
    r"khien trach|(?:xu )?phat(?: hanh chinh)?|xet xu|tuyen an|ket an|kiem diem|to cao|giang cap|"
    r"ha bac luong)\b(?:\s(?:doi voi|voi|la|nguyen|cuu|dang|chinh quyen|dang vien|"
    r"hinh thuc \w+ \w+|"
    r"hinh thuc|hinh su|"
    r"canh cao|khien trach|cach chuc|khai tru|\d+ thang)){0,4}\s?"
)
_HEADS = re.compile(rf"\b{HEAD}\b")
_FAR = 120
_BY = re.compile(
    r"\b(?:do|boi|theo|gui|ky|cua|giao|phan cong|bao cao|noi|cho biet|tai|vi|khi|de)\b"
)


def is_disciplined(reading: Reading, name: Name) -> bool:
    """Whether it is told that this very person, whatever the office, is punished or harmed."""
    if _PUNISHED.match(reading.bare, name.end):
        return True
    first = max(0, name.start - _FAR)
    for verb in _VERB.finditer(reading.bare, first, name.start):
        between = reading.bare[verb.end() : name.start]
        if _BY.search(between):
            continue
        between = _HEADS.sub(lambda head: " " * len(head[0]), between)
        if is_of_office(between, reading.text[verb.end() : name.start]):
            return True
    return False
