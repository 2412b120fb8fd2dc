"""Demo: a rehearsed merger and two handovers."""

from datetime import date, timedelta

from accounts.models import Commune, User
from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import services as handovers
from groups.handovers.moves import groups_held, hamlets_held
from groups.models import (
    Hamlet,
    HamletChange,
    HamletChangeResult,
    Handover,
    Member,
    Membership,
)

MERGING = ("Bàu Trâm", "Sơn Hà")
REACHED = 6  # in each hamlet so many people hear through a neighbour


def make_merger(commune: Commune, chief: User, today: date) -> None:
    """Decided last week, in force next week, rehearsed and waiting for its day."""
    hamlets = list(Hamlet.objects.filter(commune=commune, name__in=MERGING).order_by("code"))
    change = HamletChange(
        commune=commune, kind=HamletChange.Kind.MERGE, decision_number="07/NQ-HĐND",
        decision_on=today - timedelta(days=6), effective_on=today + timedelta(days=9),
    )  # fmt: skip
    hamlet_changes.prepare(change, hamlets, by=chief)
    new = HamletChangeResult(
        kind=Hamlet.Kind.AP, name="Bàu Hà", code=hamlets[0].code,
        households=sum(hamlet.households for hamlet in hamlets),
    )  # fmt: skip
    hamlet_changes.set_results(change, [new], by=chief)
    hamlet_changes.rehearse(change, by=chief)


def make_handovers(users: dict[str, User], today: date) -> None:
    """A leave that waits to be covered, and an officer who moves on."""
    on_leave = Handover(
        from_officer=users["canbo.diaban2"].officer, to_officer=users["canbo.diaban"].officer,
        kind=Handover.Kind.COVER, starts_on=today + timedelta(days=2),
        ends_on=today + timedelta(days=8), reason="Nghỉ phép năm",
    )  # fmt: skip
    held = list(hamlets_held(on_leave.from_officer, today))
    handovers.offer(on_leave, held, [], by=users["canbo.diaban2"])
    moving_on = Handover(
        from_officer=users["canbo.diaban9"].officer, to_officer=users["canbo.diaban8"].officer,
        reason="Điều động công tác",
    )  # fmt: skip
    giver = moving_on.from_officer
    hamlets, groups = list(hamlets_held(giver, today)), list(groups_held(giver))
    handovers.offer(moving_on, hamlets, groups, by=users["truong.congan"])


def make_told(hamlets: list[Hamlet]) -> None:
    """A few people without Zalo hear through somebody of their team who is in a group."""
    changed = []
    for hamlet in hamlets:
        joined = Membership.objects.joined().filter(member__hamlet=hamlet)
        inside = {row.member.team_id: row.member for row in joined.select_related("member")}
        outside = (
            Member.objects.active()
            .filter(hamlet=hamlet)
            .exclude(memberships__state=Membership.State.JOINED)
            .order_by("pk")
        )
        for member in outside[:REACHED]:
            member.reached_through = inside.get(member.team_id)
            changed.append(member)
    Member.objects.bulk_update(changed, ["reached_through"], batch_size=500)
