"""A commune and its account at a simulated Zalo: every word over HTTP, in both directions.

The portal answers in threads of this process, so that one clock can be moved for it and for Zalo.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from groups.models import ZaloGroup
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_group, make_hamlet, make_officer
from tests.flows.harness import wait_until
from tests.zalo.consent_flow import begin, come_back, press
from zalo import tasks
from zalo.followers.windows import Reach
from zalo.inbox.interpreting import interpret_due
from zalo.models import OfficialAccount, WebhookEvent
from zalo.services import window_of
from zalo_simulator.server import Simulator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 12, 1, 9, tzinfo=ZONE)
KINDS: dict[str, dict[str, Any]] = {
    "business": {"profile": "business"},
    "state_agency": {"profile": "state_agency"},
    "state_agency_without_groups": {"profile": "state_agency", "group_refusal": -235},
}
"""Kinds of accounts that the simulator plays: a state agency may post into groups, or may not."""


class Connected:
    """A commune whose people press what people press; `connect` brings the account."""

    def __init__(self, kind: str, simulator: Simulator, clock: time_machine.Traveller) -> None:
        self.kind, self.simulator, self.state, self.clock = kind, simulator, simulator.state, clock
        self.has_groups = not kind.endswith("without_groups")
        self.commune = make_commune("Bình Minh")
        self.hamlet = make_hamlet(self.commune)
        self.author = make_user(self.commune, Role.OFFICER)
        make_assignment(make_officer(self.commune, user=self.author), self.hamlet)
        self.chief = make_user(self.commune, Role.CHIEF)
        self.technician = make_user(self.commune, Role.TECH_ADMIN)

    @property
    def account(self) -> OfficialAccount:
        return OfficialAccount.objects.get()

    def now(self) -> datetime:
        """Return the time of the clock in Vietnam."""
        return datetime.now(ZONE)

    def sign_in(self, user: User) -> Client:
        """A fresh session: the one before has ended whenever the clock was moved."""
        client = Client()
        client.force_login(user, backend=MODEL_BACKEND)
        return client

    def connect(self) -> str:
        """One press in the portal, one at Zalo; returns the page on which it ends."""
        client = self.sign_in(self.technician)
        known = OfficialAccount.objects.first()
        answer = press(begin(client, known.commune_id if known else None))
        return come_back(client, answer)[1]

    def home(self) -> str:
        """Return the first page of the chief."""
        return self.sign_in(self.chief).get(reverse("admin:index")).content.decode()

    def health(self) -> str:
        """The health page of the account."""
        page = f"/admin/zalo/officialaccount/{self.account.pk}/suc-khoe/"
        return self.sign_in(self.chief).get(page).content.decode()

    def later(self, **by: float) -> None:
        """The clock goes on, and the worker's tasks of the account are done meanwhile."""
        self.clock.shift(timedelta(**by))
        tasks.refresh_tokens()

    def does(self, person: Any, deed: str, **values: Any) -> None:
        """A resident does something in Zalo, which tells the portal; the worker interprets it."""
        self.simulator.residents.do(deed, {"user_id": person.id, **values})
        self.heard_out()

    def heard_out(self) -> None:
        """Until everything that Zalo has to tell is told and interpreted."""

        def is_told() -> bool:
            said = self.simulator.webhooks.described()
            return not said["waiting"] and not said["under_way"]

        wait_until(is_told, timeout_s=20, what="the last event to be told")
        interpret_due()

    def events(self) -> Counter[str]:
        """Return the events of the inbox, by name."""
        return Counter(WebhookEvent.objects.values_list("event_name", flat=True))

    def reach_of(self, person: Any) -> Reach:
        """Whether a resident can be answered now."""
        return window_of(self.account, person.id).reach

    def read_by(self, person: Any) -> list[str]:
        """Return the messages that a resident reads from the account."""
        rows = [row for row in self.state.messages if row.user_id == person.id]
        return [row.text for row in rows if row.sender != "person"]

    def add_group(self, name: str) -> ZaloGroup:
        """An active group: of the account where Zalo lets it have some, else an ordinary one."""
        if self.has_groups:
            there = self.state.add_group(name)
            return make_group(self.hamlet, name=name, zalo_group_id=there.id)
        link = f"https://zalo.me/g/{int(time.time() * 1000) % 10**9}"
        return make_group(self.hamlet, name=name, kind="ordinary", zalo_group_id="", link=link)

    def stands_in(self, group: ZaloGroup) -> list[str]:
        """Kinds of the messages that stand in a group."""
        return [message.kind for message in self.state.messages_of(group.zalo_group_id)]
