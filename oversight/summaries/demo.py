"""Summaries of the demo: one month signed for police, committee and Party, the last one waits."""

from django.utils import timezone

from accounts import demo
from accounts.demo import DemoPart, Place
from accounts.papers.services import Issuer
from oversight import periods
from oversight.figures.scopes import whole_commune
from oversight.summaries import services
from oversight.summaries.readers import signers


def register_part() -> None:
    """After the tips, which these count."""
    demo.register("tips_summed_up", DemoPart(make))


def make(place: Place) -> None:
    """Three signed, one draft."""
    today = timezone.localdate(place.now)
    last = periods.before(periods.month_of(today))
    for issuer in (Issuer.POLICE, Issuer.COMMITTEE, Issuer.PARTY):
        by = signers(place.commune, issuer).first()
        if by is None:
            continue
        scope = whole_commune(place.commune, reader=by)
        before = services.draft(
            scope, periods.before(last), issuer=issuer, by=by, as_of=timezone.now()
        )
        services.sign(before, by=by)
        if issuer is Issuer.POLICE:
            services.draft(scope, last, issuer=issuer, by=None, as_of=timezone.now())
