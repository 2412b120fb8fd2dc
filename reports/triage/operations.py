"""Acts of tip pages in the vault: they carry the reporter from one row to another."""

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from reports.tips.errors import CarriesSecret, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.triage import services as triage
from reports.triage import splitting
from reports.vault.operations import visible_tip


@operation("reports.split", subject="tip", raises=(CarriesSecret, TransitionNotAllowed))
def _split(call: Call, *, tip: str, summary: str) -> int:
    return splitting.split(visible_tip(call, tip), by=call.officer, summary=summary).pk


def split_off(tip: TipReport, *, summary: str) -> TipReport:
    """Make a second tip of another matter; by the account of this request. Raises NotAllowed."""
    return TipReport.objects.get(pk=ask("reports.split", tip=str(tip.uuid), summary=summary))


@operation("reports.divert", subject="tip", raises=(TransitionNotAllowed,))
def _divert(call: Call, *, tip: str, kind: str) -> None:
    triage.divert(visible_tip(call, tip), by=call.officer, kind=kind)


def divert(tip: TipReport, *, kind: str) -> None:
    """Count a formal letter, tell its writer where to bring it, and empty the tip; by the account
    of this request. Raises NotAllowed."""
    ask("reports.divert", tip=str(tip.uuid), kind=kind)


@operation("reports.hand_over", subject="tip", raises=(TransitionNotAllowed,))
def _hand_over(call: Call, *, tip: str) -> None:
    triage.hand_over_secretly(visible_tip(call, tip), by=call.officer)


def hand_over_secretly(tip: TipReport) -> None:
    """Empty a tip on national security; by the account of this request. Raises NotAllowed."""
    ask("reports.hand_over", tip=str(tip.uuid))
