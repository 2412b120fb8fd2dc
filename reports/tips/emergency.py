"""Words of a message that need somebody at once, and wordings that a person should look at.

Nothing is decided here: the chat names a number to call beside its ordinary answer, and whoever
sorts the tips sees a hint.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from content_rules.engine.reading import read
from reports.redaction.patterns import any_of, vietnamese

# Without its mark `cháy` is also “run” and “vegetarian”: then its neighbours must tell.
_FIRE = re.compile(
    r"\bcháy(?! (?:hàng|nắng|túi|ví|máy bơm|hết mình|da|vé|bóng|áo|cầu chì))\b", re.IGNORECASE
)
_FIRE_AND_WATER = """
cháy (?:nhà|rừng|rẫy|lớn|kho|xưởng|rồi (?:công an|cứu))
đám cháy
bốc cháy
hỏa hoạn
chay (?:cho|tiem|nha kho|dong|cay|xe roi|roi) ?(?:roi|lon|cuu)
khói(?! (?:thuốc|bếp|xe|bụi))
khét
(?<!bật )(?<!tàu )(?<!lò )lửa(?! trại)
(?:chập|chạm) điện
điện (?:chập|chạm|xẹt|tóe)
(?:tóe|xẹt) lửa
nổ (?:bình )?gas?
(?:rò|xì) (?:bình )?gas?
nổ lớn
xăng (?:chảy|tràn|đổ)
đuối nước
chết đuối
chìm (?:xuồng|ghe|đò|dưới|xuống|rồi)
(?:sạt|sụt|lở) (?:lở|lún|đất|núi|bờ)
vùi (?:lấp|nhà)
leo lên (?:trụ|cột|nóc|cầu)
đòi nhảy
(?:té|rơi) (?:xuống )?(?:sông|suối|giếng|ao|hồ)
(?:lũ|nước) cuốn
mắc kẹt
kẹt (?:bên )?trong
sập (?:nhà|tường|giàn giáo)
"""
_VIOLENCE = r"""
(?:đánh|chém|bắn) nhau
(?<!xe )(?<!máy )(?<!tải )đâm nhau
đánh lộn
hỗn chiến
ẩu đả
xô xát
đâm chém
(?:cầm|vác|rút|kề|dí|xách) (?:dao|mã tấu|rựa|súng|búa|kiếm|gậy|kéo|cây|chai|gạch|rìu|cuốc|ống|xăng)
lăm lăm
hung khí
nổ súng
(?:đòi|dọa) (?:chém|giết|đâm|đốt|đánh)
lấy (?:dao|búa|gậy|súng|kéo)
dí (?:dao|theo|tôi|em|con)
(?:bóp|siết|cắt|kẹp) cổ
tạt (?:axit|a xít|sơn|xăng)
xông (?:vào|vô)
bao vây
giang hồ
chặn (?:xe|đường|đánh)
(?:súng|bom|lựu đạn|mìn) nổ
tiếng súng
bắn (?:người|tôi|em|vào)
(?:trộm|cướp) (?:\w+ ){0,2}(?:bị|đang) (?:\w+ )?(?:dân|bắt|vây|đánh)
đang (?:\w+ ){0,3}(?:đánh|chém|đâm|cướp|đập|phá|trộm|cạy|chửi bới)
(?:la|kêu) (?:hét|cứu)
đốt (?:nhà|xe|quán)
dâm ô
sàm sỡ
bị (?:chém|đâm|cướp|bắt cóc)
bắt cóc
đang (?:bị )?(?:cướp|trộm|đập|phá cửa|bạo hành|hành hung|đánh|đuổi đánh|siết nợ)
kéo (?:tới|đến|qua|vô|vào) (?:nhà )?(?:\w+ )?(?:đập|đánh|phá|quậy|đòi)
đập (?:nhà|phá|cửa|xe|quán)
quậy phá
ngáo đá
khống chế
nhốt (?:em|tôi|con|cháu|người|trẻ)
(?:rượt|đuổi) (?:đánh|chém|theo|người|tôi|em)
(?:trộm|cướp) (?:đang |còn )?(?:ở )?trong nhà
(?:trộm|kẻ lạ|người lạ|kẻ gian) (?:đang |vừa |mới |leo |cạy )*(?:vào|vô) (?:nhà|trong)
đột nhập
hiếp dâm
cướp (?:rồi|ơi)
bị giật (?:túi|dây|điện thoại|giỏ|đồ|bóp|ví)
(?:chồng|cha|ba|bố|con trai|nó) [^.,!?\n]{0,15}?đánh (?:em|tôi|vợ|mẹ|má|con|bà)
"""
_ILLNESS = r"""
bất tỉnh
bất động
nằm im
hôn mê
ngất(?: xỉu)?
té xỉu
ngã quỵ
sùi bọt mép
đột quỵ
tai biến
co giật
lên cơn
động kinh
không (?:thở|dậy|tỉnh)
(?:đau|nhức) [^\s,.]+ (?:dữ dội|quằn quại|quá chịu)
vỡ ối
đập đầu
(?:rạch|cứa) tay
nôn (?:ói )?liên tục
mê sảng
(?:ngưng|ngừng|tắt) thở
ngừng tim
khó thở
đau ngực
bị (?:thương|bỏng|phỏng)
chảy máu
ra máu
băng huyết
gãy (?:chân|tay|xương|cổ)
(?:uống|nuốt) (?:nhầm )?(?:thuốc (?:sâu|trừ sâu|rầy|diệt cỏ|cỏ|chuột|độc|ngủ)|axit|dầu|hóa chất)
tự tử
treo cổ
cắt tay
ngộ độc
ngạt
hóc (?:xương|dị vật|hạt)
sốc (?:phản vệ|thuốc|nhiệt)
điện giật
rắn (?:cắn|mổ)
ong (?:[^\s,.]+ ){0,2}(?:đốt|chích)
sắp (?:sinh|đẻ)
chuyển dạ
(?:cần|gọi|kêu|đi) (?:xe )?cấp cứu
cấp cứu (?:gấp|với|ngay)
"""
_ACCIDENT = r"""
tai nạn
(?:tông|đụng|va chạm|quẹt|cán)(?: xe)? (?:nhau|vào|trúng|xe|phải|cột|người|chết)
(?:bị )?xe (?:[^\s,.]+ ){0,2}(?:tông|cán|đụng|ủi|húc|quẹt)
lật xe
(?:xe|ghe) (?:[^\s.,]+ ){0,5}?(?:bị )?lật
xe đâm nhau
xe (?:\w+ ){0,2}(?:húc|ủi|đâm vào)
tông xe
(?:té|ngã) xe
"""
_NEEDS = [
    ("114", _FIRE),
    ("114", any_of(_FIRE_AND_WATER)),
    ("113", any_of(_VIOLENCE)),
    ("113", re.compile(r"\bcướp!", re.IGNORECASE)),
    ("115", any_of(_ILLNESS)),
    ("115", vietnamese(r"^\W*cấp cứu\b")),
    ("115 113", any_of(_ACCIDENT)),
]
_SENTENCE = re.compile(r"[^.!?\n]+")
_CLAUSE = re.compile(r"[^,;:]+")
# What is over, comes again and again, is asked about or only told.
_NOT_NOW = any_of("""
(?:hôm|bữa|đêm|tối|chiều|sáng|trưa) (?:qua|kia|kìa|trước|nọ|hôm|bữa)
(?:tuần|tháng|năm|bữa) (?:trước|rồi|ngoái|vừa rồi|qua)
(?:ngày|hồi) (?:trước|xưa)
hồi (?:sáng|trưa|chiều|tối)
đã (?:dập|hết|xong|tắt|đưa|giải quyết|về)
(?:hết|xong|hòa) rồi
dạo này
thường xuyên
(?:hay|thường|dễ) (?:xảy|đánh|gây|cãi|quậy|bị|có|tai)
(?:mỗi|hàng|hằng) (?:đêm|ngày|tối|tuần)
đêm nào cũng
suốt ngày
phòng (?:cháy|chống|tránh|ngừa|đuối)
chữa cháy khi
cách (?:phòng|xử)
làm sao
số nào
thủ tục
giấy xác nhận
quy định
bảo hiểm
xin hỗ trợ
sau (?:tai nạn|vụ)
liên hệ ai
giấy tờ
đăng ký
hỏi (?:về|thủ|cách|giá)
muốn hỏi
tập huấn
diễn tập
hội thao
tuyên truyền
nghe (?:nói|đồn)
phim
tivi
nếu
""")
_CRY = vietnamese(r"\bcứu (?:tôi|em|con|mạng|với)\b")
_NOW = vietnamese(r"\b(?:đang|bây giờ|hiện giờ|ngay lúc này|cứu|khẩn)\b")
_NOT_ALARMED = vietnamese(
    r"\b(?:phòng cháy|chữa cháy|pccc|bảo hiểm tai nạn|xe cấp cứu (?:của|bị|hư)|"
    r"(?:máy|bóng|cầu chì|cầu dao|quạt|mô tơ|ti ?vi|nồi|bếp)(?: \w+)? (?:bị )?cháy|cháy máy|"
    r"dập tắt đám cháy)\b"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind (`denunciation`, `complaint`, `state`) and what is said to whoever sorts the tips."""

    kind: str
    sentence: str


