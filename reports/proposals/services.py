"""Propose that words speak of an officer; decide; pass on what nobody decided in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.audit import services as audit
from accounts.communes.working_days import add_working_days
from accounts.models import AuditEvent, User
from accounts.quarters import quarter
from accounts.users.roles import MODEL_BACKEND
from accounts.workflow.services import lock, move, record, require, require_state
from reports.proposals import deciders
from reports.proposals.models import ConflictProposal
from reports.tips import emergency, occasions
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_REASON, cleaned
from reports.vault import conflicts
from reports.work.models import TipConflict, TipEvent, TipMessage

State, Level = ConflictProposal.State, ConflictProposal.Level
# From the end of the quarter of an hour in which the words came: no column knows the minute.
URGENT = timedelta(minutes=15)
# Two moments of one telling lie in one quarter of an hour or in two neighbours.
SAME_TELLING = timedelta(minutes=15)


# Proposing. The machine finds names; what they mean a person decides.


def hold_back(tip: TipReport, *texts: str, at: datetime | None = None) -> list[User]:
    """Keep the tip from accounts that its own words name, until a person decides.

    `at` is the quarter of an hour in which the words came. Call in a transaction; returns who.
    """
    text = "\n".join(part for part in texts if part)
    users = conflicts.users_meant(tip.commune_id, text)
    if not users:
        return []
    lock(tip)
    settled = set(TipConflict.objects.filter(tip=tip).values_list("user", flat=True))
    settled |= set(_of_first_words(tip).values_list("user", flat=True))
    new = [user for user in users if user.pk not in settled]
    for user in new:
        conflicts.shut_out(tip, user, at=at or tip.received_at)
    _propose(tip, new, text, at or tip.received_at)
    tip.refresh_from_db()
    if new:
        occasions.follow_readers(tip, is_urgent=_is_urgent(tip, text))
    return new


def hold_words(message: TipMessage) -> list[User]:
    """Keep later words from the accounts that they name; the tip stays with these.

    What follows words that still wait, waits with them, for it tells of the same: a picture, “he”
    without a name. Call in a transaction, with the tip locked; returns from whom it is kept.
    """
    tip = message.tip
    leading = _leading(tip)
    users = conflicts.users_meant(tip.commune_id, message.text)
    if not users and (not leading or emergency.numbers_to_call(message.text)):
        return []  # help is not kept waiting
    # A bar that a decision on the first words may lift again keeps nobody from these.
    undecided = _of_first_words(tip).waiting().values("user")
    bars = TipConflict.objects.filter(tip=tip).exclude(user__in=undecided)
    barred = set(bars.values_list("user", flat=True))
    new = [user for user in users if user.pk not in barred]
    named = _propose(tip, new, message.text, message.at, message)
    for row in message.proposals.all():
        _hang_files_before(message, row)
    followed = [row for row in leading if row.user not in named]
    for row in followed:
        _follow(row, message)
    held = [*named, *(row.user for row in followed)]
    if held:
        occasions.follow_readers(tip, is_urgent=_is_urgent(tip, message.text))
    return held


def _leading(tip: TipReport) -> list[ConflictProposal]:
    """The last later words of the tip that wait for a decision, for each account that they name."""
    rows = ConflictProposal.objects.to_decide().filter(tip=tip, message__isnull=False)
    last = {row.user_id: row for row in rows.select_related("user").order_by("message")}
    return list(last.values())


def _follow(row: ConflictProposal, message: TipMessage) -> None:
    ConflictProposal.objects.create(
        tip=message.tip, message=message, user=row.user, follows=row, at=message.at,
        due_at=row.due_at, level=row.level,
    )  # fmt: skip


def _hang_files_before(message: TipMessage, row: ConflictProposal) -> None:
    """Let files wait too that came just before these words and are marked as read by nobody."""
    tip = message.tip
    before = tip.messages.filter(
        direction=TipMessage.Direction.IN, pk__lt=message.pk, read_at=None,
        at__gte=message.at - SAME_TELLING, attachments__isnull=False,
    ).exclude(proposals__user=row.user)  # fmt: skip
    found = list(before.distinct())
    for one in found:
        _follow(row, one)
    if found and tip.status != TipReport.Status.NEW:
        tip.has_unread = tip.messages.unread().exists()
        tip.save(update_fields=["has_unread"])
        if not tip.has_unread:
            occasions.talk_read(tip)


def _propose(
    tip: TipReport, users: Iterable[User], text: str, at: datetime,
    message: TipMessage | None = None,
) -> list[User]:  # fmt: skip
    """Write the proposals about who reads tips; their level is known once all are there."""
    able = User.objects.with_perm(
        "reports.view_tipreport", is_active=None, backend=MODEL_BACKEND
    ).filter(pk__in=[user.pk for user in users])
    readers = list(able.order_by("pk"))  # also who is locked for a while
    due_at = _due_at(at, is_urgent=_is_urgent(tip, text))
    rows = [
        ConflictProposal.objects.create(tip=tip, message=message, user=user, at=at, due_at=due_at)
        for user in readers
    ]
    for row in rows:
        row.level = deciders.level_of(row)
        row.save(update_fields=["level"])
    return readers


def _of_first_words(tip: TipReport) -> Any:
    return ConflictProposal.objects.filter(tip=tip, message=None)


def _is_urgent(tip: TipReport, text: str) -> bool:
    return tip.urgency != TipReport.Urgency.NORMAL or bool(emergency.numbers_to_call(text))


def _due_at(at: datetime, *, is_urgent: bool) -> datetime:
    """A quarter of an hour from the end of this one, or the same time of the next working day."""
    moment = timezone.localtime(quarter(at))
    if is_urgent:
        return moment + 2 * URGENT
    return moment + (add_working_days(moment.date(), 1) - moment.date())


# Deciding.


def confirm(row: ConflictProposal, *, by: User, reason: str) -> ConflictProposal:
    """The words speak of this officer: barred from the tip from now on. Raises NotAllowed."""
    return conflicts.with_kin(row.tip, lambda kin: _confirm(kin, row, by, reason))


def _confirm(
    kin: list[TipReport], row: ConflictProposal, by: User, reason: str
) -> ConflictProposal:
    _lock(kin, row, by)
    tip, user = row.tip, row.user
    _decide(row, State.CONFIRMED, by=by, reason=reason)
    _settle_followers(row, State.CONFIRMED, by=by, reason=reason)
    for one in kin if row.message_id is None else [tip]:
        conflicts.shut_out(one, user)  # the trail of the tip is read by others whom the words name
    # What else waits about the same account and tip is answered by this.
    for other in ConflictProposal.objects.to_decide().filter(tip__in=kin, user=user):
        if other.tip_id == tip.pk or other.message_id is row.message_id is None:
            _decide(other, State.CONFIRMED, by=by, reason=reason)
            _settle_followers(other, State.CONFIRMED, by=by, reason=reason)
    tip.refresh_from_db()
    _follow_readers(kin)
    return row


def _follow_readers(tips: Iterable[TipReport]) -> None:
    for tip in tips:
        occasions.follow_readers(tip)


def lift(row: ConflictProposal, *, by: User, reason: str) -> ConflictProposal:
    """The words do not speak of this officer, who sees all again. Raises NotAllowed."""
    return conflicts.with_kin(row.tip, lambda kin: _lift(kin, row, by, reason))


def _lift(kin: list[TipReport], row: ConflictProposal, by: User, reason: str) -> ConflictProposal:
    _lock(kin, row, by)
    _decide(row, State.LIFTED, by=by, reason=reason)
    if row.message_id is not None:
        _settle_followers(row, State.LIFTED, by=by, reason=reason)
        occasions.follow_readers(row.tip)
        return row
    of_user = ConflictProposal.objects.filter(tip__in=kin, user=row.user)
    same_words = of_user.waiting().filter(message=None)
    others = [other for other in same_words if deciders.may_decide(by, other)]
    for other in others:
        _decide(other, State.LIFTED, by=by, reason=reason)
    confirmed = of_user.filter(state=State.CONFIRMED).values("tip")
    bars = TipConflict.objects.filter(user=row.user, added_by=None).exclude(tip__in=confirmed)
    bars.filter(tip__in={row.tip_id, *(other.tip_id for other in others)}).delete()
    _follow_readers(kin)
    return row


def _lock(kin: list[TipReport], row: ConflictProposal, by: User) -> None:
    """Lock the proposal, after the tips of the same words. Raises NotAllowed."""
    lock(row)
    require(row, by, permission=deciders.DECIDES)
    if row.tip_id not in {one.pk for one in kin}:
        raise NotAllowed("Lời này vừa được chuyển sang phản ánh khác. Hãy mở lại.")
    require_state(row, only=State.WAITING)
    if not deciders.may_decide(by, row):
        raise NotAllowed("Lời này chờ Trưởng Công an, hoặc người được giao thay, quyết định.")


def _decide(row: ConflictProposal, state: str, *, by: User, reason: str) -> None:
    move(row, state)
    row.reason = cleaned(reason, "lý do", MAX_REASON)
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(row, state, by=by)
    if row.follows_id is None:
        # In the history alone, of which those whom the words still name see no such step.
        TipEvent.objects.create(
            tip=row.tip, kind=TipEvent.Kind.CONFLICT_DECIDED, by=by,
            details={"is_about": state == State.CONFIRMED},
        )  # fmt: skip
    if row.message is not None:
        _let_be_heard(row.message)


def _settle_followers(row: ConflictProposal, state: str, *, by: User, reason: str) -> None:
    """Decide what waited with these words, unless it stands behind others too."""
    others = ConflictProposal.objects.to_decide().filter(user=row.user, message__isnull=False)
    waiting = row.followers.waiting().select_related("tip__commune", "message")
    for one in waiting.order_by("message"):
        before = others.filter(tip=one.tip_id, message__lt=one.message_id)
        behind = before.order_by("-message").first()
        if state == State.LIFTED and behind is not None:
            one.follows, one.due_at, one.level = behind, behind.due_at, behind.level
            one.save(update_fields=["follows", "due_at", "level"])
        else:
            _decide(one, state, by=by, reason=reason)


def _let_be_heard(message: TipMessage) -> None:
    """Once nobody waits for a decision on later words, they are new words like any others."""
    if message.proposals.waiting().exists():
        return
    tip = message.tip
    tip.refresh_from_db()
    tip.has_unread = tip.has_unread or message.read_at is None
    is_urgent = bool(emergency.numbers_to_call(message.text)) and tip.is_open
    if is_urgent:
        tip.urgency = TipReport.Urgency.EMERGENCY
    tip.save(update_fields=["has_unread", "urgency"])
    occasions.became_urgent(tip)
    if message.read_at is None:
        occasions.heard(tip, is_urgent=is_urgent)
    if not tip.events.filter(kind=TipEvent.Kind.HEARD_MORE, at=message.at).exists():
        record(tip, TipEvent.Kind.HEARD_MORE, at=message.at)


def copy_decisions(tip: TipReport, to: TipReport) -> None:
    """Decisions of persons about the words of a tip hold for a copy of the same words."""
    for bar in tip.conflicts.select_related("user", "added_by"):
        conflicts.shut_out(to, bar.user, by=bar.added_by)
    for row in _of_first_words(tip).exclude(state=State.WAITING):
        same = {"decided_by": row.decided_by, "decided_at": row.decided_at, "reason": row.reason}
        for copy in _of_first_words(to).waiting().filter(user=row.user):
            copy.state = row.state
            copy.decided_by, copy.decided_at, copy.reason = same.values()
            copy.save()
            if row.state == State.LIFTED and not tip.conflicts.filter(user=row.user).exists():
                TipConflict.objects.filter(tip=to, user=row.user).delete()
    occasions.follow_readers(to)


# Escalation.


AT_ONCE = 50


def overdue(now: datetime) -> list[int]:
    """The ids of some proposals that nobody decided in time and that have a level above them."""
    waiting = ConflictProposal.objects.overdue(now).exclude(level=Level.SUPERIOR)
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def pass_on(pk: int, now: datetime) -> bool:
    """Give a proposal that is overdue to the next level; nothing opens by itself. In the vault."""
    row = ConflictProposal.objects.filter(pk=pk).select_related("tip").first()
    if row is None:
        return False
    lock(row.tip)
    lock(row)
    if row.state != State.WAITING or row.due_at > now or row.level == Level.SUPERIOR:
        return False
    is_urgent = _is_urgent(row.tip, row.message.text if row.message else "")
    row.level, row.due_at = deciders.level_of(row, row.level), _due_at(now, is_urgent=is_urgent)
    row.save(update_fields=["level", "due_at"])
    row.followers.waiting().update(level=row.level, due_at=row.due_at)
    audit.record("conflictproposal.passed_on", target=row, commune=row.tip.commune)
    occasions.passed_on(row.tip, is_urgent=is_urgent)
    return True


def kept_from_trail(user: User) -> Iterable[int]:
    """Return the ids of proposals of which the audit trail tells this account nothing.

    Also those that were wiped with their tip: the trail knows them by the number of the tip, and
    the tip by a keyed hash whom it bars.
    """
    known = ConflictProposal.objects.kept_from(user).annotate(number=Cast("pk", CharField()))
    wiped = AuditEvent.objects.filter(
        target_type=ConflictProposal._meta.label_lower,
        target_label__in=TipReport.objects.barring(user).order_by().values("code"),
    )
    numbers = (
        known.order_by().values_list("number").union(wiped.order_by().values_list("target_id"))
    )
    return [int(number) for (number,) in numbers]
