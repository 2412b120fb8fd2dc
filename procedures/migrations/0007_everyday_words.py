"""The everyday words as they come with the portal, and the phrases that the search looks up."""

from typing import Any

from django.db import migrations

from procedures.searching.indexing import refresh
from procedures.searching.synonyms import load_synonyms


def load(apps: Any, schema_editor: Any) -> None:
    def get_model(name: str) -> Any:
        return apps.get_model("procedures", name)

    load_synonyms(get_model)
    refresh(get_model)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0006_search")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
