"""What the vault answers about informants, whom nothing but a token names."""

from typing import Any

from accounts.vault.calls import Call
from accounts.vault.operations import operation
from oversight.commendations import informants
from oversight.commendations.asking import AT_ONCE
from oversight.commendations.models import CommendationForm
from oversight.review import retention
from oversight.review.models import YearlyReview
from reports.models import TipReport
from reports.tips.errors import NotAllowed

GONE = "Dòng này không còn nữa. Hãy tải lại trang."


def _one(rows: Any, pk: int) -> Any:
    """The row among those that the account may choose. Raises NotAllowed."""
    if (found := rows.filter(pk=pk).first()) is None:
        raise NotAllowed(GONE)
    return found


@operation("commendations.opened")
def opened(call: Call) -> list[dict[str, Any]]:
    """Tips whose identity the account has open, with the token of each or why there is none."""
    found = informants.opened_by(call.officer)[:AT_ONCE]
    return [{"tip": one.tip.pk, "token": one.token, "refusal": one.refusal} for one in found]


@operation("commendations.nominate", subject="tip")
def nominate(
    call: Call, *, tip: int, kind: str, what: str, form: int, review: int | None, occasion: str
) -> int:
    """Nominate the reporter of a tip by token; returns the id of the nomination."""
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


@operation("commendations.cut_links", caller="work", needs_session=False)
def cut_links(_call: Call, *, achievements: list[int]) -> int:
    """Remove links whose time is over; a mark remains of who was rewarded."""
    return sum(retention.cut_link(pk) for pk in achievements)


@operation("commendations.needless_marks", caller="work", needs_session=False)
def needless_marks(_call: Call) -> list[str]:
    """Some of the marks that stand for no tip with a reporter any more."""
    return retention.marks_without_reporter()[:AT_ONCE]
