"""A resident links a Zalo account and takes it back, from webhook to answer, in both profiles."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from groups.linking import codes, replies
from groups.linking import services as linking
from groups.models import DataRequest, LinkProposal, LinkReply, ZaloLink
from reports.models import TipReport
from tests.factories.groups import make_hamlet, make_member
from tests.factories.zalo import make_official_account
from tests.flows.harness import forget_redis, new_simulator
from tests.zalo.webhooks import OA_SECRET, body, post
from zalo.client.transport import forget_connections
from zalo.inbox.interpreting import interpret_due
from zalo.models import Follower, WebhookEvent
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

Reply = LinkReply.State


@pytest.fixture(params=["business", "state_agency"])
def simulator(request: Any, settings: Any) -> Iterator[Simulator]:
    running = new_simulator(profile=request.param)
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN, settings.ZALO_TIMEOUT_S = 60_000, 20
    settings.ZALO_OA_SECRET_KEY = OA_SECRET
    settings.PORTAL_URL = "https://binhyen.example.vn"
    forget_redis()
    tokens.forget()
    call_log.forget()
    forget_connections()
    yield running
    running.stop()


class Scene:
    """A commune with a member, its account, and a resident at the simulator who follows it."""

    def __init__(self, simulator: Simulator, commune: Any) -> None:
        self.simulator, self.state = simulator, simulator.state
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.state.listeners.append(lambda name, payload: self.events.append((name, payload)))
        self.account = make_official_account(
            commune,
            oa_id=self.state.oa_id,
            access_token=self.state.tokens.access,
            refresh_token=self.state.tokens.refresh,
        )
        self.member = make_member(
            make_hamlet(commune), full_name="Nguyễn Thị Lụa", phone="+84900000111",
            consent_basis="list", consent_given_at=timezone.now(),
        )  # fmt: skip
        self.person = self.state.add_person("Cô Lụa", days_since_interaction=None)
        self.does("follow")

    def does(self, deed: str, **values: Any) -> None:
        """The resident does something; its events reach the portal twice and are interpreted."""
        self.events.clear()
        self.simulator.residents.do(deed, {"user_id": self.person.id, **values})
        for name, payload in list(self.events):
            now_ms = str(int(timezone.now().timestamp() * 1000))
            content = body(name, **{**payload, "timestamp": now_ms})
            for _time in range(2):
                assert post(Client(), content).status_code == 200
        interpret_due()
        replies.send_due()

    def heard(self) -> list[str]:
        """Return the messages that the resident reads from the account."""
        rows = [row for row in self.state.messages if row.user_id == self.person.id]
        return [row.text for row in rows if row.sender != "person"]


@pytest.fixture
def scene(simulator: Simulator, commune: Any) -> Scene:
    return Scene(simulator, commune)


def test_code_of_the_paper_and_back(scene, chief):
    (code,) = codes.prepare([scene.member.pk], by=chief)

    scene.does("write", text=code.words)

    assert ZaloLink.objects.get().member == scene.member
    assert "Đã liên kết" in scene.heard()[-1]
    assert scene.member.full_name not in " ".join(scene.heard())
    taken = WebhookEvent.objects.filter(event_name="user_send_text")
    assert {row.body for row in taken} == {""}

    scene.does("write", text="huỷ liên kết")

    assert not ZaloLink.objects.exists()
    assert "Đã bỏ liên kết" in scene.heard()[-1]
    assert len(scene.heard()) == 2


def test_share_confirmed_by_a_call_and_withdrawn_in_zalo(scene, chief):
    scene.does("write", text="LIEN KET")
    asked = LinkReply.objects.get()
    assert (asked.kind, asked.state) == ("ask", Reply.SENT)

    scene.does("share_contact", name="Nguyễn Thị Lụa", phone="0900000111")
    assert LinkProposal.objects.get().member == scene.member
    linking.confirm(LinkProposal.objects.get(), by=chief)
    replies.send_due()
    assert "Đã liên kết" in scene.heard()[-1]

    scene.does("withdraw")

    request = DataRequest.objects.get()
    assert (request.member, request.channel) == (scene.member, "zalo")
    assert not ZaloLink.objects.exists()
    assert Follower.objects.get().zalo_user_id == ""


def test_tip_is_left_to_those_who_hear_tips(scene):
    scene.does("write", text="Có người lạ ở tổ 5")

    taken = WebhookEvent.objects.get(event_name="user_send_text")
    assert (taken.state, taken.body) == (WebhookEvent.State.INTERPRETED, "")
    assert TipReport.objects.get().channel == TipReport.Channel.OA_CHAT
    assert not LinkReply.objects.exists()


def test_answer_whose_fate_is_unknown_stays_so(scene):
    for path in ("/v3.0/oa/message/cs", "/v2.0/oa/message"):
        scene.simulator.faults.add(parse({"kind": "lose_answer", "path": path}))
    scene.account.endpoint_family = "v3" if scene.state.profile == "business" else "v2"
    scene.account.save(update_fields=["endpoint_family"])

    scene.does("write", text="HUY LIEN KET")
    replies.send_due()

    assert LinkReply.objects.get().state == Reply.UNCERTAIN
    assert len(scene.heard()) == 1


def test_answer_waits_while_zalo_is_away_and_goes_once(scene):
    scene.simulator.refuse()
    scene.does("write", text="HUY LIEN KET")
    assert LinkReply.objects.get().state == Reply.WAITING
    scene.simulator.accept()
    LinkReply.objects.update(next_attempt_at=timezone.now())

    replies.send_due()
    replies.send_due()

    assert LinkReply.objects.get().state == Reply.SENT
    assert len(scene.heard()) == 1


def test_sender_who_died_leaves_an_uncertain_answer(scene):
    LinkReply.objects.create(
        follower=Follower.objects.get(), kind="linked", state=Reply.SENDING,
        next_attempt_at=timezone.now(),
    )  # fmt: skip

    replies.send_due()

    assert LinkReply.objects.get().state == Reply.UNCERTAIN
    assert scene.heard() == []
