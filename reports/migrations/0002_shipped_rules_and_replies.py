"""Clock rules and ready answers, as they come with the portal."""

from functools import partial
from typing import Any

from django.db import migrations

from reports.clocks import shipped


def load(apps: Any, schema_editor: Any) -> None:
    shipped.load(partial(apps.get_model, "reports"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
