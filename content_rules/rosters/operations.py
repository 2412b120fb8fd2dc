"""Whether a text tells of work of the force that is over."""

import re
from datetime import date, timedelta

from content_rules.engine.reading import Reading
from content_rules.rosters.forms import GENERAL, PAST, WHERE

_DAY = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})(?:[/.](20\d\d))?(?![\d/])")
_TO_COME = re.compile(
    r"\b(?:(?:toi|dem|khuya|chieu|trua|ngay) (?:nay|mai|mot)|sang mai|tuan (?:nay|toi|sau)|"
    r"sap toi|se|"
    r"can|yeu cau|de nghi|phai|co mat|tap trung|tap ket|phan cong|ke hoach|phuong an|lich)\b"
)
_LONG_AGO = timedelta(days=45)
# What only a report says.
_REPORTED = re.compile(
    r"\b(?:khong (?:xay ra|phat hien|ghi nhan|co (?:vu|viec|gi|truong hop|doi tuong))|"
    r"da (?:giai tan|nhac nho|"
    r"tuan tra|mat phuc|chot|kiem tra|moi|dua|ban giao|phat|tam giu|bat|vay bat|truy quet|triet|"
    r"trien khai|"
    r"thuc hien|huy dong|lam ro|kip thoi|xu phat|don|gac|truc)|giai tan (?:duoc |1 |2 |3 |\d+ |"
    r"mot |hai |ba )|"
    r"ket thuc (?:luc|ca|dot|an toan|dem|chuyen)|(?:tinh hinh|dia ban|tinh hinh antt) (?:on dinh|"
    r"binh yen|"
    r"yen tinh|an toan|on)|yen tinh|bat (?:duoc|gon|qua tang)|phat hien (?:\d|mot|hai|ba|va|1|"
    r"nhom)|"
    r"nhac nho \d|xu ly \d|lap \d|moi \d+ (?:nguoi|doi tuong|thanh nien) (?:ve|len)|thu (?:duoc|"
    r"giu)|"
    r"(?:toi|dem|khuya|sang|chieu|hom) (?:qua|kia|truoc)|rang sang (?:qua|nay)|tuan (?:qua|truoc|"
    r"roi)|"
    r"thang (?:qua|truoc|roi)|vua (?:qua|roi))\b"
)


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
_UNIT = re.compile(
    r"\b(?:công an|cax|ca xã|csgt|cảnh sát|trinh sát|dân quân|dân phòng|kiểm lâm|biên phòng|"
    r"bộ đội|(?:quản lý|qltt) thị trường|qltt|qlt|thanh tra|liên ngành|lực lượng|quân số|"
    r"(?:đội|tổ|nhóm|mũi) (?!chức|quốc|tiên|dân phố|hợp|bóng|văn|múa|trưởng|ong|yến|chim|ấm)\w+|"
    r"(?:anh em|tụi|bọn|quân) (?:mình|ta)|ae|anh em|đ/c|đồng chí|chỉ huy|điều tra viên|"
    r"\d{1,2} (?:người|anh em|đồng chí|đ/c|cán bộ|chiến sĩ|dân quân|xuồng|xe|tay)|"
    r"(?:hai|ba|bốn|năm) (?:xuồng|xe|mũi|tổ|người|anh em)|"
    r"(?:xe|xuồng|ca nô) (?:của |bên )?(?:xã|công an|cơ quan|đội|đặc chủng|công vụ|dẫn đường)|"
    r"(?:thiếu|trung|thượng|đại) (?:tá|úy|uý)|"
    r"cong an|dan quan|trinh sat|luc luong|anh em|dan phong|to cong tac)\b",
    re.IGNORECASE,
)
# What for: somebody is to be taken, stopped, awaited or searched, and is not to know of it.
_AIM = re.compile(
    r"\b(?:bắt(?! đầu| buộc| tay| nhịp| sóng| kịp| nguồn| chuyến| cá\b| ốc| rắn| ếch| cua| ong|"
    r" lươn| tép)|đón (?:ghe|xe|lõng|đầu|"
    r"bắt|đường|đối tượng|bọn)|"
    r"chặn|nằm (?:chờ|vùng|sẵn|phục)|chờ (?:lệnh|tín hiệu|bọn|đối tượng|ghe|xe)|ém|vây|khép|"
    r"bao vây|phục(?= |$)(?! vụ| hồi| dựng| sinh| trang)|bắn tốc độ|cưỡng chế|khám (?:nhà|xét)|"
    r"vào vai|giả (?:làm|dạng|vờ|khách)|"
    r"giữ kín|đừng (?:báo|để lộ|lộ|cho ai)|kẻo lộ|không (?:để lộ|báo trước|thông báo|bật đèn)|"
    r"bí mật(?! (?:nhà nước|đời tư|cá nhân|riêng tư|kinh doanh|gia đình))|bất ngờ|"
    r"đột xuất|tín hiệu|đợi lệnh|áp sát|tiếp cận|triệt|đánh sập|úp (?:sọt|sòng|vào)|hốt|tóm|"
    r"(?<!thu )gom(?! rác| vỏ| góp| quà| đồ| ve)|"
    r"ập|đột kích|áp giải|dẫn giải|(?:truy|rà|càn) quét|quét (?:bọn|các|mấy|đám|tụ|quán)|"
    r"tuần tra|đi tuần|lập chốt|chốt (?:chặn|"
    r"ở|tại|hai|đầu|cuối|ngã|gác)|đứng chốt|canh (?:gác|bắt|me)|bám (?:sát|theo)|"
    r"theo dõi (?:đối tượng|nhà|quán|xe|"
    r"nhóm(?! ?(?:lớp|zalo|zl|chat|tin|thông|phụ huynh|chung|để|[.!]|$))|bọn|đám|căn)|"
    r"kiểm tra (?:hành chính|nồng độ|lưu trú|tạm trú|cư trú|nhà trọ|karaoke|giấy tờ|xe|quán|dãy|"
    r"các|"
    r"mấy|tiệm)|bảo vệ đoàn|dẫn đường|phong tỏa|phong toả|nhận súng|thường phục|áo giáp|"
    r"mang (?:súng|còng|gậy)|(?:đo|thổi) (?:cồn|nồng độ)|có lệnh|bám (?!biển|trụ)|tổ mật|"
    r"xử lý (?:xe|quá tải|các xe|đua xe)|khóa (?:hai đầu|đường|lối|chặt)|chia (?:làm |"
    r"thành )?(?:\d|hai|ba|bốn) mũi|"
    r"bat (?:bon|dam|trom|doi tuong|tui)|mai phuc|vay|tuan tra|phuc o|chan xe)\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:ra|vô|vào|tới|đến|xuống|lên|qua|ghé|đứng|nằm|đi|về|ở|tại|tập kết|có mặt|xuất phát|"
    r"quanh|vòng|dọc|hướng|chốt|đầu|cuối|cổng|hẻm|đường|ấp|bãi|nhà|tiệm|quán|kho|xưởng|cơ sở|lò|"
    r"trại|vườn|rẫy|lô|hẻm|số|cầu|tuyến|"
    r"tai|di|vo|den)\b",
    re.IGNORECASE,
)
_FOR_PEOPLE = re.compile(
    r"\b(?:căn cước|định danh|vneid|tuyên truyền|hướng dẫn|tiếp nhận|cấp (?:phát|thẻ|đổi|giấy)|"
    r"(?<!phối )họp|hội nghị|khám (?:bệnh|mắt|sức|răng)|tiêm|hiến máu|phát quà|tặng|trao|"
    r"dọn|trồng|"
    r"(?:kính|để|cùng|giúp|cho|đề nghị|mong|xin|phục vụ|hỗ trợ) bà con|mời|phụ huynh|học sinh|"
    r"giao hữu|bóng|(?<!dẫn )(?<!áp )giải|hội thi|văn nghệ|diễn tập|"
    r"tập huấn|tham quan|chúc|thăm|viếng|cứu trợ|vớt|lục bình|chuột|sâu|muỗi|chó dại|"
    r"cấm (?:xe|đường)|phân luồng|cắt điện|cúp nước|tin báo|cảm ơn|khen|vừa|đã|hôm qua|bị|"
    r"đi lạc|nhặt|mất)\b",
    re.IGNORECASE,
)
# Who asks for silence tells that it is none of the public.
_STEALTH = re.compile(
    r"\b(?:kẻo lộ|giữ kín|đừng (?:báo|để lộ|lộ|đăng|nói ra|hé)|không (?:báo trước|thông báo trước)|"
    r"cấm (?:tiết lộ|để lộ)|tuyệt đối (?:bí mật|giữ bí mật))\b",
    re.IGNORECASE,
)
# Who is told to gather and set out is a unit.
_GATHERS = re.compile(
    r"\b(?:tập kết|xuất phát|xuất quân|tập trung|có mặt|lên đường)\b", re.IGNORECASE
)
_CATCHES = re.compile(
    r"\b(?:bắt (?:ổ|bọn|nhóm|đối tượng|sòng|đám|tụi|trộm|con bạc|đá gà)|vây|ập|hốt|đón lõng|"
    r"mật phục|"
    r"khám xét|triệt|đột kích|truy quét|áp sát)\b",
    re.IGNORECASE,
)
_REACH = 250


def sortie(reading: Reading) -> re.Match[str] | None:
    """The aim of an operation, where unit, hour and way stand around it."""
    bare, text = reading.bare, reading.text
    for aim in _AIM.finditer(text):
        first, last = max(0, aim.start() - _REACH), aim.end() + _REACH
        around, shown = bare[first:last], text[first:last]
        is_other = PAST.search(around) or GENERAL.search(around) or _FOR_PEOPLE.search(shown)
        if is_other and not _STEALTH.search(shown):
            continue
        is_unit = _UNIT.search(shown) or (_GATHERS.search(shown) and _CATCHES.search(shown))
        is_told = _WHEN.search(around) and is_unit
        if is_told and (WHERE.search(around) or _GOES.search(shown)):
            return aim
    return None
