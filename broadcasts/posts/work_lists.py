"""Work lists of posts and deliveries for the home page."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, short_list, work_list
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import leaving, when
from broadcasts.sending.models import Delivery
from procedures.models import Edition

Status = Broadcast.Status


def review_url(broadcast_id: int) -> str:
    return reverse("admin:broadcasts_broadcast_review", args=[broadcast_id])


def log_url(broadcast_id: int, status: str = "") -> str:
    address = reverse("admin:broadcasts_broadcast_log", args=[broadcast_id])
    return f"{address}?trang-thai={status}" if status else address


def _list_url(query: str) -> str:
    return f"{reverse('admin:broadcasts_broadcast_changelist')}?{query}"


def _posts(user: Any) -> Any:
    return Broadcast.objects.visible_to(user).select_related("created_by", "submitted_by")


@work_list(permission="broadcasts.approve_broadcast")
def to_approve(user: Any, now: datetime) -> WorkList | None:
    made = short_list(
        "Bài chờ đồng chí duyệt",
        _posts(user).approvable_by(user).order_by("-priority", "scheduled_for", "submitted_at"),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            f"{post.submitted_by} trình {when(post.submitted_at, now)}. {leaving(post, now)}.",
            presses=post.is_urgent,
        ),
        url=_list_url("viec=duyet"),
        empty="Không có bài nào chờ duyệt.",
        icon="approval",
        order=10,
    )
    if made is None or not made.count:
        return made
    return replace(made, actions=[WorkItem(f"Duyệt bài ({made.count})", made.items[0].url)])


@work_list(permission="broadcasts.add_broadcast")
def returned_to_me(user: Any, now: datetime) -> WorkList | None:
    """Returned posts of this author with the reason, then own drafts."""
    reason = BroadcastEvent.objects.filter(
        broadcast=OuterRef("pk"), kind=BroadcastEvent.Kind.RETURNED
    ).order_by("-pk")
    own = (
        Broadcast.objects.visible_to(user)
        .filter(created_by=user, status__in=[Status.RETURNED, Status.DRAFT])
        .without_planned()
        .annotate(reason=Subquery(reason.values("note")[:1]))
        .order_by("-status", "-created_at")
    )
    return short_list(
        "Bài của đồng chí cần làm tiếp",
        own,
        lambda post: WorkItem(
            post.title,
            reverse("admin:broadcasts_broadcast_change", args=[post.pk]),
            f"Bị trả lại: {post.reason}" if post.status == Status.RETURNED else "Bản nháp.",
            post.status == Status.RETURNED,
        ),
        url=_list_url("viec=cua-toi"),
        empty="Không có bài nháp hay bài bị trả lại.",
        icon="edit_note",
        order=40,
        actions=[
            WorkItem("Soạn bài mới", reverse("admin:broadcasts_broadcast_add")),
            WorkItem("Soạn từ mẫu", reverse("admin:broadcasts_posttemplate_choose")),
        ],
    )


def _under_way(user: Any, now: datetime) -> Any:
    return _posts(user).under_way().order_by("-priority", "-started_at")


@work_list(asks=_under_way, permission="broadcasts.view_broadcast")
def being_sent(user: Any, now: datetime) -> WorkList | None:
    under_way = _under_way(user, now)
    progress = Delivery.objects.visible_to(user).progress(under_way.values("pk")[:MOST])

    def line(post: Broadcast) -> WorkItem:
        counts = progress.get(post.pk, {"done": 0, "total": 0, "trouble": 0})
        remark = f"{counts['done']}/{counts['total']} nhóm đã nhận"
        if counts["trouble"]:
            remark += f", {counts['trouble']} nhóm có vấn đề"
        if post.status == Status.PAUSED:
            remark = f"Đang tạm dừng. {remark}"
        return WorkItem(post.title, log_url(post.pk), f"{remark}.", post.is_urgent)

    return short_list(
        "Đang gửi", under_way, line, url=_list_url("viec=dang-gui"), icon="outgoing_mail", order=20
    )


def _trouble(
    deliveries: Any, status: str, remark: str, title: str, **options: Any
) -> WorkList | None:
    """One line a post, for deliveries that need a person, with the hint of Zalo's echoes."""
    pairs = Counter(deliveries.order_by().values_list("broadcast", "broadcast__title")[:1000])
    if not pairs:
        return None
    echoes = Counter(deliveries.with_echo().order_by().values_list("broadcast", flat=True)[:1000])

    def line(pk: int, name: str, count: int) -> WorkItem:
        hint = f" Zalo báo đã có tin này trong {echoes[pk]} nhóm." if echoes[pk] else ""
        return WorkItem(name, log_url(pk, status), f"{remark.format(count=count)}{hint}", True)

    items = [line(pk, name, count) for (pk, name), count in pairs.most_common(MOST)]
    list_url = f"{reverse('admin:broadcasts_delivery_changelist')}?viec={status}"
    return WorkList(title, items, sum(pairs.values()), url=list_url, **options)


