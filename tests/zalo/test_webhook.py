"""The address that Zalo calls: what is proved, what is kept, what is answered, and how cheaply."""

import json
from io import BytesIO

import psycopg
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.vault.errors import VaultOnly
from config.wsgi import application
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.vaults import look
from tests.zalo import webhooks
from tests.zalo.webhooks import body, message, post, raw, signature
from zalo.inbox import events, webhook
from zalo.inbox import services as inbox
from zalo.models import WebhookEvent

VECTOR = (
    '{"app_id":"1234567890123456789","sender":{"id":"7001"},"recipient":{"id":"9001"},'
    '"event_name":"user_send_text","message":{"text":"Tin báo: trộm xe máy ở tổ 5",'
    '"msg_id":"m-0001"},"timestamp":"1790000000123"}'
).encode()
PRIVATE = {
    *(name for name in events.MEANINGS if events.is_private(name)), "user_send_something_new",
    "oa_send_something_new", "anonymous_send_something_new",
}  # fmt: skip
OTHERS = sorted({*events.MEANINGS, "brand_new", "user_send_group_new"} - PRIVATE)
VECTOR_MAC = "0c36bcf662100c3fd73b7322139ca72e11c86ff6b230024c7366de8ffc76c071"


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET


@pytest.fixture
def account(db):
    return make_official_account(make_commune(), oa_id="9001")


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


# Signature


def test_vector_of_the_contract(settings, client, account):
    settings.ZALO_APP_ID = "1234567890123456789"
    assert len(VECTOR) == 214

    answer = post(client, VECTOR, sign=f"mac={VECTOR_MAC}")

    assert (answer.status_code, WebhookEvent.objects.count()) == (200, 1)


@pytest.mark.parametrize("shape", ["{}", "mac={}", " mac={} ", "mac = {}", "mac= {}", "  {}"])
def test_signature_with_or_without_its_name(client, account, shape):
    content = raw(message())
    mac = signature(content, timestamp=json.loads(content)["timestamp"])

    assert post(client, content, sign=shape.format(mac)).status_code == 200


@pytest.mark.parametrize(
    "sign", ["", "mac=", "mac=" + "0" * 64, "mac=ký tự lạ", "x" * 5000, "mac=" + VECTOR_MAC[:-1]]
)
def test_wrong_signature_is_refused_and_nothing_kept(client, account, sign):
    assert post(client, message(), sign=sign).status_code == 403
    assert not WebhookEvent.objects.exists()


def test_changed_body_is_refused(client, account):
    content = raw(message(text="Tin báo"))
    mac = signature(content, timestamp=json.loads(content)["timestamp"])

    assert post(client, content.replace(b"Tin", b"Tan"), sign=mac).status_code == 403


def test_same_values_in_other_bytes_are_refused(client, account):
    content = raw(message())
    mac = signature(content, timestamp=json.loads(content)["timestamp"])

    assert post(client, json.dumps(json.loads(content)).encode(), sign=mac).status_code == 403


def test_other_secret_is_refused(client, account):
    assert post(client, message(), secret="app-secret").status_code == 403


def test_event_of_another_application_is_refused(client, account):
    assert post(client, message(app_id="999")).status_code == 403


def test_without_a_secret_nobody_is_believed(client, account, settings):
    settings.ZALO_OA_SECRET_KEY = ""

    assert post(client, message(), secret="").status_code == 503
    assert not WebhookEvent.objects.exists()


def test_old_event_is_taken(client, account):
    assert post(client, message(timestamp="1500000000000")).status_code == 200


def test_clock_and_application_may_be_numbers(client, account, settings):
    content = message(timestamp=1790000000123, app_id=int(settings.ZALO_APP_ID))

    assert post(client, content).status_code == 200


def test_bad_signatures_are_counted_by_the_hour(client, account):
    before = inbox.bad_signatures()

    for _number in range(3):
        post(client, message(), sign="mac=no")

    assert inbox.bad_signatures() == before + 3
    assert inbox.bad_signatures(hours=1) >= 3


