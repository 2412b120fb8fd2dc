"""Ask the vault for tips that were told together, by their numbers.

Call outside a transaction. Raises VaultAway, after a second already: pages wait for it.
"""

from dataclasses import dataclass

from accounts.vault.client import ask
from reports.tips.models import TipReport


@dataclass(frozen=True)
class Kin:
    """The ids of all other tips split from the same report, and how often any of them was split."""

    tips: frozenset[int]
    splits: int


def kin_of(tip: TipReport) -> Kin:
    """The other tips of the same report."""
    found = ask("reports.kin", is_quick=True, tip=str(tip.uuid))
    return Kin(frozenset(found["tips"]), found["splits"])
