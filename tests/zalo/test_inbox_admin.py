"""The inbox on the screen, in the health signs, and how long it keeps what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import retention
from accounts.models import AuditEvent
from accounts.system_health import snapshot
from accounts.users.roles import Role
from tests.factories.accounts import make_commune, make_user
from tests.factories.zalo import make_official_account
from zalo import health
from zalo.inbox import services as inbox
from zalo.models import GroupActivity, InboundFile, WebhookEvent

pytestmark = pytest.mark.django_db
LIST = "admin:zalo_webhookevent_changelist"


@pytest.fixture
def account(commune):
    return make_official_account(commune, oa_id="9001")


def make_event(account, number=1, **fields):
    values = {"event_name": "user_send_text", "state": "held", "body": "lời kín của người dân"}
    values |= fields
    if values["state"] == "interpreted":
        values |= {"body": "", "interpreted_at": timezone.now()}
    if values["state"] == "new":
        values.setdefault("next_attempt_at", timezone.now())
    return WebhookEvent.objects.create(account=account, key=f"k{number}", **values)


@pytest.mark.parametrize("number", [1, 3])
def test_list_names_events_and_shows_no_word_of_theirs(login, tech_admin, account, number):
    for one in range(number):
        make_event(account, one)

    page = login(tech_admin).get(reverse(LIST)).text

    assert page.count("Tin nhắn riêng tới OA") == number
    assert "Giữ niêm phong" in page
    assert "lời kín" not in page


def test_page_of_an_event_shows_no_word_of_it(login, tech_admin, account):
    event = make_event(account)

    page = login(tech_admin).get(reverse("admin:zalo_webhookevent_change", args=[event.pk])).text

    assert "user_send_text" in page
    assert "lời kín" not in page


def test_pages_tell_the_hour_of_a_message_and_no_minute(login, tech_admin, account):
    moment = timezone.localtime().replace(hour=14, minute=37, second=51)
    event = make_event(account, received_at=moment)
    client = login(tech_admin)

    for address in (
        reverse(LIST),
        reverse("admin:zalo_webhookevent_change", args=[event.pk]),
        reverse("admin:zalo_officialaccount_health", args=[account.pk]),
    ):
        page = client.get(address).text
        assert "14 giờ" in page
        assert "14:37" not in page


@pytest.mark.parametrize("column", ["received_at", "interpreted_at", "next_attempt_at"])
@pytest.mark.parametrize(
    ("asked", "value"), [("minute", "37"), ("gte", "2026-11-27 14:37:51"), ("isnull", "False")]
)
def test_address_of_the_list_asks_for_no_minute_either(
    login, tech_admin, account, column, asked, value
):
    """Asked piece by piece, it would say in which second somebody wrote."""
    make_event(account)

    page = login(tech_admin).get(reverse(LIST), {f"{column}__{asked}": value})

    assert page.status_code == 400


def test_list_asks_few_questions(login, tech_admin, account, django_assert_max_num_queries):
    for one in range(30):
        make_event(account, one)
    client = login(tech_admin)
    client.get(reverse(LIST))

    with django_assert_max_num_queries(16):
        client.get(reverse(LIST))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TECH_ADMIN])
def test_nobody_else_sees_the_inbox(login, commune, account, role):
    make_event(account)

    assert login(make_user(commune, role)).get(reverse(LIST)).status_code in {302, 403}


def replay(client, *events):
    return client.post(
        reverse(LIST),
        {"action": "replay_selected", "_selected_action": [event.pk for event in events]},
        follow=True,
    ).text


def test_chosen_events_are_read_anew(login, tech_admin, account):
    held, broken = make_event(account, 1), make_event(account, 2, state="failed", attempts=7)
    done = make_event(account, 3, state="interpreted")

    page = replay(login(tech_admin), held, broken, done)

    assert "Đã đưa 2 sự kiện về hàng chờ." in page
    assert "1 sự kiện đã xử lý xong" in page
    states = dict(WebhookEvent.objects.values_list("pk", "state"))
    assert states == {held.pk: "new", broken.pk: "new", done.pk: "interpreted"}
    assert WebhookEvent.objects.due(timezone.now()).count() == 2
    assert AuditEvent.objects.get(action="zalo.events_replayed").details == {"rows": 2}


def test_event_of_another_commune_is_not_read_anew(login, tech_admin, account):
    foreign = make_event(make_official_account(make_commune()))

    replay(login(tech_admin), foreign)

    foreign.refresh_from_db()
    assert foreign.state == "held"


# Health


def test_numbers_of_the_inbox_are_told(client, account, settings):
    settings.METRICS_TOKEN = "t"
    make_event(account, 1, state="new", received_at=timezone.now() - timedelta(seconds=40))
    make_event(account, 2)
    event = make_event(account, 3, state="unknown", event_name="brand_new")
    InboundFile.objects.create(
        event=event, position=0, kind="image", next_attempt_at=timezone.now()
    )
    headers = {"Authorization": "Bearer t"}

    snapshot.record()
    told = client.get("/health/deep", headers=headers).json()["checks"]["webhooks"]
    metrics = client.get("/metrics", headers=headers).text

    assert told["ok"]
    assert (told["waiting"], told["held"], told["unknown"], told["failed"]) == (1, 1, 1, 0)
    assert 40 <= told["oldest_waiting_s"] < 100
    assert told["files_waiting"] == 1
    assert told["bad_signatures_24h"] == inbox.bad_signatures()
    assert "binhyen_webhooks_waiting 1\n" in metrics


@pytest.mark.parametrize(
    "fields",
    [{"state": "failed"}, {"state": "new", "received_at": timezone.now() - timedelta(minutes=9)}],
)
def test_what_broke_or_waits_too_long_is_not_well(account, fields):
    make_event(account, **fields)

    assert not health.webhooks(timezone.now())["ok"]


def test_silence_is_told_for_each_account(account):
    other = make_official_account(make_commune())
    heard = make_event(account, 1).received_at

    assert WebhookEvent.objects.last_heard(account) == heard
    assert WebhookEvent.objects.last_heard(other) is None
    assert WebhookEvent.objects.last_heard() == heard


# Retention


def test_rows_go_when_their_time_is_over(account):
    now = timezone.now()
    for number, (state, days) in enumerate(
        [("interpreted", 29), ("interpreted", 31), ("held", 179), ("held", 181), ("unknown", 181),
         ("failed", 179), ("new", 400)]
    ):  # fmt: skip
        make_event(account, number, state=state, received_at=now - timedelta(days=days))
    for days in (399, 401):
        GroupActivity.objects.create(
            account=account, zalo_group_id="g", day=timezone.localdate() - timedelta(days=days)
        )

    retention.purge_expired()

    left = WebhookEvent.objects.order_by("key").values_list("key", flat=True)
    assert list(left) == ["k0", "k2", "k5", "k6"]
    assert GroupActivity.objects.count() == 1
