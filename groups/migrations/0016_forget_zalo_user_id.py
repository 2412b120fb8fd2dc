from django.db import migrations

# What lists and mergers keep to be undone must not name a column that is gone.
LISTS = "UPDATE groups_memberimportrow SET old = old - 'zalo_user_id' WHERE old ? 'zalo_user_id'"
MERGES = """
    UPDATE groups_membermerge SET changes = changes #- '{set,zalo_user_id}'
    WHERE changes -> 'set' ? 'zalo_user_id'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0015_member_drop_zalo_user_id"),
    ]

    operations = [
        migrations.RunSQL([LISTS, MERGES], migrations.RunSQL.noop),
    ]
