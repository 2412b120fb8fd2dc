"""The clocks of tips as they are shipped: what the law sets, and aims of our own, marked as such.

Hours and days are those of TTLT 01/2017 (am. TTLT 01/2021) and TT 28/2020/TT-BCA (am. TT 129/2021),
whose words about the district level are overtaken; nobody has checked them against a text newer
than 2025. One working rule each for tips that go at once, for remote hamlets and for the rest.
"""

from datetime import date
from typing import Any

from django.db import migrations

FIRST_DAY = date(2025, 7, 1)
CRIMES = ["crime_report", "denunciation_of_crime"]
UNCHECKED = "Chưa kiểm lại theo văn bản ban hành sau năm 2025. "
OWN = "Mức nội bộ, không phải do luật định."
GRAVE = {"starts_from": "reclassified", "kinds": CRIMES, "for_grave": True}

RULES: tuple[dict[str, Any], ...] = (
    {
        "code": "first_look", "stage": "first_look", "name": "Phân loại trong 24 giờ",
        "amount": 24, "unit": "hours", "remind_before": [4],
        "is_legal": False, "note": OWN,
    },
    {
        "code": "acknowledge", "stage": "acknowledge", "name": "Báo đã nhận trong 3 ngày làm việc",
        "amount": 3, "unit": "working_days", "remind_before": [1, 0],
        "legal_basis": "Thông tư 28/2020/TT-BCA, Điều 17; Bộ luật Tố tụng hình sự, Điều 145",
        "note": UNCHECKED + "Luật buộc với tố giác, tin báo; loại tin khác là mức nội bộ.",
    },
    {
        "code": "inform_grave", "stage": "inform", "name": "Báo ngay cơ quan điều tra",
        "amount": 1, "unit": "hours", "remind_before": [1], **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a, d; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Luật ghi “ngay”; 1 giờ là mức nội bộ.",
    },
    {
        "code": "transfer_grave", "stage": "transfer",
        "name": "Chuyển cơ quan điều tra trong 24 giờ",
        "amount": 24, "unit": "hours", "remind_before": [12, 4], "for_remote": False, **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Phát hiện trong lúc xác minh: tính từ lúc phân loại lại.",
    },
    {
        "code": "transfer_grave_remote", "stage": "transfer",
        "name": "Chuyển cơ quan điều tra trong 48 giờ (vùng xa)",
        "amount": 48, "unit": "hours", "remind_before": [24, 6], "for_remote": True, **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Địa bàn vùng xa theo cột “vùng xa” của ấp, khu phố.",
    },
    {
        "code": "transfer", "stage": "transfer", "name": "Chuyển cơ quan điều tra trong 7 ngày",
        "amount": 7, "unit": "days", "remind_before": [48, 24],
        "kinds": CRIMES, "for_grave": False,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm b; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Tính cả ngày nghỉ, từ lúc nhận.",
    },
    {
        "code": "recommendation", "stage": "work",
        "name": "Xử lý kiến nghị, phản ánh trong 15 ngày làm việc",
        "amount": 15, "unit": "working_days", "remind_before": [5, 1], "kinds": ["feedback"],
        "may_pause": True, "may_extend": True, "is_legal": False, "note": OWN,
    },
    {
        "code": "answer", "stage": "answer",
        "name": "Thông báo kết quả trong 3 ngày làm việc",
        "amount": 3, "unit": "working_days", "remind_before": [1, 0], "starts_from": "resolved",
        "legal_basis": "Thông tư 28/2020/TT-BCA, Điều 17; Bộ luật Tố tụng hình sự, Điều 145",
        "note": UNCHECKED + "Luật buộc với tố giác, tin báo; loại tin khác là mức nội bộ.",
    },
    {
        "code": "follow_20_days", "stage": "follow_up",
        "name": "Hỏi kết quả nơi nhận sau 20 ngày",
        "amount": 20, "unit": "days", "starts_from": "referred", "kinds": CRIMES,
        "is_legal": False,
        "legal_basis": "Bộ luật Tố tụng hình sự, Điều 147 (thời hạn của cơ quan điều tra)",
        "note": UNCHECKED + "Chỉ để nhắc hỏi, không phải hạn của Công an xã.",
    },
    {
        "code": "follow_60_days", "stage": "follow_up",
        "name": "Hỏi lại kết quả nơi nhận sau 60 ngày",
        "amount": 60, "unit": "days", "starts_from": "referred", "kinds": CRIMES,
        "is_legal": False,
        "legal_basis": "Bộ luật Tố tụng hình sự, Điều 147 (vụ phức tạp: không quá 2 tháng)",
        "note": UNCHECKED + "Chỉ để nhắc hỏi, không phải hạn của Công an xã.",
    },
)  # fmt: skip


def add_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("reports", "ClockRule")
    for rule in RULES:
        rules.objects.get_or_create(
            code=rule["code"], commune=None, valid_from=FIRST_DAY, defaults=rule
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_tipclock_extensions")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
