"""Work lists of the place and its groups for the home page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, Value, When
from django.urls import reverse

from accounts.scoped_admin.asking import Asking, attach
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number
from accounts.scoped_admin.work_lists import (
    MOST,
    Act,
    Level,
    WorkItem,
    WorkList,
    by_day,
    short_list,
    state_line,
    work_list,
)
from groups.consultation import thresholds
from groups.consultation.models import ConsultationMeeting, Regulation
from groups.coverage import households
from groups.hamlet_changes.models import HamletChange
from groups.handovers.models import Handover, HandoverGroup
from groups.places.models import Hamlet, HamletAssignment
from groups.zalo_groups import health, official_posts
from groups.zalo_groups.models import ZaloGroup

EXPIRY_DAYS = 30
Status = ZaloGroup.Status


def _not_in_service(user: Any, now: datetime) -> Any:
    return (
        ZaloGroup.objects.visible_to(user)
        .exclude(status__in=[Status.CLOSED, Status.ACTIVE])
        .select_related("hamlet")
        .order_by("search_text", "pk")
    )


@work_list(permission="groups.change_zalogroup")
def groups_not_in_service(user: Any, now: datetime) -> Any:
    """Groups that get no post yet: being set up, in consultation, paused, or without their id."""

    def item(group: ZaloGroup) -> WorkItem:
        has_no_id = group.capabilities.sends_by_api and not group.zalo_group_id
        remark = "Chưa có mã nhóm trên Zalo." if has_no_id else f"{group.get_status_display()}."
        place = f"{group.hamlet}. " if group.hamlet else ""
        address = reverse("admin:groups_zalogroup_change", args=[group.pk])
        return WorkItem(group.name, address, f"{place}{remark}", key=subject_of(group))

    return short_list(
        "Nhóm chưa hoạt động",
        lambda: _not_in_service(user, now),
        item,
        url=f"{reverse('admin:groups_zalogroup_changelist')}?status__in=draft,consulting,paused",
        verb="Mở nhóm",
        level=Level.SHIFT,
    )


@work_list(permission="groups.tend_zalogroup")
def groups_to_look_after(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Groups in service that are silent, unattended, nearly full, or not looked at for long."""
    today = now.date()
    joined = ("hamlet", "officer_inside", "rules_pinned", "at_zalo__asset")

    def wanting() -> Any:
        return ZaloGroup.objects.visible_to(user).worst_first(today).select_related(*joined)

    rows = yield Later("groups to look after", lambda: wanting()[: MOST + 1])
    if not rows:
        return None
    count = (
        len(rows)
        if len(rows) <= MOST
        else (yield Later("all to look after", lambda: Number(wanting())))
    )
    last = yield from official_posts.last_asked([group.pk for group in rows[:MOST]])
    found = [(group, health.reasons(group, today, last.get(group.pk))) for group in rows[:MOST]]
    address = reverse("admin:groups_zalogroup_care")
    items = [
        WorkItem(
            group.name,
            f"{address}#nhom-{group.pk}",
            " ".join(reason.sentence for reason in reasons[:2]),
            any(reason.is_urgent for reason in reasons),
            key=subject_of(group),
        )
        for group, reasons in found
    ]
    return WorkList(
        "Sức khỏe nhóm",
        items,
        count,
        url=address,
        verb="Chăm nhóm",
        level=Level.SHIFT,
    )


@work_list
def hamlets_without_officer(user: Any, now: datetime) -> Any:
    """Nobody covers the hamlet today: its hand-posting tasks would wait for no one."""
    if not (user.has_perm("groups.view_all_hamlets") and user.has_perm("groups.change_hamlet")):
        return None
    covered = HamletAssignment.objects.on(now.date()).filter(
        hamlet=OuterRef("pk"), officer__is_active=True
    )

    def bare() -> Any:
        return (
            Hamlet.objects.visible_to(user)
            .valid_on(now.date())
            .filter(~Exists(covered))
            .order_by("code")
        )

    return short_list(
        "Ấp chưa có cán bộ phụ trách",
        bare,
        lambda hamlet: WorkItem(
            str(hamlet),
            reverse("admin:groups_hamlet_change", args=[hamlet.pk]),
            "Chưa phân công cán bộ phụ trách.",
            key=subject_of(hamlet),
        ),
        verb="Phân công",
        level=Level.SHIFT,
    )


