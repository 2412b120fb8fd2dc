"""A small commune with fixed numbers and a fixed clock, for what has to be computed from rows."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction
from django.test import override_settings

from accounts.encryption import checks
from accounts.models import Commune, KeyCheck, User
from accounts.users.roles import Role, sync_roles
from broadcasts.demo.place import CODE
from dev.contracts.commands import CHIEF, HAMLET
from groups.models import Hamlet
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet, make_meeting, make_regulation
from tests.factories.tips import make_tip, make_triaged

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FIRST = 900_001  # the number of the first row of each kind
KEYS = {"t2": b"\x02" * 32, "t1": b"\x01" * 32}
INDEX_KEY = "a-key-that-is-used-for-contracts-alone"


@dataclass(frozen=True)
class Scene:
    """A commune, its hamlet, and the accounts that sign."""

    commune: Commune
    hamlet: Hamlet
    chief: User
    office: User


@contextlib.contextmanager
def keys_and_clock() -> Iterator[None]:
    """Fixed keys, a clock that stands, a cache of our own; what is written is undone."""
    settings = override_settings(
        DATA_ENCRYPTION_KEYS=KEYS,
        BLIND_INDEX_KEY=INDEX_KEY,
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    )
    with settings, time_machine.travel(NOW, tick=False), transaction.atomic():
        KeyCheck.objects.all().delete()
        checks.register()
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def scene() -> Iterator[Scene]:
    """The rows, for as long as the block lasts."""
    with keys_and_clock():
        sync_roles()
        # With the code of the demo, so that `seed_demo` finds it there, and another in its way.
        commune = make_commune("Mẫu Đơn", pk=FIRST, code=CODE)
        make_commune("Bên Cạnh", pk=FIRST + 1, code="99002")
        make_profile(
            commune, chief_name="Nguyễn Văn Bình", party_name="Lê Thị Thử",
            committee_name="Trần Văn Mẫu",
        )  # fmt: skip
        hamlet = make_hamlet(commune, pk=FIRST, name="Ấp Mẫu", code=HAMLET)
        named = {"last_name": "Nguyễn Văn", "first_name": "Bình", "date_joined": NOW}
        chief = make_user(commune, Role.CHIEF, pk=FIRST, username=CHIEF, **named)
        office = make_user(commune, Role.PARTY_OFFICE, pk=FIRST + 1, username="van.phong", **named)
        _work(hamlet)
        yield Scene(commune, hamlet, chief, office)


def _work(hamlet: Hamlet) -> None:
    """A little of everything that figures and health count."""
    group = make_group(hamlet, pk=FIRST, name="Nhóm mẫu")
    make_meeting(
        make_regulation(hamlet, pk=FIRST), pk=FIRST, held_on=(NOW - timedelta(days=30)).date()
    )
    make_delivery(make_broadcast(hamlet.commune, pk=FIRST, status="sending"), group, pk=FIRST)
    for number in range(6):
        day = datetime.combine((NOW - timedelta(days=40 - number)).date(), time(9), NOW.tzinfo)
        make = make_triaged if number % 2 else make_tip
        make(hamlet=hamlet, received_at=day)