def test_bad_signature_is_refused_without_the_cache_too(client, account, monkeypatch):
    def away(*args, **kwargs):
        raise inbox.RedisError

    monkeypatch.setattr(cache, "add", away)

    assert post(client, message(), sign="mac=no").status_code == 403


# Form


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"[]", b"null", b'"text"', b"{}", b'{"event_name":"follow"}', b"\xff\xfe", b"{" * 9,
     b'{"timestamp":"1"}', b'{"event_name":[],"timestamp":"1"}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_event_is_malformed(client, account, content):
    assert post(client, content, sign="mac=no").status_code == 400


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_nothing_but_post(client, method):
    assert getattr(client, method)("/zalo/webhook/").status_code == 405


def test_too_much_is_refused_before_it_is_read(client, account):
    content = raw(message(text="x" * (webhook.MAX_BYTES + 1)))

    assert post(client, content, sign="mac=no").status_code == 413


def test_long_message_is_taken(client, account):
    assert post(client, message(text="Đây là tin dài. " * 500)).status_code == 200


def test_odd_letters_are_kept(client, account):
    content = message(text="\0 😀", event_name="lạ\0'; DROP")

    assert post(client, content).status_code == 200
    assert WebhookEvent.objects.get().event_name == "l?????DROP"
    assert json.loads(WebhookEvent.objects.get().body)["message"]["text"] == "\0 😀"


def test_lone_surrogate_is_kept(client, account):
    content = raw(message(msg_id="m")).replace(b'"m"', b'"\\ud800"')

    assert post(client, content).status_code == 200
    assert post(client, content).status_code == 200
    assert WebhookEvent.objects.count() == 1


# What is kept


def test_event_is_kept_sealed_and_waits(client, account):
    post(client, message(text="trộm xe ở tổ 5"))

    event = WebhookEvent.objects.get()
    stored = str(event.__dict__["private_body"])
    assert (event.account, event.event_name, event.state) == (account, "user_send_text", "new")
    assert (event.body, stored[:6]) == ("", "v2:v2:")
    assert "trộm" not in stored
    with pytest.raises(VaultOnly):
        _ = event.private_body
    assert json.loads(look(event).private_body)["message"]["text"] == "trộm xe ở tổ 5"


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_body_of_a_private_talk_is_sealed_to_the_vault_alone(client, account, name):
    """By one rule at the door and in the question that the vault is asked."""
    post(client, body(name, oa_id="9001", user_id="7001"))

    (event,) = WebhookEvent.objects.of_people()
    assert (event.body, str(event.__dict__["private_body"])[:3]) == ("", "v2:")


@pytest.mark.parametrize("name", OTHERS)
def test_body_of_anything_else_stays_with_the_portal(client, account, name):
    post(client, body(name, oa_id="9001", user_id="7001"))

    (event,) = WebhookEvent.objects.of_the_portal()
    assert (event.private_body, json.loads(event.body)["event_name"]) == ("", name)


def test_without_a_key_of_the_vault_zalo_is_asked_to_tell_private_words_again(
    client, account, settings
):
    settings.VAULT_PUBLIC_KEYS = {}

    assert post(client, message()).status_code == 503
    assert post(client, body("follow", oa_id="9001", follower={"id": "7001"})).status_code == 200
    assert [event.event_name for event in WebhookEvent.objects.all()] == ["follow"]


