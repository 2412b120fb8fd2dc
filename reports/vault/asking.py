"""What pages ask of the vault about tips: whole acts, in the name of the session that asks.

Call outside a transaction. Raises NotAllowed as the act itself does; where the vault does not
answer that is VaultAway, whose sentence says so.
"""

from dataclasses import dataclass

from accounts.vault.client import ask
from reports.tips.models import TipReport
from reports.vault.models import Identity


@dataclass(frozen=True)
class Kin:
    """The ids of all other tips split from the same report, and how often any of them was split."""

    tips: frozenset[int]
    splits: int


def kin_of(tip: TipReport) -> Kin:
    """The other tips of the same report. Raises VaultAway."""
    found = ask("tips.kin", tip=tip.pk)
    return Kin(frozenset(found["tips"]), found["splits"])


def told_with(tip: TipReport) -> list[TipReport]:
    """The tips split from this one, and from those, for the holder of its receipt. Raises
    VaultAway."""
    numbers: list[int] = ask("tips.told_with", tip=tip.pk)
    rows = TipReport.objects.select_related("commune", "hamlet", "duplicate_of").in_bulk(numbers)
    return [rows[pk] for pk in numbers if pk in rows]


def split(tip: TipReport, *, summary: str) -> TipReport:
    """Make a second tip of another matter in this one; see `splitting.split`. Raises NotAllowed,
    CarriesSecret."""
    made: int = ask("tips.split", tip=tip.pk, summary=summary)
    return TipReport.objects.get(pk=made)


def divert(tip: TipReport, *, kind: str) -> None:
    """Count a formal letter and empty the tip; see `triage.services.divert`. Raises NotAllowed."""
    ask("tips.divert", tip=tip.pk, kind=kind)


def hand_over_secretly(tip: TipReport) -> None:
    """Empty a tip on national security; see `triage.services`. Raises NotAllowed."""
    ask("tips.hand_over", tip=tip.pk)


def open_identity(tip: TipReport) -> Identity:
    """Who told, for an account with an approved opening; see `openings`. Raises NotAllowed."""
    return Identity(**ask("tips.open_identity", tip=tip.pk))
