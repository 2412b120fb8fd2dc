"""Deliveries are written to several times within a minute: room beside each, dead rows removed early.

The room is for pages written from now on.
"""

from django.db import migrations

ROOM = """
ALTER TABLE broadcasts_delivery SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)
"""
AS_BEFORE = "ALTER TABLE broadcasts_delivery RESET (fillfactor, autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0002_shipped_templates")]

    operations = [migrations.RunSQL(ROOM, AS_BEFORE)]