def test_who_is_concerned_can_be_read_nowhere(client, account):
    post(client, message(user="700100200300"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT zalo_webhookevent::text FROM zalo_webhookevent")
        (row,) = cursor.fetchone()
    assert "700100200300" not in row


@pytest.mark.parametrize("name", ["user_send_group_text", "user_send_group_something"])
def test_of_a_message_in_a_group_only_that_it_was(client, account, name):
    content = message(name, user="7001", oa="g-1", msg_id="m-77", text="chuyện nhà bà Sáu")

    post(client, content | {"oa_id": "9001"})

    event = WebhookEvent.objects.get()
    assert event.account == account
    assert json.loads(event.body) == {
        "event_name": name, "oa_id": "9001", "recipient": {"id": "g-1"},
        "timestamp": content["timestamp"],
    }  # fmt: skip


def test_unknown_event_is_kept(client, account):
    assert post(client, body("brand_new", oa_id="9001")).status_code == 200
    assert WebhookEvent.objects.get().event_name == "brand_new"


@pytest.mark.parametrize(
    "content",
    [
        message("user_edit_group_text", oa="g1", text="chuyện riêng", oa_id="9001"),
        message("user_wrote", oa="9001", text="chuyện riêng", group_id="g1"),
    ],
)
def test_talk_of_a_group_under_an_unknown_name_leaves_no_word(client, account, content):
    assert post(client, content).status_code == 200

    event = WebhookEvent.objects.get()
    assert "chuyện" not in event.body
    assert "7001" not in event.body


def test_event_of_an_unknown_account_is_kept(client, account):
    assert post(client, message(oa="4711")).status_code == 200
    assert WebhookEvent.objects.get().account is None


@pytest.mark.parametrize(
    "content",
    [
        message(),
        message("oa_send_text", user="9001", oa="7001"),
        body("follow", oa_id="9001", follower={"id": "7001"}),
        body("permission_revoked", oa_id="9001"),
    ],
)
def test_account_is_found_wherever_it_stands(client, account, content):
    post(client, content)

    assert WebhookEvent.objects.get().account == account


# Once


@pytest.mark.parametrize("name", sorted(PRIVATE - {"user_withdraw"}))
def test_no_word_of_a_private_talk_can_be_guessed_by_its_key(client, account, name):
    """The keys of the portal, and all of a body but a word, leave no hash to try words on."""
    content = message(name, text="trộm")
    del content["message"]["msg_id"]
    assert inbox.key_of(content, raw(content)) != inbox.key_of(content, raw(content))

    said = message(name, msg_id="m-1", text="trộm")
    other = message(name, msg_id="m-1", text="bạc", user="7002")
    assert inbox.key_of(said, raw(said)) == inbox.key_of(other, raw(other))


def twice(client, first, second):
    assert [post(client, one).status_code for one in (first, second)] == [200, 200]
    return WebhookEvent.objects.count()


def test_repetition_is_answered_and_kept_once(client, account):
    content = message()

    assert twice(client, content, content) == 1


def test_message_is_known_by_its_id_whatever_else_differs(client, account):
    assert twice(client, message(msg_id="m-1"), message(msg_id="m-1", text="khác")) == 1


def test_same_id_of_another_event_is_another(client, account):
    echo = message("oa_send_text", msg_id="m-1", user="9001", oa="7001")

    assert twice(client, message(msg_id="m-1"), echo) == 2


def test_others_are_known_by_name_account_subject_and_clock(client, account):
    first = body("user_join_group", oa_id="9001", group_id="g-1", users=[{"id": "1"}])

    assert twice(client, first, first | {"extra": "x"}) == 1
    for number, other in enumerate(
        [{"group_id": "g-2"}, {"users": [{"id": "2"}]}, {"timestamp": "1791"}, {"oa_id": "9002"},
         {"event_name": "user_out_group"}], 2,
    ):  # fmt: skip
        post(client, first | other)
        assert WebhookEvent.objects.count() == number


def test_unknown_events_are_known_by_their_bytes(client, account):
    content = body("brand_new", oa_id="9001", user_id="7001", timestamp="1790")

    assert twice(client, content, content) == 1
    post(client, content | {"more": 1})
    assert WebhookEvent.objects.count() == 2


# The path


def test_address_is_the_agreed_one():
    assert reverse("zalo_webhook") == "/zalo/webhook/"


def test_address_without_its_slash_is_answered(client, account):
    content = raw(message())
    mac = signature(content, timestamp=json.loads(content)["timestamp"])

    answer = client.post(
        "/zalo/webhook", content, "application/json", headers={"X-ZEvent-Signature": mac}
    )

    assert answer.status_code == 200


def through_gate(content, **environ):
    """Status line, headers and body of the gate in front of a portal that must not be reached."""

    def portal(environ, start_response):
        start_response("418 the portal was asked", [])
        return [b"portal"]

    sent = raw(content)
    mac = signature(sent, timestamp=content["timestamp"])
    told = []
    values = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/zalo/webhook/", "wsgi.input": BytesIO(sent),
        "CONTENT_LENGTH": str(len(sent)), "HTTP_X_ZEVENT_SIGNATURE": f"mac={mac}", **environ,
    }  # fmt: skip
    answer = b"".join(
        webhook.Gate(portal)(values, lambda status, head: told.extend([status, head]))
    )
    return told[0], dict(told[1]), answer


def test_gate_answers_before_the_portal(account, django_assert_num_queries):
    with django_assert_num_queries(0):  # the INSERT goes past Django's cursor
        status, headers, content = through_gate(message())

    assert (status, content) == ("200 OK", b"ok\n")
    assert headers["Content-Length"] == "3"
    assert WebhookEvent.objects.count() == 1


def test_gate_lets_everything_else_pass():
    assert through_gate(message(), PATH_INFO="/admin/")[0].startswith("418")
    assert through_gate(message(), PATH_INFO="/zalo/webhook/x")[0].startswith("418")


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"CONTENT_LENGTH": ""}, 400),
        ({"CONTENT_LENGTH": "-5"}, 400),
        ({"CONTENT_LENGTH": "many"}, 400),
        ({"CONTENT_LENGTH": "9999"}, 400),
        ({"CONTENT_LENGTH": str(webhook.MAX_BYTES + 1)}, 413),
        ({"HTTP_X_ZEVENT_SIGNATURE": "no"}, 403),
        ({"REQUEST_METHOD": "GET"}, 405),
    ],
)
def test_gate_refuses_as_the_view_does(account, environ, status):
    assert through_gate(message(), **environ)[0].startswith(f"{status} ")
    assert not WebhookEvent.objects.exists()


