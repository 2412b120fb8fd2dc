"""Two thousand made-up residents and their places in the groups."""

from datetime import datetime, timedelta
from random import Random

from broadcasts.demo.names import person_name
from groups.models import Hamlet, Member, Membership, Officer, Team, ZaloGroup

MEMBERS = 2000
FIRST_PHONE = 84_900_000_000
MINORITY_SHARE = {"Sóc Lớn": 0.7, "Đồi Chè": 0.3}


def make_members(
    teams: dict[Hamlet, list[Team]], covering: dict[Hamlet, Officer], random: Random, now: datetime
) -> list[Member]:
    hamlets = list(teams)
    weights = [hamlet.households for hamlet in hamlets]
    homes = random.choices(hamlets, weights, k=MEMBERS)
    households: dict[Hamlet, int] = dict.fromkeys(hamlets, 0)
    members = []
    for number, hamlet in enumerate(homes):
        is_male = random.random() < 0.48
        is_same_household = random.random() < 0.12 and households[hamlet]
        households[hamlet] += 0 if is_same_household else 1
        team = random.choice(teams[hamlet])
        has_consent = random.random() < 0.94
        members.append(
            Member(
                hamlet=hamlet,
                team=team,
                full_name=person_name(
                    random, is_male=is_male, minority_share=MINORITY_SHARE.get(hamlet.name, 0.02)
                ),
                birth_year=random.randrange(1944, 2007),
                gender=Member.Gender.MALE if is_male else Member.Gender.FEMALE,
                phone="" if random.random() < 0.07 else f"+{FIRST_PHONE + number}",
                address=f"Số {random.randrange(1, 320)}, {team.name}",
                household_code=f"{hamlet.code}-{households[hamlet]:04d}",
                is_representative=not is_same_household,
                consent_basis=(
                    random.choice((Member.Consent.LIST, Member.Consent.MEETING))
                    if has_consent
                    else Member.Consent.NONE
                ),
                consent_version="Thông báo 01" if has_consent else "",
                consent_given_at=(
                    now - timedelta(days=random.randrange(20, 80)) if has_consent else None
                ),
                consent_collected_by=covering[hamlet] if has_consent else None,
                status=random.choices(
                    (Member.Status.ACTIVE, Member.Status.LEFT, Member.Status.WITHDRAWN), (97, 2, 1)
                )[0],
            )
        )
    return Member.objects.bulk_create(members, batch_size=500)


def _place(member: Member, group: ZaloGroup, random: Random, now: datetime) -> Membership:
    state = random.choices(
        (
            Membership.State.JOINED,
            Membership.State.INVITED,
            Membership.State.DECLINED,
            Membership.State.LEFT,
        ),
        (84, 10, 3, 3),
    )[0]
    joined = now.date() - timedelta(days=random.randrange(5, 60))
    has_joined = state in (Membership.State.JOINED, Membership.State.LEFT)
    return Membership(
        member=member,
        group=group,
        state=state,
        joined_on=joined if has_joined else None,
        left_on=joined + timedelta(days=4) if state == Membership.State.LEFT else None,
    )


def make_memberships(
    members: list[Member], groups: list[ZaloGroup], random: Random, now: datetime
) -> int:
    """Most are in the group of their hamlet, many in the ordinary one besides."""
    in_service = (ZaloGroup.Status.ACTIVE, ZaloGroup.Status.PAUSED)
    open_groups = [group for group in groups if group.status in in_service]
    whole = {
        group.hamlet_id: group for group in open_groups if group.kind == "oa" and not group.team
    }
    ordinary = {group.hamlet_id: group for group in open_groups if group.kind == "ordinary"}
    of_team: dict[int | None, ZaloGroup]
    of_team = {group.team_id: group for group in open_groups if group.team_id}
    places = []
    for member in members:
        wanted = (
            (whole.get(member.hamlet_id), 0.85),
            (ordinary.get(member.hamlet_id), 0.4),
            (of_team.get(member.team_id), 0.5),
        )
        places += [
            _place(member, group, random, now)
            for group, share in wanted
            if group is not None and random.random() < share
        ]
    Membership.objects.bulk_create(places, batch_size=1000)
    return len(places)
