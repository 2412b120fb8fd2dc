"""The operation of the vault about tips that were told together: never by whom.

Asked by what bars an account from all of them; the log is not told.
"""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import operation
from reports.tips.models import TipReport
from reports.vault import conflicts


def tip_named(uuid: str) -> TipReport:
    """The tip of that uuid. Raises ForgedCall: no page names one that was never there."""
    try:
        tip = TipReport.objects.filter(uuid=uuid).first()
    except (ValidationError, ValueError, TypeError):
        tip = None
    if tip is None:
        raise ForgedCall("Kho niêm phong không có phản ánh này.")
    return tip


@operation("reports.kin", needs_session=False, is_logged=False)
def _kin(_call: Call, *, tip: str) -> dict[str, Any]:
    others, splits = conflicts.kin(tip_named(tip))
    return {"tips": sorted(others), "splits": splits}
