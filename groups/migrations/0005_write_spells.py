"""The database writes the spells of memberships and proxies with each change of these."""

from django.db import migrations

from groups.residents.spells import triggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_spells")]

    operations = [migrations.RunSQL(triggers.CREATE, triggers.REMOVE)]
