"""An officer of the portal who follows the account, over a simulated Zalo."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from duty.models import Notice, Occasion, OwnZalo
from duty.services import open_occasion
from duty.ways.zalo import linking
from tests.duty.conftest import Matters
from tests.duty.ways.notices import PORTAL, notice_for
from tests.factories.accounts import make_user
from tests.factories.zalo import make_official_account
from tests.flows.harness import forget_redis, new_simulator
from tests.zalo.webhooks import OA_SECRET, body, post
from zalo.client.transport import forget_connections
from zalo.inbox.interpreting import interpret_due
from zalo.models import OfficialAccount
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator


@dataclass
class Scene:
    """An officer at the portal and, as somebody who follows the account, at the simulator."""

    simulator: Simulator
    account: OfficialAccount
    officer: User
    someone: Any
    matters: Matters

    def writes(self, text: str, *, deliveries: int = 2, by: Any = None) -> None:
        """The officer writes to the account; the event reaches the portal twice."""
        events: list[tuple[str, dict[str, Any]]] = []
        self.simulator.state.listeners.append(lambda name, payload: events.append((name, payload)))
        writer = by or self.someone
        self.simulator.residents.do("write", {"user_id": writer.id, "text": text})
        self.simulator.state.listeners.pop()
        for name, payload in events:
            now_ms = str(int(timezone.now().timestamp() * 1000))
            content = body(name, **{**payload, "timestamp": now_ms})
            for _time in range(deliveries):
                assert post(Client(), content).status_code == 200
        interpret_due()

    def link(self, officer: User | None = None, *, by: Any = None) -> OwnZalo:
        """Link, and drop the answer to it, which tests of answers look at."""
        user = officer or self.officer
        self.writes(linking.new_code(by=user), by=by)
        Occasion.objects.filter(kind="zalo_reply").delete()
        return OwnZalo.objects.get(user=user)

    def open(self, kind: str = "tip_now") -> Occasion:
        self.matters.standing.add(self.officer.pk)
        return open_occasion(kind, self.officer, commune=self.account.commune)

    def notice(self) -> Notice:
        return notice_for(self.open(), "zalo", f"own:{self.officer.pk}", self.officer)

    def heard(self) -> list[str]:
        found = self.simulator.state.messages
        mine = [one for one in found if one.user_id == self.someone.id]
        return [one.text for one in mine if one.sender != "person"]


@contextmanager
def running_simulator(settings: Any) -> Iterator[Simulator]:
    """A simulator to which this portal speaks."""
    running = new_simulator(profile="business")
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN, settings.ZALO_TIMEOUT_S = 60_000, 5
    settings.ZALO_OA_SECRET_KEY = OA_SECRET
    settings.PORTAL_URL = PORTAL
    forget_redis()
    tokens.forget()
    call_log.forget()
    forget_connections()
    yield running
    running.stop()


def make_scene(simulator: Simulator, commune: Commune, matters: Matters) -> Scene:
    """The account of a commune, and an officer of it."""
    account = make_official_account(
        commune, oa_id=simulator.state.oa_id, access_token=simulator.state.tokens.access,
        refresh_token=simulator.state.tokens.refresh,
    )  # fmt: skip
    account.capabilities = {"groups": {"state": "yes", "code": 0}}
    account.save()
    officer = make_user(commune, Role.OFFICER, username="truc.ban")
    someone = simulator.state.add_person("Chú Ba", days_since_interaction=0)
    return Scene(simulator, account, officer, someone, matters)
