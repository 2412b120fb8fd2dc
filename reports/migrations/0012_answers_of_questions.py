"""An answer names the edition it comes from, and its question until it left."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0008_question_told"),
        ("reports", "0011_split_matters"),
        ("zalo", "0010_no_clock_of_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="chatreply",
            name="question",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="procedures.question",
                verbose_name="trả lời câu hỏi",
            ),
        ),
        migrations.AddField(
            model_name="tipmessage",
            name="edition",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedures.edition",
                verbose_name="theo bản thủ tục",
            ),
        ),
        migrations.AddField(
            model_name="tipmessage",
            name="question",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="procedures.question",
                verbose_name="trả lời câu hỏi",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("question", None), ("state__in", ["waiting", "sending"]), _connector="OR"
                ),
                name="chatreply_forgets_its_question",
                violation_error_message="Tin không còn chờ gửi thì không giữ câu hỏi nào.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tipmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("question", None),
                    models.Q(("by", None), ("state__in", ["queued", "sending"])),
                    _connector="OR",
                ),
                name="tipmessage_forgets_its_question",
                violation_error_message="Tin không còn chờ gửi thì không giữ câu hỏi nào.",
            ),
        ),
    ]
