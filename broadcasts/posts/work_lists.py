"""Work lists of posts and deliveries for the home page."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.terms import HAND_POSTING, SENDING
from accounts.scoped_admin.work_lists import (
    MOST,
    Level,
    WorkItem,
    WorkList,
    short_list,
    work_list,
)
from accounts.users.roles import MODEL_BACKEND
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import leaving, when
from broadcasts.sending.models import Delivery
from groups.models import HamletAssignment
from procedures.models import Edition

Status = Broadcast.Status
POSTS = "broadcasts.post_by_hand"


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
def to_approve(user: Any, now: datetime) -> Any:
    return short_list(
        "Bài chờ đồng chí duyệt",
        lambda: (
            _posts(user).approvable_by(user).order_by("-priority", "scheduled_for", "submitted_at")
        ),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            f"{post.submitted_by} trình {when(post.submitted_at, now)}. {leaving(post, now)}.",
            presses=post.is_urgent,
            key=subject_of(post),
            due_at=post.scheduled_for,
            term=SENDING,
        ),
        url=_list_url("viec=duyet"),
        verb="Đọc và duyệt",
    )


@work_list(permission="broadcasts.add_broadcast")
def returned_to_me(user: Any, now: datetime) -> Any:
    """Returned posts of this author with the reason, then own drafts."""
    reason = BroadcastEvent.objects.filter(
        broadcast=OuterRef("pk"), kind=BroadcastEvent.Kind.RETURNED
    ).order_by("-pk")

    def own() -> Any:
        return (
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
            key=subject_of(post),
            due_at=post.scheduled_for,
            term=SENDING,
        ),
        url=_list_url("viec=cua-toi"),
        verb="Làm tiếp",
        level=Level.SHIFT,
        actions=[
            WorkItem("Soạn bài mới", reverse("admin:broadcasts_broadcast_add")),
            WorkItem("Soạn từ mẫu", reverse("admin:broadcasts_posttemplate_choose")),
        ],
    )


def _under_way(user: Any, now: datetime) -> Any:
    return _posts(user).under_way().order_by("-priority", "-started_at")


@work_list(permission="broadcasts.view_broadcast")
def being_sent(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Progress of sending; groups that want a person stand in other lists as well."""

    def counts() -> Any:
        posts = _under_way(user, now).values("pk")[:MOST]
        return Delivery.objects.visible_to(user).counted(posts)

    counted = yield Later("progress", counts)
    progress = {row["broadcast"]: row for row in counted}

    def line(post: Broadcast) -> WorkItem:
        counts = progress.get(post.pk)
        if counts is None:  # to groups of elsewhere, or to none yet
            sees_all = user.has_perm("groups.view_all_hamlets")
            remark = "Chưa tới nhóm nào" if sees_all else "Chưa có nhóm nào của địa bàn đồng chí"
        else:
            remark = f"{counts['done']}/{counts['total']} nhóm đã nhận"
            if counts["trouble"]:
                remark += f", {counts['trouble']} nhóm có vấn đề"
        if post.status == Status.PAUSED:
            remark = f"Đang tạm dừng. {remark}"
        return WorkItem(post.title, log_url(post.pk), f"{remark}.", key=subject_of(post))

    return (
        yield from short_list(
            "Đang gửi", lambda: _under_way(user, now), line, url=_list_url("viec=dang-gui"),
            verb="Xem", level=Level.SHIFT,
        )
    )  # fmt: skip


def _trouble(
    deliveries: Callable[[], Any], status: str, remark: str, title: str, **options: Any
) -> Asking[WorkList | None]:
    """One line a post, for deliveries that need a person, with the hint of Zalo's echoes."""

    def named() -> Any:
        return deliveries().order_by().values_list("broadcast", "broadcast__title")[:1000]

    rows = yield Later(title, named)
    pairs: Counter[tuple[int, str]] = Counter(rows)
    if not pairs:
        return None

    def echoed() -> Any:
        return deliveries().with_echo().order_by().values_list("broadcast", flat=True)[:1000]

    heard = yield Later(title, echoed)
    echoes: Counter[int] = Counter(heard)

    def line(pk: int, name: str, count: int) -> WorkItem:
        hint = f" Zalo báo đã có tin này trong {echoes[pk]} nhóm." if echoes[pk] else ""
        return WorkItem(
            name, log_url(pk, status), f"{remark.format(count=count)}{hint}", True,
            key=f"broadcasts.broadcast:{pk}",
        )  # fmt: skip

    items = [line(pk, name, count) for (pk, name), count in pairs.most_common(MOST)]
    list_url = f"{reverse('admin:broadcasts_delivery_changelist')}?viec={status}"
    return WorkList(title, items, len(pairs), url=list_url, **options)


def _unclear(user: Any, now: datetime) -> Any:
    return Delivery.objects.visible_to(user).uncertain()


