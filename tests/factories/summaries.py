"""Summaries of a span, as they are drafted and signed; targets."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from accounts.papers.services import Issuer
from oversight import periods
from oversight.figures.scopes import whole_commune
from oversight.models import PeriodSummary, Target
from oversight.summaries import services as summaries


def last_month() -> periods.Period:
    today = timezone.localdate()
    return periods.before(periods.month(today.year, today.month))


def make_draft(by: User, issuer: Issuer = Issuer.POLICE, **fields: Any) -> PeriodSummary:
    """The draft of a span, the last month unless it is named, drafted by who signs."""
    commune: Commune = fields.pop("commune", by.commune)
    scope = whole_commune(commune, reader=by)
    period = fields.pop("period", None) or last_month()
    return summaries.draft(scope, period, issuer=issuer, by=by, as_of=timezone.now())


def make_signed(by: User, issuer: Issuer = Issuer.POLICE, **fields: Any) -> PeriodSummary:
    return summaries.sign(make_draft(by, issuer, **fields), by=by)


def make_target(commune: Commune, indicator: str = "coverage", **fields: Any) -> Target:
    values: dict[str, Any] = {
        "value": 80, "first": date(2026, 1, 1), "last": date(2026, 12, 31)
    }  # fmt: skip
    return Target.objects.create(commune=commune, indicator=indicator, **(values | fields))
