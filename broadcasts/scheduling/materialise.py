"""Occurrences of schedules as posts, made ahead of time.

`plan` compares the rows with what rule, calendar and approval say, and makes them agree. It reads
rows and the clock and nothing else, so one that was missed, doubled or killed changes nothing. What
a person has taken in hand (edited, submitted, cancelled, paused) is left alone.

Five weeks ahead: a monthly post then always stands in the calendar with its next date, and an
approval that is missing shows long before the minute.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from broadcasts.content_check.services import stopping
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.services import void_approval
from broadcasts.scheduling.calendar import HORIZON, calendar_between, dates_of
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import ZONE, Occurrence, rule_of, spoken_day

Kind, Status = BroadcastEvent.Kind, Broadcast.Status
# An occurrence without approval is called off a day after its minute.
LAPSE = timedelta(hours=24)
AT_ONCE = 20
BY_MACHINE = (Status.DRAFT, Status.SCHEDULED)
# What a schedule sets for each of its posts; everything else that is no delivery field is copied.
BY_SCHEDULE = ("rule_hash", "scheduled_for", "expires_at")
OF_ONE_POST = frozenset({*Broadcast.delivery_fields, *BY_SCHEDULE})


def content_of(post: Broadcast) -> dict[str, Any]:
    """Content and audience of a post, by column."""
    return {
        column.attname: getattr(post, column.attname)
        for column in Broadcast._meta.concrete_fields
        if column.name not in OF_ONE_POST
    }


def in_hand(schedule: Schedule) -> Any:
    """Unsent occurrences that a person edited, submitted, cancelled or paused."""
    rows = schedule.occurrences.filter(started_at=None)
    return rows.exclude(is_own_version=False, status__in=BY_MACHINE)


def approver_stays(pattern: Broadcast) -> bool:
    """Whether the approver of a pattern still may approve posts of its commune."""
    approver = pattern.approved_by
    return (
        approver is not None
        and approver.commune_id in {None, pattern.commune_id}
        and approver.has_perm("broadcasts.approve_broadcast")
    )


def may_carry(pattern: Broadcast, now: datetime) -> bool:
    """Whether the approval of a pattern covers new occurrences.

    Not when its approver has left or may approve no more, nor when the gate objects by now.
    """
    if pattern.status != Status.APPROVED or not approver_stays(pattern):
        return False
    return not stopping(pattern, now)


def has_carried(post: Broadcast, pattern: Broadcast) -> bool:
    """Whether an occurrence is approved by the present approval of its pattern."""
    return (
        post.status == Status.SCHEDULED
        and pattern.status == Status.APPROVED
        and (post.approved_by_id, post.approved_at) == (pattern.approved_by_id, pattern.approved_at)
    )


@dataclass
class _Plan:
    """One schedule, looked at once."""

    schedule: Schedule
    pattern: Broadcast
    now: datetime
    carries: bool
    events: list[BroadcastEvent]

    def fresh(self, occurrence: Occurrence) -> Broadcast:
        """The post of an occurrence as it ought to stand, without approval."""
        post = Broadcast(
            **content_of(self.pattern),
            schedule=self.schedule,
            occurrence_on=occurrence.on,
            scheduled_for=occurrence.at,
        )
        post.content_hash = post.compute_hash()
        return post

    def carry(self, post: Broadcast) -> None:
        """The approval of the pattern, for this post."""
        pattern = self.pattern
        post.submitted_by_id, post.submitted_at = pattern.submitted_by_id, pattern.submitted_at
        post.approved_by_id, post.approved_at = pattern.approved_by_id, pattern.approved_at
        post.approved_hash, post.approved_parts = post.content_hash, text_parts(post.text)
        post.status = Status.SCHEDULED

    def add_event(self, post: Broadcast, kind: str, remark: str = "") -> None:
        self.events.append(BroadcastEvent(broadcast=post, kind=kind, note=remark))

    def make(self, missing: list[Occurrence]) -> int:
        posts = []
        for occurrence in missing:
            post = self.fresh(occurrence)
            if self.carries:
                self.carry(post)
            posts.append(post)
        Broadcast.objects.bulk_create(posts)
        for post, occurrence in zip(posts, missing, strict=True):
            remark = f"Lần đăng {spoken_day(occurrence.on)} của lịch. {occurrence.note}".strip()
            self.add_event(post, Kind.SPAWNED, remark)
            if self.carries:
                self.add_event(
                    post, Kind.CARRIED, f"{self.pattern.approved_by} đã duyệt cho cả lịch."
                )
        return len(posts)

    def refresh(self, post: Broadcast, occurrence: Occurrence) -> bool:
        """Bring one post in line with its schedule; False when it already was."""
        wanted = self.fresh(occurrence)
        people = (post.created_by_id, post.last_edited_by_id)
        is_same = post.content_hash == wanted.content_hash and people == (
            wanted.created_by_id,
            wanted.last_edited_by_id,
        )
        is_settled = has_carried(post, self.pattern) or (
            post.status == Status.DRAFT and not self.carries
        )
        if is_same and is_settled:
            return False
        was_approved = post.status == Status.SCHEDULED
        for name, value in content_of(wanted).items():
            setattr(post, name, value)
        post.scheduled_for = wanted.scheduled_for
        if was_approved:
            why = "Nội dung hoặc quy tắc của lịch đã đổi, chờ duyệt lại."
            void_approval(post, by=None, why=why)
        post.content_hash = post.compute_hash()
        if self.carries:
            self.carry(post)
            self.add_event(post, Kind.CARRIED, f"{self.pattern.approved_by} đã duyệt cho cả lịch.")
        post.save()
        return True


def _expected(schedule: Schedule, now: datetime) -> tuple[dict[date, Occurrence], bool]:
    """The dates within the horizon on which something is posted, and whether more may come."""
    if schedule.is_paused or schedule.is_over:
        return {}, False
    today = timezone.localtime(now, ZONE).date()
    last = today + HORIZON
    rule = rule_of(schedule)
    found: dict[date, Occurrence] = {}
    for occurrence in dates_of(rule, schedule, calendar_between(rule.first_on, last)):
        if occurrence.on > last:
            return found, True
        if occurrence.at is not None:
            found[occurrence.on] = occurrence
    waits = schedule.occurrences.filter(status=Status.DRAFT, is_own_version=False).exists()
    return found, waits or any(one.at is not None and one.at > now for one in found.values())


def _lapse(schedule: Schedule, now: datetime) -> int:
    """Call off what nobody approved within a day after its minute."""
    lapsed = list(
        schedule.occurrences.filter(
            status=Status.DRAFT, is_own_version=False, scheduled_for__lte=now - LAPSE
        ).select_for_update(of=("self",))
    )
    for post in lapsed:
        post.status = Status.CANCELLED
    Broadcast.objects.bulk_update(lapsed, ["status"])
    remark = "Đã qua giờ đăng mà chưa có ai duyệt nên không đăng lần này."
    BroadcastEvent.objects.bulk_create(
        BroadcastEvent(broadcast=post, kind=Kind.EXPIRED, note=remark) for post in lapsed
    )
    return len(lapsed)


@transaction.atomic
def plan(schedule: Schedule, now: datetime) -> int:
    """Make the posts of a schedule agree with it; returns how many rows changed.

    Nothing is made, and nothing gets an approval, for a minute that has come.
    """
    schedule.refresh_from_db(from_queryset=Schedule.objects.select_for_update(of=("self",)))
    pattern = Broadcast.objects.select_related("approved_by").get(pk=schedule.pattern_id)
    schedule.pattern = pattern
    expected, goes_on = _expected(schedule, now)
    work = _Plan(schedule, pattern, now, may_carry(pattern, now), [])
    changed, obsolete = _lapse(schedule, now), []
    own = schedule.occurrences.filter(
        is_own_version=False, started_at=None, status__in=BY_MACHINE
    ).select_for_update(of=("self",))
    for post in own:
        occurrence = expected.get(post.occurrence_on) if post.occurrence_on else None
        is_over = post.scheduled_for is not None and post.scheduled_for <= now
        if occurrence is None or occurrence.at is None:
            if not (is_over and post.status == Status.DRAFT):
                obsolete.append(post.pk)
        elif occurrence.at > now:
            changed += work.refresh(post, occurrence)
        elif post.status == Status.SCHEDULED and not has_carried(post, pattern):
            void_approval(post, by=None, why="Nội dung của lịch đã đổi nên không đăng lần này.")
            post.save()
            changed += 1
    changed += Broadcast.objects.filter(pk__in=obsolete).delete()[1].get("broadcasts.Broadcast", 0)
    present = set(schedule.occurrences.values_list("occurrence_on", flat=True))
    missing = [one for on, one in expected.items() if on not in present and one.at and one.at > now]
    changed += work.make(missing)
    BroadcastEvent.objects.bulk_create(work.events)
    schedule.plan_due_at = _next_midnight(now) if goes_on else None
    schedule.save(update_fields=["plan_due_at"])
    return changed


def _next_midnight(now: datetime) -> datetime:
    tomorrow = timezone.localtime(now, ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0, 1), tzinfo=ZONE)


def follow_pattern(pattern: Broadcast) -> None:
    """After a step of a pattern: its schedule takes it up at once."""
    schedule = Schedule.objects.filter(pattern=pattern).first()
    if schedule is not None:
        plan(schedule, timezone.now())


def plan_due(now: datetime) -> int:
    """Look after every schedule whose turn it is, each in its own transaction; how many changed."""
    changed = 0
    for _number in range(AT_ONCE):
        with transaction.atomic():
            schedule = (
                Schedule.objects.to_plan(now)
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("plan_due_at", "pk")
                .first()
            )
            if schedule is None:
                return changed
            changed += plan(schedule, now)
    return changed
