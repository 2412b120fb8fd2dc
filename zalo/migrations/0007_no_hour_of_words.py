from django.db import migrations, models

import zalo.models.followers

DAYS = """
    UPDATE zalo_follower SET
        last_interaction_at = date_trunc('day', last_interaction_at, 'Asia/Ho_Chi_Minh'),
        created_at = date_trunc('day', created_at, 'Asia/Ho_Chi_Minh')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("zalo", "0006_webhook_inbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="follower",
            name="is_named",
            field=models.BooleanField(default=False, editable=False, verbose_name="đã biết là ai"),
        ),
        migrations.AlterField(
            model_name="follower",
            name="created_at",
            field=models.DateTimeField(
                default=zalo.models.followers._today, editable=False, verbose_name="biết từ"
            ),
        ),
        migrations.AlterField(
            model_name="follower",
            name="last_interaction_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="ngày tương tác"),
        ),
        migrations.AddConstraint(
            model_name="follower",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_named", False), ("last_interaction_at", None), _connector="OR"
                ),
                name="follower_named_has_no_time",
                violation_error_message="Người đã biết là ai thì không ghi lúc họ nhắn.",
            ),
        ),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
    ]
