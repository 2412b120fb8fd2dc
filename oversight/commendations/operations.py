"""Operations of the vault about informants, whom nothing but a token names."""

from typing import Any, Final

from accounts.services import NotAllowed
from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from oversight.commendations import informants
from oversight.commendations.informants import Opened
from oversight.commendations.models import Commendation, CommendationForm
from oversight.review.models import YearlyReview
from reports.models import TipReport

AT_ONCE: Final = 50  # rows of one call
GONE: Final = "Dòng này không còn nữa. Hãy tải lại trang."


def _one(rows: Any, pk: int) -> Any:
    """The row among those that the account may choose. Raises NotAllowed."""
    if (found := rows.filter(pk=pk).first()) is None:
        raise NotAllowed(GONE)
    return found


@operation("oversight.informants")
def _opened(call: Call) -> list[dict[str, Any]]:
    found = informants.opened_by(call.officer)[:AT_ONCE]
    return [{"tip": one.tip.pk, "token": one.token, "refusal": one.refusal} for one in found]


def opened() -> list[Opened]:
    """Tips whose identity the account of this request has open, with the token of each or why
    there is none. Raises VaultAway, VaultRefused."""
    found: list[dict[str, Any]] = ask("oversight.informants")
    tips = TipReport.objects.select_related("commune").in_bulk([one["tip"] for one in found])
    return [
        Opened(tips[one["tip"]], one["token"], one["refusal"])
        for one in found
        if one["tip"] in tips
    ]


@operation("oversight.nominate_informant")  # the log names no tip beside a token
def _nominate(
    call: Call, *, tip: int, kind: str, what: str, form: int, review: int | None, occasion: str
) -> int:
    by = call.officer
    forms = CommendationForm.objects.visible_to(by).filter(is_offered=True)
    reviews = YearlyReview.objects.named_to(by)
    return informants.nominate(
        _one(TipReport.objects.visible_to(by), tip),
        by=by,
        kind=kind,
        what=what,
        form=_one(forms, form),
        review=_one(reviews, review) if review is not None else None,
        occasion=occasion,
    ).pk


def nominate(
    *, tip: TipReport, kind: str, what: str, form: CommendationForm,
    review: YearlyReview | None = None, occasion: str = "",
) -> Commendation:  # fmt: skip
    """Nominate the reporter of a tip by token, by the account of this request. Raises
    NotAllowed."""
    made: int = ask(
        "oversight.nominate_informant", tip=tip.pk, kind=kind, what=what, form=form.pk,
        review=review.pk if review else None, occasion=occasion,
    )  # fmt: skip
    return Commendation.objects.select_related("achievement").get(pk=made)
