"""Bars that the machine set by names alone, before this, wait for a person like new ones."""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone


def propose(apps: Any, schema_editor: Any) -> None:
    proposal = apps.get_model("reports", "ConflictProposal")
    bars = apps.get_model("reports", "TipConflict").objects.filter(added_by=None)
    due_at = timezone.now() + timedelta(days=3)
    for bar in bars.exclude(tip__status="closed").iterator():
        proposal.objects.create(tip=bar.tip, user=bar.user, at=bar.added_at, due_at=due_at)


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_conflict_proposals")]

    operations = [migrations.RunPython(propose, migrations.RunPython.noop)]
