"""Whether words smell of a tip: then no machine answers them as a question about papers.

People ask about papers and tell of harm with the same words, mostly without marks. What is harmless
around papers (“định danh”, “chưa có”, “phòng cháy”) is taken out first; then one word of harm, one
sign of telling about others, or one number to follow up is enough.
"""

import re
from typing import Final

from reports.chat.document_words import plain
from reports.redaction.patterns import any_of, vietnamese
from reports.tips import emergency

LONGEST_QUESTION: Final = 400  # letters; whoever writes more tells a story

_HARMLESS: Final = any_of(r"""
định danh
danh (?:sách|tính|bạ|mục)
bắt (?:buộc|đầu)
(?:phòng cháy|chữa cháy|pccc)(?: (?:và )?chữa cháy)?
nộp phạt
phạt nguội
chưa (?:có|làm|đủ|được|đăng ký|biết|nhận|thấy|lấy|về|ra|cấp|đổi|cập nhật|tích hợp)
chưa (?:nhập|khai|lập|kích hoạt|từng|rõ|hiểu|tới|đến|bao giờ)
(?:được|xong|có|hết|tới|đến|rồi|hay|về|ra|cấp|hạn) chưa
chạy (?:xe|grab|bằng|được|ngoài|lên|qua|ra)
xe chạy
(?:đám|lễ) cưới
trình báo mất (?:hộ chiếu|passport|cccd|căn cước|giấy tờ|bằng lái|cà vẹt|sổ)
(?:có )?(?:cần|phải) (?:lên |ra )?báo công an
báo mất(?! (?:xe|tiền|trộm|đồ|vàng|chó|bò|cắp|người|tích|con|cháu|điện thoại))
báo lỗi
bổ sung
(?:ngày|được|có|lịch|đang) nghỉ
nghỉ (?:lễ|trưa|tết|hưu|làm|việc|ngày|bù|không|ko|thứ|phép)
theo dõi (?:hồ sơ|tình trạng|kết quả|đơn)
ép (?:plastic|nhựa|dẻo)
không (?:khai báo|đăng ký)(?: \w+ (?:trú|vắng))?,? (?:(?:thì|có|mà|bị) )*(?:phạt|sao|được)
liên kết (?:tài khoản|ngân hàng|giấy tờ|thẻ)
(?:khai báo|thủ tục|giấy phép|xin phép|đăng ký)(?: \w+){0,3} (?:vũ khí thô sơ|dao|kiếm|nỏ|cung)
(?:có|phải|cần|bị) mất (?:tiền|phí)
(?:không|ko|k|chưa|hông)(?: \w+){0,3} otp
(?:mở|kinh doanh|giấy phép|điều kiện)(?: \w+){0,2} karaoke
(?:khách|lưu trú|ngủ lại|tạm trú)[^.!?\n]{0,40}báo công an
(?:hộ chiếu|passport)[^.!?\n]{0,40}(?:trình báo|báo ai)
nơi (?:ở|cư trú)
treo biển
không (?:còn )?(?:no|đói)
đánh (?:máy|mất|rơi)
bật (?:định vị|thông báo|nfc)
pháp (?:luật|lý)
""")

