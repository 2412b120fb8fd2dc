"""What was there before the triggers is counted by the first rounds after this."""

from django.db import migrations

from oversight.rollups import triggers


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_rollup_triggers")]

    operations = [migrations.RunSQL(triggers.NOTE_ALL, migrations.RunSQL.noop)]