def numbers_to_call(text: str) -> tuple[str, ...]:
    """Which of 113, 114, 115 a message calls for, in the order of its words; mostly none.

    What is told as over, as coming again and again or as a question calls for none.
    """
    found: list[tuple[int, str]] = []
    plain = read(text).text
    for sentence in _SENTENCE.finditer(plain):
        is_now = _NOT_NOW.search(sentence[0]) is None
        for clause in _CLAUSE.finditer(plain, *sentence.span()):
            if not is_now and (not _NOW.search(clause[0]) or _NOT_NOW.search(clause[0])):
                continue
            told = _NOT_ALARMED.sub(lambda match: " " * len(match[0]), clause[0])
            for numbers, pattern in _NEEDS:
                if match := pattern.search(told):
                    at = clause.start() + match.start()
                    found += [(at, number) for number in numbers.split()]
    found.sort(key=lambda one: one[0])
    if not found and _CRY.search(plain):
        return ("113",)
    return tuple(dict.fromkeys(number for _at, number in found))


_OFFICIALS = (
    r"(?:cán bộ|chủ tịch|bí thư|lãnh đạo|công an|trưởng (?:ấp|thôn|khu phố|công an)|địa chính|"
    r"hiệu trưởng|giám đốc|công chức|viên chức|đảng viên|phó (?:chủ tịch|bí thư)|thuế)"
)
_DENUNCIATION = vietnamese(rf"\b(?:đơn tố cáo|tố cáo [^.!?\n]{{0,40}}?{_OFFICIALS}\b)")
_COMPLAINT = vietnamese(
    r"\b(?:đơn khiếu nại|khiếu nại (?:về )?(?:quyết định|việc|hành vi|kết luận|lần)|"
    r"không đồng ý (?:với )?[^.!?\n]{0,30}?quyết định (?:xử|thu hồi|cưỡng chế|đền bù|hành chính))\b"
)
_STATE = vietnamese(
    r"\b(?:(?:rải|phát|dán|tán phát|in) truyền đơn|cờ (?:vàng )?ba sọc|tổ chức phản động|"
    r"bọn phản động|chống (?:phá )?(?:nhà nước|chính quyền|đảng)|lật đổ|bạo loạn|gián điệp|"
    r"fulro|ly khai|"
    r"(?:kêu gọi|rủ rê|rủ|tổ chức|kích động) [^.!?\n]{0,20}?biểu tình|(?:đánh|đặt|gài) bom|"
    r"(?:chuẩn bị|âm mưu|tổ chức|nhóm|phần tử) (?:\w+ )?khủng bố)\b"
)


def hints(text: str) -> list[Hint]:
    """What whoever sorts the tips should look at, each kind once; never decided by the machine."""
    plain = read(text).text
    found = []
    if _DENUNCIATION.search(plain):
        found.append(
            Hint(
                "denunciation",
                _(
                    "Có thể là đơn tố cáo cán bộ. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp "
                    "công dân và không lưu nội dung ở đây."
                ),
            )
        )
    if _COMPLAINT.search(plain):
        found.append(
            Hint(
                "complaint",
                _(
                    "Có thể là đơn khiếu nại. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp công "
                    "dân và không lưu nội dung ở đây."
                ),
            )
        )
    if _STATE.search(plain):
        found.append(
            Hint(
                "state",
                _(
                    "Có thể thuộc diện bàn giao theo đường riêng. Nếu đúng, chỉ ghi một dòng bàn "
                    "giao; không mô tả, không sao chép ở đây."
                ),
            )
        )
    return found
