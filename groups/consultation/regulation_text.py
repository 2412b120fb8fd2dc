"""The words of a regulation: what a new one starts from, and what changed between two versions."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

DEFAULT_TEXT = """\
QUY CHẾ HOẠT ĐỘNG CỦA NHÓM “ZALO KẾT NỐI BÌNH YÊN”

Điều 1. Mục đích
Nhóm là nơi Công an xã và bà con thông tin cho nhau về an ninh, trật tự; phòng, chống tội phạm, \
tệ nạn xã hội, cháy nổ, tai nạn giao thông; hướng dẫn thủ tục hành chính; nêu gương người tốt, \
việc tốt.

Điều 2. Ai tham gia
1. Mỗi hộ có một đại diện từ đủ 18 tuổi trở lên; hộ nào muốn có thêm người thì được.
2. Tham gia là tự nguyện. Ai muốn rời nhóm thì rời, không phải nêu lý do.
3. Trưởng nhóm là cán bộ Công an xã phụ trách ấp. Phó nhóm là Trưởng ấp, Tổ trưởng và Công an xã.

Điều 3. Nên đăng
1. Việc mất an ninh, trật tự vừa xảy ra: gây rối, cháy, tai nạn, người lạ khả nghi, tài sản rơi, \
người đi lạc.
2. Câu hỏi về căn cước, cư trú, đăng ký xe, định danh điện tử và thủ tục khác của Công an.
3. Góp ý cho việc giữ gìn an ninh, trật tự của ấp.

Điều 4. Không đăng
1. Tin chưa kiểm chứng, tin giả; lời lẽ thô tục, xúc phạm người khác.
2. Quảng cáo, mua bán, vay mượn, kêu gọi góp tiền khi chưa được Ban điều hành ấp đồng ý.
3. Chuyện riêng của gia đình; họ tên, ảnh, nơi ở của người bị nghi vi phạm, người bị hại và \
trẻ em.
4. Bí mật nhà nước; nội dung chia rẽ đoàn kết, chống Đảng, Nhà nước.
5. Lời chào, nhãn dán, ảnh chúc nối nhau làm trôi thông báo.

Điều 5. Việc cần báo riêng
1. Tố giác, tin báo về tội phạm, việc có nêu tên người, việc cần giữ kín thì nhắn riêng cho cán bộ \
phụ trách ấp, gọi trực ban Công an xã hoặc báo Tổ an ninh tự quản, Ban điều hành ấp. Không viết \
vào nhóm.
2. Việc khẩn cấp gọi 113 (Công an), 114 (cháy, cứu nạn), 115 (cấp cứu). Nhóm không thay các số này.
3. Người báo tin được giữ bí mật.

Điều 6. Giờ yên tĩnh
Từ 21 giờ 30 đến 6 giờ 30 chỉ đăng việc khẩn cấp.

Điều 7. Dữ liệu cá nhân
1. Công an xã chỉ giữ họ tên, năm sinh, địa chỉ, số điện thoại của người tham gia để liên lạc. \
Không chuyển cho ai khác, không đưa danh sách lên Zalo.
2. Bà con có quyền xem, sửa, xóa thông tin của mình và rút lại sự đồng ý.
3. Không chụp màn hình, không chuyển nội dung của nhóm ra ngoài khi chưa được người viết đồng ý.

Điều 8. Nhận ra cán bộ thật
Công an không bao giờ qua Zalo mà yêu cầu chuyển tiền, đọc mã OTP, gửi ảnh căn cước hay cài phần \
mềm lạ. Thấy như vậy hãy gọi ngay trực ban Công an xã.

Điều 9. Thi hành
1. Bài đăng trái quy chế thì trưởng nhóm, phó nhóm nhắc và gỡ; nhắc nhiều lần không sửa thì mời ra \
khỏi nhóm. Vi phạm pháp luật thì xử lý theo pháp luật.
2. Quy chế có hiệu lực khi quá nửa tổng số hộ đồng ý. Muốn sửa phải lấy ý kiến lại.
"""


def tidy(text: str) -> str:
    """NFC, plain line ends, no blanks at the ends of lines."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n" if text.strip() else ""


@dataclass(frozen=True)
class Line:
    """A line of a comparison: kept as it was, taken out or put in."""

    change: str
    text: str


def changes(former: str, text: str) -> list[Line]:
    """Lines that a version changes against the one before; empty when nothing changed."""
    old, new = tidy(former).splitlines(), tidy(text).splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("kept", line) for line in old[i1:i2]]
        else:
            lines += [Line("out", line) for line in old[i1:i2]]
            lines += [Line("in", line) for line in new[j1:j2]]
    return lines if old != new else []
