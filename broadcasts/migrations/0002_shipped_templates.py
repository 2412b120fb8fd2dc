"""Topics and templates, as they come with the portal."""

from functools import partial
from typing import Any

from django.db import migrations

from broadcasts.templates import shipped


def load(apps: Any, schema_editor: Any) -> None:
    shipped.load(partial(apps.get_model, "broadcasts"))


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
