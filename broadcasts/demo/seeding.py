"""Putting the made-up commune into an empty database, once."""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.db import transaction
from django.utils import timezone

from accounts import demo
from accounts.models import Commune, User
from accounts.users.roles import sync_roles
from broadcasts.demo import requests
from broadcasts.demo.accounts import make_accounts
from broadcasts.demo.articles import make_article
from broadcasts.demo.lists import make_lists
from broadcasts.demo.people import make_members, make_memberships
from broadcasts.demo.place import (
    CODE,
    NAME,
    make_commune,
    make_groups,
    make_hamlets,
    make_officers,
    make_teams,
)
from broadcasts.demo.posts import DemoScene, make_all_sent, make_waiting
from broadcasts.demo.schedules import make_schedules
from groups.demo import changes, linking, oa_groups, people, starting
from groups.models import Hamlet, Officer, ZaloGroup
from zalo.models import OfficialAccount

RANDOM_SEED = 2026


class RealDataPresent(Exception):
    """The database holds a commune that the demo did not make."""


@dataclass(frozen=True)
class Seeded:
    """The demo commune and whether it was made just now."""

    commune: Commune
    is_new: bool


@transaction.atomic
def seed(
    *, oa_id: str, access_token: str = "", refresh_token: str = "", force: bool = False
) -> Seeded:
    """Make the demo commune unless it is there; all of it or nothing.

    Raises RealDataPresent when another commune is there, unless `force`.
    """
    others = Commune.objects.exclude(code=CODE)
    if others.exists() and not force:
        raise RealDataPresent(", ".join(str(other) for other in others[:3]))
    present = Commune.objects.filter(code=CODE).first()
    if present is not None:
        return Seeded(present, is_new=False)
    sync_roles()
    now = timezone.now()
    commune = make_commune(timezone.localdate(now))
    users = make_accounts(commune)
    _connect(commune, oa_id, access_token, refresh_token)
    _fill(commune, users, now)
    for part in demo.parts():
        part.make(demo.Place(commune, users, now))
    return Seeded(commune, is_new=True)


def _connect(commune: Commune, oa_id: str, access_token: str, refresh_token: str) -> None:
    """The account; without tokens it waits for `zalo_connect`."""
    OfficialAccount.objects.create(
        commune=commune,
        oa_id=oa_id,
        name=f"Công an xã {NAME}",
        access_token=access_token,
        refresh_token=refresh_token,
    )


def _fill(commune: Commune, users: dict[str, User], now: datetime) -> None:
    random, today = Random(RANDOM_SEED), timezone.localdate(now)
    hamlets = make_hamlets(commune, random, today)
    teams = make_teams(hamlets)
    covering = make_officers(commune, hamlets, users, random, today)
    chief = Officer.objects.get(user=users["truong.congan"])
    groups = make_groups(commune, teams, covering, chief, random, today)
    members = make_members(teams, covering, random, now)
    make_memberships(members, groups, random, now)
    _start(commune, list(hamlets), groups, users["truong.congan"], today)
    people.make_agreements(commune, users["truong.congan"], Random(RANDOM_SEED + 7), now)
    people.make_requests(hamlets[:2], users["truong.ap"], users["canbo.diaban"], now)
    people.make_erased(hamlets[0], users["canbo.diaban"], now)
    people.make_remedied_breach(users["canbo.diaban"], users["truong.congan"], now)
    people.make_twins(hamlets[0], users["canbo.diaban"])
    scene = DemoScene(
        commune=commune,
        writer=users["canbo.diaban"],
        second_writer=users["canbo.diaban2"],
        chief=users["truong.congan"],
        deputy=users["pho.congan"],
        groups=groups,
        users_of={hamlet.pk: officer.user for hamlet, officer in covering.items() if officer.user},
        now=now,
        random=random,
    )
    make_all_sent(scene)
    make_waiting(scene)
    make_article(scene)
    make_schedules(scene)
    requests.make_requests(scene, users["vp.danguy"], users["mattran"])
    requests.make_correction(scene)
    requests.make_late_group(scene)
    changes.make_told(list(hamlets))
    changes.make_handovers(users, today)
    changes.make_merger(commune, users["truong.congan"], today)
    account = OfficialAccount.objects.get(commune=commune)
    oa_groups.make(account, groups, users["truong.congan"], now)
    linking.make(account, list(hamlets), users["truong.congan"], now)
    make_lists(hamlets[0], users["truong.ap"], Random(RANDOM_SEED + 5), now)


def _start(
    commune: Commune, hamlets: list[Hamlet], groups: list[ZaloGroup], chief: User, today: date
) -> None:
    """With chances of its own, so that posts and people stay the same people and posts."""
    random = Random(RANDOM_SEED + 3)
    starting.make_start(commune, hamlets, chief, random, today)
    starting.make_upkeep(groups, random, today)
    starting.make_acknowledgements(hamlets, chief, random)
