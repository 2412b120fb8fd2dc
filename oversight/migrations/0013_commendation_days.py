"""An achievement has both of its days or neither; where one is missing it takes the other."""

from django.db import migrations, models

BOTH = """
UPDATE oversight_achievement
SET first_on = coalesce(first_on, last_on), last_on = coalesce(last_on, first_on)
WHERE (first_on IS NULL) <> (last_on IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0012_deliveries_by_group")]

    operations = [
        migrations.RunSQL(BOTH, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="achievement", name="achievement_days_in_order"),
        migrations.AddConstraint(
            model_name="achievement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_on", None), ("last_on", None)),
                    models.Q(
                        ("first_on__isnull", False),
                        ("last_on__gte", models.F("first_on")),
                        ("last_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="achievement_days_in_order",
                violation_error_message="Hãy ghi đủ hai ngày; ngày cuối không trước ngày đầu.",
            ),
        ),
    ]
