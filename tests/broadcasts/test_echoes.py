"""Zalo's echo of the account's own words is a hint beside a delivery that got no answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from broadcasts.models import Delivery
from broadcasts.posts.wording import delivery_state
from broadcasts.posts.work_lists import unclear_deliveries
from broadcasts.services import resend_failed, settle
from groups.models import ZaloGroup
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group
from tests.factories.zalo import make_official_account
from tests.zalo import webhooks
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import WebhookEvent

pytestmark = pytest.mark.django_db
WORDS = "Tối nay cúp điện từ 18 giờ.\nBà con chuẩn bị đèn."
HINT = "Zalo báo đã có tin này trong nhóm lúc"


@pytest.fixture
def account(commune):
    return make_official_account(commune, oa_id="9001")


@pytest.fixture
def group(hamlet, account):
    return make_group(hamlet, zalo_group_id="g-1")


@pytest.fixture
def unclear(commune, group):
    """`unclear(…)`: a delivery that left a minute ago and got no answer."""

    def make(status=Delivery.Status.UNCERTAIN, text=WORDS, to=group, **fields):
        parts = fields.pop("parts", [text])
        post = make_broadcast(commune, status="sending", text=text, approved_parts=parts)
        values = {"claimed_at": timezone.now() - timedelta(minutes=1)} | fields
        return make_delivery(post, to, status=status, **values)

    return make


def echo(text=WORDS, *, group="g-1", at=None, msg_id="m-1", name="oa_send_group_text"):
    """Zalo tells that the account wrote this, and the inbox is read."""
    told = webhooks.message(
        name, user="9001", oa=group, msg_id=msg_id, text=text, oa_id="9001",
        timestamp=str(round((at or timezone.now()).timestamp() * 1000)),
    )  # fmt: skip
    raw = webhooks.raw(told)
    assert inbox.store(inbox.read(raw), raw)
    assert interpret_due() == {"interpreted": 1}


def hinted(delivery):
    delivery.refresh_from_db()
    return delivery.has_echo


def test_echo_of_the_same_words_is_shown_beside_the_unclear_delivery(client, unclear, chief):
    delivery = unclear()

    echo("Tối nay cúp điện từ 18 giờ. Bà con chuẩn bị đèn. ")

    assert hinted(delivery)
    assert delivery.status == Delivery.Status.UNCERTAIN
    assert delivery.settled_at is None
    assert HINT in delivery_state(delivery).detail
    client.force_login(chief)
    page = client.get(reverse("admin:broadcasts_broadcast_log", args=[delivery.broadcast_id]))
    assert HINT in page.content.decode()
    assert "Không có trong nhóm" in page.content.decode()


def test_home_page_says_in_how_many_groups(unclear, chief, hamlet):
    delivery = unclear()
    make_delivery(delivery.broadcast, make_group(hamlet, zalo_group_id="g-2"), status="uncertain")
    echo()

    (line,) = unclear_deliveries(chief, timezone.now()).items

    assert line.note == ("2 nhóm: mở nhóm xem có bài chưa. Zalo báo đã có tin này trong 1 nhóm.")


def test_nothing_of_the_words_is_kept(unclear):
    unclear()
    echo()

    assert WebhookEvent.objects.get().body == ""


def test_echo_before_the_time_is_up_counts_too(unclear):
    delivery = unclear(Delivery.Status.SENDING)

    echo(name="oa_send_group_image")

    assert hinted(delivery)
    assert delivery.status == Delivery.Status.SENDING


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ({"text": "Lời khác."}, {}),
        ({"text": ""}, {}),
        ({"group": "g-2"}, {}),
        ({"at": timezone.now() - timedelta(minutes=10)}, {}),
        ({}, {"claimed_at": timezone.now() - timedelta(hours=2)}),
        ({}, {"status": Delivery.Status.FAILED}),
        ({}, {"claimed_at": None}),
    ],
    ids=["words", "no words", "group", "before it left", "long after", "failed", "never left"],
)
def test_echo_of_something_else_is_no_hint(unclear, heard, told):
    delivery = unclear(**told)

    echo(**heard)

    assert not hinted(delivery)


def test_echo_of_a_message_that_zalo_answered_for_is_no_hint(unclear, group, commune):
    post = make_broadcast(commune, status="completed", text=WORDS)
    make_delivery(post, group, status="sent", zalo_message_ids=["m-1"])
    again = unclear()

    echo(msg_id="m-1")

    assert not hinted(again)


def test_one_echo_speaks_of_one_delivery_the_later_first(unclear):
    early = unclear(claimed_at=timezone.now() - timedelta(minutes=9))
    late = unclear()

    echo(msg_id="m-1")
    assert (hinted(early), hinted(late)) == (False, True)

    echo(msg_id="m-2")
    assert (hinted(early), hinted(late)) == (True, True)


def test_hint_speaks_of_the_part_that_got_no_answer(unclear):
    first = {"parts": [WORDS, "Phần hai."], "parts_sent": 0}
    delivery = unclear(**first)
    echo()
    assert hinted(delivery)

    Delivery.objects.filter(pk=delivery.pk).update(parts_sent=1)
    assert not hinted(delivery)
    echo("Phần hai.", msg_id="m-2")
    assert hinted(delivery)


def test_echo_of_a_post_with_a_file_left_to_answer_is_no_hint(unclear):
    delivery = unclear(parts_sent=1)  # the file comes after the only part

    echo()

    assert not hinted(delivery)


def test_what_was_not_there_is_sent_anew_without_the_old_hint(unclear, chief):
    delivery = unclear()
    echo()
    settle(Delivery.objects.get(pk=delivery.pk), by=chief, arrived=False)
    assert ZaloGroup.objects.get().status == "active"

    resend_failed(delivery.broadcast, by=chief)

    assert not hinted(delivery)
    assert delivery.status == Delivery.Status.QUEUED
