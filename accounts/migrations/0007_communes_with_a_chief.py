"""Communes whose chief has signed in before need a second person from now on."""

from typing import Any

from django.db import migrations
from django.utils import timezone

CHIEF = "Chỉ huy Công an xã"


def note(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("accounts", "User").objects
    chiefs = users.filter(groups__name=CHIEF, last_login__isnull=False, commune__isnull=False)
    apps.get_model("accounts", "Commune").objects.filter(
        pk__in=chiefs.values("commune"), chief_since=None
    ).update(chief_since=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_second_person")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