def _unclear(user: Any, now: datetime) -> Any:
    return Delivery.objects.visible_to(user).uncertain()


@work_list(asks=_unclear, permission="broadcasts.settle_delivery")
def unclear_deliveries(user: Any, now: datetime) -> WorkList | None:
    return _trouble(
        _unclear(user, now), "uncertain", "{count} nhóm: mở nhóm xem có bài chưa.",
        "Chưa rõ đã tới nhóm hay chưa", order=25, icon="help",
    )  # fmt: skip


def _failed(user: Any, now: datetime) -> Any:
    return Delivery.objects.visible_to(user).failed_lately(now)


@work_list(asks=_failed, permission="broadcasts.resend_delivery")
def failed_deliveries(user: Any, now: datetime) -> WorkList | None:
    return _trouble(
        _failed(user, now), "failed", "{count} nhóm chưa nhận bài.", "Không gửi được",
        order=26, icon="error",
    )  # fmt: skip


@work_list(permission="broadcasts.post_by_hand")
def hand_tasks(user: Any, now: datetime) -> WorkList | None:
    posts = Counter(
        Delivery.objects.visible_to(user)
        .to_post()
        .order_by("-is_urgent", "created_at")
        .values_list("broadcast", "broadcast__title", "is_urgent")[:1000]
    )
    address = reverse("admin:broadcasts_delivery_hand_list")
    count = sum(posts.values())
    items = [
        WorkItem(title, f"{address}#bai-{pk}", f"{groups} nhóm chờ đăng tay.", presses=is_urgent)
        for (pk, title, is_urgent), groups in list(posts.items())[:MOST]
    ]
    return WorkList(
        "Việc đăng tay",
        items,
        count,
        url=address,
        empty="Không có bài nào chờ đăng tay.",
        icon="pan_tool",
        order=60 if user.has_perm("broadcasts.approve_broadcast") else 15,
        actions=[WorkItem(f"Việc đăng tay ({count})", address)] if count else [],
    )


def _of_changed_procedures(user: Any, now: datetime) -> Any:
    sure = Edition.objects.sendable(timezone.localdate(now)).values("pk")
    waiting = _posts(user).filter(
        edition__isnull=False, is_pattern=False, started_at=None, status__in=Broadcast.EDITABLE
    )
    return waiting.exclude(edition__in=sure).order_by("scheduled_for", "pk")


@work_list(asks=_of_changed_procedures, permission="broadcasts.add_broadcast")
def posts_of_changed_procedures(user: Any, now: datetime) -> WorkList | None:
    """Unsent posts made from an edition that may no longer be sent."""
    return short_list(
        "Bài soạn từ thủ tục đã thay đổi",
        _of_changed_procedures(user, now).select_related("edition__procedure"),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            f"{post.edition}: cần rà soát lại. Bài chưa gửi được. {leaving(post, now)}.",
            post.status in Broadcast.UNDER_APPROVAL,
        ),
        icon="rule",
        order=28,
    )


@work_list(permission="broadcasts.view_broadcast")
def next_posts(user: Any, now: datetime) -> WorkList | None:
    """Posts to come, the next first."""
    return short_list(
        "Sắp gửi",
        _posts(user).leaving_soon(now).order_by("scheduled_for", "pk"),
        lambda post: WorkItem(
            post.title, review_url(post.pk), f"{leaving(post, now)}.", post.is_urgent
        ),
        url=_list_url("viec=hen-gio"),
        empty="Chưa có bài nào hẹn giờ.",
        icon="schedule_send",
        order=30,
    )
