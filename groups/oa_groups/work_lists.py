"""Work lists of groups at Zalo: packages, people who ask to join, differences, attempts."""

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number
from accounts.scoped_admin.work_lists import (
    MOST,
    Level,
    WorkItem,
    WorkList,
    by_day,
    short_list,
    work_list,
)
from groups.oa_groups.models import GroupAtZalo, GroupCreation, ReconciliationLine
from groups.zalo_groups import health
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.querysets import ENDING_DAYS

DISSOLVED_TOLD_DAYS = 14
RUNS = "groups.run_oa_group"
Status = ZaloGroup.Status


def _at_zalo_page(group: ZaloGroup) -> str:
    return reverse("admin:groups_zalogroup_at_zalo", args=[group.pk])


def _refused(user: Any, now: datetime) -> Any:
    return (
        GroupAtZalo.objects.visible_to(user)
        .filter(status__in=[GroupAtZalo.Status.DISABLED, GroupAtZalo.Status.GONE])
        .exclude(group__status=Status.CLOSED)
        .select_related("group__hamlet")
        .order_by("disabled_on", "group__search_text")
    )


@work_list(permission=RUNS)
def groups_refused_by_zalo(user: Any, now: datetime) -> Any:
    """Zalo takes no post for these: the package has ended, or the group is gone."""
    return short_list(
        "Nhóm bị Zalo khóa hoặc không còn",
        lambda: _refused(user, now),
        lambda row: WorkItem(
            row.group.name,
            _at_zalo_page(row.group),
            health.refusal(row, now.date()),
            True,
            key=subject_of(row.group),
        ),
        verb="Xem nhóm",
    )


def _dissolved(user: Any, now: datetime) -> Any:
    since = now.date() - timedelta(days=DISSOLVED_TOLD_DAYS)
    return (
        GroupAtZalo.objects.visible_to(user)
        .filter(status=GroupAtZalo.Status.GONE, group__status=Status.CLOSED)
        .filter(deletes_on__gte=since)
        .select_related("group")
        .order_by("-deletes_on", "group__search_text")
    )


@work_list(permission=RUNS)
def groups_dissolved(user: Any, now: datetime) -> Any:
    """Zalo dissolved these lately: the people must be told where to go."""
    return short_list(
        "Nhóm vừa bị giải tán",
        lambda: _dissolved(user, now),
        lambda row: WorkItem(
            row.group.name,
            reverse("admin:groups_zalogroup_change", args=[row.group_id]),
            f"Zalo đã giải tán ngày {row.deletes_on:%d/%m/%Y}. Báo bà con và lập nhóm mới.",
            True,
            key=subject_of(row.group),
        ),
        verb="Mở nhóm",
    )


def _ending(user: Any, now: datetime) -> Any:
    today = now.date()
    return (
        ZaloGroup.objects.visible_to(user)
        .exclude(status=Status.CLOSED)
        .exclude(at_zalo__status__in=[GroupAtZalo.Status.DISABLED, GroupAtZalo.Status.GONE])
        .filter(asset_expires_on__lte=today + timedelta(days=ENDING_DAYS))
        .select_related("hamlet", "at_zalo__asset")
        .order_by("asset_expires_on", "search_text")
    )


@work_list(permission=RUNS)
def group_packages_ending(user: Any, now: datetime) -> Any:
    """The paid package of a group ends within 30 days: said anew at 14, and urgent from 7."""
    today = now.date()
    return short_list(
        "Gói nhóm sắp hết hạn",
        lambda: _ending(user, now),
        lambda group: _package(group, today),
        url=f"{reverse('admin:groups_zalogroup_care')}?ly-do=goi-nhom",
        verb="Xem gói nhóm",
        level=Level.SHIFT,
    )


def _package(group: ZaloGroup, today: date) -> WorkItem:
    reason = health.ending_of(group, today)
    return WorkItem(
        group.name,
        _at_zalo_page(group),
        reason.sentence,
        reason.is_urgent,
        key=subject_of(group),
        due_at=by_day(group.asset_expires_on),
    )


def _at_the_door(user: Any, now: datetime) -> Any:
    return (
        GroupAtZalo.objects.visible_to(user)
        .with_people_waiting()
        .select_related("group__hamlet")
        .order_by("waiting_since", "group__search_text")
    )


@work_list(permission=RUNS)
def people_asking_to_join(user: Any, now: datetime) -> Any:
    """People at the door of a group whose joining is approved by the police."""
    return short_list(
        "Người xin vào nhóm",
        lambda: _at_the_door(user, now),
        lambda row: WorkItem(
            row.group.name,
            reverse("admin:groups_zalogroup_pending", args=[row.group.pk]),
            f"{row.waiting} người xin vào nhóm.",
            key=subject_of(row.group),
        ),
        verb="Duyệt người vào",
    )


def _differences(user: Any, now: datetime) -> Any:
    return (
        ReconciliationLine.objects.visible_to(user)
        .open()
        .select_related("group", "reconciliation")
        .order_by("pk")
    )


@work_list(permission=RUNS)
def differences_to_decide(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Differences to Zalo that a person must decide."""

    def number() -> Number:
        return Number(_differences(user, now))

    rows = yield Later("differences", lambda: _differences(user, now)[: MOST + 1])
    if not rows:
        return None
    count = len(rows) if len(rows) <= MOST else (yield Later("all differences", number))
    sees_all = user.has_perm("groups.view_groupreconciliation")
    items = [
        WorkItem(
            row.group.name if row.group else row.theirs,
            _at_zalo_page(row.group)
            if row.group
            else reverse("admin:groups_groupreconciliation_show", args=[row.reconciliation_id]),
            f"{row.label}. {row.theirs}" if row.group else row.label,
            row.kind == ReconciliationLine.Kind.GONE,
            key=subject_of(row.group) if row.group else subject_of(row),
        )
        for row in rows[:MOST]
    ]
    newest = max(row.reconciliation_id for row in rows)
    return WorkList(
        "Nhóm khác với Zalo, chờ quyết định",
        items,
        count,
        url=reverse("admin:groups_groupreconciliation_show", args=[newest]) if sees_all else "",
        verb="Quyết định",
    )


def _left_open(user: Any, now: datetime) -> Any:
    return (
        GroupCreation.objects.visible_to(user)
        .left_open()
        .select_related("group__hamlet")
        .order_by("asked_at")
    )


@work_list(permission=RUNS)
def creations_unclear(user: Any, now: datetime) -> Any:
    """Attempts to make a group that left something open: the outcome, or its first settings."""
    return short_list(
        "Tạo nhóm chưa xong", lambda: _left_open(user, now), _attempt, verb="Làm tiếp"
    )


def _attempt(row: GroupCreation) -> WorkItem:
    if row.state == GroupCreation.State.MADE:
        page = _at_zalo_page(row.group)
        return WorkItem(row.group.name, page, row.problem, True, key=subject_of(row.group))
    address = reverse("admin:groups_zalogroup_make", args=[row.group_id])
    unclear = "Chưa rõ Zalo đã tạo nhóm hay chưa. Tìm nhóm trên Zalo rồi nhận về."
    return WorkItem(row.group.name, address, unclear, True, key=subject_of(row.group))
