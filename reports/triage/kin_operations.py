"""Operations of the vault about tips that were told together: never by whom.

Asked by the holder of a receipt, who has no session, and by what bars an account from all of them.
The log is told neither: it would keep the second in which somebody looked at their receipt.
"""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import operation
from reports.tips.models import TipReport
from reports.triage import splitting
from reports.vault import conflicts


def _tip(uuid: str) -> TipReport:
    """Raises ForgedCall: no page names a tip that was never there."""
    try:
        tip = TipReport.objects.filter(uuid=uuid).first()
    except (ValidationError, ValueError, TypeError):
        tip = None
    if tip is None:
        raise ForgedCall("Kho niêm phong không có phản ánh này.")
    return tip


@operation("reports.kin", needs_session=False, is_logged=False)
def _kin(_call: Call, *, tip: str) -> dict[str, Any]:
    others, splits = conflicts.kin(_tip(tip))
    return {"tips": sorted(others), "splits": splits}


@operation("reports.told_with", needs_session=False, is_logged=False)
def _told_with(_call: Call, *, tip: str) -> list[int]:
    return [one.pk for one in splitting.told_with(_tip(tip))]
