"""Tips, and what hangs on them and is listed somewhere, are marked for live pages."""

from django.db import migrations

from accounts.live.triggers import marks, of_parts, of_rows

_PARTS = (
    "chatreply",
    "conflictproposal",
    "identityopening",
    "tipclock",
    "tipconflict",
    "tiphelper",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_livemark"),
        ("reports", "0005_words_that_follow"),
    ]
    operations = [
        marks(
            {"reports_tipreport": of_rows("tips")}
            | {
                f"reports_{part}": of_parts("tips", "reports_tipreport", "tip_id")
                for part in _PARTS
            }
        )
    ]
