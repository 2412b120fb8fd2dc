"""Papers to be measured, of each layout."""

from datetime import date

from documents.content import Heading, Layout, Letterhead, Paper, Signature, Table, Text

POLICE = Letterhead(
    Layout.STATE, "Công an thành phố Đồng Nai", "Công an xã Mẫu Đơn", "Mẫu Đơn", "CAX"
)
COMMITTEE = Letterhead(Layout.STATE, "", "Ủy ban nhân dân xã Mẫu Đơn", "Mẫu Đơn", "UBND")
PARTY = Letterhead(
    Layout.PARTY, "Đảng bộ thành phố Đồng Nai", "Đảng ủy xã Mẫu Đơn", "Mẫu Đơn", "ĐU"
)
BLOCKS = (
    Heading("Tình hình"),
    Heading("Nhóm Zalo", 2),
    Text("Toàn xã có 12 nhóm đang hoạt động, phủ 3.400 hộ trên tổng số 4.100 hộ."),
    Heading("Tin báo", 2),
    Table(("Ấp", "Đã nhận", "Xong"), (("Ấp 1", "12", "10"), ("Ấp 2", "7", "7"))),
    Heading("Kết quả"),
    Text("Các tin báo được trả lời đúng hạn."),
    Heading("Kiến nghị", 2),
    Heading("Với Đảng ủy", 3),
    Text("Chỉ đạo các chi bộ phối hợp."),
    Heading("Với Ủy ban nhân dân", 3),
    Text("Bố trí kinh phí."),
)


def sample_paper(letterhead: Letterhead = POLICE, **changes: object) -> Paper:
    """A report of this body."""
    authority = "T/M Đảng ủy" if letterhead.is_party else "KT. Trưởng Công an xã"
    fields = {
        "letterhead": letterhead,
        "title": "Báo cáo",
        "summary": "Kết quả mô hình “Zalo kết nối bình yên” tháng 10/2026",
        "blocks": BLOCKS,
        "signatures": (Signature("Phó Trưởng Công an xã", "Người Ký Mẫu", authority),),
        "on": date(2026, 10, 31),
        "code": "BC",
        "recipients": ("Như trên", "Lưu: VT"),
        "draft": 2,
        "mark": "Tài khoản mẫu lấy lúc 08:00 ngày 01/11/2026.",
    }
    return Paper(**(fields | changes))  # type: ignore[arg-type]