@work_list(permission="broadcasts.settle_delivery")
def unclear_deliveries(user: Any, now: datetime) -> Any:
    return _trouble(
        lambda: _unclear(user, now), "uncertain", "{count} nhóm: mở nhóm xem có bài chưa.",
        "Chưa rõ đã tới nhóm hay chưa", verb="Xác định",
    )  # fmt: skip


def _failed(user: Any, now: datetime) -> Any:
    return Delivery.objects.visible_to(user).failed_lately(now)


@work_list(permission="broadcasts.resend_delivery")
def failed_deliveries(user: Any, now: datetime) -> Any:
    return _trouble(
        lambda: _failed(user, now), "failed", "{count} nhóm chưa nhận bài.", "Không gửi được",
        verb="Gửi lại",
    )  # fmt: skip


def _is_of_others(user: Any, now: datetime) -> Case:
    """Whether a task is that of other accounts alone: of a leader, who may post to any group.

    A post of which groups were given up waits for the leader again.
    """
    posting = User.objects.with_perm(POSTS, include_superusers=False, backend=MODEL_BACKEND)
    covering = HamletAssignment.objects.on(timezone.localdate(now)).filter(
        hamlet=OuterRef("zalo_group__hamlet"), officer__is_active=True
    )
    own = Q(zalo_group__owner__user=user.pk) | Exists(covering.filter(officer__user=user.pk))
    others = Q(zalo_group__owner__user__in=posting) | Exists(
        covering.filter(officer__user__in=posting)
    )
    given_up = Delivery.objects.filter(broadcast=OuterRef("broadcast")).given_up()
    return Case(
        When(Exists(given_up), then=Value(False)),
        When(own, then=Value(False)),
        When(others, then=Value(True)),
        default=Value(False),
    )


@work_list(permission=POSTS)
def hand_tasks(user: Any, now: datetime) -> Asking[WorkList | None]:
    """One line a post. What others post to is there for a leader to know of."""

    def tasks() -> Any:
        rows = Delivery.objects.visible_to(user).to_post().order_by("-is_urgent", "created_at")
        leads = user.has_perm("broadcasts.stop_broadcast")
        rows = rows.annotate(of_others=_is_of_others(user, now) if leads else Value(False))
        named = ("broadcast", "broadcast__title", "is_urgent", "broadcast__expires_at")
        return rows.values_list(*named, "of_others")[:1000]

    rows = yield Later("hand tasks", tasks)
    posts: Counter[tuple[int, str, bool, datetime | None]] = Counter(row[:-1] for row in rows)
    if not posts:
        return None
    own = {pk for pk, *_post, of_others in rows if not of_others}
    address = reverse("admin:broadcasts_delivery_hand_list")
    items = [
        WorkItem(
            title,
            f"{address}#bai-{pk}",
            f"{groups} nhóm chờ {'' if pk in own else 'người khác '}đăng tay.",
            presses=is_urgent,
            is_others=pk not in own,
            key=f"broadcasts.broadcast:{pk}",
            due_at=expires_at,
            term=HAND_POSTING,
        )
        for (pk, title, is_urgent, expires_at), groups in list(posts.items())[:MOST]
    ]
    return WorkList(
        "Việc đăng tay",
        items,
        len(posts),
        url=address,
        verb="Đăng tay",
    )


def _of_changed_procedures(user: Any, now: datetime) -> Any:
    sure = Edition.objects.sendable(timezone.localdate(now)).values("pk")
    waiting = _posts(user).filter(
        edition__isnull=False, is_pattern=False, started_at=None, status__in=Broadcast.EDITABLE
    )
    return waiting.exclude(edition__in=sure).order_by("scheduled_for", "pk")


@work_list(permission="broadcasts.add_broadcast")
def posts_of_changed_procedures(user: Any, now: datetime) -> Any:
    """Unsent posts made from an edition that may no longer be sent."""
    return short_list(
        "Bài soạn từ thủ tục đã thay đổi",
        lambda: _of_changed_procedures(user, now).select_related("edition__procedure"),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            f"{post.edition}: cần rà soát lại. Bài chưa gửi được. {leaving(post, now)}.",
            post.status in Broadcast.UNDER_APPROVAL,
            key=subject_of(post),
            due_at=post.scheduled_for,
            term=SENDING,
        ),
        verb="Xem bài",
    )


@work_list(permission="broadcasts.view_broadcast")
def next_posts(user: Any, now: datetime) -> Any:
    """Posts to come, the next first."""
    return short_list(
        "Sắp gửi",
        lambda: _posts(user).leaving_soon(now).order_by("scheduled_for", "pk"),
        lambda post: WorkItem(
            post.title,
            review_url(post.pk),
            f"{leaving(post, now)}.",
            key=subject_of(post),
            due_at=post.scheduled_for,
            term=SENDING,
        ),
        url=_list_url("viec=hen-gio"),
        verb="Xem",
        level=Level.SHIFT,
    )