def _changes_due(user: Any, now: datetime) -> Any:
    today = now.date()
    return (
        HamletChange.objects.visible_to(user)
        .exclude(state=HamletChange.State.DONE)
        .filter(effective_on__lte=today + timedelta(days=EXPIRY_DAYS))
        .order_by("effective_on", "pk")
    )


@work_list(permission="groups.carry_out_hamlet_change")
def hamlet_changes_due(user: Any, now: datetime) -> Any:
    """Decisions on hamlets that are in force by now, or soon, and not carried out yet."""
    return short_list(
        "Sắp xếp ấp, khu phố",
        lambda: _changes_due(user, now),
        more=lambda rows: attach(rows, "sources", "hamlet"),
        item=lambda change: WorkItem(
            f"{change.get_kind_display()}: {', '.join(map(str, change.sources.all()))}",
            reverse("admin:groups_hamletchange_show", args=[change.pk]),
            f"{change.decision_number} có hiệu lực từ {change.effective_on:%d/%m/%Y}. "
            f"{change.get_state_display()}.",
            change.effective_on <= now.date(),
            key=subject_of(change),
            due_at=by_day(change.effective_on),
        ),
        url=reverse("admin:groups_hamletchange_changelist"),
        verb="Thực hiện",
    )


def _handovers(user: Any, now: datetime) -> Any:
    """Handovers that concern this account, each with the first reason why (`_handover_item`)."""
    accepted = Q(state=Handover.State.ACCEPTED)
    mine = Q(to_officer__user=user.pk)
    unchanged = HandoverGroup.objects.filter(handover=OuterRef("pk"), changed_on_zalo_at=None)
    signed = Q(pk__in=[])
    if user.has_perm("groups.change_handover") and user.has_perm("groups.view_all_hamlets"):
        signed = accepted & Q(accepted_at__gte=now - timedelta(days=7))
        signed &= ~Q(given_by=user) & ~Q(accepted_by=user)
        signed &= Q(pk__in=Handover.objects.visible_to(user).values("pk"))
    declined = Q(state=Handover.State.DECLINED, given_by=user)
    why = Case(
        When(Q(state=Handover.State.OFFERED) & mine, then=Value(0)),
        When(declined & Q(given_at__gte=now - timedelta(days=14)), then=Value(1)),
        When(accepted & mine & Exists(unchanged), then=Value(2)),
        When(signed, then=Value(3)),
        output_field=IntegerField(),
    )
    rows = Handover.objects.annotate(why=why).filter(why__isnull=False)
    return rows.select_related("from_officer", "to_officer").order_by("why", "-given_at", "-pk")


@work_list(permission="groups.view_handover")
def handovers_to_sign(user: Any, now: datetime) -> Any:
    """Handovers to sign, refused ones, owners to change on Zalo; for the chief what was signed."""
    return short_list(
        "Bàn giao địa bàn",
        lambda: _handovers(user, now),
        _handover_item,
        url=reverse("admin:groups_handover_changelist"),
        verb="Xem và ký nhận",
    )


def _handover_item(handover: Any) -> WorkItem:
    notes = (
        "Chờ đồng chí ký nhận.",
        f"Người nhận không nhận: {handover.answer}.",
        "Còn nhóm chưa đổi trưởng nhóm trên Zalo.",
        f"{handover.get_kind_display()}, hai bên đã ký.",
    )
    address = reverse("admin:groups_handover_show", args=[handover.pk])
    is_done = handover.why == 3
    return WorkItem(
        str(handover),
        address,
        notes[handover.why],
        handover.why == 0,
        key=subject_of(handover),
        level=Level.SHIFT if is_done else None,
        acts=() if handover.why == 0 else (Act("Xem bàn giao", address),),
    )


