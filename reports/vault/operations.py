"""What the vault answers about tips. Rows come as ids and go as ids; no hash, no address but the
one of a claimed answer."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from accounts.vault.calls import Call
from accounts.vault.operations import operation
from reports.chat import letters
from reports.tips.errors import CarriesSecret, NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.triage import services as triage
from reports.triage import splitting
from reports.vault import conflicts, openings

REFUSALS = (NotAllowed, TransitionNotAllowed, CarriesSecret)
GONE = "Phản ánh này không còn nữa. Hãy tải lại trang."


def _tip(pk: int) -> TipReport:
    """Raises NotAllowed."""
    tip = TipReport.objects.select_related("commune", "hamlet", "duplicate_of").filter(pk=pk)
    if (found := tip.first()) is None:
        raise NotAllowed(GONE)
    return found


# Which tips were told together. Asked by the holder of a receipt, who has no session, and by verbs
# that bar an account from all of them.


@operation("tips.kin", caller="web", needs_session=False, subject="tip")
def kin(_call: Call, *, tip: int) -> dict[str, Any]:
    """All other tips split from the same report, and how often one of them was split."""
    others, splits = conflicts.kin(_tip(tip))
    return {"tips": sorted(others), "splits": splits}


@operation("tips.told_with", caller="web", needs_session=False, subject="tip")
def told_with(_call: Call, *, tip: int) -> list[int]:
    """The tips split from this one, and from those."""
    return [one.pk for one in splitting.told_with(_tip(tip))]


# Acts of officers on one tip that read who told it.


@operation("tips.split", subject="tip", raises=REFUSALS)
def split(call: Call, *, tip: int, summary: str) -> int:
    """Make a second tip of the same person; returns its id."""
    return splitting.split(_tip(tip), by=call.officer, summary=summary).pk


@operation("tips.divert", subject="tip", raises=REFUSALS)
def divert(call: Call, *, tip: int, kind: str) -> None:
    """Tell the person where a formal letter is brought, count it, and wipe the tip."""
    triage.divert(_tip(tip), by=call.officer, kind=kind)


@operation("tips.hand_over", subject="tip", raises=REFUSALS)
def hand_over(call: Call, *, tip: int) -> None:
    """Wipe a tip on national security."""
    triage.hand_over_secretly(_tip(tip), by=call.officer)


@operation("tips.open_identity", opens=1, subject="tip", raises=REFUSALS)
def open_identity(call: Call, *, tip: int) -> dict[str, str]:
    """Who told, for an account with an opening that another one approved."""
    return asdict(openings.open_identity(_tip(tip), by=call.officer))


# Answers in the chat, for the worker that has claimed the row.


@operation("tips.prospect", caller="work", needs_session=False, subject="row")
def prospect(_call: Call, *, kind: str, row: int, until: str) -> dict[str, str]:
    """Whether a claimed answer may leave; nothing of whom."""
    found = letters.prospect(kind, row, until=datetime.fromisoformat(until))
    return {"obstacle": str(found.obstacle), "heard_at": found.heard_at.isoformat()}


@operation("tips.letter", caller="work", needs_session=False, subject="row")
def letter(_call: Call, *, kind: str, row: int, until: str) -> dict[str, Any]:
    """The address and the words of one claimed answer."""
    return asdict(letters.letter(kind, row, until=datetime.fromisoformat(until)))
