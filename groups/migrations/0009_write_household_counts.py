"""The database dates each number of households of a hamlet and of a team."""

from django.db import migrations

from groups.household_counts import triggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0008_household_counts")]

    operations = [migrations.RunSQL(triggers.CREATE, triggers.REMOVE)]
