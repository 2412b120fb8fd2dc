"""Alarms and changes that wait for a second person are marked for live pages."""

from django.db import migrations

from accounts.live.triggers import marks, of_rows

# One without a commune concerns all of them.
_ALARMS = """
SELECT place.id, 'home' FROM changed
JOIN accounts_commune place ON changed.commune_id IS NULL OR changed.commune_id = place.id
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_livemark")]
    operations = [
        marks({"accounts_alarm": _ALARMS, "accounts_changeproposal": of_rows("home")}),
    ]
