"""The reporter of a tip, from the vault, for an account that may open the identity."""

from dataclasses import asdict

from django.core.exceptions import ValidationError

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import operation
from reports.tips.models import TipReport
from reports.vault import openings


def visible_tip(call: Call, uuid: str) -> TipReport:
    """The tip, where the account of the call sees it: no page leads to another. Raises ForgedCall.

    A number that is none is refused alike.
    """
    try:
        tip = TipReport.objects.visible_to(call.officer).filter(uuid=uuid).first()
    except (ValidationError, ValueError, TypeError):
        tip = None
    if tip is None:
        raise ForgedCall("Tài khoản này không xem được phản ánh này.")
    return tip


@operation("reports.open_identity", opens=1, subject="tip")
def _open_identity(call: Call, *, tip: str) -> dict[str, str]:
    return asdict(openings.open_identity(visible_tip(call, tip), by=call.officer))


def identity_of(tip: TipReport) -> openings.Identity:
    """The reporter, for the account of this request within its 24 hours. Raises NotAllowed."""
    return openings.Identity(**ask("reports.open_identity", tip=str(tip.uuid)))
