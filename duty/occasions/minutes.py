"""Times of occasions that open as a resident writes: once closed, quarters of an hour alone.

Tips are stored without the minute in which they came, for it would find a caller. While nobody has
taken such an occasion up, its next step and its notices have to know the second; then they forget.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from accounts.quarters import quarter
from duty.occasions.kinds import KINDS, Level
from duty.occasions.models import Occasion, OccasionEvent
from duty.ways.models import Notice

QUARTER: Final = timedelta(minutes=15)
# Notices opened within this time count as opened soon, in the figures too.
SOON: Final = timedelta(minutes=5)

OF_OCCASION: Final = ("opened_at", "told_at", "closed_at")
OF_NOTICE: Final = ("made_at", "expires_at", "accepted_at", "shown_at")


def opening_of(kind: str, level: str, now: datetime) -> datetime:
    """The time that an occasion of this kind may keep as its opening. Grave ones know it until
    they are closed, for a flood of them is seen by it."""
    is_hidden = KINDS[kind].hides_minute and level != Level.NOW
    return quarter(now) if is_hidden else now


def forget(occasions: Iterable[Occasion]) -> None:
    """Round the times of closed occasions down, where their kind hides the minute.

    Acts of persons keep theirs. Of a notice stays whether it was opened soon. One that is just
    being sent keeps its claim.
    """
    hiding = [one for one in occasions if KINDS[one.kind].hides_minute]
    if not hiding:
        return
    for occasion in hiding:
        _round_down(occasion, *OF_OCCASION)
    Occasion.objects.bulk_update(hiding, OF_OCCASION)
    events = list(OccasionEvent.objects.filter(occasion__in=hiding, by=None))
    for event in events:
        event.at = quarter(event.at)
    OccasionEvent.objects.bulk_update(events, ["at"])
    notices = list(Notice.objects.filter(occasion__in=hiding))
    for notice in notices:
        made, opened = notice.made_at, notice.opened_at
        _round_down(notice, *OF_NOTICE)
        if notice.state != Notice.State.SENDING:
            _round_down(notice, "next_attempt_at")
        if opened is not None:
            is_soon = opened - made <= SOON
            later = max(quarter(opened), notice.made_at + QUARTER)
            notice.opened_at = notice.made_at if is_soon else later
    Notice.objects.bulk_update(notices, [*OF_NOTICE, "next_attempt_at", "opened_at"])


def _round_down(row: Occasion | Notice, *names: str) -> None:
    for name in names:
        if (at := getattr(row, name)) is not None:
            setattr(row, name, quarter(at))