_HARM: Final = any_of(r"""
lừa(?: đảo)?
(?:giả|mạo) (?:danh|mạo|làm|dạng|công an|vờ)
mạo danh
giả mạo
(?:cccd|căn cước|cmnd|bằng(?: lái)?|giấy(?: tờ)?|biển(?: số)?|hộ chiếu|cà vẹt) giả
(?:con dấu|sổ(?: hộ khẩu)?|tài khoản|trang|web|app|số) giả
làm giả
trộm
ăn cắp
lấy (?:cắp|hình|ảnh|tiền(?! không))
quỵt
(?:đồ|hàng) gian
gian lận
cướp
móc túi
bị (?:giật|lấy mất|lấy cắp|rạch|mất cắp)
giật (?:đồ|dây|túi|giỏ|điện thoại|xe|tóc)
mất (?:trộm|xe|đồ|cắp|tiền|tích|vàng|chó|gà|bò|trâu)
(?:cờ|đánh|xóc|gá) bạc
đánh bài
đánh (?:nhau|đập|người|vợ|chồng|con|mẹ|em|tôi|ghen|lộn|chết|bom|đề)
đá (?:gà|banh ăn)
cá độ
(?:số|ghi|bán|lô) đề
ma túy
(?:hút|phê|bán|chơi|sử dụng) (?:chích|ma|đá|cỏ|cần)
chích
ngáo
nghiện
(?:đe|hù|hăm|dọa) (?:dọa|doạ|giết|đánh)
hăm dọa
dọa
chém
giết
nổ (?:súng|lớn|mìn|bom|pháo|pô|bình|máy)
tai nạn
(?:tông|đụng) (?:xe|nhau|người|trúng|phải)
chuyển (?:tiền|khoản)
otp
nghi (?:ngờ|là|có|nó|họ|trộm|lừa|bị|người|ông|bà|anh|vấn|thằng|mấy|con)
(?:người|mặt|xe|số|link|web|app|trang) lạ
quậy
gây (?:rối|gổ|sự|lộn|ồn|tai|mất|thương|án|hấn|cháy)
hàng xóm
nhà (?:bên|kế|cạnh|kia|sát)
không (?:(?:thấy|chịu|có|hề|bao giờ) )*(?:khai báo|đăng ký|trình báo)
chứa (?:chấp|người|gái|bạc|hàng|ma|đồ)
tội phạm
phạm (?:tội|pháp)
cần cẩu
buôn (?:lậu|bán)
hàng (?:giả|cấm|lậu|trốn)
cho vay
vay (?:nóng|nặng|lãi|tiền|app|online)
(?:nặng|cắt) lãi
tín dụng đen
(?:đòi|siết|xiết|xù|giật|thu) nợ
ép (?:buộc|cung|mua|tiền|vào|phải|tôi|em|con|ký)
bạo (?:hành|lực|động)
hành (?:hung|hạ)
hiếp
dâm
mại dâm
gái (?:gọi|mại|ngành|bán)
xâm (?:hại|phạm|nhập|lấn)
quấy (?:rối|phá)
treo (?:cổ|cờ)
đột nhập
(?:đập|phá|cạy|đục) (?:phá|cửa|khóa|két|nhà|xe|đồ|hoại|rối|rừng)
săn (?:bắn|bắt)
bắt (?:cóc|người|quả tang|giữ|chó|trộm|được|nó|tôi|em|con)
tố (?:cáo|giác)
khiếu nại
gọi (?:điện|đt|tới|đến|bảo|nói|kêu|báo|lên|vào|xưng|yêu cầu)
(?:nhắn|gửi) (?:tin|link|đường|mã|qua zalo)
(?:xưng|tự nhận|tự xưng)(?: là)?
đường (?:link|dẫn)
link
(?:kêu|bảo|bắt|yêu cầu|dụ|hối|thúc|rủ) (?:\w+ )?(?:tải|cài|bấm|nhấn|chuyển|nạp)
(?:kêu|bảo|bắt|yêu cầu|dụ|hối|thúc|rủ) (?:\w+ )?(?:đóng tiền|đưa tiền|quét|đọc)
(?:cài|tải) (?:app|ứng dụng|phần mềm|file)(?! (?:vneid|định danh|vn))
hack
chiếm (?:đoạt|dụng|quyền)
tống tiền
bán (?:thông tin|dữ liệu|nước|người|ma|hàng|pháo|bằng|rượu|cần)
mua bán (?:người|thông tin|giấy)
hối lộ
lót tay
vòi vĩnh
bồi dưỡng
chung chi
chạy tiền
nhũng nhiễu
hách dịch
phong bì
làm (?:tiền|khó)
bao đậu
cò mồi
(?:thu|lấy|đòi) (?:thêm|riêng|ngoài)
đòi (?:tiền|nợ|đưa)
báo (?:ai|tin|cho|công an|với|anh|các|lên|chính quyền|cho biết)
(?:xin|muốn) báo
trình báo
phản ánh
góp ý
(?:đêm|tối|khuya) (?:qua|hôm|nào)
(?:hôm qua|hồi nãy|vừa nãy|mới nãy|nửa đêm|giữa đêm|đêm khuya|hằng đêm|hàng đêm|đêm đêm)
pháo
dao
vũ khí
hung khí
kích điện
cát tặc
(?:khai thác|hút|bơm) cát
phá rừng
lâm tặc
đa cấp
(?:tà|truyền) đạo
hội thánh
truyền đơn
phản động
biểu tình
say (?:xỉn|rượu|sưa)
nhậu
chửi
cãi (?:nhau|lộn|vã)
rượt
đua xe
nẹt pô
(?:rú|nẹt|nổ) (?:ga|pô)
lạng lách
đánh võng
lấn (?:chiếm|đất|đường)
karaoke
(?:gây|làm|quá|rất) ồn
ồn ào
(?:xả|đổ|đốt|vứt) (?:rác|thải)
ô nhiễm
rình(?: rập| mò)?
lảng vảng
lén lút
theo dõi
(?:bỏ|chạy|lẩn) trốn
trốn (?:nã|truy|nợ|thuế|nghĩa|khỏi|trong)
truy nã
tụ (?:tập|họp|bạ)
môi giới
campuchia
xuất cảnh trái
vượt biên
nhập cảnh trái
trái phép
bất hợp pháp
không phép
chui
(?:ở|hàng|xe|vé|đi|bán|nhập|khách) lậu
kêu cứu
cứu (?:tôi|em|với|mạng|người|giúp)
(?:nằm|chết|thi thể|xác)(?: \w+)? (?:giữa|ngoài|trên đường|dưới)
xô xát
ẩu đả
chặn (?:đường|xe|đầu)
(?:bị|đang) (?:đánh|nhốt|giam|giữ người|đòi|hiếp|lừa|dụ|ép)
nhốt
tự tử
nhảy (?:cầu|sông|lầu)
đi lạc
(?:bé|cụ|con|cháu|người) lạc
quá tải
chắn (?:đường|hết|lối)
(?:dây|trụ|cột) điện
bỏ nhà
""")

