"""Groups that the public page named before stay there as they were."""

from typing import Any

from django.db import migrations
from django.db.models import F, Q


def keep(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("groups", "ZaloGroup").objects
    shown = groups.filter(Q(status="active") | Q(at_zalo__is_held=True))
    groups.filter(pk__in=shown.values("pk")).update(genuine_name=F("name"), genuine_link=F("link"))


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_genuine_columns")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
