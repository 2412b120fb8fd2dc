"""Quiet hours, caps and collisions of posts.

One function serves the calendar, the next dates of a schedule and the content check. Urgent posts
are neither counted nor warned about.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import CommuneProfile
from broadcasts.posts.audience import groups_of
from broadcasts.posts.models import Broadcast
from broadcasts.scheduling.rules import ZONE, Calendar
from broadcasts.sending.models import Delivery
from groups.models import ZaloGroup

Arrival, Status = Delivery.Status, Broadcast.Status
CLOSE, WEEK = timedelta(hours=1), timedelta(days=7)
_NOT_RECEIVED = (Arrival.CANCELLED, Arrival.MISSED, Arrival.FAILED, Arrival.EXPIRED)
_CALLED_OFF = (Status.REJECTED, Status.CANCELLED, Status.RETURNED)


@dataclass(frozen=True)
class Limits:
    """Quiet hours and caps of a commune, on a day."""

    quiet_from: time
    quiet_to: time
    daily_cap: int
    weekly_cap: int

    def is_quiet(self, moment: datetime) -> bool:
        """Whether a moment lies in the quiet hours, which may go past midnight."""
        at = timezone.localtime(moment, ZONE).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to


def limits_of(commune_id: int) -> Callable[[date], Limits]:
    """The limits of a commune by day, read once; where nothing is set, the usual ones."""
    rows = list(CommuneProfile.objects.filter(commune=commune_id).order_by("-valid_from"))
    usual = CommuneProfile()

    def on(day: date) -> Limits:
        row = next((row for row in rows if row.valid_from <= day), usual)
        return Limits(row.quiet_from, row.quiet_to, row.daily_cap, row.weekly_cap)

    return on


@dataclass(frozen=True)
class Slot:
    """A post at a moment, and the groups that get it; `key` is its identity."""

    key: tuple[str, int, str]
    at: datetime
    groups: frozenset[int]
    title: str = ""
    topic_id: int | None = None
    topic: str = ""
    is_urgent: bool = False

    @property
    def day(self) -> date:
        return timezone.localtime(self.at, ZONE).date()


@dataclass(frozen=True)
class Conflict:
    """A conflict about the moment of a post, in a sentence; `others` are the posts it meets."""

    rule: str
    excerpt: str
    sentence: str
    others: tuple[Slot, ...] = ()


def audiences(commune_id: int) -> Callable[[Broadcast], frozenset[int]]:
    """Function from an unsent post to the groups it would reach; groups are read once."""
    active = ZaloGroup.objects.of_commune(commune_id).active()
    hamlet_of = dict(active.values_list("pk", "hamlet"))
    by_hamlet: dict[int | None, set[int]] = defaultdict(set)
    for group, hamlet in hamlet_of.items():
        by_hamlet[hamlet].add(group)
    everyone = frozenset(hamlet_of)

    def of_hamlet(hamlet: int) -> set[int]:
        if hamlet not in by_hamlet:  # without a group, or of the past: those that stood in it
            past = ZaloGroup.objects.of_hamlets([hamlet]).filter(pk__in=everyone)
            by_hamlet[hamlet] = set(past.values_list("pk", flat=True))
        return by_hamlet[hamlet]

    def reached(post: Broadcast) -> frozenset[int]:
        if post.corrects_id:
            return frozenset(groups_of(post).values_list("pk", flat=True))
        if post.goes_to_whole_commune:
            return everyone
        named = set(post.audience_groups) & everyone
        return frozenset(named.union(*map(of_hamlet, post.audience_hamlets)))

    return reached


def posts_between(posts: Any, first: datetime, last: datetime, now: datetime) -> Any:
    """Posts that left, leave or would leave in a span of time, with their `moment`.

    One that waits without a time would leave now. Drafts count only as part of a schedule.
    """
    moment = Coalesce(F("started_at"), F("scheduled_for"), Value(now, output_field=DateTimeField()))
    counted = ~Q(status__in=_CALLED_OFF) & (~Q(status=Status.DRAFT) | Q(schedule__isnull=False))
    near = Q(scheduled_for__range=(first, last)) | Q(started_at__range=(first, last))
    waiting = Q(scheduled_for=None, started_at=None)
    rows = posts.filter(counted, near | waiting, is_pattern=False).annotate(moment=moment)
    return rows.filter(moment__range=(first, last)).order_by("moment", "pk")


def slots_between(commune_id: int, first: datetime, last: datetime, now: datetime) -> list[Slot]:
    """Slots of all posts of a commune between two moments."""
    posts = Broadcast.objects.of_commune(commune_id).select_related("topic")
    return slots_of(list(posts_between(posts, first, last, now)), audiences(commune_id))


def slots_of(found: list[Any], reached: Callable[[Broadcast], frozenset[int]]) -> list[Slot]:
    """Posts with their `moment` as slots: what has left went where it went."""
    started = [post.pk for post in found if post.started_at]
    received: dict[int, set[int]] = defaultdict(set)
    pairs: Any = Delivery.objects.filter(broadcast__in=started).exclude(status__in=_NOT_RECEIVED)
    for post_id, group_id in pairs.order_by().values_list("broadcast", "zalo_group"):
        received[post_id].add(group_id)
    return [
        slot_of(
            post, post.moment, frozenset(received[post.pk]) if post.started_at else reached(post)
        )
        for post in found
    ]


def slot_of(post: Broadcast, at: datetime, groups: frozenset[int]) -> Slot:
    return Slot(
        key=("post", post.pk or 0, ""),
        at=at,
        groups=groups,
        title=post.title,
        topic_id=post.topic_id,
        topic=str(post.topic) if post.topic_id else "",
        is_urgent=post.is_urgent,
    )


def _busiest(slot: Slot, others: list[Slot], groups: frozenset[int]) -> tuple[int, int]:
    """The most posts that a group has in seven days around a slot, and in how many groups."""
    moments: dict[int, list[datetime]] = {group: [slot.at] for group in groups}
    for other in others:
        if abs(other.at - slot.at) < WEEK:
            for group in other.groups & groups:
                moments[group].append(other.at)
    most: dict[int, int] = {}
    for group, times in moments.items():
        times.sort()
        most[group] = max(
            sum(start <= at < start + WEEK for at in times)
            for start in times
            if start <= slot.at < start + WEEK
        )
    highest = max(most.values(), default=0)
    return highest, sum(count == highest for count in most.values())


# Rules that count groups: they say nothing of a post that goes nowhere yet.
COUNTING_GROUPS = frozenset({"close", "same_topic", "daily_cap", "weekly_cap"})


def conflicts_of(
    slot: Slot, others: Iterable[Slot], limits: Limits, calendar: Calendar
) -> list[Conflict]:
    """Conflicts of a slot with the others, the limits and days off."""
    if slot.is_urgent:
        return []
    found = [*_hours(slot, limits), *_day_off(slot, calendar)]
    met = [
        other
        for other in others
        if other.key != slot.key and not other.is_urgent and other.groups & slot.groups
    ]
    return [*found, *_close(slot, met), *_same_topic(slot, met), *_caps(slot, met, limits)]


def _hours(slot: Slot, limits: Limits) -> list[Conflict]:
    if not limits.is_quiet(slot.at):
        return []
    at = f"{timezone.localtime(slot.at, ZONE):%H:%M}"
    span = f"{limits.quiet_from:%H:%M}–{limits.quiet_to:%H:%M}"
    sentence = f"Giờ gửi {at} là giờ nghỉ ({span}). Bài thường nên gửi ban ngày."
    return [Conflict("quiet_hours", at, sentence)]


def _day_off(slot: Slot, calendar: Calendar) -> list[Conflict]:
    name = calendar.day_off(slot.day)
    if not name:
        return []
    sentence = f"Ngày {slot.day:%d/%m} là ngày nghỉ: {name}."
    return [Conflict("day_off", f"{slot.day:%d/%m}", sentence)]


def _close(slot: Slot, met: list[Slot]) -> list[Conflict]:
    near = [other for other in met if abs(other.at - slot.at) < CLOSE]
    if not near:
        return []
    groups = frozenset().union(*(other.groups for other in near)) & slot.groups
    at = f"{timezone.localtime(near[0].at, ZONE):%H:%M}"
    sentence = f"{len(groups)} nhóm có bài thường khác lúc {at}, cách chưa đến một giờ."
    return [Conflict("close", at, sentence, tuple(near))]


def _same_topic(slot: Slot, met: list[Slot]) -> list[Conflict]:
    same = [one for one in met if one.topic_id == slot.topic_id and one.day == slot.day]
    if not same or slot.topic_id is None:
        return []
    groups = frozenset().union(*(other.groups for other in same)) & slot.groups
    sentence = (
        f"{len(groups)} nhóm nhận {len(same) + 1} bài cùng chủ đề “{slot.topic}” trong ngày "
        f"{slot.day:%d/%m}."
    )
    return [Conflict("same_topic", slot.topic, sentence, tuple(same))]


def _caps(slot: Slot, met: list[Slot], limits: Limits) -> list[Conflict]:
    found = []
    today = [other for other in met if other.day == slot.day]
    counts = {group: 1 + sum(group in one.groups for one in today) for group in slot.groups}
    most = max(counts.values(), default=0)
    if most > limits.daily_cap:
        groups = sum(count == most for count in counts.values())
        sentence = (
            f"Ngày {slot.day:%d/%m} có {groups} nhóm nhận {most} bài thường; xã đặt nhiều nhất "
            f"{limits.daily_cap} bài mỗi ngày."
        )
        found.append(Conflict("daily_cap", f"{groups} nhóm", sentence, tuple(today)))
    most, groups = _busiest(slot, met, slot.groups)
    if most > limits.weekly_cap:
        sentence = (
            f"{groups} nhóm có {most} bài trong 7 ngày; xã đặt nhiều nhất {limits.weekly_cap} bài. "
            "Gửi nhiều quá người dân dễ tắt thông báo."
        )
        found.append(Conflict("weekly_cap", f"{groups} nhóm", sentence))
    return found
