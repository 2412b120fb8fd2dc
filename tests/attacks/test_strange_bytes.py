"""A signed event with bytes that no column holds is refused once, recorded, and in nobody's way."""

import json

import pytest
from django.test import Client

from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.zalo import webhooks
from tests.zalo.webhooks import body, message, post
from zalo.inbox.interpreting import WAITS_S, interpret_due
from zalo.models import WebhookEvent

STRANGE = ["7001\0", "\0", "7001\ud800", "\udfff"]


@pytest.fixture(autouse=True)
def _account(transactional_db, settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    make_official_account(make_commune(), oa_id="9001")


def delivered(content: dict) -> int:
    """The answer to an event whose strange signs are written as JSON writes them."""
    return post(Client(), json.dumps(content).encode()).status_code


@pytest.mark.parametrize("place", ["user", "oa"])
@pytest.mark.parametrize("strange", ["7001\0", "\0"])
def test_event_with_a_strange_party_is_set_aside_at_once(strange, place):
    content = message(**{place: strange})

    assert [delivered(content), delivered(content)] == [200, 200]

    row = WebhookEvent.objects.get()
    assert (row.state, row.next_attempt_at, row.account) == (WebhookEvent.State.FAILED, None, None)
    assert row.last_error
    assert interpret_due() == {}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    "content",
    [
        lambda strange: message(user=strange),
        lambda strange: message(oa=strange),
        lambda strange: message(msg_id=strange),
        lambda strange: message(text=f"Tin báo {strange}"),
        lambda strange: body("follow", oa_id="9001", follower={"id": strange}),
        lambda strange: body("user_send_group_text", sender={"id": "1"}, recipient={"id": "9001"},
                             oa_id="9001", group_id=strange, message={"msg_id": strange}),
        lambda strange: body(strange or "x", oa_id="9001", sender={"id": "1"}),
        lambda strange: body("user_send_image", sender={"id": "7001"}, recipient={"id": "9001"},
                             message={"msg_id": "m-strange", "attachments": [
                                 {"type": strange, "payload": {"url": strange, "name": strange}}]}),
    ],
    ids=["user", "account", "message", "words", "follower", "group", "name", "file"],
)  # fmt: skip
def test_event_that_is_strange_elsewhere_ends_and_holds_up_nobody(content, strange):
    assert delivered(content(strange)) == 200
    assert delivered(message(msg_id="m-after", text="Chào")) == 200

    for _attempt in range(len(WAITS_S) + 1):
        WebhookEvent.objects.filter(state=WebhookEvent.State.NEW).update(
            next_attempt_at="2026-01-01T00:00Z"
        )
        interpret_due()

    assert not WebhookEvent.objects.filter(state=WebhookEvent.State.NEW).exists()
    assert WebhookEvent.objects.latest("pk").state != WebhookEvent.State.FAILED
