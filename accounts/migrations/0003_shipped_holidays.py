"""Holidays, as they come with the portal."""

from functools import partial
from typing import Any

from django.db import migrations

from accounts.communes import shipped_holidays


def load(apps: Any, schema_editor: Any) -> None:
    shipped_holidays.load(partial(apps.get_model, "accounts"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
