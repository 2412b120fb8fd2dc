"""A commune with its people and a connected account, and a clock that the script moves."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from config.logs import JsonFormatter, RedactingFilter
from reports.models import TipReport
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.groups import make_assignment, make_group, make_hamlet, make_officer
from tests.factories.zalo import make_official_account
from tests.flows.harness import forget_redis, new_simulator
from tests.flows.leaks import places
from tests.flows.leaks.people import Person
from tests.zalo.webhooks import OA_SECRET, body, post
from zalo.client.transport import forget_connections
from zalo.inbox.files import fetch_due
from zalo.inbox.interpreting import interpret_due
from zalo.official_accounts import call_log
from zalo.tasks import refresh_tokens
from zalo.tokens import services as tokens
from zalo_simulator.records import Attachment
from zalo_simulator.server import Simulator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGINS = datetime(2026, 12, 1, 6, 0, 7, tzinfo=ZONE)
BETWEEN = timedelta(minutes=23, seconds=11)  # so that minutes and seconds go round
# Each different, for whoever is named in a tip must not see it.
NAMES = ("Thành Mẫu Một", "Ngọc Mẫu Hai", "Quốc Mẫu Ba", "Minh Mẫu Bốn", "Đăng Mẫu Năm",
         "Hoài Mẫu Sáu", "Tường Mẫu Bảy", "Khánh Mẫu Tám", "Vĩnh Mẫu Chín",
         "Thái Mẫu Mười", "Lan Mẫu Mười Một")  # fmt: skip


@dataclass
class Reported:
    """A tip that came in: whose, by which door, when, and the receipt if one was given."""

    person: Person
    door: str
    at: datetime
    tip: TipReport
    is_named: bool
    receipt: str = field(default="", repr=False)

    @property
    def is_anonymous(self) -> bool:
        """Whether the portal itself knows nobody behind it."""
        return not self.is_named and self.door == "form"


class Scene:
    """The people of the scene, and the acts of each of them."""

    def __init__(self, simulator: Simulator, clock: time_machine.Traveller) -> None:
        self.simulator, self.state, self.clock = simulator, simulator.state, clock
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.state.listeners.append(lambda name, payload: self.events.append((name, payload)))
        self.commune = make_commune("Bình Minh", code="90001")
        make_profile(self.commune)
        self.hamlets = [make_hamlet(self.commune) for _number in range(3)]
        there = self.state.add_group("Ấp Bình An")
        there.lock_send_msg = False  # an old group, in which anybody writes
        self.group = make_group(self.hamlets[0], name=there.name, zalo_group_id=there.id)
        self.account = make_official_account(
            self.commune,
            oa_id=self.state.oa_id,
            access_token=self.state.tokens.access,
            refresh_token=self.state.tokens.refresh,
            token_expires_at=timezone.now() + timedelta(days=90),
        )
        self.users = {
            role: make_user(self.commune, role, last_name="Lý", first_name=name)
            for role, name in zip(Role, NAMES, strict=True)
        }
        self.deputy = make_user(
            self.commune, Role.CHIEF, last_name="Lý", first_name="Phó Trưởng Mẫu"
        )
        for role in (Role.OFFICER, Role.HAMLET_HEAD):
            make_assignment(make_officer(self.commune, user=self.users[role]), self.hamlets[0])
        self.told: list[Reported] = []
        self.queued = b""

    def warm_up(self) -> None:
        """Do everything that the account does once, with the first answer to anybody."""
        made = self.state.add_person("Khách", days_since_interaction=None)
        self.does(made, "write", text="Chào cán bộ")

    def later(self) -> datetime:
        """Some minutes pass in which nobody does anything; the worker renews what is due."""
        self.clock.shift(BETWEEN / 2)
        refresh_tokens()
        self.clock.shift(BETWEEN / 2)
        return timezone.localtime()

    def sign_in(self, user: User) -> Client:
        """A fresh session: an older one has ended since the clock was moved."""
        client = Client()
        client.force_login(user, backend=MODEL_BACKEND)
        return client

    def resident_of(self, person: Person) -> Any:
        """The person at Zalo, who follows the account."""
        made = self.state.add_person(person.name, id=person.zalo_id, days_since_interaction=None)
        self.does(made, "follow")
        return made

    def upload(self, person: Person) -> str:
        """The photo as it lies at Zalo."""
        name = f"anh{person.key}"
        self.state.attachments[name] = Attachment(
            name, "image/jpeg", person.photo, self.state.now()
        )
        return name

    def does(self, resident: Any, deed: str, **values: Any) -> None:
        """A resident does something in Zalo, which tells the portal; workers do their part."""
        self.events.clear()
        self.simulator.residents.do(deed, {"user_id": resident.id, **values})
        self._tell_events()

    def tells(self, resident: Any, kind: str, **payload: Any) -> None:
        """A resident sends what hangs on a message of that kind, which the simulated Zalo has no
        button for."""
        self.events.clear()
        self.simulator.residents._attach(resident, kind, payload, "")
        self._tell_events()

    def _tell_events(self) -> None:
        for name, payload in list(self.events):
            stamp = str(int(timezone.now().timestamp() * 1000))
            answer = post(Client(), body(name, **{**payload, "timestamp": stamp}))
            assert answer.status_code == 200, answer.content
        self.work_off()

    def work_off(self) -> None:
        """Run the workers."""
        from reports import tasks  # noqa: PLC0415 -- the tasks import what they call

        interpret_due()
        fetch_due()
        tasks.take_over_files()
        tasks.send_answers()
        call_log.flush()
        self.queued += places.drained()

    def count(self) -> int:
        return TipReport.objects.count()

    def newest(self) -> TipReport:
        return TipReport.objects.latest("pk")


@contextmanager
def scene(folder: Path) -> Iterator[tuple[Scene, io.StringIO]]:
    """The scene in its own time, and everything that is logged meanwhile as production logs it."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level, root.level = root.level, logging.INFO
    root.addHandler(handler)
    with time_machine.travel(BEGINS, tick=True) as clock:
        simulator = new_simulator()  # so that its tokens have the age of the scene
        try:
            with override_settings(
                ZALO_API_URL=simulator.url, ZALO_OAUTH_URL=simulator.url,
                ZALO_OA_SECRET_KEY=OA_SECRET, ZALO_RATE_PER_MIN=60_000, ZALO_TIMEOUT_S=20,
                ALLOWED_HOSTS=["testserver"], PORTAL_URL="https://cong.example.vn",
                MEDIA_ROOT=str(folder / "media"),
            ):  # fmt: skip
                forget_redis()
                tokens.forget()
                call_log.forget()
                forget_connections()
                yield Scene(simulator, clock), log
                call_log.flush()
        finally:
            simulator.stop()
            root.removeHandler(handler)
            root.level = level
            tokens.forget()
            call_log.forget()
