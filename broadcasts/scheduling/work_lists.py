"""Work lists of schedules: without approval, missed, ending."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking, attach
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import (
    MOST,
    Level,
    WorkItem,
    WorkList,
    short_list,
    work_list,
)
from accounts.users.roles import MODEL_BACKEND
from broadcasts.occasions import APPROVES
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import when
from broadcasts.posts.work_lists import review_url
from broadcasts.scheduling.calendar import next_dates
from broadcasts.scheduling.materialise import LAPSE
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import rule_of
from broadcasts.scheduling.wording import approver_gone, hamlets_gone
from groups.models import Hamlet

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


@work_list(permission="broadcasts.change_schedule")
def without_approval(user: Any, now: datetime) -> Any:
    """Occurrences of this week that will not leave as they stand."""
    tomorrow = now + timedelta(days=1)
    return short_list(
        "Lần đăng theo lịch chưa được duyệt",
        lambda: _waiting(user, now),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk) if post.is_own_version else _show(post.schedule_id),
            _unapproved(post, now),
            post.scheduled_for is not None and post.scheduled_for <= tomorrow,
            key=subject_of(post),
            due_at=post.scheduled_for,
        ),
        url=reverse("admin:broadcasts_broadcast_month"),
        verb="Xem lịch đăng",
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


@work_list(permission="broadcasts.stop_broadcast")
def held(user: Any, now: datetime) -> Any:
    """Posts that the machine held because they missed their moment."""
    return short_list(
        "Lỡ giờ đăng, chờ quyết định",
        lambda: _missed(user, now),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            post.held_note,
            True,
            key=subject_of(post),
        ),
        verb="Quyết định",
    )


@work_list(permission="broadcasts.change_schedule")
def to_look_after(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Schedules that end soon, whose approver has left, or whose hamlets are no more."""
    today = timezone.localdate(now)
    schedules = yield Later("schedules", lambda: _own(user))
    if not schedules:
        return None
    yield from attach(schedules, "skips")
    named = frozenset(schedule.pattern.approved_by_id for schedule in schedules) - {None}
    chosen = frozenset(pk for one in schedules for pk in one.pattern.audience_hamlets or ())

    def able() -> Any:
        rows = User.objects.with_perm(APPROVES, backend=MODEL_BACKEND, include_superusers=False)
        return rows.filter(pk__in=named).values_list("pk", "commune")

    def valid() -> Any:
        rows = Hamlet.objects.filter(pk__in=chosen).valid_on(today)
        return rows.values_list("pk", flat=True)

    staying, there = yield [
        Later("approvers", able, given=named), Later("places", valid, given=chosen),
    ]  # fmt: skip
    places, stays = set(there), set(staying)
    lapsed: dict[int | None, str] = {}
    items = []
    for schedule in schedules:
        pattern = schedule.pattern
        approver = pattern.approved_by_id
        if approver not in lapsed:
            is_there = (approver, pattern.commune_id) in stays
            lapsed[approver] = "" if is_there else approver_gone(schedule)
        is_whole = places.issuperset(pattern.audience_hamlets or ())
        for remark, urgent in (
            (lapsed[approver], True),
            ("" if is_whole else hamlets_gone(schedule, today), False),
            (_ending(schedule, now), False),
        ):
            if remark:
                items.append(
                    WorkItem(
                        schedule.pattern.title,
                        _show(schedule.pk),
                        remark,
                        urgent,
                        key=subject_of(schedule),
                    )
                )
                break
    if not items:
        return None
    return WorkList(
        "Lịch đăng cần xem lại",
        sorted(items, key=lambda item: not item.is_urgent)[:MOST],
        len(items),
        url=reverse("admin:broadcasts_schedule_changelist"),
        verb="Xem lịch đăng",
        level=Level.SHIFT,
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
