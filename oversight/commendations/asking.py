"""What pages and the retention rules ask of the vault about informants. Call outside a transaction.

Raises NotAllowed as the act itself does; where the vault does not answer that is VaultAway.
"""

from typing import Any

from accounts.vault.client import ask
from oversight.commendations.informants import Opened
from oversight.commendations.models import Commendation, CommendationForm
from oversight.review.models import YearlyReview
from reports.models import TipReport

AT_ONCE = 50  # rows of one call


def opened() -> list[Opened]:
    """Tips whose identity the account of this session has open now."""
    found: list[dict[str, Any]] = ask("commendations.opened")
    tips = TipReport.objects.select_related("commune").in_bulk([one["tip"] for one in found])
    return [
        Opened(tips[one["tip"]], one["token"], one["refusal"])
        for one in found
        if one["tip"] in tips
    ]


def nominate(
    *, tip: TipReport, kind: str, what: str, form: CommendationForm,
    review: YearlyReview | None = None, occasion: str = "",
) -> Commendation:  # fmt: skip
    """Nominate the reporter of a tip by token; see `informants.nominate`. Raises NotAllowed."""
    made: int = ask(
        "commendations.nominate", tip=tip.pk, kind=kind, what=what, form=form.pk,
        review=review.pk if review else None, occasion=occasion,
    )  # fmt: skip
    return Commendation.objects.select_related("achievement").get(pk=made)


def cut_links(achievements: list[int]) -> int:
    """Remove the links of these achievements whose time is over; returns how many."""
    chunks = (achievements[at : at + AT_ONCE] for at in range(0, len(achievements), AT_ONCE))
    return sum(ask("commendations.cut_links", achievements=chunk) for chunk in chunks)


def needless_marks() -> list[str]:
    """Some of the marks of tips of which nobody knows any more who told."""
    found: list[str] = ask("commendations.needless_marks")
    return found
