"""The library as it comes with the portal; communes change their own editions."""

from typing import Any

from django.db import migrations

from procedures.loading import Loader


def load(apps: Any, schema_editor: Any) -> None:
    Loader(lambda name: apps.get_model("procedures", name)).run()


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_published_editions_are_sure")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
