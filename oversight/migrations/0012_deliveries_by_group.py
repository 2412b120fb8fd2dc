"""What is kept of deliveries tells their groups apart; what was kept before is counted again."""

from django.db import migrations

from oversight.rollups import triggers


class Migration(migrations.Migration):
    dependencies = [("oversight", "0011_published_numbers_never_change")]

    operations = [
        migrations.RunSQL(triggers.function_of("broadcasts_delivery"), migrations.RunSQL.noop),
        migrations.RunSQL(triggers.NOTE_ALL, migrations.RunSQL.noop),
    ]
