"""The text that a new notice starts with: who, for what, which data, how long, which rights."""

from datetime import date

from accounts.models import Commune

DEFAULT_TEXT = """\
THÔNG BÁO VỀ VIỆC DÙNG THÔNG TIN CỦA NGƯỜI DÂN TRONG NHÓM ZALO “KẾT NỐI BÌNH YÊN”

1. Ai giữ thông tin: Công an {commune}. Cán bộ phụ trách ấp, khu phố và trưởng ấp, khu phố chỉ \
xem được người ở địa bàn của mình.

2. Dùng để làm gì: mời vào nhóm Zalo của ấp, liên lạc, báo tin về an ninh trật tự, hướng dẫn thủ \
tục hành chính. Không dùng vào việc khác, không chấm điểm, không xếp hạng ai.

3. Thông tin nào: họ tên, năm sinh, giới tính, số điện thoại, ấp, tổ, địa chỉ, hộ, nhóm Zalo đã \
tham gia. Không lấy số căn cước, ảnh căn cước, dân tộc, tôn giáo, sức khỏe, quan điểm chính trị. \
Không lưu nội dung trò chuyện trong nhóm.

4. Giữ bao lâu: trong thời gian tham gia nhóm. Sau khi thôi tham gia hoặc rút đồng ý, thông tin \
được xóa sau {days} ngày; chỉ còn số liệu không nêu tên. Bản sao lưu hết hạn trong vòng 90 ngày.

5. Đưa cho ai: không đưa cho ai ngoài cơ quan có thẩm quyền theo luật. Không đăng công khai. \
Không tải danh sách này lên Zalo.

6. Quyền của người dân: đồng ý hay không là tự nguyện, không đồng ý cũng không bị gì. Lúc nào \
cũng có thể rút đồng ý, xem, sửa, xin xóa, xin hạn chế dùng, phản đối việc dùng thông tin của \
mình, và khiếu nại. Cán bộ báo đã nhận trong 2 ngày làm việc; rút đồng ý, hạn chế, phản đối làm \
xong trong 15 ngày, xem và sửa trong 10 ngày, xóa trong 20 ngày.

7. Liên hệ: trực ban Công an {commune}, điện thoại {phone}, hoặc gặp cán bộ phụ trách ấp, trưởng \
ấp.
"""


def default_text(commune: Commune, day: date, *, purge_days: int) -> str:
    """The text for a commune; “…” stands where a person has to complete it."""
    profile = commune.profile_on(day)
    phone = profile.duty_phone if profile is not None and profile.duty_phone else "…"
    name = str(commune)
    return DEFAULT_TEXT.format(commune=name[:1].lower() + name[1:], days=purge_days, phone=phone)


ZALO_LINK_VERSION = "Liên kết Zalo 01"
ZALO_LINK_NOTICE = """\
THÔNG BÁO VỀ VIỆC LIÊN KẾT TÀI KHOẢN ZALO

1. Làm gì: ông (bà) tự bấm chia sẻ, hoặc tự nhắn mã in trên phiếu, để Công an xã biết tài khoản \
Zalo nào là của mình trong danh sách của ấp, khu phố.

2. Dùng để làm gì: mời vào nhóm Zalo của ấp, nhận ra yêu cầu về dữ liệu của chính ông (bà). Không \
dùng để xem ai nhắn gì, ai báo tin: tin báo không gắn với danh sách này.

3. Giữ gì: mã người dùng Zalo (đã mã hóa) và ngày liên kết. Không giữ tên Zalo, ảnh, nội dung tin \
nhắn.

4. Thôi lúc nào cũng được: nhắn “HUY LIEN KET” cho tài khoản Zalo của Công an xã, hoặc nói với cán \
bộ phụ trách. Bỏ quan tâm tài khoản quá 30 ngày thì liên kết tự xóa. Không liên kết cũng không \
mất quyền gì.
"""
