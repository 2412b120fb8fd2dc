"""One resident, an account, and the way from a body of Zalo to what it becomes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from reports.models import TipReport
from tests.factories.zalo import make_official_account
from tests.flows.harness import forget_redis, new_simulator
from tests.reports.chat.scene import Scene
from tests.zalo import webhooks
from zalo.client.transport import forget_connections
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import OfficialAccount
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator

USER = "7001"


class Chat:
    """Bodies go into the inbox and are interpreted, as those of Zalo."""

    def __init__(self, account: OfficialAccount) -> None:
        self.account = account
        self.now = timezone.now() - timedelta(days=2)

    def body(
        self, text: str | None = None, *, at: datetime | None = None, name: str = "user_send_text",
        user: str = USER, **fields: Any,
    ) -> dict[str, Any]:  # fmt: skip
        stamp = str(int((at or self.now).timestamp() * 1000))
        return webhooks.message(
            name, user=user, oa=self.account.oa_id, text=text, timestamp=stamp, **fields
        )

    def tell(self, *bodies: dict[str, Any]) -> dict[str, int]:
        for one in bodies:
            inbox.store(inbox.read(webhooks.raw(one)), webhooks.raw(one))
        return interpret_due()

    def says(self, text: str | None = None, **fields: Any) -> TipReport | None:
        """A message comes and is interpreted; returns the newest tip."""
        self.tell(self.body(text, **fields))
        return TipReport.objects.order_by("-pk").first()

    def later(self, **by: float) -> datetime:
        return self.now + timedelta(**by)


@pytest.fixture
def account(commune: Any) -> OfficialAccount:
    return make_official_account(commune)


@pytest.fixture
def chat(account: OfficialAccount, settings: Any) -> Chat:
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    return Chat(account)


def hung(kind: str, **payload: Any) -> dict[str, Any]:
    """Return the part of `message` that a body holds beside its text."""
    return {"attachments": [{"type": kind, "payload": payload}]}


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    running = new_simulator(profile="business")
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN, settings.ZALO_TIMEOUT_S = 60_000, 20
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    settings.PORTAL_URL = "https://binhyen.example.vn"
    forget_redis()
    tokens.forget()
    call_log.forget()
    forget_connections()
    yield running
    running.stop()


@pytest.fixture
def scene(simulator: Simulator, commune: Any) -> Scene:
    return Scene(simulator, commune)
