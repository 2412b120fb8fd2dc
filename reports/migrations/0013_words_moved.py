"""A step of its own: words moved to the other matter of one telling."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0012_answers_of_questions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="tipevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Nhận phản ánh"),
                    ("triaged", "Phân loại"),
                    ("reclassified", "Phân loại lại"),
                    ("summarised", "Ghi tóm tắt sạch"),
                    ("words_read", "Đọc lời gốc"),
                    ("assigned", "Giao người phụ trách"),
                    ("handed_back", "Trả lại để giao lại"),
                    ("helper_added", "Thêm người phối hợp"),
                    ("helper_removed", "Bớt người phối hợp"),
                    ("conflict_added", "Ghi người không được biết"),
                    ("conflict_lifted", "Bỏ ghi người không được biết"),
                    ("started", "Bắt đầu xác minh"),
                    ("noted", "Ghi việc đã làm"),
                    ("answered", "Trả lời người báo tin"),
                    ("heard_more", "Người báo tin nói thêm"),
                    ("paused", "Tạm dừng hạn"),
                    ("resumed", "Tính hạn tiếp"),
                    ("extension_asked", "Xin gia hạn"),
                    ("extended", "Gia hạn"),
                    ("extension_refused", "Không gia hạn"),
                    ("told_quickly", "Báo nhanh cơ quan điều tra"),
                    ("referred", "Chuyển cơ quan khác"),
                    ("referral_answered", "Nơi nhận trả lời"),
                    ("resolved", "Ghi kết quả"),
                    ("told", "Thông báo người báo tin"),
                    ("closed", "Đóng"),
                    ("reopened", "Mở lại"),
                    ("linked", "Gắn với phản ánh trùng"),
                    ("split", "Tách việc thứ hai"),
                    ("words_moved", "Chuyển lời sang việc kia"),
                    ("diverted", "Hướng dẫn nộp đơn theo luật"),
                    ("handed_over", "Nhận, bàn giao"),
                    ("identity_asked", "Đề nghị mở danh tính"),
                    ("identity_decided", "Quyết định mở danh tính"),
                    ("identity_opened", "Mở danh tính"),
                    ("removal_asked", "Nhắc gỡ tin trong nhóm"),
                    ("removed", "Tin trong nhóm đã gỡ"),
                    ("held", "Giữ lại, không xóa theo hạn"),
                    ("released", "Thôi giữ lại"),
                    ("emptied", "Xóa nội dung theo hạn"),
                    ("moved", "Chuyển theo địa bàn"),
                ],
                max_length=20,
                verbose_name="việc",
            ),
        ),
    ]
