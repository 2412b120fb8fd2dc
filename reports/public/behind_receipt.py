"""Ask the vault for what stands behind a receipt: the words of the tip, and of those told with it.

The vault opens them for the stretched digits of the receipt, of which the row holds a hash alone,
or for the proof that it gave out at that look, good for as long as a door. Of a tip of before the
row holds what is stretched, and the vault wants the digits. Call outside a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.vault.client import ask
from accounts.vault.errors import VaultAway
from reports.tips.models import TipReport


@dataclass(frozen=True)
class Behind:
    """`texts` of messages and `reasons` of openings, by the ids of their rows; `told_with` are the
    tips split from this one, and from those."""

    proof: str
    told_with: list[TipReport]
    texts: Mapping[int, str]
    reasons: Mapping[int, str]


def behind_receipt(tip: TipReport, *, receipt: str = "", proof: str = "") -> Behind:
    """The words that the holder of a receipt may read. Raises VaultRefused; VaultAway, also where
    the vault was away as the digits were typed, so that there is no proof."""
    if not (receipt or proof):
        raise VaultAway
    found = ask(
        "reports.behind_receipt", is_quick=True, tip=str(tip.uuid), receipt=receipt, proof=proof
    )
    numbers: list[int] = found["told_with"]
    rows = TipReport.objects.select_related("commune", "hamlet", "duplicate_of").in_bulk(numbers)
    return Behind(
        found["proof"],
        [rows[pk] for pk in numbers if pk in rows],
        dict(found["texts"]),
        dict(found["reasons"]),
    )
