"""The database refuses changes of the numbers frozen at the end of a month."""

from django.db import migrations

from oversight.figures.month_ends import triggers


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_month_end_counts")]

    operations = [migrations.RunSQL(triggers.CREATE, triggers.REMOVE)]