@work_list(permission="groups.view_handover")
def covers_running(user: Any, now: datetime) -> Any:
    """Hamlets that this account covers for another, and until when."""
    today = now.date()

    def running() -> Any:
        return (
            HamletAssignment.objects.on(today)
            .filter(officer__user=user.pk, is_cover=True)
            .select_related("hamlet")
            .order_by("valid_to", "hamlet__code")
        )

    return short_list(
        "Đang trực thay",
        running,
        lambda row: WorkItem(
            str(row.hamlet),
            reverse("admin:groups_hamlet_change", args=[row.hamlet_id]),
            f"Trực thay đến hết {row.valid_to:%d/%m/%Y}." if row.valid_to else "Trực thay.",
            row.valid_to == today,
            key=subject_of(row.hamlet),
        ),
        verb="Mở ấp",
        level=Level.SHIFT,
    )


# What is being asked of the people, for the home page.


def _item(regulation: Regulation, first: Any, settles: bool) -> WorkItem:
    needs = thresholds.outcome_of(regulation, list(regulation.meetings.all()), first).needs
    waits = "Đã đủ điều kiện, chờ chỉ huy xác nhận thống nhất."
    address = reverse("admin:groups_regulation_page", args=[regulation.pk])
    return WorkItem(
        str(regulation),
        address,
        " ".join(needs) or waits,
        is_urgent=settles and not needs,
        key=subject_of(regulation),
    )


def _first_of_bodies(commune: int) -> Later:
    rows = ConsultationMeeting.objects
    return Later("first of the bodies", lambda: rows.of_bodies(commune)[:1], given=commune)


@work_list(permission="groups.change_regulation")
def regulations_under_way(user: Any, now: datetime) -> Any:
    """Regulations that the people are asked about, those with the latest meeting first."""

    def asked() -> Any:
        return (
            Regulation.objects.visible_to(user)
            .filter(status=Regulation.Status.CONSULTING)
            .select_related("hamlet__commune", "commune")
            .alias(last_meeting=Max("meetings__held_on"))
            .order_by(F("last_meeting").desc(nulls_last=True), "pk")
        )

    settles = user.has_perm("groups.settle_regulation")
    first: dict[int, Any] = {}

    def more(rows: list[Regulation]) -> Asking[None]:
        """The meetings, and the first one of the bodies of each commune."""
        yield from attach(rows, "meetings", "hamlet", "team")
        communes = list(dict.fromkeys(regulation.home_commune.pk for regulation in rows))
        found = yield [_first_of_bodies(one) for one in communes]
        first.update({one: held[0] for one, held in zip(communes, found, strict=True) if held})

    return short_list(
        "Quy chế đang lấy ý kiến",
        asked,
        lambda regulation: _item(regulation, first.get(regulation.home_commune.pk), settles),
        more=more,
        url=f"{reverse('admin:groups_regulation_changelist')}?status__exact=consulting",
        verb="Mở quy chế",
        level=Level.SHIFT,
    )


@state_line(permission="groups.view_team")
def coverage_now(user: Any, now: datetime) -> Asking[WorkItem | None]:
    """Households with somebody in a group, of all households in the reach of the account."""
    hamlets = yield Later("hamlets covered", lambda: Hamlet.objects.visible_to(user).offered())
    if not hamlets:
        return None
    total = households.total_of(households.by_hamlet(hamlets).values())
    number = f"{total.joined}/{total.households} hộ" if total.households else f"{total.joined} hộ"
    return WorkItem(
        f"Độ phủ: {number} có người trong nhóm",
        reverse("admin:groups_hamlet_coverage"),
        total.share or "Chưa ghi số hộ.",
    )