def test_body_that_breaks_off_is_malformed(account):
    class Broken:
        def read(self, size):
            raise ConnectionResetError

    assert through_gate(message(), **{"wsgi.input": Broken()})[0] == "400 Bad Request"


def test_served_application_has_the_gate():
    assert isinstance(application, webhook.Gate)


def test_view_answers_by_itself_too(account):
    request = RequestFactory().get("/zalo/webhook/")

    assert webhook.receive(request).status_code == 405


@pytest.mark.parametrize("error", [OperationalError, psycopg.errors.ReadOnlySqlTransaction])
def test_what_cannot_be_kept_is_asked_for_again(client, account, monkeypatch, caplog, error):
    def broken(parameters):
        raise error("secret text")

    monkeypatch.setattr(inbox, "_insert", broken)

    answer = post(client, message(text="bí mật"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "bí mật" not in caplog.text
    assert "secret text" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_connection_that_died_meanwhile_costs_nothing(client):
    make_official_account(make_commune(), oa_id="9001")
    connection.ensure_connection()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as other:
        pid = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s)", [pid])

    assert post(client, message()).status_code == 200
    assert WebhookEvent.objects.count() == 1


# The page of the domain


def test_domain_is_proved_by_its_page(client, settings):
    settings.ZALO_VERIFIER = "AbC123"

    answer = client.get("/zalo_verifierAbC123.html")

    assert answer.status_code == 200
    assert 'content="AbC123"' in answer.text
    assert client.get("/zalo_verifierOther.html").status_code == 404


def test_without_a_code_there_is_no_such_page(client, settings):
    settings.ZALO_VERIFIER = ""

    assert client.get("/zalo_verifier.html").status_code == 404
