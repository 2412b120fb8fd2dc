"""The use of telling, by kind and month: how many were told, looked, took it, or never did.

A person with several devices is one recipient. What nobody opens only teaches people to look away.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import DurationField, ExpressionWrapper, F, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Commune
from duty.occasions.kinds import KINDS, NOBODYS, Level
from duty.occasions.models import Occasion, OccasionEvent
from duty.occasions.querysets import OccasionQuerySet
from duty.occasions.services import level_of
from duty.ways.models import Notice

SOON: Final = timedelta(minutes=5)
# Below this share of recipients who opened it, a kind is better told at the start of a shift.
LEAST_OPENED: Final = 0.2
# Fewer recipients say nothing about a kind.
ENOUGH: Final = 10
REACHED: Final = ("accepted", "uncertain")


@dataclass
class Use:
    """Figures of one kind: recipients (one person, one matter), then matters."""

    kind: str
    level: Level
    sent: int = 0
    opened_soon: int = 0
    opened: int = 0
    taken: int = 0
    escalated: int = 0
    closed_unopened: int = 0

    @property
    def words(self) -> str:
        """Name of the kind."""
        return KINDS[self.kind].words

    @property
    def percent_opened(self) -> int:
        """Share of the recipients who opened it, in whole percent."""
        return round(100 * self.opened / self.sent) if self.sent else 0

    @property
    def is_of_little_use(self) -> bool:
        """Whether it is proposed for the start of a shift; what is told at once never is."""
        return (
            self.level == Level.HOURS
            and self.sent >= ENOUGH
            and self.opened < LEAST_OPENED * self.sent
        )


def month_of(day: date) -> tuple[datetime, datetime]:
    """First instant of the month of a day, and of the next month."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    start, end = (datetime.combine(one, time(0, 0)) for one in (first, following))
    return timezone.make_aware(start), timezone.make_aware(end)


def of_month(commune: Commune, day: date) -> list[Use]:
    """Figures of the matters that were opened in a month, most recipients first."""
    start, end = month_of(day)
    rows = Occasion.objects.of_commune(commune).filter(opened_at__gte=start, opened_at__lt=end)
    rows = rows.exclude(kind__in=NOBODYS).filter(kind__in=KINDS)
    uses = {
        kind: Use(kind, level_of(kind, commune)[0])
        for kind in rows.order_by().values_list("kind", flat=True).distinct()
    }
    soon = ExpressionWrapper(
        F("opened_at") - Coalesce("accepted_at", "made_at"), output_field=DurationField()
    )
    sent = Notice.objects.filter(occasion__in=rows, user__isnull=False, state__in=REACHED).exclude(
        text=Notice.Text.TAKEN
    )
    recipients = sent.order_by().values("occasion__kind", "occasion", "user")
    for one in recipients.annotate(fastest=Min(soon)):
        use = uses[one["occasion__kind"]]
        use.sent += 1
        use.opened += one["fastest"] is not None
        use.opened_soon += one["fastest"] is not None and one["fastest"] <= SOON
    _count_matters(uses, rows)
    return sorted(uses.values(), key=lambda use: (-use.sent, use.words))


def _count_matters(uses: dict[str, Use], rows: OccasionQuerySet) -> None:
    events = OccasionEvent.objects.filter(occasion__in=rows)
    taken = events.filter(kind__in=("taken", "at_work", "handed_over")).order_by()
    for kind, _pk in taken.values_list("occasion__kind", "occasion").distinct():
        uses[kind].taken += 1
    steps = Counter(
        events.filter(kind__in=("told", "nobody")).values_list("occasion__kind", "occasion")
    )
    for (kind, _pk), number in steps.items():
        uses[kind].escalated += number > 1
    unopened = (
        rows.filter(closed_at__isnull=False, notices__state__in=REACHED)
        .exclude(notices__opened_at__isnull=False)
        .order_by()
    )
    for kind, _pk in unopened.values_list("kind", "pk").distinct():
        uses[kind].closed_unopened += 1
