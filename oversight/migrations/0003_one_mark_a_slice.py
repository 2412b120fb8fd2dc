"""A slice that is marked gets no second mark; those of before are merged by the next count."""

from django.db import migrations

from oversight.figures.rollups import triggers


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_triggers")]

    # The functions of before work with either code, so the way back leaves these.
    operations = [migrations.RunSQL(triggers.FUNCTIONS, migrations.RunSQL.noop)]
