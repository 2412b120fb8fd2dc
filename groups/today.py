"""Work lists of the place and its groups for the home page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.today import WorkItem, WorkList, work_list
from groups import health, official_posts
from groups.models import Hamlet, HamletAssignment, HamletChange, Handover, ZaloGroup

SHOWN = 5
EXPIRY_DAYS = 30
Status = ZaloGroup.Status


def _group_item(group: ZaloGroup, note: str, *, is_urgent: bool = False) -> WorkItem:
    address = reverse("admin:groups_zalogroup_change", args=[group.pk])
    place = f"{group.hamlet}. " if group.hamlet else ""
    return WorkItem(group.name, address, f"{place}{note}", is_urgent)


def _groups(user: Any) -> Any:
    return (
        ZaloGroup.objects.visible_to(user)
        .exclude(status=Status.CLOSED)
        .select_related("hamlet")
        .order_by("search_text", "pk")
    )


@work_list
def groups_not_in_service(user: Any, now: datetime) -> WorkList | None:
    """Groups that get no post yet: being set up, in consultation, paused, or without their id."""
    if not user.has_perm("groups.change_zalogroup"):
        return None
    waiting = _groups(user).exclude(status=Status.ACTIVE)
    rows = list(waiting[: SHOWN + 1])
    if not rows:
        return None
    items = [
        _group_item(
            group,
            "Chưa có mã nhóm trên Zalo."
            if group.capabilities.sends_by_api and not group.zalo_group_id
            else f"{group.get_status_display()}.",
        )
        for group in rows[:SHOWN]
    ]
    return WorkList(
        "Nhóm chưa hoạt động",
        items,
        len(rows) if len(rows) <= SHOWN else waiting.count(),
        url=f"{reverse('admin:groups_zalogroup_changelist')}?status__in=draft,consulting,paused",
        icon="forum",
        order=70,
    )


@work_list
def groups_to_look_after(user: Any, now: datetime) -> WorkList | None:
    """Groups in service that are silent, unattended, nearly full, or not looked at for long."""
    if not user.has_perm("groups.tend_zalogroup"):
        return None
    today = now.date()
    wanting = (
        ZaloGroup.objects.visible_to(user)
        .worst_first(today)
        .select_related("hamlet", "officer_inside", "rules_pinned", "at_zalo__asset")
    )
    rows = list(wanting[: SHOWN + 1])
    if not rows:
        return None
    last = official_posts.last([group.pk for group in rows[:SHOWN]])
    found = [(group, health.reasons(group, today, last.get(group.pk))) for group in rows[:SHOWN]]
    address = reverse("admin:groups_zalogroup_care")
    items = [
        WorkItem(
            group.name,
            f"{address}#nhom-{group.pk}",
            " ".join(reason.sentence for reason in reasons[:2]),
            any(reason.is_urgent for reason in reasons),
        )
        for group, reasons in found
    ]
    return WorkList(
        "Sức khỏe nhóm",
        items,
        len(rows) if len(rows) <= SHOWN else wanting.count(),
        url=address,
        icon="monitor_heart",
        order=68,
    )


@work_list
def hamlets_without_officer(user: Any, now: datetime) -> WorkList | None:
    """Nobody covers the hamlet today: its hand-posting tasks would wait for no one."""
    if not (user.has_perm("groups.view_all_hamlets") and user.has_perm("groups.change_hamlet")):
        return None
    covered = HamletAssignment.objects.on(now.date()).filter(
        hamlet=OuterRef("pk"), officer__is_active=True
    )
    bare = (
        Hamlet.objects.visible_to(user)
        .valid_on(now.date())
        .filter(~Exists(covered))
        .order_by("code")
    )
    rows = list(bare[: SHOWN + 1])
    if not rows:
        return None
    items = [
        WorkItem(
            str(hamlet),
            reverse("admin:groups_hamlet_change", args=[hamlet.pk]),
            "Chưa phân công cán bộ phụ trách.",
        )
        for hamlet in rows[:SHOWN]
    ]
    return WorkList(
        "Ấp chưa có cán bộ phụ trách",
        items,
        len(rows) if len(rows) <= SHOWN else bare.count(),
        icon="person_off",
        order=72,
    )


@work_list
def hamlet_changes_due(user: Any, now: datetime) -> WorkList | None:
    """Decisions on hamlets that are in force by now, or soon, and not carried out yet."""
    if not user.has_perm("groups.carry_out_hamlet_change"):
        return None
    today = now.date()
    open_ones = (
        HamletChange.objects.visible_to(user)
        .exclude(state=HamletChange.State.DONE)
        .filter(effective_on__lte=today + timedelta(days=EXPIRY_DAYS))
        .prefetch_related("sources__hamlet")
        .order_by("effective_on", "pk")
    )
    rows = list(open_ones[: SHOWN + 1])
    if not rows:
        return None
    items = [
        WorkItem(
            f"{change.get_kind_display()}: {', '.join(map(str, change.sources.all()))}",
            reverse("admin:groups_hamletchange_show", args=[change.pk]),
            f"{change.decision_number} có hiệu lực từ {change.effective_on:%d/%m/%Y}. "
            f"{change.get_state_display()}.",
            change.effective_on <= today,
        )
        for change in rows[:SHOWN]
    ]
    return WorkList(
        "Sắp xếp ấp, khu phố",
        items,
        len(rows) if len(rows) <= SHOWN else open_ones.count(),
        url=reverse("admin:groups_hamletchange_changelist"),
        icon="account_tree",
        order=62,
    )


@work_list
def handovers_to_sign(user: Any, now: datetime) -> WorkList | None:
    """Handovers to sign, refused ones, owners to change on Zalo; for the chief what was signed."""
    if not user.has_perm("groups.view_handover"):
        return None
    waiting = Handover.objects.waiting_for(user).select_related("from_officer", "to_officer")
    to_change = (
        Handover.objects.filter(
            state=Handover.State.ACCEPTED,
            to_officer__user=user.pk,
            group_items__changed_on_zalo_at=None,
            group_items__isnull=False,
        )
        .select_related("from_officer", "to_officer")
        .distinct()
    )
    refused = Handover.objects.filter(
        state=Handover.State.DECLINED, given_by=user, given_at__gte=now - timedelta(days=14)
    ).select_related("from_officer", "to_officer")
    signed = Handover.objects.none()
    if user.has_perm("groups.change_handover") and user.has_perm("groups.view_all_hamlets"):
        signed = (
            Handover.objects.visible_to(user)
            .filter(state=Handover.State.ACCEPTED, accepted_at__gte=now - timedelta(days=7))
            .exclude(given_by=user)
            .exclude(accepted_by=user)
            .select_related("from_officer", "to_officer")
        )
    items = [
        *(_handover_item(row, "Chờ đồng chí ký nhận.", is_urgent=True) for row in waiting),
        *(_handover_item(row, f"Người nhận không nhận: {row.answer}.") for row in refused),
        *(_handover_item(row, "Còn nhóm chưa đổi trưởng nhóm trên Zalo.") for row in to_change),
        *(_handover_item(row, f"{row.get_kind_display()}, hai bên đã ký.") for row in signed),
    ]
    if not items:
        return None
    return WorkList(
        "Bàn giao địa bàn",
        items[:SHOWN],
        len(items),
        url=reverse("admin:groups_handover_changelist"),
        icon="swap_horiz",
        order=15,
    )


def _handover_item(handover: Handover, note: str, *, is_urgent: bool = False) -> WorkItem:
    address = reverse("admin:groups_handover_show", args=[handover.pk])
    return WorkItem(str(handover), address, note, is_urgent)


@work_list
def covers_running(user: Any, now: datetime) -> WorkList | None:
    """Hamlets that this account covers for another, and until when."""
    if not user.has_perm("groups.view_handover"):
        return None
    today = now.date()
    running = (
        HamletAssignment.objects.on(today)
        .filter(officer__user=user.pk, is_cover=True)
        .select_related("hamlet")
        .order_by("valid_to", "hamlet__code")
    )
    rows = list(running)
    if not rows:
        return None
    items = [
        WorkItem(
            str(row.hamlet),
            reverse("admin:groups_hamlet_change", args=[row.hamlet_id]),
            f"Trực thay đến hết {row.valid_to:%d/%m/%Y}." if row.valid_to else "Trực thay.",
            row.valid_to == today,
        )
        for row in rows[:SHOWN]
    ]
    return WorkList("Đang trực thay", items, len(rows), icon="event_available", order=66)
