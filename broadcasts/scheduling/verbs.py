"""Verbs of a schedule: create, edit, pause, skip a date, split, end.

Locks are taken in one order, as `approve` does: the pattern, the schedule, its occurrences.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock, lock_for, record
from broadcasts import occasions
from broadcasts.approval import services as approval
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.services import pause_missed
from broadcasts.scheduling.calendar import FARTHEST, calendar_between, dates_of
from broadcasts.scheduling.late import WHAT_TO_DO, held_sentence
from broadcasts.scheduling.materialise import content_of, in_hand, plan
from broadcasts.scheduling.models import Schedule, ScheduleSkip
from broadcasts.scheduling.rules import ZONE, Occurrence, Rule, rule_of, spoken_day

Kind, Status = BroadcastEvent.Kind, Broadcast.Status
RULE = (
    "freq", "interval", "weekdays", "week", "month_day", "month", "lunar_days", "at", "first_on",
    "last_on", "times", "on_day_off",
)  # fmt: skip


def rule_hash(rule: Rule) -> str:
    """Hash of the rule, which the approval covers beside the content."""
    return hashlib.sha256(json.dumps(asdict(rule), default=str).encode()).hexdigest()


def may_edit(schedule: Schedule, user: User) -> bool:
    """Whether the account may edit: the author and approvers, until the schedule is over."""
    if schedule.is_over:
        return False
    own = schedule.pattern.created_by_id == user.pk
    allowed = user.has_perm("broadcasts.change_schedule")
    return allowed and (own or user.has_perm("broadcasts.approve_broadcast"))


def _lock_for(schedule: Schedule, by: User) -> None:
    """Lock the pattern, then the schedule, read anew into the given instance. Raises NotAllowed."""
    lock(Broadcast(pk=schedule.pattern_id))
    lock_for(schedule, by, permission=may_edit)


def _require_rule(rule: Rule, now: datetime) -> None:
    """The rule names at least one date that is still to come. Raises NotAllowed."""
    horizon = max(rule.first_on, timezone.localtime(now, ZONE).date()) + FARTHEST
    calendar = calendar_between(rule.first_on, horizon)
    for occurrence in dates_of(rule, None, calendar):
        if occurrence.at is not None and occurrence.at > now:
            return
        if occurrence.on > horizon:
            break
    raise NotAllowed("Theo quy tắc này thì không còn ngày nào để đăng. Hãy xem lại ngày và giờ.")


def _begin(schedule: Schedule, now: datetime) -> None:
    """Move the first day past today once its minute has gone: it would be counted, never posted."""
    local = timezone.localtime(now, ZONE)
    gone = timedelta(days=1) if local.time() >= schedule.at else timedelta()
    schedule.first_on = max(schedule.first_on, local.date() + gone)


@transaction.atomic
def create(schedule: Schedule, pattern: Broadcast, *, by: User) -> Schedule:
    """Create a schedule as a draft; it posts once its pattern is approved. Raises NotAllowed."""
    now = timezone.now()
    _add(schedule, pattern, by=by, now=now)
    plan(schedule, now)
    return schedule


def _add(schedule: Schedule, pattern: Broadcast, *, by: User, now: datetime) -> None:
    if not by.has_perm("broadcasts.add_schedule"):
        raise NotAllowed("Tài khoản này không có quyền lập lịch đăng.")
    _begin(schedule, now)
    rule = rule_of(schedule)
    _require_rule(rule, now)
    pattern.is_pattern, pattern.rule_hash = True, rule_hash(rule)
    approval.create(pattern, by=by)
    schedule.pattern, schedule.commune = pattern, pattern.commune
    schedule.save(force_insert=True)
    record(schedule, "created", by=by)


@transaction.atomic
def edit(schedule: Schedule, pattern: Broadcast, *, by: User) -> Schedule:
    """Save a changed rule or content; either needs an approval anew.

    A rule that is changed begins anew with the next minute it names: what was posted stays.
    """
    wanted = {name: getattr(schedule, name) for name in RULE}
    changed_content = {name: getattr(pattern, name) for name in Broadcast.edited_fields()}
    _lock_for(schedule, by)
    before = rule_of(schedule)
    for name, value in wanted.items():
        setattr(schedule, name, value)
    now = timezone.now()
    if rule_of(schedule) != before:
        _begin(schedule, now)
        _require_rule(rule_of(schedule), now)
    schedule.save()
    stored = schedule.pattern
    for name, value in changed_content.items():
        setattr(stored, name, value)
    stored.rule_hash = rule_hash(rule_of(schedule))
    approval.edit(stored, by=by)
    record(schedule, "changed", by=by)
    schedule.refresh_from_db()
    return schedule


def _require_reason(reason: str) -> str:
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do để người sau biết vì sao.")
    return reason.strip()[:300]


@transaction.atomic
def pause(schedule: Schedule, *, by: User, reason: str) -> Schedule:
    """Post nothing until it is resumed; what has begun to leave goes on."""
    reason = _require_reason(reason)
    _lock_for(schedule, by)
    if schedule.is_paused:
        raise NotAllowed("Lịch này đang tạm dừng rồi.")
    schedule.paused_at, schedule.paused_by, schedule.pause_reason = timezone.now(), by, reason
    schedule.save()
    record(schedule, "paused", by=by, text=reason)
    plan(schedule, timezone.now())
    return schedule


@transaction.atomic
def resume(schedule: Schedule, *, by: User) -> Schedule:
    """Go on with the dates still to come; those in between are not made up for.

    One that a person had approved by itself waits for a decision when its minute has gone.
    """
    _lock_for(schedule, by)
    if not schedule.is_paused:
        raise NotAllowed("Lịch này không tạm dừng.")
    now = timezone.now()
    gone = in_hand(schedule).filter(status=Status.SCHEDULED, scheduled_for__lte=now)
    for post in gone.select_for_update(of=("self",)):
        why = held_sentence(post.scheduled_for or now, "Lúc đó lịch đang tạm dừng")
        pause_missed(post, now, why=f"{why} {WHAT_TO_DO}")
    schedule.paused_at, schedule.paused_by, schedule.pause_reason = None, None, ""
    schedule.save()
    record(schedule, "resumed", by=by)
    plan(schedule, now)
    return schedule


@transaction.atomic
def end(schedule: Schedule, *, by: User, reason: str) -> Schedule:
    """Stop a schedule for good; what was posted stays, dates edited alone are called off too."""
    reason = _require_reason(reason)
    _lock_for(schedule, by)
    pattern = schedule.pattern
    pattern.status = Status.CANCELLED
    pattern.save(update_fields=["status"])
    record(pattern, Kind.CANCELLED, by=by, text=reason)
    occasions.follow(pattern)
    _call_off(in_hand(schedule), Kind.CANCELLED, by=by, reason=reason)
    record(schedule, "ended", by=by, text=reason)
    plan(schedule, timezone.now())
    return schedule


def _call_off(posts: Any, kind: str, *, by: User, reason: str) -> None:
    open_ones = posts.exclude(status__in=[Status.CANCELLED, Status.REJECTED])
    for post in open_ones.select_for_update(of=("self",)):
        post.status = Status.CANCELLED
        post.save(update_fields=["status"])
        record(post, kind, by=by, text=reason)
        occasions.follow(post)


def _until(schedule: Schedule, on: date, *, with_skips: bool = True) -> list[Occurrence]:
    """Dates of the schedule up to a day."""
    rule = rule_of(schedule)
    stored = schedule if with_skips else None
    dates = dates_of(rule, stored, calendar_between(rule.first_on, on))
    return list(takewhile(lambda one: one.on <= on, dates))


def _date(schedule: Schedule, on: date, *, with_skips: bool) -> Occurrence | None:
    """One date of the schedule; None when the rule does not name it."""
    found = _until(schedule, on, with_skips=with_skips)
    return found[-1] if found and found[-1].on == on else None


@transaction.atomic
def skip(schedule: Schedule, on: date, *, by: User, reason: str) -> ScheduleSkip:
    """Leave one date out; it can be restored until its minute. Raises NotAllowed."""
    reason = _require_reason(reason)
    _lock_for(schedule, by)
    now = timezone.now()
    occurrence = _date(schedule, on, with_skips=True)
    if occurrence is None or occurrence.is_skipped:
        raise NotAllowed("Lịch không đăng vào ngày này, hoặc lần này đã được bỏ.")
    if occurrence.at is not None and occurrence.at <= now:
        raise NotAllowed("Đã tới giờ đăng nên không bỏ được nữa. Hãy dừng hoặc hủy bài đó.")
    skipped = ScheduleSkip.objects.create(schedule=schedule, on=on, by=by, reason=reason)
    _call_off(in_hand(schedule).filter(occurrence_on=on), Kind.SKIPPED, by=by, reason=reason)
    record(schedule, "skipped", by=by, text=f"{spoken_day(on)}: {reason}")
    plan(schedule, now)
    return skipped


@transaction.atomic
def restore(schedule: Schedule, on: date, *, by: User) -> None:
    """Restore a skipped date, as long as its minute has not come. Raises NotAllowed."""
    _lock_for(schedule, by)
    now = timezone.now()
    skipped = schedule.skips.filter(on=on).first()
    if skipped is None:
        raise NotAllowed("Lần này không bị bỏ.")
    occurrence = _date(schedule, on, with_skips=False)
    if occurrence is not None and occurrence.at is not None and occurrence.at <= now:
        raise NotAllowed("Đã qua giờ đăng của lần này nên không lấy lại được.")
    skipped.delete()
    for post in schedule.occurrences.filter(
        occurrence_on=on, started_at=None, is_own_version=True, status=Status.CANCELLED
    ).select_for_update(of=("self",)):
        _back_to_draft(post, by)
    record(schedule, "restored", by=by, text=spoken_day(on))
    plan(schedule, now)


def _back_to_draft(post: Broadcast, by: User) -> None:
    post.status = Status.DRAFT
    post.submitted_by = post.submitted_at = post.approved_by = post.approved_at = None
    post.approved_hash, post.approved_parts = "", []
    post.save()
    record(
        post, Kind.RESTORED, by=by, text="Lần này có nội dung sửa riêng nên phải trình duyệt lại."
    )


@transaction.atomic
def split(schedule: Schedule, on: date, *, by: User) -> Schedule:
    """Let a new schedule, a draft to be changed, go on from a date; this one stops before it.

    The dates before keep their approval; the new one needs its own. What a person left out, called
    off or edited alone from that date on goes along.
    """
    _lock_for(schedule, by)
    now, rule = timezone.now(), rule_of(schedule)
    found = _until(schedule, on)
    if not found or found[-1].on != on:
        raise NotAllowed("Lịch không đăng vào ngày này.")
    if found[-1].at is not None and found[-1].at <= now:
        raise NotAllowed("Đã tới giờ đăng của lần này. Hãy chọn một lần sau.")
    done = sum(one.at is not None or one.is_skipped for one in found[:-1])
    pattern = Broadcast(**content_of(schedule.pattern))
    pattern.gate_answers = {}  # what was confirmed for one approval is confirmed anew
    following = Schedule(**{name: getattr(schedule, name) for name in RULE})
    following.first_on = on
    following.times = None if rule.times is None else max(rule.times - done, 1)
    schedule.stop_before = on
    schedule.save(update_fields=["stop_before"])
    _add(following, pattern, by=by, now=now)
    in_hand(schedule).filter(occurrence_on__gte=on).update(schedule=following)
    schedule.skips.filter(on__gte=on).update(schedule=following)
    plan(following, now)
    record(schedule, "split", by=by, text=spoken_day(on))
    plan(schedule, now)
    return following
