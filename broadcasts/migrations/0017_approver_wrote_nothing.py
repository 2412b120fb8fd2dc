from django.db import migrations, models
from django.db.models import F, Q

SAID = "Người đã soạn, sửa hoặc trình bài không được duyệt bài đó. Hãy nhờ người khác duyệt."


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0016_fill_writers")]

    operations = [
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(writers__contains=[F("approved_by")]),
                name=f"{model}_approver_wrote_nothing",
                violation_error_message=SAID,
            ),
        )
        for model in ("article", "broadcast")
    ]
