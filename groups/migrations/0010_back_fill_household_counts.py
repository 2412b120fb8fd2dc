"""Days of the numbers of households there are, all of them marked as estimates."""

from django.db import migrations

from groups.household_counts import triggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0009_write_household_counts")]

    operations = [migrations.RunSQL(triggers.BACK_FILL, migrations.RunSQL.noop)]