# What a wrong mark would turn into something harmless: only as it is typed with its marks.
_MARKED: Final = frozenset(
    {
        "đánh", "đâm", "nổ", "chứa", "dọa", "doạ", "hăm", "ép", "cháy", "chém", "giết", "bắn",
        "đốt", "đập", "trói", "phá", "ném", "tạt", "súng", "kiếm", "mìn", "tố", "hù", "lậu", "tụ",
        "giật", "thằng", "vòi", "lén", "giả", "cắp",
    }
)  # fmt: skip

_TELLS: Final = any_of(r"""
bọn(?! (?:em|mình|tôi|con|cháu))
tụi (?:kia|này|đó)
(?:nhóm|đám|tốp|băng) (?:người|thanh niên|đối tượng|học sinh|trẻ|côn đồ|choai)
đối tượng
(?:nhóm|đám|mấy|bọn|có|toàn|hai|1|2|3|4|5|tên) (?:\w+ )?thanh niên
kẻ (?:gian|xấu|lạ|trộm|cướp|nào)
thấy (?:có|một|người|xe|nhóm|đám)
phát hiện
chứng kiến
nghe (?:đồn|tiếng|thấy)
(?:quán|tiệm|nhà nghỉ|khách sạn)(?: \w+){0,3} (?:gần|bên|cạnh|ngay|trước|sau|đối diện|đầu|cuối)
(?:nhà|phòng|chủ|dãy) trọ(?: \w+){0,3} (?:chứa|cứ|toàn|có nhiều|tụ)
(?:nhà|phòng|chủ|dãy) trọ(?: \w+){0,3} không (?:khai|đăng|báo|trình)
đang (?:tụ|đánh|làm gì|diễn|cãi|la|đốt|xả|rao|chơi|nhậu|hát|theo|phá|đập|rình|bán|đứng|đậu)
(?:xuống|vô|tới|qua|ra|lên) (?:kiểm tra|xem|xử lý|bắt|coi|giải quyết|dẹp|can (?:ngăn|thiệp))
(?:kiểm tra|xử lý|giải quyết|dẹp|can thiệp) (?:giúp|giùm|dùm|ngay|gấp|với|đi|hộ|liền)
(?:nhờ|mong|đề nghị) (?:\w+ ){1,6}(?:xử|kiểm|xuống|vào cuộc|điều tra|dẹp|can thiệp)
(?:nhờ|mong|đề nghị) (?:\w+ ){1,6}(?:ngăn|làm rõ|giải quyết)
giấu tên
giữ (?:kín|bí mật)
không (?:nêu|tiện) (?:tên|nói)
""")
# Somebody else, and what they do: “có mấy thanh niên đứng…”, “ông Ba ở ấp 3”.
_SOME: Final = r"(?:(?:một|mấy|vài|nhiều|hai|mấy chục|[1-9]) )*"
_SOMEBODY: Final = (
    r"(?:ông|bà|anh|chị|cô|chú|con|đứa|người|bọn|nhóm|đám|thanh niên|xe|chiếc|quán|tiệm|hộ|kẻ|cặp|"
    r"vụ|nhà)"
)
_DOES: Final = (
    r"(?:lạ|đang|tới|đến|vào|vô|hay|cứ|bán|mua|đòi|chặn|đứng|ngồi|tụ|rủ|chụp|dụ|gõ|lấy|giả|tự|nói|"
    r"bảo|kêu|gọi|nhắn|mặc|đậu|đỗ|chạy|la|quay|đi|ra|dùng|sử|tổ|mở|nuôi|đổ|xả|hát|cho|thường|chuyên)"
)
_KIN: Final = (
    r"(?:ơi|con|cho|anh|chị|bà|em|à|ạ|nội|ngoại|ruột|trai|gái|họ|vợ|chồng|tôi|mình|này|đang|ở)"
)
_OTHERS: Final = vietnamese(
    rf"(?<!\w)(?:có {_SOME}{_SOMEBODY} (?:\w+ )?{_DOES}"
    rf"|(?:ông|bà|anh|chị) (?!{_KIN}(?!\w))\w+ (?:ở|nhà|bên|trong|ngay|gần|đang|cứ|tổ|ấp))(?!\w)"
)
_TRACE: Final = re.compile(
    r"(?<!\d)(?:\d[ .-]?){9,}(?!\d)"  # phones, accounts, numbers of cards
    r"|https?://|www\.|\b\w+\.(?:com|vn|net|org|xyz|top|info|me)\b"
    r"|\b\d{2}[ -]?[a-z]{1,2}\d?[ .-]?\d{3}[ .]?\d{1,2}\b",  # plates
    re.IGNORECASE,
)
_OFFICIAL: Final = re.compile(r"\b(?:[\w-]+\.)*gov\.vn\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")


def sounds_of_harm(text: str) -> bool:
    """Words of harm stand in it, or words that need somebody at once."""
    if emergency.numbers_to_call(text) or emergency.hints(text):
        return True
    left = _left(text)
    return bool(_MARKED.intersection(_WORD.findall(left)) or _HARM.search(left))


def smells_of_a_tip(text: str) -> bool:
    """Something in these words is for a person to read, whatever else they ask: harm, a tale about
    others, a number to follow up, or so much that no short answer fits."""
    if len(text) > LONGEST_QUESTION or _TRACE.search(_OFFICIAL.sub(" ", text)):
        return True
    if sounds_of_harm(text):
        return True
    left = _left(text)
    return bool(_TELLS.search(left) or _OTHERS.search(left))


def _left(text: str) -> str:
    """The text without what is harmless around papers."""
    return _HARMLESS.sub(" , ", plain(text))
