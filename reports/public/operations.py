"""The operation of the vault for the holder of a receipt, who has no session.

The log is not told of it: it would keep the second in which somebody looked at their receipt.
"""

import hmac
import time
from typing import Any

from accounts.vault import guard
from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall, VaultRefused
from accounts.vault.indexes import vault_index
from accounts.vault.operations import operation
from reports.public.form_tokens import DOOR_LIFE
from reports.tips import receipts
from reports.tips.models import TipReport
from reports.triage import splitting
from reports.triage.kin_operations import tip_named
from reports.vault.models import IdentityOpening
from reports.work.models import TipMessage


@operation("reports.behind_receipt", needs_session=False, is_logged=False)
def _behind_receipt(_call: Call, *, tip: str, receipt: str, proof: str) -> dict[str, Any]:
    """Words of the talk and reasons of openings, for a receipt or a proof that it was typed."""
    row = tip_named(tip)
    if receipt:
        _require_receipt(row, receipt)
    else:
        _require_proof(row, proof)
    guard.count_receipt(row.pk)
    told_with = splitting.told_with(row)
    messages = TipMessage.objects.filter(tip__in=[row, *told_with])
    openings = IdentityOpening.objects.filter(tip=row).exclude(opened_at=None)
    return {
        "proof": _proof(row, int(time.time())),
        "told_with": [one.pk for one in told_with],
        "texts": [[one.pk, one.text] for one in messages.order_by("pk")],
        "reasons": [[one.pk, one.reason] for one in openings.order_by("pk")],
    }


def _require_receipt(tip: TipReport, receipt: str) -> None:
    """Raises ForgedCall: web found the tip by the hash of what it sends, of stretched digits. Of a
    tip of before the row holds the stretched digits, so that only plain ones count."""
    typed = receipt if isinstance(receipt, str) else ""
    digits = receipts.normalise(typed)
    made = receipts.stretched(digits) if digits else receipts.hash_of_stretched(typed)
    if not hmac.compare_digest(made, tip.receipt_hash):
        raise ForgedCall("Mã biên nhận này không phải của phản ánh này.")


def _proof(tip: TipReport, at: int) -> str:
    """The seconds of a moment, and a hash that only the vault makes of it, for these digits."""
    return f"{at}.{vault_index(f'{tip.uuid}:{tip.receipt_hash}:{at}', purpose='receipt.proof')}"


def _require_proof(tip: TipReport, proof: str) -> None:
    """Raises VaultRefused: the receipt may have been renewed meanwhile."""
    at = proof.partition(".")[0] if isinstance(proof, str) else ""
    is_young = at.isascii() and at.isdecimal() and abs(time.time() - int(at[:12])) < _LIFE_S
    if not is_young or not hmac.compare_digest(proof.encode(), _proof(tip, int(at)).encode()):
        raise VaultRefused("Trang này đã mở quá lâu. Hãy gõ lại mã biên nhận.")


_LIFE_S = DOOR_LIFE.total_seconds()
