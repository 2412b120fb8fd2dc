from django.db import migrations, models

NAMED = """
    UPDATE zalo_follower SET
        is_named = true,
        last_interaction_at = NULL,
        followed_at = date_trunc('day', followed_at, 'Asia/Ho_Chi_Minh'),
        unfollowed_at = date_trunc('day', unfollowed_at, 'Asia/Ho_Chi_Minh')
    WHERE id IN (SELECT follower_id FROM groups_zalolink)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0016_forget_zalo_user_id"),
        ("zalo", "0007_no_hour_of_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="linkreply",
            name="heard_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="trả lời việc lúc"),
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
    ]
