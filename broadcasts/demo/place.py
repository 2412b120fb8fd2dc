"""The commune, its hamlets, teams, officers and groups."""

import hashlib
from datetime import date, timedelta
from random import Random

from accounts.models import Commune, CommuneProfile, User
from accounts.users.roles import Role
from broadcasts.demo.accounts import DEMO_ACCOUNTS
from broadcasts.demo.names import person_name
from groups.consultation.regulation_text import DEFAULT_TEXT
from groups.models import Hamlet, HamletAssignment, Officer, Regulation, Team, ZaloGroup

CODE = "99001"
NAME = "Suối Lành"
HAMLETS = (
    "Suối Lành", "Bàu Sen", "Gia Phước", "Tân Lập", "Hòa Thuận", "Phú Mỹ", "Thanh Sơn", "Đồi Chè",
    "Bến Đò", "Cây Da", "Trung Tâm", "Tân Tiến", "Phước An", "Sóc Lớn", "Đồng Tâm", "Bình Lộc",
    "Xuân Hưng", "Bàu Trâm", "Sơn Hà",
)  # fmt: skip
REMOTE = {"Đồi Chè", "Sóc Lớn"}
TEAMS = 60
# Hamlets that have not agreed on their regulation yet.
CONSULTING = {"Bàu Trâm": Regulation.Status.CONSULTING, "Sơn Hà": Regulation.Status.DRAFT}
TEAM_OA_GROUPS = ("Trung Tâm", "Phú Mỹ", "Gia Phước", "Bến Đò")
ORDINARY = (
    ("Bà con ấp {}", 14),
    ("Nhà trọ văn minh ấp {}", 2),
)


def make_commune(today: date) -> Commune:
    commune = Commune.objects.create(name=NAME, kind=Commune.Kind.XA, code=CODE)
    CommuneProfile.objects.create(
        commune=commune,
        valid_from=date(2026, 4, 30),
        province_label="THÀNH PHỐ ĐỒNG NAI",
        parent_body="CÔNG AN THÀNH PHỐ ĐỒNG NAI",
        place_name=NAME,
        chief_title="TRƯỞNG CÔNG AN XÃ",
        chief_name="Lê Minh Khải",
        committee_title="CHỦ TỊCH",
        committee_name="Phan Hữu Mẫn",
        party_above="ĐẢNG BỘ THÀNH PHỐ ĐỒNG NAI",
        party_title="BÍ THƯ",
        party_name="Đoàn Thanh Tâm",
        duty_phone="0251 000 0113",
        reception_place=f"Trụ sở Công an xã {NAME}, ấp 2",
        opening_hours="thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ; sáng thứ Bảy",
    )
    return commune


def make_hamlets(commune: Commune, random: Random, today: date) -> list[Hamlet]:
    hamlets = [
        Hamlet(
            commune=commune,
            name=name,
            code=f"AP{number:02d}",
            kind=Hamlet.Kind.AP,
            households=random.randrange(420, 900, 5),
            is_remote=name in REMOTE,
            valid_from=date(2026, 7, 1),
        )
        for number, name in enumerate(HAMLETS, 1)
    ]
    Hamlet.objects.bulk_create(hamlets)
    Regulation.objects.bulk_create(
        Regulation(
            hamlet=hamlet,
            text=DEFAULT_TEXT,
            status=CONSULTING.get(hamlet.name, Regulation.Status.AGREED),
            agreed_on=None if hamlet.name in CONSULTING else today - timedelta(days=60),
        )
        for hamlet in hamlets
    )
    return hamlets


def make_teams(hamlets: list[Hamlet]) -> dict[Hamlet, list[Team]]:
    """Three teams a hamlet, a fourth in the largest ones, until there are sixty."""
    largest = sorted(hamlets, key=lambda hamlet: -hamlet.households)
    more = set(largest[: TEAMS - 3 * len(hamlets)])
    teams = {
        hamlet: [
            Team(
                hamlet=hamlet,
                name=f"Tổ {n}",
                households=hamlet.households // (3 + (hamlet in more)),
            )
            for n in range(1, 4 + (hamlet in more))
        ]
        for hamlet in hamlets
    }
    Team.objects.bulk_create([team for own in teams.values() for team in own])
    return teams


