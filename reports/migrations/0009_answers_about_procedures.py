"""Answers about procedures name their edition, choices their procedures, until they left."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0005_timelimit_amount_not_missing"),
        ("reports", "0008_tipmessage_is_result"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatreply",
            name="edition",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedures.edition",
                verbose_name="bản thủ tục",
            ),
        ),
        migrations.AddField(
            model_name="chatreply",
            name="offered",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                default=list,
                size=3,
                verbose_name="các thủ tục đưa ra",
            ),
        ),
        migrations.AlterField(
            model_name="chatreply",
            name="kind",
            field=models.CharField(
                choices=[
                    ("greeting", "Chào, giải thích"),
                    ("secret", "Nội dung có dấu mật, không nhận"),
                    ("receipt", "Mã biên nhận mới"),
                    ("no_tip", "Chưa có phản ánh để lấy mã"),
                    ("empty_matter", "Cách báo việc khác"),
                    ("diverted", "Nơi nộp đơn theo luật"),
                    ("answer", "Trả lời thủ tục"),
                    ("choice", "Các thủ tục để chọn"),
                    ("late_pick", "Chọn số quá muộn"),
                ],
                max_length=12,
                verbose_name="tin",
            ),
        ),
    ]
