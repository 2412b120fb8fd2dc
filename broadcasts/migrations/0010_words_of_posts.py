from typing import Any

from django.db import migrations

import groups.fields
from groups.vietnamese import fold


def fold_words(apps: Any, schema_editor: Any) -> None:
    posts = apps.get_model("broadcasts", "Broadcast").objects
    for pk, title, text in posts.values_list("pk", "title", "text").iterator():
        posts.filter(pk=pk).update(search_text=fold(f"{title} {text}"))


class Migration(migrations.Migration):
    dependencies = [
        ("broadcasts", "0009_articles"),
    ]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="search_text",
            field=groups.fields.FoldedTextField(source="words"),
        ),
        migrations.RunPython(fold_words, migrations.RunPython.noop, elidable=True),
    ]
