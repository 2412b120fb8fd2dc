"""Moves of a handover: the hamlets and groups of a transfer, the days of a cover."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import counts
from accounts.services import NotAllowed
from groups.hamlet_changes.moves import listed
from groups.handovers.models import Handover
from groups.member_import.models import MemberImport
from groups.personal_data.models import DataRequest
from groups.places.models import Hamlet, HamletAssignment, Officer
from groups.residents.models import Member
from groups.signals import Moved, gather, handing_over
from groups.zalo_groups.models import ZaloGroup

Kind = Handover.Kind


@dataclass(frozen=True)
class Outcome:
    """Result of a handover: rows moved, rows left with the giver, warnings."""

    moved: list[Moved] = field(default_factory=list)
    stays: list[Moved] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problem: str = ""


def hamlets_held(officer: Officer, day: date) -> QuerySet[Hamlet]:
    """Hamlets in the officer's own charge on a day; those that are only covered are not theirs."""
    own = HamletAssignment.objects.on(day).filter(officer=officer, is_cover=False)
    return Hamlet.objects.filter(pk__in=own.values("hamlet")).order_by("code")


def groups_held(officer: Officer) -> QuerySet[ZaloGroup]:
    """Groups whose owner on Zalo is this officer, as far as the portal knows."""
    open_ones = officer.owned_groups.exclude(status=ZaloGroup.Status.CLOSED)
    return open_ones.select_related("hamlet").order_by("search_text", "pk")


def check_held(giver: Officer, hamlets: set[int], groups: set[int]) -> None:
    """Still the giver's: another handover or a change of hamlets may have come in between."""
    held = set(hamlets_held(giver, timezone.localdate()).values_list("pk", flat=True))
    if gone := hamlets - held:
        names = listed(Hamlet.objects.filter(pk__in=gone))
        raise NotAllowed(f"{giver.full_name} không còn phụ trách {names}. Hãy lập lại bàn giao.")
    owned = set(groups_held(giver).values_list("pk", flat=True))
    if gone := groups - owned:
        names = listed(ZaloGroup.objects.filter(pk__in=gone))
        raise NotAllowed(f"{giver.full_name} không còn là trưởng nhóm {names}. Hãy lập lại.")


