"""Have somebody told of a tip: opened by what happens to it, closed by what is done about it.

Nothing of the tip goes along but its number. `reports.alerts` answers who may be told, which is
asked at each step: an account that may not see a tip, or not these words of it, gets nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.work_lists import by_day
from accounts.users.roles import MODEL_BACKEND
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.services import note_seen
from duty.services import close_occasions, open_occasion
from reports.proposals.models import ConflictProposal
from reports.tips.models import TipReport
from reports.tips.querysets import read_by_nobody
from reports.work.models import TipEvent, TipMessage

Urgency, State = TipReport.Urgency, TipMessage.State
# A tip that nobody has taken up is told of by one of these.
KIND_BY_URGENCY: Final[dict[str, str]] = {
    Urgency.EMERGENCY: "tip_now",
    Urgency.URGENT: "tip_urgent",
    Urgency.NORMAL: "tip_new",
}
NOT_TAKEN_UP: Final = tuple(KIND_BY_URGENCY.values())
SORTS, WORKS = "reports.triage_tipreport", "reports.work_tipreport"
STANDS_IN, ALL_TIPS = "reports.stand_in_tipreport", "reports.view_all_tipreports"
AT_ONCE: Final = "now"


def waits_for_somebody(tip: TipReport) -> bool:
    """Whether nobody works on a tip that is not done."""
    is_early = tip.status in (TipReport.Status.NEW, TipReport.Status.TRIAGED)
    return is_early and tip.owner_id is None and tip.emptied_at is None


def arrived(tip: TipReport, *, by: User | None = None) -> None:
    """Open for a tip that nobody has taken up; whoever wrote it down (`by`) knows of it."""
    occasion = open_occasion(KIND_BY_URGENCY[tip.urgency], tip, commune=tip.commune)
    if by is not None and by.has_perm(SORTS):
        note_seen(occasion, by)


def given_up(tip: TipReport) -> None:
    """Open anew where nobody works on the tip any more."""
    if waits_for_somebody(tip):
        arrived(tip)


def taken_up(tip: TipReport) -> None:
    """Close: somebody sorted the tip, has it, answered it or ended it."""
    close_occasions(tip, *NOT_TAKEN_UP)


def words_read(tip: TipReport, *, by: User) -> None:
    """Close what is routine: somebody who sorts or works has read the words. What is urgent goes
    on until it is taken up."""
    if by.has_perm(SORTS) or by.has_perm(WORKS):
        close_occasions(tip, KIND_BY_URGENCY[Urgency.NORMAL])
    elif is_superior(by):
        follow_readers(tip)


def became_urgent(tip: TipReport) -> None:
    """Replace what tells of a tip that nobody has taken up, once its urgency is another."""
    others = [kind for urgency, kind in KIND_BY_URGENCY.items() if urgency != tip.urgency]
    if close_occasions(tip, *others, because=Occasion.Ended.REPLACED):
        arrived(tip)


# The day that the giver of a tip named for its owner: told from the day before.
OWNER_DAY: Final = "tip_day"
AHEAD: Final = timedelta(days=1)


def owner_day_is_near(pk: int) -> bool:
    near = TipReport.objects.owner_due_by(timezone.localdate() + AHEAD)
    return near.filter(pk=pk).exists()


def follow_owner_day(tip: TipReport) -> None:
    """Open where the day is near and work is left, close where not. Call once the row is saved."""
    if not owner_day_is_near(tip.pk):
        close_occasions(tip, OWNER_DAY)
    else:
        _open_once(OWNER_DAY, tip, level="", due_at=by_day(tip.owner_due_on))


# Later words of the reporter, unless they are kept from an officer: then a decision waits first.


def heard(tip: TipReport, *, is_urgent: bool = False) -> None:
    """Open for words that were said later, unless the whole tip is still waiting."""
    open_ones = Occasion.objects.open().of_subject(subject_of(tip), NOT_TAKEN_UP)
    if not open_ones.exists():
        level = AT_ONCE if is_urgent else ""
        open_occasion("tip_words", tip, commune=tip.commune, level=level)


def talk_read(tip: TipReport) -> None:
    """Close: somebody who works on the tip has read the talk, or answered."""
    close_occasions(tip, "tip_words")


# Answers of officers through the chat.


def follow_answer(message: TipMessage) -> None:
    """Open or close by the state that an answer has come to. Automatic ones may be lost."""
    if message.by_id is None:
        return
    match message.state:
        case State.UNCERTAIN:
            close_occasions(message, "answer_late", because=Occasion.Ended.REPLACED)
            open_occasion("answer_uncertain", message, commune=message.tip.commune)
        case State.FAILED | State.CLOSED:
            open_occasion("answer_late", message, commune=message.tip.commune)
        case State.SENT | State.SHOWN:
            close_occasions(message, "answer_uncertain", "answer_late")
        case State.QUEUED:  # by an officer, once more
            close_occasions(message, "answer_uncertain", "answer_late")


# Who decides whether words speak of an officer, and a superior where nobody else may read.


def is_superior(user: User) -> bool:
    """Whether the account reads only what nobody in the commune may."""
    return user.has_perm(STANDS_IN) and not user.has_perm(ALL_TIPS)


def superiors(commune: int) -> list[User]:
    """Accounts that stand in for the readers of a commune."""
    users = User.objects.with_perm(STANDS_IN, backend=MODEL_BACKEND, include_superusers=False)
    found = users.filter(commune=commune, is_active=True).order_by("pk")
    return [user for user in found if is_superior(user)]


def _is_read_by_nobody(tip: TipReport) -> bool:
    return tip.pk in read_by_nobody(tip.commune_id, only=tip.pk)


def needs_superior(tip: TipReport) -> bool:
    """Whether nobody in the commune may read a tip, or some words of it, and no superior has dealt
    with it yet."""
    waits = ConflictProposal.objects.waiting().filter(tip=tip).exists()
    if tip.emptied_at is not None or not (tip.is_open or waits):
        return False
    if not _is_read_by_nobody(tip):
        return False
    dealt_with = (TipEvent.Kind.WORDS_READ, TipEvent.Kind.CONFLICT_DECIDED)
    by = [user.pk for user in superiors(tip.commune_id)]
    return waits or not tip.events.filter(kind__in=dealt_with, by__in=by).exists()


def follow_readers(tip: TipReport, *, is_urgent: bool = False) -> None:
    """Open or close by who may read the tip and decide about names in it.

    Call after each change of bars and proposals. What waits for a superior waits for no other.
    """
    waiting = ConflictProposal.objects.waiting().filter(tip=tip).order_by("due_at")
    due = waiting.values_list("due_at", flat=True).first()
    level = AT_ONCE if is_urgent or tip.urgency != Urgency.NORMAL else ""
    if needs_superior(tip):
        close_occasions(tip, *NOT_TAKEN_UP, "proposal_waits", because=Occasion.Ended.REPLACED)
        _open_once("tip_unreadable", tip, level=level, due_at=due)
        return
    is_read_again = close_occasions(tip, "tip_unreadable") > 0
    if due is None:
        close_occasions(tip, "proposal_waits")
    else:
        _open_once("proposal_waits", tip, level=level, due_at=due)
    if is_read_again and waits_for_somebody(tip) and not _is_read_by_nobody(tip):
        arrived(tip)


def passed_on(tip: TipReport, *, is_urgent: bool) -> None:
    """Tell anew: others have to decide now."""
    close_occasions(tip, "proposal_waits", because=Occasion.Ended.REPLACED)
    follow_readers(tip, is_urgent=is_urgent)


def _open_once(kind: str, tip: TipReport, *, level: str, due_at: datetime | None) -> None:
    known = Occasion.objects.open().of_subject(subject_of(tip), (kind,)).first()
    if known is None or (level and known.level != level):
        open_occasion(kind, tip, commune=tip.commune, level=level, due_at=due_at)


def forget(tip: TipReport) -> None:
    """Delete all that was told of a tip of which one line is left, and to whom."""
    names = [subject_of(tip), *(subject_of(row) for row in tip.messages.only("pk"))]
    Occasion.objects.filter(commune=tip.commune_id, subject__in=names).delete()
