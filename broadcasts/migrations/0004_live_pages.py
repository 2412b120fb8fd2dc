"""Posts, their history, their deliveries and requests for them are marked for live pages."""

from django.db import migrations

from accounts.live.triggers import marks, of_parts, of_rows

# Hands and the machine apart: the machine writes many times a second.
_DELIVERIES = """
SELECT commune_id, CASE way WHEN 'hand' THEN 'hand' ELSE 'sending' END FROM changed
UNION ALL SELECT commune_id, 'progress' FROM changed
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_livemark"),
        ("broadcasts", "0003_room_for_updates"),
    ]
    operations = [
        marks(
            {
                "broadcasts_broadcast": of_rows("posts"),
                "broadcasts_broadcastevent": of_parts(
                    "posts", "broadcasts_broadcast", "broadcast_id"
                ),
                "broadcasts_delivery": _DELIVERIES,
                "broadcasts_postrequest": of_rows("home"),
            }
        )
    ]
