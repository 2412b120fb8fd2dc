from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0005_own_zalo_and_phone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="text",
            field=models.CharField(
                choices=[
                    ("now", "Có việc cần xem ngay"),
                    ("see", "Có việc cần xem"),
                    ("taken", "Đã có người nhận"),
                    ("linked", "Đã nối Zalo này với tài khoản của đồng chí."),
                    (
                        "window",
                        "Đã mở cửa sổ Zalo trong 46 giờ. Báo danh ca thì bấm Nhận ca trên cổng.",
                    ),
                ],
                max_length=8,
                verbose_name="lời",
            ),
        ),
    ]
