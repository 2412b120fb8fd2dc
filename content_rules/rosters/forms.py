"""Rosters by their form, people beside hours and posts, and operations still to come."""

import re

from content_rules.engine.reading import Reading
from content_rules.names.lexicon import BARE_GIVEN, GIVEN, UPPER

_HOUR = r"(?:(?:[01]?\d|2[0-4])\s?(?:h|g(?:io)?\b|:[0-5]\d)\s?(?:[0-5]\d)?)"
# When, or where somebody stands.
SLOT = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|"
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|cn|chu nhat|(?:mung|mong) \d{1,2}|"
    r"\d{1,2} tet|ngay \d{1,2}|"
    r"ca (?:\d|i{1,3}\b|sang|chieu|toi|dem|truc|dau|sau|giua|khuya|ngay)|kip \d|phien \d|"
    r"tuan \d{1,2}|"
    r"dem \d{1,2}|toi \d{1,2}|sang \d{1,2}|(?:sang|trua|chieu|toi|dem|khuya)(?= ?[:\-(]| (?:co|"
    r"anh|chi|chu|"
    r"ong|ba|bac|dc|d/c|dong chi|thay|bs|ys|em|thieu|trung|thuong|dai|to)\b)|giao thua|"
    r"chot (?:so )?\d|chot [a-z]+(?= ?[:\-])|to \d{1,2}(?= ?[:\-(])|nhom \d{1,2}(?= ?[:\-(])|"
    r"mui \d|vi tri \d|ap \d{1,2}(?= ?[:|\t\-(])|"
    r"cong (?:chinh|phu|truoc|sau))\b|(?<=[|\t])\s?(?:hai|ba|tu|nam|sau|bay|cn)\s?(?=[|\t])|"
    r"(?<![\d/.])(?:[012]?\d|3[01])/(?:0?\d|1[0-2])(?:/20\d\d)?(?![\d/])"
)
_MOMENT = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|"
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|cn|chu nhat|(?:mung|mong) \d{1,2}|"
    r"\d{1,2} tet|"
    r"ca (?:\d|i{1,3}\b|sang|chieu|toi|dem|khuya)|giao thua|tuan (?:\d|nay|toi|sau)|thang \d|"
    r"(?:dem|toi|sang|chieu) (?:nay|mai|co|anh|chi|chu|dc|d/c|dong chi|bs)|dem (?:\d|thu|t\d)|"
    r"(?:[012]?\d|3[01])/(?:0?\d|1[0-2]))\b|[|\t]\s?(?:thu|ngay|buoi)\s?[|\t]"
)
_NIGHT = re.compile(r"\b(?:đêm|tối|khuya)\b", re.IGNORECASE)
TITLE = (
    r"(?:đ/?c|dc|đồng chí|dong chi|(?:thiếu|trung|thượng|đại) (?:tá|úy|uý)|(?:thượng|trung|"
    r"hạ) sĩ|anh|chị|chi|"
    r"chú|chu|ông|ong|bác|bac|bà|cô|cậu|em|a\.?|c\.?|ô\.?|b\.|bs\.?|ys\.?|bác sĩ|y sĩ|điều dưỡng|"
    r"đd\.?|cán bộ|cb|"
    r"(?:th|tr|đ|t)\.?\s?(?:tá|úy|uý)|hsq|cs|đv|dq|thầy|cô|tổ trưởng|tổ phó|ấp trưởng|trưởng ấp|"
    r"đội trưởng|chiến sĩ|th/tá|tr/úy|đ/úy)"
)
_TITLED = re.compile(
    rf"(?<!\w)(?i:{TITLE})\s{{0,2}}(?=[^\W\d_])(?={UPPER})[^\W\d_]+(?: {UPPER}[^\W\d_]*){{0,4}}"
)
_SYLLABLES = rf"{UPPER}[^\W\d_]*(?: {UPPER}[^\W\d_]*){{0,3}}"
_LIST = re.compile(
    rf"\s*(?:(?:gồm|do|có|là|thì|gom|la)\s)?(?:{_SYLLABLES})"
    rf"(?:\s?(?:[,+&/;\-–]|\bvà\b|\bvới\b|\t|\|)\s?(?:{_SYLLABLES}))*\s*"
)
_NO_GIVEN_WORDS = """
ca tổ chốt sáng chiều tối đêm ngày thứ chủ nhật tết noel ấp khu tại từ đến xã công an ubnd lịch
"""
_NO_GIVEN = frozenset(_NO_GIVEN_WORDS.split())
_DUTY = re.compile(
    r"\b(?:truc(?! tiep| tuyen| thuoc| thang| quan)|gac|canh(?! bao| sat| giac| cao| dong| quan)|"
    r"tuan tra|di tuan|tuan (?:dem|phong|luu)|chot|"
    r"ca (?:\d|dem|sang|chieu)|phan cong|phan ca|mat phuc|"
    r"bao ve(?! (?:du lieu|moi truong|rung|tre|quyen|bi mat|nguon|thuc vat|suc khoe))|"
    r"ung truc|tuc truc|doi hinh|"
    r"lich tuan|thay ca|doi ca)\b"
)
STRONG_DUTY = re.compile(
    r"\b(?:lich truc|ca truc|truc (?:ban|chi huy|tet|le|dem|gac|chot|ca|bao|lu)|phan (?:cong|"
    r"ca) truc|gac|tuan tra|"
    r"mat phuc|canh gac|chot (?:chan|gac|kiem soat)|doi ca|thay ca)\b"
)
# Other meetings and works; without their marks some of these words are others.
INNOCENT = re.compile(
    r"\b(?:(?<!phối )họp|hội nghị|hội thảo|mời|khám|tiêm|thi đấu|bóng|giải|văn nghệ|hát|múa|lớp|"
    r"dạy|"
    r"nấu|liên hoan|cờ|ván|căn cước|định danh|gian hàng|tập huấn|"
    r"(?<!trường )(?<!tiểu )(?<!trung )(?<!đại )học|hớt tóc|đám|"
    r"cưới|giỗ|cúng|kết quả|thu gom|cắt điện|cúp điện|vệ sinh|"
    r"trồng cây|dọn|"
    r"chương trình|phát biểu|diễn văn|khai mạc|bế mạc|tặng|trao|nhận (?:quà|tiền|thuốc)|sinh năm|"
    r"sn|con ông|kg|"
    r"quỹ|ủng hộ|sân khấu|tập luyện|giao hàng|chuyến|bán hàng|mở cửa|kỷ niệm|chúc mừng|khen|"
    r"cảm ơn|thăm|"
    r"(?:bị|đã) (?:bắt|phạt|khởi tố)|tai nạn|trộm|lừa|mất tích|đi lạc|(?<!phoi )hop|hoi nghi|"
    r"kham benh|"
    r"tiem chung|thi dau|bong da|van nghe|lop|cat dien|ve sinh)\b",
    re.IGNORECASE,
)
# What is shared out among people and is no watch.
_OTHERS_THINGS = re.compile(
    r"\b(?:thời kh(?:óa|oá) biểu|tkb|trận|đội bóng|sinh nhật|chiếu|phim|vở|hoàng đạo|mượn|thuê|"
    r"món|giá|chuyến|xe buýt|mưa|"
    r"thời tiết|điện lực|mất điện|trọng tài|bán kết|chung kết|bảng [a-d]|lượt|tỉ số|tỷ số|"
    r"vắc ?xin|xét nghiệm|cắm trại|tiệc|đãi|động quan|hạ huyệt|di quan|rước dâu|thánh lễ|"
    r"đường dây nóng|hotline|đóng tiền|nộp|thu (?:tiền|phí|rác)|đặt (?:bàn|hàng)|ship|hẹn|"
    r"phát (?:cơm|cháo|quà)|nấu cơm|ngoại khóa|giảng|karate|yoga|cầu lông|hiến máu|cắt tóc|"
    r"phỏng vấn|phát sóng|trực nhật|"
    r"livestream|tưới|gặt|cày|bơm nước|đi chợ|nhận (?:bò|heo|dê|gà|quà)|học phí|con giống|"
    r"xuống giống|tour|trả góp|góp|hụi)\b",
    re.IGNORECASE,
)
# The same, yet of these somebody may keep watch too.
_MAYBE_OTHERS = re.compile(
    r"\b(?:lễ|thi|ôn|tiết|môn|đàn|võ|vé|cân|bánh|ruộng|lúa|bếp|khách|gian|tàu|trả lời)\b",
    re.IGNORECASE,
)


