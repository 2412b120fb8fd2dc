"""Running numbers of the register: by commune and year, without holes, given once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Commune
from reports.tips.models import TipReport
from reports.tips.numbers import RegisterEntry


def enter(commune: Commune, years: Iterable[int]) -> int:
    """Number the tips of these years that have no number, by receipt; returns how many.

    Tips that bar somebody wait: they are numbered once nobody is barred any more.
    """
    return sum(_enter(commune, year) for year in years if _waiting(commune, year).exists())


def _waiting(commune: Commune, year: int) -> Any:
    here = timezone.get_current_timezone()
    rows = TipReport.objects.of_commune(commune).barring_nobody().filter(
        register_entry=None, received_at__gte=datetime(year, 1, 1, tzinfo=here),
        received_at__lt=datetime(year + 1, 1, 1, tzinfo=here),
    )  # fmt: skip
    return rows.order_by("received_at", "pk")


@transaction.atomic
def _enter(commune: Commune, year: int) -> int:
    # One at a time, and read after the other has committed.
    Commune.objects.select_for_update(of=("self",), no_key=True).get(pk=commune.pk)
    entries = RegisterEntry.objects.filter(commune=commune, year=year)
    last = entries.aggregate(last=Max("number"))["last"] or 0
    tips = _waiting(commune, year).values_list("pk", flat=True)
    made = RegisterEntry.objects.bulk_create(
        RegisterEntry(tip_id=pk, commune=commune, year=year, number=number)
        for number, pk in enumerate(tips, last + 1)
    )
    return len(made)
