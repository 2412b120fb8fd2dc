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


def told_with(tip: TipReport) -> list[TipReport]:
    """The tips split from this one, and from those, for the holder of its receipt."""
    numbers: list[int] = ask("reports.told_with", is_quick=True, tip=str(tip.uuid))
    rows = TipReport.objects.select_related("commune", "hamlet", "duplicate_of").in_bulk(numbers)
    return [rows[pk] for pk in numbers if pk in rows]
