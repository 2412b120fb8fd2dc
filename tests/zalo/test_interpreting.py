"""From the inbox to what an event means: once, in any order, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.vaults import look
from tests.zalo import webhooks
from tests.zalo.webhooks import body, message
from zalo.client.types import TokenPair
from zalo.followers.models import day_of
from zalo.inbox import events, interpreting, signals
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import Follower, GroupActivity, InboundFile, OfficialAccount, WebhookEvent
from zalo.tokens import connecting

pytestmark = pytest.mark.django_db
STAMP = 1_790_000_000_000


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET


@pytest.fixture
def account():
    return make_official_account(make_commune(), oa_id="9001")


@pytest.fixture
def heard():
    """Return the signals to the upper parts; `answers` are those of the next receivers."""
    told, connected = [], []

    class Heard(list):
        answer = None

    told = Heard()
    for signal in (signals.message_received, signals.group_changed, signals.contact_shared,
                   signals.person_withdrew, signals.permission_was_revoked,
                   signals.echo_received):  # fmt: skip

        def receiver(sender, account, event, **kwargs):
            told.append(event)
            return told.answer

        kept, signal.receivers = signal.receivers, []
        signal.sender_receivers_cache.clear() if signal.use_caching else None
        signal.connect(receiver, weak=False)
        connected.append((signal, kept))
    yield told
    for signal, kept in connected:
        signal.receivers = kept


def keep(*contents):
    for content in contents:
        inbox.store(inbox.read(webhooks.raw(content)), webhooks.raw(content))


def states():
    return list(WebhookEvent.objects.order_by("pk").values_list("state", flat=True))


def bodies():
    with connection.cursor() as cursor:
        cursor.execute("SELECT body || private_body FROM zalo_webhookevent ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_private_message_is_told_and_held_while_nobody_takes_it(account, heard):
    keep(message(text="Tin báo", user="7001"))

    assert interpret_due() == {"held": 1}

    assert [event.text for event in heard] == ["Tin báo"]
    assert states() == ["held"]
    body = look(WebhookEvent.objects.get()).private_body
    assert inbox.read(body.encode())["message"]["text"] == "Tin báo"


def test_body_is_emptied_once_somebody_took_the_message(account, heard):
    heard.answer = True
    keep(message())

    assert interpret_due() == {"interpreted": 1}

    event = WebhookEvent.objects.get()
    assert bodies() == [""]
    assert event.interpreted_at is not None
    assert event.next_attempt_at is None


def test_of_what_was_taken_no_time_is_kept_but_its_quarter(account, heard):
    heard.answer = True
    with time_machine.travel(datetime(2026, 12, 1, 21, 44, 59, tzinfo=UTC), tick=False):
        keep(message())
        interpret_due()

    quarter = datetime(2026, 12, 1, 21, 30, tzinfo=UTC)
    event = WebhookEvent.objects.get()
    assert (event.state, event.received_at, event.interpreted_at) == (
        "interpreted", quarter, quarter,
    )  # fmt: skip


def test_what_nobody_took_keeps_its_time(account, heard):
    came = datetime(2026, 12, 1, 21, 44, 59, tzinfo=UTC)
    with time_machine.travel(came, tick=False):
        keep(message())
        interpret_due()

    event = WebhookEvent.objects.get()
    assert (event.state, event.received_at) == ("held", came)


def test_message_opens_the_window_of_its_writer(account, heard):
    keep(message(user="7001", timestamp=str(STAMP)))
    interpret_due()

    assert Follower.objects.get().last_interaction_at == day_of(
        datetime.fromtimestamp(STAMP / 1000, UTC)
    )


def test_anonymous_visitor_becomes_nobody(account, heard):
    keep(message("anonymous_send_text", user="a-1", message={"conversation_id": "c"}))
    interpret_due()

    assert not Follower.objects.exists()
    assert heard[0].is_anonymous


def test_late_follow_does_not_undo_a_later_unfollow(account, heard):
    about = {"oa_id": "9001", "follower": {"id": "7001"}}
    first = body("follow", **about, timestamp=str(STAMP))
    later = body("follow", **about, timestamp=str(STAMP + 3000))
    leaves = body("unfollow", **about, timestamp=str(STAMP + 2000))
    keep(first)
    interpret_due()
    assert Follower.objects.get().is_following

    keep(leaves)
    interpret_due()
    keep(body("follow", **about, timestamp=str(STAMP + 1000)))
    interpret_due()
    assert not Follower.objects.get().is_following

    keep(later)
    interpret_due()
    assert Follower.objects.get().is_following


def test_unfollow_of_a_stranger_changes_nothing(account, heard):
    keep(body("unfollow", oa_id="9001", follower={"id": "7001"}))

    assert interpret_due() == {"interpreted": 1}
    assert not Follower.objects.filter(is_following=True).exists()


def test_shared_contact_and_withdrawal_are_told(account, heard):
    keep(
        body("user_submit_info", sender={"id": "7001"}, recipient={"id": "9001"},
             info={"name": "An", "phone": "84900000001"}),
        body("user_withdraw", user_id="7001", oa_id="9001"),
    )  # fmt: skip

    assert interpret_due() == {"interpreted": 2}
    assert [type(event) for event in heard] == [events.ContactShared, events.Withdrawal]
    assert bodies() == ["", ""]


def test_withdrawal_that_no_part_takes_is_not_lost(account, heard):
    signals.person_withdrew.receivers = []
    keep(body("user_withdraw", user_id="7001", oa_id="9001"))

    assert interpret_due() == {"held": 1}


def test_withdrawal_that_names_no_account_is_of_the_only_one(account, heard):
    keep(body("user_withdraw", user_id="7001", user_id_by_app="b"))

    interpret_due()

    assert WebhookEvent.objects.get().account == account
    assert len(heard) == 1


def test_groups_change(account, heard):
    keep(body("user_join_group", oa_id="9001", group_id="g-1", users=[{"id": "7001"}]))

    assert interpret_due() == {"interpreted": 1}
    assert (heard[0].group_id, heard[0].kind) == ("g-1", events.GroupChange.Kind.JOINED)


def test_of_talk_in_a_group_only_its_number_remains(account, heard):
    keep(*(message("user_send_group_text", oa="g-1", oa_id="9001", timestamp=str(STAMP + number))
           for number in range(3)))  # fmt: skip
    keep(message("user_send_group_image", oa="g-2", oa_id="9001", timestamp=str(STAMP)))

    assert interpret_due() == {"interpreted": 4}
    found = GroupActivity.objects.order_by("zalo_group_id").values_list("zalo_group_id", "messages")
    assert list(found) == [("g-1", 3), ("g-2", 1)]
    assert heard == []
    assert not Follower.objects.exists()
    day = timezone.localtime(timezone.now()).date()
    assert GroupActivity.objects.last_day(account, "g-1") < day


def test_echo_is_told_and_is_no_tip(account, heard):
    keep(message("oa_send_group_text", user="9001", oa="g-1", oa_id="9001"))

    assert interpret_due() == {"interpreted": 1}
    assert [type(event) for event in heard] == [events.OwnEcho]


def test_revoked_grant_stops_the_account_with_an_alarm(account, heard):
    keep(body("permission_revoked", oa_id="9001"))

    interpret_due()

    account.refresh_from_db()
    assert account.needs_consent
    assert "thu hồi" in account.last_error
    assert AuditEvent.objects.filter(action="zalo.permission_revoked").count() == 1
    assert isinstance(heard[0], events.PermissionRevoked)


def test_revocation_from_before_the_last_consent_changes_nothing(account, heard):
    OfficialAccount.objects.update(connected_at=timezone.now())
    keep(body("permission_revoked", oa_id="9001", timestamp=str(STAMP)))

    interpret_due()

    account.refresh_from_db()
    assert not account.needs_consent


def test_what_means_nothing_is_done_with(account, heard):
    keep(
        body("user_seen_message", recipient={"id": "7001"}, message={"msg_ids": ["m"]}),
        body("add_user_to_tag", oa_id="9001", tag={"name": "x", "user_ids": ["1"]}),
    )

    assert interpret_due() == {"interpreted": 2}
    assert bodies() == ["", ""]
    assert heard == []


def test_unknown_name_and_unknown_shape_keep_their_body(account, heard):
    keep(body("brand_new", oa_id="9001"), body("follow", oa_id="9001"),
         body("user_join_group", oa_id="9001"))  # fmt: skip

    assert interpret_due() == {"unknown": 3}
    assert all(bodies())


def test_event_of_a_stranger_waits_until_the_account_is_known(account, heard):
    heard.answer = True
    keep(message(oa="4711"))
    assert interpret_due() == {"held": 1}

    other = make_official_account(make_commune(), oa_id="4711")
    call_command("replay_webhooks", "--held")
    assert interpret_due() == {"interpreted": 1}
    assert WebhookEvent.objects.get().account == other


# Failures


def test_event_that_breaks_is_tried_again_and_holds_up_nobody(account, heard, monkeypatch, caplog):
    def breaking(account, event):
        raise ValueError("Tin bí mật 7001")

    monkeypatch.setattr(interpreting.followers, "note_follow", breaking)
    keep(body("follow", oa_id="9001", follower={"id": "7001"}), message())

    assert interpret_due() == {"put_off": 1, "held": 1}

    event = WebhookEvent.objects.get(event_name="follow")
    assert (event.state, event.attempts) == ("new", 1)
    assert event.next_attempt_at > timezone.now() + timedelta(seconds=5)
    assert event.last_error.startswith("ValueError test_interpreting.py:")
    assert "7001" not in event.last_error + caplog.text
    assert "bí mật" not in event.last_error + caplog.text


def test_event_that_breaks_every_time_is_set_aside_with_its_body(account, heard, monkeypatch):
    def breaking(account, event):
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(interpreting.followers, "note_follow", breaking)
        keep(body("follow", oa_id="9001", follower={"id": "7001"}))
        for _number in range(len(interpreting.WAITS_S) + 1):
            WebhookEvent.objects.update(next_attempt_at=timezone.now())
            interpret_due()
    assert states() == ["failed"]
    assert interpret_due() == {}

    call_command("replay_webhooks", "--failed")

    assert interpret_due() == {"interpreted": 1}
    assert Follower.objects.get().is_following


def test_half_done_event_leaves_nothing(account, heard, monkeypatch):
    def refuses(sender, **kwargs):
        raise ValueError

    signals.message_received.connect(refuses, weak=False)
    keep(message(user="7001"))

    assert interpret_due() == {"put_off": 1}
    assert not Follower.objects.exists()


@pytest.mark.parametrize("trouble", [OperationalError, SoftTimeLimitExceeded])
def test_end_of_connection_or_time_leaves_the_whole_chunk_for_later(
    account, heard, monkeypatch, trouble
):
    def away(account, event):
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(interpreting.followers, "note_follow", away)
        keep(message(), body("follow", oa_id="9001", follower={"id": "7001"}))
        with pytest.raises(trouble):
            interpret_due()
        assert states() == ["new", "new"]
        assert interpret_due() == {"held": 1}
    WebhookEvent.objects.filter(state="new").update(next_attempt_at=timezone.now())
    assert interpret_due() == {"interpreted": 1}


def test_event_that_ends_the_connection_or_the_time_each_time_is_set_aside(
    account, heard, monkeypatch
):
    """Otherwise it would be the first of every chunk, and nothing after it ever interpreted."""

    def away(account, event):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(interpreting.followers, "note_follow", away)
    keep(body("follow", oa_id="9001", follower={"id": "7001"}))
    for _number in range(len(interpreting.WAITS_S) + 1):
        WebhookEvent.objects.update(next_attempt_at=timezone.now())
        with pytest.raises(SoftTimeLimitExceeded):
            interpret_due()

    assert states() == ["failed"]


def test_value_of_another_row_is_not_read(account, heard):
    keep(message(), message())
    first, second = WebhookEvent.objects.order_by("pk")
    WebhookEvent.objects.filter(pk=second.pk).update(private_body=first.__dict__["private_body"])

    assert interpret_due() == {"held": 1, "put_off": 1}
    assert WebhookEvent.objects.get(pk=second.pk).last_error.startswith("DecryptionError")


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_holds_is_passed_over(account, heard):
    keep(message(), message())
    first = WebhookEvent.objects.order_by("pk").first()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM zalo_webhookevent WHERE id = %s FOR UPDATE", [first.pk])
            assert interpret_due() == {"held": 1}
        other.rollback()
    finally:
        other.close()
    assert sorted(states()) == ["held", "new"]


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_interprets_at_a_time(account, heard):
    keep(message())
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [interpreting.LOCK])
            assert interpret_due() == {}
        other.rollback()
    finally:
        other.close()

    assert interpret_due() == {"held": 1}


def test_interpreted_twice_is_counted_once(account, heard):
    keep(message("user_send_group_text", oa="g-1", oa_id="9001"),
         body("follow", oa_id="9001", follower={"id": "7001"}))  # fmt: skip
    interpret_due()

    assert interpret_due() == {}
    assert GroupActivity.objects.get().messages == 1


def test_more_than_a_chunk_is_done_in_one_go(account, heard):
    keep(*(message("user_seen_message", message={"msg_ids": [str(n)]}) for n in range(120)))

    assert interpret_due() == {"interpreted": 120}


def test_time_that_is_up_is_told(account, heard):
    keep(*(message() for _number in range(interpreting.CHUNK + 1)))

    assert interpret_due(budget_s=0) == {"held": interpreting.CHUNK, "more": 1}


# Files


def test_each_file_of_a_message_gets_a_row_with_a_sealed_address(account, heard):
    attachments = [
        {"type": "image", "payload": {"url": "https://f1.zdn.vn/a.jpg"}},
        {"type": "image", "payload": {"url": "https://f1.zdn.vn/b.jpg"}},
        {"type": "link", "payload": {"url": "https://example.vn"}},
        {"type": "image", "payload": {}},
    ]
    keep(message("user_send_image", message={"attachments": attachments}))

    assert interpret_due() == {"held": 1, "files": 2}

    files = InboundFile.objects.order_by("position")
    assert all(str(file.__dict__["url"]).startswith("v2:") for file in files)
    opened = [look(file).url for file in files]
    assert opened == ["https://f1.zdn.vn/a.jpg", "https://f1.zdn.vn/b.jpg"]
    WebhookEvent.objects.update(state="new", next_attempt_at=timezone.now())
    interpret_due()
    assert InboundFile.objects.count() == 2


def test_what_came_before_the_account_is_interpreted_once_it_is_connected(commune):
    follows = body("follow", oa_id="9001", follower={"id": "7001"}, source="oa_profile")
    elsewhere = body("follow", oa_id="9002", follower={"id": "7002"}, source="oa_profile")
    keep(follows, elsewhere)
    assert interpret_due() == {"held": 2}

    with transaction.atomic():
        account = connecting.save(commune, "9001", TokenPair("a", "r"), None, by=None)

    assert interpret_due() == {"interpreted": 1, "held": 1}
    assert WebhookEvent.objects.get(state="interpreted").account == account
    assert Follower.objects.get().account == account


def test_held_messages_of_a_known_account_wait_for_who_takes_them(account, heard):
    keep(message(user="7001"))
    assert interpret_due() == {"held": 1}

    with transaction.atomic():
        connecting.save(account.commune, account.oa_id, TokenPair("a", "r"), None, by=None)

    assert interpret_due() == {}