def make_officers(
    commune: Commune, hamlets: list[Hamlet], users: dict[str, User], random: Random, today: date
) -> dict[Hamlet, Officer]:
    """Police with their hamlets, heads of hamlets, a leader of a team; returns who covers which."""
    since = today - timedelta(days=90)
    covering: list[Officer] = []
    for number, account in enumerate(DEMO_ACCOUNTS):
        if not account.title:
            continue
        title = f"{account.title} {HAMLETS[0]}" if account.title == "Trưởng ấp" else account.title
        officer = Officer.objects.create(
            commune=commune, full_name=account.full_name, title=title, user=users[account.username],
            phone=f"090000{8000 + number:04d}",
        )  # fmt: skip
        if account.title == "Trưởng ấp":
            HamletAssignment.objects.create(officer=officer, hamlet=hamlets[0], valid_from=since)
        elif account.role == Role.TEAM_LEADER:
            Team.objects.filter(hamlet=hamlets[0], name="Tổ 1").update(leader=officer)
        elif account.title == "Cán bộ phụ trách ấp":
            covering.append(officer)
    chosen = {
        hamlet: covering[n * len(covering) // len(hamlets)] for n, hamlet in enumerate(hamlets)
    }
    heads = [
        Officer(
            commune=commune,
            full_name=person_name(random, is_male=n % 3 != 0, minority_share=0),
            title=f"Trưởng ấp {hamlet.name}",
        )
        for n, hamlet in enumerate(hamlets[1:])
    ]
    Officer.objects.bulk_create(heads)
    HamletAssignment.objects.bulk_create(
        HamletAssignment(officer=officer, hamlet=hamlet, valid_from=since)
        for officer, hamlet in (
            *((officer, hamlet) for hamlet, officer in chosen.items()),
            *zip(heads, hamlets[1:], strict=True),
        )
    )
    return chosen


def _group_id(name: str) -> str:
    return hashlib.sha256(f"demo {name}".encode()).hexdigest()[:20]


def make_groups(
    commune: Commune,
    teams: dict[Hamlet, list[Team]],
    covering: dict[Hamlet, Officer],
    chief: Officer,
    random: Random,
    today: date,
) -> list[ZaloGroup]:
    """24 groups of the account and 16 ordinary ones; most are active."""
    hamlets = list(teams)
    by_name = {hamlet.name: hamlet for hamlet in hamlets}
    oa = ZaloGroup.Kind.OA
    groups = [
        ZaloGroup(hamlet=hamlet, kind=oa, name=f"Bình yên ấp {hamlet.name}", capacity=1000)
        for hamlet in hamlets
    ]
    groups += [
        ZaloGroup(
            hamlet=by_name[name], team=teams[by_name[name]][0], kind=oa, capacity=100,
            name=f"Bình yên {teams[by_name[name]][0].name} ấp {name}",
        )
        for name in TEAM_OA_GROUPS
    ]  # fmt: skip
    groups.append(
        ZaloGroup(commune=commune, kind=oa, name=f"Bình yên xã {NAME}", capacity=1000, owner=chief)
    )
    for pattern, count in ORDINARY:
        groups += [
            ZaloGroup(hamlet=hamlet, name=pattern.format(hamlet.name), capacity=1000)
            for hamlet in hamlets[:count]
        ]
    for number, group in enumerate(groups):
        group.status = _status(group, number)
        group.head_count = min(random.randrange(35, 190), group.capacity - 12)
        group.head_count_on = today - timedelta(days=random.randrange(2, 25))
        if group.hamlet is not None:
            group.owner = covering[group.hamlet]
        if group.kind == oa:
            group.zalo_group_id = _group_id(group.name)
            group.asset_expires_on = today + timedelta(days=random.randrange(40, 330))
        else:
            group.link = f"https://zalo.me/g/demo{number:04d}"
        if group.status == ZaloGroup.Status.ACTIVE:
            group.genuine_name, group.genuine_link = group.name, group.link
    return ZaloGroup.objects.bulk_create(groups)


def _status(group: ZaloGroup, number: int) -> str:
    if group.hamlet is not None and group.hamlet.name in CONSULTING:
        return ZaloGroup.Status.CONSULTING if number % 2 else ZaloGroup.Status.DRAFT
    special = {
        22: ZaloGroup.Status.PAUSED,
        37: ZaloGroup.Status.CLOSED,
        36: ZaloGroup.Status.PAUSED,
    }
    return special.get(number, ZaloGroup.Status.ACTIVE)
