"""Retention periods that the environment sets: another number counts once a chief confirms it."""

from django.db import transaction
from django.db.models import Q

from accounts.communes.models import Commune
from accounts.second_person import services
from accounts.second_person.models import ChangeProposal, RetentionPeriod
from accounts.second_person.rows import register_rows, values_of
from accounts.second_person.table import is_guarded

KIND = "retention"
register_rows(KIND, "retention.changed")


def days_in_force(label: str, asked: int) -> int:
    """The days that a rule keeps its rows now, whatever the environment asks since."""
    days = RetentionPeriod.objects.filter(label=label).values_list("days", flat=True).first()
    return asked if days is None else days


@transaction.atomic
def compare(label: str, asked: int) -> None:
    """Keep what the environment says first; later numbers go to a second person.

    The setting is of the whole installation: the first commune that has a chief decides.
    """
    period, _created = RetentionPeriod.objects.get_or_create(label=label, defaults={"days": asked})
    if period.days == asked:
        return
    if not is_guarded():
        period.days = asked
        period.save(update_fields=["days"])
        return
    if ChangeProposal.objects.about(period).filter(_is_answered(asked)).exists():
        return
    services.propose(
        KIND, period, {"days": asked}, by=None, old=values_of(period, ["days"]),
        commune=Commune.objects.guarded().order_by("pk").first(),
        reason="Số ngày trong cấu hình của máy chủ đã đổi.",
    )  # fmt: skip


def _is_answered(asked: int) -> Q:
    """Still asked about, or a person has refused that very number."""
    refused = Q(state="refused", decided_by__isnull=False, new__days=asked)
    return Q(kind=KIND) & (Q(state__in=ChangeProposal.OPEN) | refused)