def is_of_others(text: str, *, has_duty: bool) -> bool:
    """Whether something else than a watch is shared out."""
    return bool(_OTHERS_THINGS.search(text) or (not has_duty and _MAYBE_OTHERS.search(text)))


_RECEPTION = re.compile(r"\btiep (?:cong )?dan\b")
PAST = re.compile(
    r"\b(?:phat hien|bat qua tang|da bat|bat giu duoc|kip thoi|da to chuc|hom qua|toi qua|"
    r"dem qua|khuya qua|"
    r"hom kia|bat duoc|nhat duoc|vua qua|trong luc|trong khi|khi dang|qua tuan tra|ket qua|"
    r"da (?:tuan tra|kiem tra|"
    r"lap|xu ly|ra quan|hoan thanh)|"
    r"vua (?:tuan tra|kiem tra|bat|xu ly)|lap bien ban|(?<!nha )tam giu|thu giu|bao cao nhanh|"
    r"tich thu)\b"
)
_ORDER = frozenset(("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "út", "cả"))
_BETWEEN_NAMES = re.compile(r"\s?(?:[,+&/;|\t]|[\-–]|\bvà\b|\bvới\b)\s?")
_LONGEST_NAME = 4
# A name and its phone, one after the other.
_REACHED = re.compile(
    rf"(?<!\w){UPPER}[^\W\d_]*(?: {UPPER}[^\W\d_]*){{0,3}}[\s:(\-–|"
    rf"\t]{{1,4}}0\d(?:[ .\-]?\d){{8}}"
)
_LINE = re.compile(r"[\n;]")
_MOST_WORDS = 1
_WATCH = re.compile(
    r"\b(?:trực(?! tiếp| tuyến| thuộc| thăng| quan)|gác|canh(?! tác| chua| rau| giữ)|tuần tra|"
    r"đi tuần|"
    r"chốt(?! danh| đơn| sổ| số| giá| hàng| lại| lịch| kèo)|truc (?:dem|ban|toi|gac)|tuan tra|"
    r"di tuan|ca truc)\b",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\b(?:giữ (?:tới|đến|cổng|trường|chợ|kho|chốt|trật tự|an ninh)|phân lịch|túc trực|"
    r"thường trực đêm)\b",
    re.IGNORECASE,
)
_POST = re.compile(r"\b(?:cổng|bãi xe|chốt|(?:vọng|trạm|điểm) gác)\b", re.IGNORECASE)
_GAP = re.compile(r"[\s\W]*(?:(?:den|toi|va|tu|ngay|luc|dem|sang|chieu|h|-)\b[\s\W]*){0,3}")
_FEWEST = 2
_CHUNK = 140


def _people(shown: str, *, is_told: bool) -> int:
    """How many people stand in these words and little else; where duty is told any name is one."""
    titled = len(_TITLED.findall(shown))
    rest = _TITLED.sub(":", shown) if titled else shown
    for part in re.split(r"[:.(\n\t|\d]|\b(?:gồm|trực với|trực cùng|trực|gác|tuần)\b", rest):
        words = part.strip(" ,;-–+&/|\t)")
        if words and _LIST.fullmatch(words):
            names = [one for one in _BETWEEN_NAMES.split(words) if _is_given(one, is_told=is_told)]
            titled += len(names)
    return titled


def _is_given(words: str, *, is_told: bool) -> bool:
    said = [word.lower() for word in re.findall(r"[^\W\d_]+", words)]
    if not said or said[0] in _NO_GIVEN or len(said) > _LONGEST_NAME:
        return False
    return is_told or any(
        word in GIVEN or word in _ORDER or (word.isascii() and word in BARE_GIVEN) for word in said
    )


def _is_bare(shown: str) -> bool:
    """Hardly a word beside the names."""
    rest = _TITLED.sub(" ", shown)
    small = [word for word in re.findall(r"[^\W\d_]+", rest) if word.islower()]
    return len(small) <= _MOST_WORDS


def slots(reading: Reading) -> re.Match[str] | None:
    """People distributed over hours, days or posts, or several of them on duty at an hour."""
    bare = reading.bare
    duty = _DUTY.search(bare) or _KEEPS.search(reading.text)
    found = list(SLOT.finditer(bare))
    if (duty is None and len(found) < _FEWEST) or _RECEPTION.search(bare):
        return None
    strong = STRONG_DUTY.search(bare) if duty else None
    if PAST.search(bare) or (
        not strong
        and (INNOCENT.search(reading.text) or is_of_others(reading.text, has_duty=bool(duty)))
    ):
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


_WORK = re.compile(
    r"\b(?:tuan tra|di tuan|mat phuc|phuc kich|don long|truy quet|vay bat|vay (?:truong ga|"
    r"o nhom|chan|quan|nha|khu|tu diem)|bo rap|danh an|pha an|"
    r"triet (?:pha|xoa)|ap vao|truy bat|(?:do|kiem tra) nong do con|mui (?:chinh|phu)|kham xet|"
    r"cam chot|lap chot|chot (?:chan|tai|o|dau|cuoi|nga|cau|"
    r"cong|duong|so|chan|kiem soat)|"
    r"dung chot|chan (?:xe|bat|hai dau)|hoa trang|bi mat theo doi|"
    r"theo doi (?:doi tuong|nha|quan|xe|bon|"
    r"nhom(?! ?(?:lop|zalo|zl|chat|face|tin|thong|phu huynh|chung|de|[.!]|$)))|"
    r"khoa (?:duong|loi|dau)|"
    r"kiem tra (?:bat ngo|hanh chinh|dot xuat|nong do con|ma tuy|luu tru|tam tru|karaoke|quan|"
    r"nha tro|"
    r"khu tro|xe)|"
    r"bao ve (?:muc tieu|le|dai hoi|bau cu|doan|tran|dem)|ap giai|xuat quan|ra quan (?:tuan tra|"
    r"kiem tra|xu ly|truy quet)|"
    r"bat (?:doi tuong|trom|song bac|da ga|ca do|qua tang|giu|gon|nhom)|canh (?:gac|phong))\b"
)
# Short words that only their marks tell from others.
_MARKED_WORK = re.compile(
    r"\b(?:phục (?:ở|tại|sẵn|trong|ngoài|quanh|gần)|mai phục|rình|vây|ập (?:vào|tới|đến)|"
    r"đột kích|lùng|"
    r"(?<!ngăn )chặn (?:đầu|đường|bắt|xe|hai|đua|nhóm|đám)|giải tán|(?:truy|rà|càn) quét|"
    r"quét (?:bọn|các|mấy|đám|tụ|khu|quán)|cắm chốt|"
    r"bắt (?:bọn|đám|mấy|tụi|các|ổ|tên|thằng|kẻ|con bạc|sòng|quả tang))\b",
    re.IGNORECASE,
)
_MUSTER = re.compile(
    r"\b(?:to cong tac|to tuan tra|trinh sat|to hinh su|mui \d)\b[^.!?\n]{0,30}?"
    r"\b(?:co mat|tap ket|tap trung|xuat phat)\b"
)
_WHEN = re.compile(
    rf"(?<![\d/.]){_HOUR}(?!\w)|\b(?:(?:toi|dem|khuya|chieu|sang) (?:nay|mai|mot)|rang sang|"
    rf"nua dem|"
    r"dem (?:nay|mai|giao thua|noel|\d{1,2}[/.]\d{1,2})|toi (?:thu|\d{1,2}[/.]\d{1,2})|ngay mai|"
    r"(?<!tu )ngay \d{1,2}[/.]\d{1,2})\b"
)
_UNIT = re.compile(
    r"\b(?:\d to|(?:to|doi|nhom) gom|to kiem tra|to lien nganh|cong an|dan phong|(?:doan|"
    r"doi) (?:kiem tra|"
    r"lien nganh)|to (?:cong tac|tuan tra|"
    r"\d{1,3}|anttt?|an ninh|bao ve|chot|truong|dan phong)|(?<!theo )(?<!trao )(?<!thay )doi \w+|"
    r"luc luong|quan so|"
    r"d/?c|dong chi|anh em|mui|dan quan|csgt|ca xa|cax|cong an xa|trinh sat|canh sat|ae|"
    r"\d{1,2} (?:nguoi|dong chi|d/c|can bo|chien si|dan quan)|(?:thieu|trung|thuong|dai) (?:ta|"
    r"uy))\b"
)
WHERE = re.compile(
    r"\b(?:tai|o|tu (?:nga|cau|cho|tru so|truong|ap|nha|uy ban|cong|dau)|tuyen|lo trinh|lo|ap \d|"
    r"khu (?:vuc|tro|pho|\d)|nga (?:ba|tu|nam)|"
    r"quanh|vong|duong|hem|cau|cho|truoc|nha|vuon|quan|cong|bai|truong|xuat phat|tap ket|"
    r"tap trung|muc tieu|diem)\b"
)
GENERAL = re.compile(
    r"\b(?:tang cuong|thuong xuyen|hang (?:dem|ngay|tuan)|moi dem|tu nay den|24/24|24/7|yen tam|"
    r"ung ho|cung (?:ba con|nhan dan)|"
    r"tuyen truyen|(?<!phoi )hop|hoi nghi|tap huan|moi (?:ba con|ong|cac)|phan luong|cam (?:xe|"
    r"duong)|dien tap|le ra quan|"
    r"trong cay|ve sinh|don (?:dep|kenh|rac))\b"
)


def operation(reading: Reading) -> re.Match[str] | None:
    """Work of the force still to come: who, when and where; nobody need be named."""
    bare = reading.bare
    work = _WORK.search(bare) or _MARKED_WORK.search(reading.text) or _MUSTER.search(bare)
    if work is None or PAST.search(bare) or GENERAL.search(bare) or _RECEPTION.search(bare):
        return None
    around = bare[max(0, work.start() - 250) : work.end() + 350]
    if _WHEN.search(around) and _UNIT.search(around) and WHERE.search(around):
        return work
    return None
