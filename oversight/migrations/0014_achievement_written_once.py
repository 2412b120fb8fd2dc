"""A deed is written once; of those that were written twice, the later ones say so in their words."""

from django.db import migrations, models
from django.db.models.functions import MD5

SAME = (
    "commune", "subject_kind", "name", "place", "what", "where", "year", "hamlet", "team", "group",
    "first_on", "last_on",
)  # fmt: skip


def mark_twins(apps, schema_editor):
    """Which of two rows goes is for a person to say: both may have been put forward."""
    seen = set()
    deeds = apps.get_model("oversight", "Achievement").objects
    rows = deeds.exclude(subject_kind="informant").order_by("pk")
    for pk, what, *about in rows.values_list("pk", "what", *SAME):
        if (key := tuple(about)) in seen:
            deeds.filter(pk=pk).update(what=f"{what[:480]} (ghi lại, số {pk})")
        seen.add(key)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0013_commendation_days")]

    operations = [
        migrations.RunPython(mark_twins, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="achievement",
            constraint=models.UniqueConstraint(
                *(MD5(name) if name == "what" else models.F(name) for name in SAME),
                condition=models.Q(("subject_kind", "informant"), _negated=True),
                name="achievement_written_once",
                nulls_distinct=False,
                violation_error_message="Thành tích này đã ghi rồi. Hãy mở đề nghị đã có; muốn "
                "khen hình thức khác thì bấm “Đề nghị hình thức khác, đề nghị lại” ở đó.",
            ),
        ),
    ]