def carry_out(handover: Handover, taker: User) -> Outcome:
    """The handover itself; the caller's transaction keeps it or undoes it."""
    hamlets = list(
        Hamlet.objects.filter(pk__in=handover.hamlet_items.values("hamlet"))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    groups = list(
        ZaloGroup.objects.filter(pk__in=handover.group_items.values("group"))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    giver = handover.from_officer
    check_held(giver, {row.pk for row in hamlets}, {row.pk for row in groups})
    today = timezone.localdate()
    if handover.kind == Kind.COVER:
        return _lend(handover, hamlets, today)
    _move_assignments(handover, hamlets, today)
    for group in groups:
        group.owner = handover.to_officer
        if group.officer_inside_id == giver.pk:  # whoever is inside is confirmed by a person
            group.officer_inside = group.officer_inside_on = None
    ZaloGroup.objects.bulk_update(
        groups, ["owner", "officer_inside", "officer_inside_on"], batch_size=500
    )
    moved = [*_of_hamlets(hamlets), Moved("Nhóm Zalo đổi trưởng nhóm", len(groups))]
    moved += gather(
        handing_over.send(Handover, handover=handover, giver=giver.user, taker=taker, by=taker)
    )
    warnings = _still_covered(hamlets, handover.to_officer, today)
    if groups:
        warnings.append(
            "Trên Zalo, người giao phải tự chuyển quyền trưởng nhóm cho người nhận ở từng nhóm, "
            "rồi người nhận đánh dấu ở trang này."
        )
    return Outcome([line for line in moved if line.count], _left_with(giver, today), warnings)


def _still_covered(hamlets: list[Hamlet], taker: Officer, day: date) -> list[str]:
    """Covers that go on: a transfer does not end them."""
    covers = HamletAssignment.objects.on(day).filter(hamlet__in=hamlets, is_cover=True)
    return [
        f"{row.officer.full_name} còn trực thay {row.hamlet}"
        + (f" đến hết {row.valid_to:%d/%m/%Y}." if row.valid_to else ".")
        for row in covers.exclude(officer=taker).select_related("officer", "hamlet").order_by("pk")
    ]


def _of_hamlets(hamlets: list[Hamlet]) -> list[Moved]:
    """Rows that go with a hamlet by themselves, because scope asks who covers it today."""
    states = [MemberImport.State.READING, MemberImport.State.PREVIEW]
    groups, members, requests, lists = counts(
        ZaloGroup.objects.filter(hamlet__in=hamlets).exclude(status=ZaloGroup.Status.CLOSED),
        Member.objects.active().filter(hamlet__in=hamlets),
        DataRequest.objects.open().filter(hamlet__in=hamlets),
        MemberImport.objects.filter(hamlet__in=hamlets, state__in=states),
    )
    return [
        Moved("Ấp, khu phố", len(hamlets)),
        Moved("Nhóm Zalo của các ấp", groups),
        Moved("Thành viên", members),
        Moved("Yêu cầu về dữ liệu đang mở", requests),
        Moved("Danh sách đang chờ nhập", lists),
    ]


def _left_with(giver: Officer, day: date) -> list[Moved]:
    """Rows that the giver still has afterwards."""
    hamlets, groups = counts(hamlets_held(giver, day), groups_held(giver))
    lines = [
        Moved("Ấp, khu phố vẫn phụ trách", hamlets),
        Moved("Nhóm Zalo vẫn làm trưởng nhóm", groups),
    ]
    return [line for line in lines if line.count]


def _move_assignments(handover: Handover, hamlets: list[Hamlet], today: date) -> None:
    """The giver's end yesterday, the taker's begin today; a day belongs to one of them."""
    running = HamletAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), hamlet__in=hamlets, is_cover=False,
    )  # fmt: skip
    given = running.filter(officer=handover.from_officer)
    given.filter(valid_from__gte=today).delete()
    given.update(valid_to=today - timedelta(days=1))
    own = HamletAssignment.objects.filter(officer=handover.to_officer, hamlet__in=hamlets)
    standing: dict[int, HamletAssignment] = {}
    for row in own.on(today).filter(is_cover=False).order_by("valid_from"):
        standing.setdefault(row.hamlet_id, row)
    new = [hamlet for hamlet in hamlets if hamlet.pk not in standing]
    if new:
        # A cover that would begin today is not needed.
        own.filter(hamlet__in=new, valid_from=today).delete()
        HamletAssignment.objects.bulk_create(
            HamletAssignment(officer=handover.to_officer, hamlet=hamlet, valid_from=today)
            for hamlet in new
        )
    for row in standing.values():
        if row.valid_to is not None:
            own.filter(hamlet=row.hamlet_id, valid_from__gt=today).delete()
            row.valid_to = None
            row.save(update_fields=["valid_to"])


def _lend(handover: Handover, hamlets: list[Hamlet], today: date) -> Outcome:
    """Assignments for the days of the cover, marked as such; the giver keeps theirs."""
    if handover.ends_on is None or handover.starts_on is None or handover.ends_on < today:
        raise NotAllowed("Những ngày trực thay đã qua. Hãy lập lại với ngày mới.")
    start = max(handover.starts_on, today)
    warnings = []
    for hamlet in hamlets:
        own = HamletAssignment.objects.filter(officer=handover.to_officer, hamlet=hamlet)
        same_days = own.filter(
            Q(valid_to=None) | Q(valid_to__gte=handover.ends_on), valid_from__lte=start
        )
        if same_days.exists():
            warnings.append(f"{handover.to_officer.full_name} vốn đã phụ trách {hamlet}.")
            continue
        own.filter(valid_from=start).delete()  # a shorter one that begins on the same day
        HamletAssignment.objects.create(
            officer=handover.to_officer, hamlet=hamlet, valid_from=start, valid_to=handover.ends_on,
            is_cover=True,
        )  # fmt: skip
    moved = [line for line in _of_hamlets(hamlets) if line.count]
    return Outcome(moved, [Moved("Ấp, khu phố người giao vẫn phụ trách", len(hamlets))], warnings)


def lent(handover: Handover) -> QuerySet[HamletAssignment]:
    """The assignments of a cover; where somebody moved their last day by hand, those as well."""
    rows = HamletAssignment.objects.filter(
        officer=handover.to_officer, is_cover=True, hamlet__in=became(handover),
        valid_from__lte=handover.ends_on,
    )  # fmt: skip
    exact = rows.filter(valid_to=handover.ends_on)
    return exact if exact.exists() else rows.filter(
        Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    )  # fmt: skip


def became(handover: Handover) -> list[int]:
    """The hamlets of a handover, and what became of them since."""
    ids = list(handover.hamlet_items.values_list("hamlet", flat=True))
    return list({*ids, *Hamlet.objects.succeeding(ids)})
