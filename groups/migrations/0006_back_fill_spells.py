"""Spells of the memberships and proxies there are, all of them marked as estimates."""

from django.db import migrations

from groups.residents.spells import triggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0005_write_spells")]

    operations = [migrations.RunSQL(triggers.BACK_FILL, migrations.RunSQL.noop)]
