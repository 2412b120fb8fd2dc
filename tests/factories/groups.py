"""The place and its people."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from groups.models import (
    ConsultationMeeting,
    Hamlet,
    HamletAssignment,
    HamletChange,
    HamletChangeSource,
    Handover,
    HandoverGroup,
    HandoverHamlet,
    Member,
    Membership,
    Officer,
    Regulation,
    RegulationAcknowledgement,
    Team,
    ZaloGroup,
)
from tests.factories.accounts import make_commune

_numbers = count(1)


def make_hamlet(commune: Commune | None = None, **fields: Any) -> Hamlet:
    number = next(_numbers)
    values = {"name": f"{number}", "code": f"AP{number:03d}", "households": 120}
    return Hamlet.objects.create(commune=commune or make_commune(), **(values | fields))


def make_team(hamlet: Hamlet, **fields: Any) -> Team:
    values = {"name": f"Tổ {next(_numbers)}", "households": 30}
    return Team.objects.create(hamlet=hamlet, **(values | fields))


def make_officer(commune: Commune, *, user: User | None = None, **fields: Any) -> Officer:
    values = {"full_name": f"Cán Bộ {next(_numbers)}", "title": "Cán bộ phụ trách ấp"}
    return Officer.objects.create(commune=commune, user=user, **(values | fields))


def make_assignment(officer: Officer, hamlet: Hamlet, **fields: Any) -> HamletAssignment:
    values = {"valid_from": timezone.localdate() - timedelta(days=30)}
    return HamletAssignment.objects.create(officer=officer, hamlet=hamlet, **(values | fields))


def make_regulation(hamlet: Hamlet | None, *, agreed: bool = True, **fields: Any) -> Regulation:
    """Of a hamlet; of the commune without one, then give `commune`."""
    values: dict[str, Any] = {}
    if agreed:
        values = {"status": Regulation.Status.AGREED, "agreed_on": timezone.localdate()}
    return Regulation.objects.create(hamlet=hamlet, **(values | fields))


def make_meeting(
    regulation: Regulation | None = None, hamlet: Hamlet | None = None, **fields: Any
) -> ConsultationMeeting:
    """A meeting of a hamlet that passes, 70 of 120 households; give `commune` for one above."""
    if hamlet is None and "commune" not in fields and regulation is not None:
        hamlet = regulation.hamlet
    values: dict[str, Any] = {
        "held_on": timezone.localdate() - timedelta(days=3), "households": 120, "agree": 70,
        "minutes": "Đồng ý.",
    }  # fmt: skip
    values |= fields
    values.setdefault("notice_on", values["held_on"] - timedelta(days=4))
    values.setdefault(
        "represented", values["agree"] + values.get("disagree", 0) + values.get("other", 0)
    )
    return ConsultationMeeting.objects.create(hamlet=hamlet, regulation=regulation, **values)


def make_acknowledgement(
    member: Member, regulation: Regulation, by: User, **fields: Any
) -> RegulationAcknowledgement:
    values = {"acknowledged_on": timezone.localdate(), "way": "signed_list"}
    return RegulationAcknowledgement.objects.create(
        member=member, regulation=regulation, recorded_by=by, **(values | fields)
    )


def make_hamlet_change(*hamlets: Hamlet, by: User, **fields: Any) -> HamletChange:
    """A decision that is being prepared, to merge hamlets or to rename one."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "kind": HamletChange.Kind.MERGE if len(hamlets) > 1 else HamletChange.Kind.RENAME,
        "decision_number": f"{next(_numbers)}/NQ-HĐND",
        "decision_on": today,
        "effective_on": today,
    }
    change = HamletChange.objects.create(
        commune=hamlets[0].commune, created_by=by, **(values | fields)
    )
    for hamlet in hamlets:
        HamletChangeSource.objects.create(change=change, hamlet=hamlet)
    return change


def make_handover(
    giver: Officer, taker: Officer, *hamlets: Hamlet, by: User, **fields: Any
) -> Handover:
    """A transfer that waits for the second signature, with the groups that the giver owns."""
    handover = Handover.objects.create(
        commune=giver.commune, from_officer=giver, to_officer=taker, given_by=by,
        **({"reason": "Điều động công tác"} | fields),
    )  # fmt: skip
    for hamlet in hamlets:
        HandoverHamlet.objects.create(handover=handover, hamlet=hamlet)
    for group in giver.owned_groups.all():
        HandoverGroup.objects.create(handover=handover, group=group)
    return handover


def make_group(
    hamlet: Hamlet | None = None, *, kind: str = ZaloGroup.Kind.OA, **fields: Any
) -> ZaloGroup:
    """An active group; an OA group has an id of its own. Without a hamlet give `commune`.

    The public page has it as it is.
    """
    number = next(_numbers)
    values: dict[str, Any] = {"name": f"Nhóm {number}", "status": ZaloGroup.Status.ACTIVE}
    if kind == ZaloGroup.Kind.OA:
        values["zalo_group_id"] = f"grp{number:08d}"
    if hamlet is None and "commune" not in fields:
        hamlet = make_hamlet()
    values |= fields
    values.setdefault("genuine_name", values["name"])
    values.setdefault("genuine_link", values.get("link", ""))
    return ZaloGroup.objects.create(hamlet=hamlet, kind=kind, **values)


def make_ordinary_group(hamlet: Hamlet | None = None, **fields: Any) -> ZaloGroup:
    """An active group made by people, with a link."""
    values = {"link": f"https://zalo.me/g/thu{next(_numbers)}"}
    return make_group(hamlet, kind=ZaloGroup.Kind.ORDINARY, **(values | fields))


def make_member(hamlet: Hamlet, **fields: Any) -> Member:
    number = next(_numbers)
    values = {
        "full_name": f"Người Dân {number}",
        "phone": f"+8490000{number % 10_000:04d}",
        "birth_year": 1980,
    }
    return Member.objects.create(hamlet=hamlet, **(values | fields))


def make_membership(member: Member, group: ZaloGroup, **fields: Any) -> Membership:
    values = {"state": Membership.State.JOINED, "joined_on": timezone.localdate()}
    return Membership.objects.create(member=member, group=group, **(values | fields))
