"""The thirteen topics of clause 2.4 of the founding letter."""

from typing import Any

from django.db import migrations

TOPICS = [
    ("thong-bao-antt", "Thông báo tình hình an ninh, trật tự",
     "Chỉ việc đã công khai; không nêu tên người bị nghi hay nạn nhân."),
    ("phan-bac", "Đấu tranh, phản bác quan điểm sai trái",
     "Dùng bài của cơ quan tuyên giáo; dẫn nguồn."),
    ("thu-doan", "Phương thức, thủ đoạn tội phạm",
     "Kể cả lừa đảo qua mạng và giả danh công an."),
    ("pccc", "Phòng, chống cháy, nổ", ""),
    ("atgt", "An toàn giao thông", ""),
    ("phong-ngua", "Hướng dẫn, vận động phòng ngừa, phát hiện, tố giác",
     "Kể cả bài trừ tệ nạn xã hội."),
    ("nguoi-tot", "Gương người tốt, việc tốt", "Người được nêu phải đồng ý."),
    ("dien-hinh", "Mô hình, điển hình tiên tiến", ""),
    ("tthc", "Hướng dẫn thủ tục hành chính", "Soạn từ thư viện thủ tục."),
    ("chu-truong", "Chủ trương của Đảng, chính sách, pháp luật", ""),
    ("chi-dao", "Nội dung khác theo chỉ đạo",
     "Công an cấp trên, Đảng ủy, UBND; ghi số văn bản."),
    ("ket-qua-mo-hinh", "Kết quả hoạt động của mô hình", "Chỉ nêu số tổng hợp."),
    ("canh-bao-khan", "Cảnh báo khẩn",
     "Cháy, bão lũ, người lạc, tài sản rơi; phải có giờ hết hạn."),
]  # fmt: skip


def load(apps: Any, schema_editor: Any) -> None:
    topic = apps.get_model("broadcasts", "Topic")
    for order, (code, name, note) in enumerate(TOPICS, 1):
        topic.objects.update_or_create(
            code=code, defaults={"name": name, "note": note, "order": order * 10}
        )


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
