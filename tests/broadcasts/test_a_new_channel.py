"""A channel that nobody foresaw: one module and one line, and every page and figure knows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick, sweep
from broadcasts.sending.delivery import drain
from broadcasts.services import reach, resend_failed, settle
from groups.models import Hamlet
from oversight import periods
from oversight.figures import city
from oversight.figures.registry import LISTINGS, compute
from oversight.figures.scopes import whole_commune
from oversight.figures.table import ALL, Ask
from tests.factories.groups import make_group, make_ordinary_group
from zalo.channels import registry
from zalo.channels.base import Channel, Content, Line, Text
from zalo.client.errors import ZaloRejected, ZaloUncertain
from zalo.client.types import SentMessage
from zalo.models import OfficialAccount
from zalo.pacing.slot_book import SlotBook

pytestmark = pytest.mark.django_db(transaction=True)

Approved = Callable[..., Broadcast]


class Sms:
    """The made-up channel: a gateway that takes plain words for the people of a group."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.fails: Exception | None = None

    def send(
        self, account: Any, to: str, content: Content, *, heard_at: datetime | None = None,
        reference: str = "",
    ) -> SentMessage:  # fmt: skip
        if self.fails is not None:
            raise self.fails
        assert isinstance(content, Text)
        self.sent.append((to, content.text, reference))
        return SentMessage(f"sms-{len(self.sent)}")

    def channel(self) -> Channel:
        return Channel(
            "sms", "Tin nhắn SMS", send=self.send, group_kinds=frozenset({"ordinary"}),
            line=lambda commune_id: Line(SlotBook(f"sms-{commune_id}"), None),
        )  # fmt: skip


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Sms:
    made = Sms()
    monkeypatch.setattr(registry, "CHANNELS", [*registry.CHANNELS, made.channel()])
    return made


@pytest.fixture
def post(
    sms: Sms, account: OfficialAccount, hamlet: Hamlet, oa_groups: Callable[..., Any],
    approved: Approved,
) -> Broadcast:  # fmt: skip
    """A post for one group of the account and one that only the new channel reaches."""
    oa_groups(1, hamlet)
    make_ordinary_group(hamlet)
    return approved()


def send(commune: Commune) -> None:
    run_tick()
    drain(commune.pk, urgent=False)
    run_tick()


def states(post: Broadcast) -> dict[str, str]:
    return dict(post.deliveries.values_list("way", "status"))


def test_post_leaves_by_it_beside_the_others(commune: Commune, post: Broadcast, sms: Sms):
    assert (reach(post).by_api, reach(post).by_hand) == (2, 0)

    send(commune)

    post.refresh_from_db()
    delivery = post.deliveries.get(way="sms")
    assert states(post) == {"api": "sent", "sms": "sent"}
    assert sms.sent == [
        (str(delivery.zalo_group_id), post.approved_parts[0], f"delivery:{delivery.pk}")
    ]
    assert delivery.zalo_message_ids == ["sms-1"]
    assert post.status == Broadcast.Status.COMPLETED


def test_it_is_refused_mended_and_sent_again(
    commune: Commune, post: Broadcast, sms: Sms, chief: User
):
    sms.fails = ZaloRejected("number unknown")
    send(commune)
    refused = states(post)
    sms.fails = None

    resend_failed(post, by=chief)
    send(commune)

    assert (refused["sms"], states(post)["sms"]) == ("failed", "sent")


def test_it_is_swept_and_settled_by_a_person(
    commune: Commune, post: Broadcast, sms: Sms, chief: User
):
    run_tick()
    gone = timezone.now() - timedelta(minutes=30)
    post.deliveries.filter(way="sms").update(status="sending", claimed_at=gone)

    sweep(timezone.now())

    delivery = post.deliveries.get(way="sms")
    assert delivery.status == "uncertain"
    assert settle(delivery, by=chief, arrived=True).finding == "arrived"
    assert sms.sent == []


def test_lost_answer_of_it_is_never_repeated(commune: Commune, post: Broadcast, sms: Sms):
    sms.fails = ZaloUncertain("no answer")
    send(commune)
    sms.fails = None

    send(commune)

    assert (states(post)["sms"], sms.sent) == ("uncertain", [])


def test_what_is_not_closed_for_good_goes_by_it_without_the_account(
    commune: Commune, hamlet: Hamlet, sms: Sms, simulator: Any, approved: Approved
):
    make_group(hamlet)
    make_ordinary_group(hamlet)
    post = approved()

    send(commune)

    assert states(post) == {"api": "queued", "sms": "sent"}


def test_every_figure_that_counts_ways_counts_it(
    commune: Commune, hamlet: Hamlet, post: Broadcast, chief: User
):
    send(commune)
    month = periods.month_of(timezone.localdate())
    scope, now = whole_commune(commune, reader=chief), timezone.now()

    def table(key: str) -> Any:
        return compute(key, scope, month, as_of=now).table

    assert table("posts_by_topic").total.values == (1, 2, 0)
    assert {row.label: sum(row.values) for row in table("posts_speed").rows} == {
        "Máy gửi": 1, "Đăng tay": 0, "Tin nhắn SMS": 1,
    }  # fmt: skip
    assert table("hand_posting").total.values == (0,)
    listed = LISTINGS["posts_by_topic"].rows(Ask(scope, month, now, ALL, 1))
    assert set(listed.values_list("way", flat=True)) == {"api", "sms"}
    assert LISTINGS["posts_speed"].rows(Ask(scope, month, now, "sms")).count() == 1
    whole = city._posts(city.City((commune,), (hamlet,), month, now))
    assert whole == {commune.pk: (1, 2, 0, 0)}


def test_every_page_of_a_post_shows_it(
    commune: Commune, post: Broadcast, chief: User, login: Callable[[User], Client]
):
    client = login(chief)
    before = client.get(reverse("admin:broadcasts_broadcast_review", args=[post.pk]))
    send(commune)
    delivery = post.deliveries.get(way="sms")
    pages = [
        reverse("admin:broadcasts_broadcast_log", args=[post.pk]),
        reverse("admin:broadcasts_delivery_change", args=[delivery.pk]),
        reverse("admin:broadcasts_delivery_changelist") + "?way__exact=sms",
    ]

    assert "2 nhóm do máy gửi" in before.content.decode()
    for page in pages:
        assert "Tin nhắn SMS" in client.get(page).content.decode(), page
    assert not Delivery.objects.by_hand().exists()
