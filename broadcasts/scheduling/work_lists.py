"""Work lists of schedules: without approval, missed, ending."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, short_list, work_list
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import when
from broadcasts.posts.work_lists import review_url
from broadcasts.scheduling.calendar import next_dates
from broadcasts.scheduling.materialise import LAPSE
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import rule_of
from broadcasts.scheduling.wording import approver_gone, hamlets_gone

Status = Broadcast.Status
SOON, ENDING = timedelta(days=7), timedelta(days=14)


def _show(schedule_id: int | None) -> str:
    return reverse("admin:broadcasts_schedule_show", args=[schedule_id])


def _own(user: Any) -> Any:
    """Schedules that this account looks after."""
    rows = Schedule.objects.visible_to(user).alive().filter(paused_at=None)
    if not user.has_perm("broadcasts.approve_broadcast"):
        rows = rows.filter(pattern__created_by=user)
    return rows.select_related("pattern__approved_by")


def _waiting(user: Any, now: datetime) -> Any:
    return Broadcast.objects.filter(
        schedule__in=_own(user).values("pk"),
        status__in=[Status.DRAFT, Status.RETURNED, Status.PENDING_APPROVAL],
        started_at=None,
        scheduled_for__range=(now - LAPSE, now + SOON),
    ).order_by("scheduled_for", "pk")


@work_list(asks=_waiting, permission="broadcasts.change_schedule")
def without_approval(user: Any, now: datetime) -> WorkList | None:
    """Occurrences of this week that will not leave as they stand."""
    tomorrow = now + timedelta(days=1)
    return short_list(
        "Lần đăng theo lịch chưa được duyệt",
        _waiting(user, now),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk) if post.is_own_version else _show(post.schedule_id),
            _unapproved(post, now),
            post.scheduled_for is not None and post.scheduled_for <= tomorrow,
        ),
        url=reverse("admin:broadcasts_broadcast_month"),
        icon="event_busy",
        order=12,
    )


def _unapproved(post: Broadcast, now: datetime) -> str:
    moment = when(post.scheduled_for, now)
    if post.scheduled_for is not None and post.scheduled_for <= now:
        return (
            f"Lỡ lúc {moment} vì chưa duyệt. Duyệt riêng thì gửi ngay, để quá một ngày thì máy bỏ."
        )
    return f"Đến {moment} mà chưa duyệt thì không đăng."


def _missed(user: Any, now: datetime) -> Any:
    rows = Broadcast.objects.visible_to(user)
    rows = rows.filter(status=Status.PAUSED, started_at=None, held_at__isnull=False)
    events = BroadcastEvent.objects.filter(broadcast=OuterRef("pk"), kind=BroadcastEvent.Kind.HELD)
    last = Subquery(events.order_by("-at", "-pk").values("note")[:1])
    return rows.annotate(held_note=last).order_by("held_at", "pk")


@work_list(asks=_missed, permission="broadcasts.stop_broadcast")
def held(user: Any, now: datetime) -> WorkList | None:
    """Posts that the machine held because they missed their moment."""
    return short_list(
        "Lỡ giờ đăng, chờ quyết định",
        _missed(user, now),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            post.held_note,
            True,
        ),
        icon="running_with_errors",
        order=11,
    )


@work_list(permission="broadcasts.change_schedule")
def to_look_after(user: Any, now: datetime) -> WorkList | None:
    """Schedules that end soon, whose approver has left, or whose hamlets are no more."""
    today = timezone.localdate(now)
    lapsed: dict[int | None, str] = {}
    items = []
    for schedule in _own(user).prefetch_related("skips"):
        approver = schedule.pattern.approved_by_id
        if approver not in lapsed:
            lapsed[approver] = approver_gone(schedule)
        for remark, urgent in (
            (lapsed[approver], True),
            (hamlets_gone(schedule, today), False),
            (_ending(schedule, now), False),
        ):
            if remark:
                items.append(WorkItem(schedule.pattern.title, _show(schedule.pk), remark, urgent))
                break
    if not items:
        return None
    return WorkList(
        "Lịch đăng cần xem lại",
        sorted(items, key=lambda item: not item.is_urgent)[:MOST],
        len(items),
        url=reverse("admin:broadcasts_schedule_changelist"),
        icon="update",
        order=45,
    )


def _ending(schedule: Schedule, now: datetime) -> str:
    """When it posts for the last time, where that is soon; a day is enough to know."""
    if schedule.last_on is None and schedule.times is None:
        return ""
    if schedule.last_on is not None and schedule.last_on > (now + ENDING).date():
        return ""
    if schedule.stop_before is not None or schedule.plan_due_at is None:
        return ""
    coming = [
        one.at for one in next_dates(rule_of(schedule), now, 40, schedule) if one.at is not None
    ]
    if not coming or coming[-1] > now + ENDING:
        return ""
    return f"Đăng lần cuối lúc {when(coming[-1], now)}. Muốn đăng tiếp thì sửa ngày kết thúc."
