"""The library as it comes with the portal; communes change their own editions."""

from functools import partial
from typing import Any

from django.db import migrations

from procedures.library.loading import load as load_library


def load(apps: Any, schema_editor: Any) -> None:
    load_library(get_model=partial(apps.get_model, "procedures"))


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
