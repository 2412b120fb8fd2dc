from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0012_oa_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupatzalo",
            name="waiting_told_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="lần xin vào mới nhất"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="zalo_said_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="Zalo báo lúc"
            ),
        ),
        migrations.AlterField(
            model_name="reconciliationline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new", "Nhóm mới trên Zalo"),
                    ("gone", "Không còn trên Zalo"),
                    ("disabled", "Bị Zalo khóa"),
                    ("enabled", "Được mở lại"),
                    ("renamed", "Tên khác"),
                    ("switch", "Cài đặt khác"),
                    ("link", "Liên kết khác"),
                    ("asset", "Gói nhóm khác"),
                    ("heads", "Số người"),
                    ("joined", "Người trong danh sách đã vào"),
                    ("left", "Người trong danh sách đã rời"),
                    ("officer", "Cán bộ trong nhóm"),
                ],
                max_length=10,
                verbose_name="khác ở",
            ),
        ),
    ]
