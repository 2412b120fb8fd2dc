"""Acts of tip pages in the vault: they carry the reporter from one row to another."""

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from reports.tips.errors import CarriesSecret, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.triage import splitting
from reports.vault.operations import visible_tip


@operation("reports.split", subject="tip", raises=(CarriesSecret, TransitionNotAllowed))
def _split(call: Call, *, tip: str, summary: str) -> int:
    return splitting.split(visible_tip(call, tip), by=call.officer, summary=summary).pk


def split_off(tip: TipReport, *, summary: str) -> TipReport:
    """Make a second tip of another matter; by the account of this request. Raises NotAllowed."""
    return TipReport.objects.get(pk=ask("reports.split", tip=str(tip.uuid), summary=summary))
