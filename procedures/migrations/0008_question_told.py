"""What is known of the answer to a question that goes through Zalo."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_commune_view_figures"),
        ("procedures", "0007_everyday_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="told",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "Đang chờ gửi qua Zalo"),
                    ("sent", "Zalo đã nhận để gửi"),
                    ("failed", "Không gửi được"),
                    ("uncertain", "Chưa rõ đã gửi chưa"),
                    ("closed", "Zalo không cho gửi nữa"),
                    ("withheld", "Bản trả lời đang soát lại nên máy không gửi"),
                ],
                default="",
                editable=False,
                max_length=9,
                verbose_name="gửi câu trả lời",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["answered", "offered"]), _negated=True),
                    ("told__in", ["", "waiting", "sent"]),
                    _connector="OR",
                ),
                name="question_answered_was_told",
                violation_error_message="Câu trả lời không tới được người hỏi thì câu hỏi phải chờ cán bộ.",
            ),
        ),
    ]
