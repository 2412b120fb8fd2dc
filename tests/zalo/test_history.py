"""Unheard messages of residents are brought back once, and nothing else with them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.work_budget import WorkBudget
from tests.factories.zalo import make_follower, make_official_account
from tests.vaults import look
from tests.zalo import webhooks
from zalo.capabilities.services import learn
from zalo.capabilities.states import Capability, may
from zalo.client.api import ZaloClient
from zalo.client.types import PastMessage
from zalo.followers import services as followers
from zalo.inbox import events, history
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import Follower, HistoryReading, InboundFile, OfficialAccount, WebhookEvent
from zalo.pacing import pager
from zalo_simulator import faults
from zalo_simulator.people import Residents

pytestmark = pytest.mark.django_db
PROFILES = ["business", "state_agency"]
CHAT = "calls /v2.0/oa/conversation"
State = HistoryReading.State


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.ZALO_RATE_PER_MIN = 600_000


@pytest.fixture
def connected(commune, start_simulator):
    """`connected(profile)`: a simulator that tells nothing, and an account at it."""

    def connect(profile: str = "business") -> tuple[Any, OfficialAccount, Residents]:
        simulator = start_simulator(profile=profile)
        account = make_official_account(
            commune,
            oa_id=simulator.state.oa_id,
            access_token=simulator.state.tokens.access,
            refresh_token=simulator.state.tokens.refresh,
        )
        return simulator, account, simulator.residents

    return connect


def read(account: OfficialAccount, *, days: float = 7, is_whole: bool = True) -> HistoryReading:
    since = timezone.now() - timedelta(days=days)
    reading = history.start(account, since=since, is_whole=is_whole)
    history.read_on(reading.pk)
    reading.refresh_from_db()
    return reading


def hear(account: OfficialAccount, name: str, message_id: str, user: str) -> bool:
    """Zalo tells of a message; whether it was news."""
    told = webhooks.message(name, user=user, oa=account.oa_id, msg_id=message_id, text="Chào")
    return inbox.store(told, webhooks.raw(told))


def texts() -> list[str]:
    rows = WebhookEvent.objects.exclude(private_body="").order_by("pk")
    return [json.loads(look(row).private_body)["message"].get("text", "") for row in rows]


@pytest.mark.parametrize("profile", PROFILES)
def test_missed_messages_come_back_once_and_are_interpreted(connected, profile):
    simulator, account, people = connected(profile)
    person = simulator.state.add_person("Trần Thị Bông")
    for number in range(13):  # more than Zalo lists at once
        people.write(person, f"Tin {number}")

    first, second = read(account), read(account)

    assert (first.state, first.found, first.chats) == (State.COMPLETE, 13, 1)
    assert (second.state, second.found) == (State.COMPLETE, 0)
    assert WebhookEvent.objects.count() == 13
    assert set(texts()) == {f"Tin {number}" for number in range(13)}
    ends = interpret_due()  # held, or taken by a part of the portal
    assert (sum(ends.values()), set(ends) <= {"held", "interpreted"}) == (13, True)
    assert Follower.objects.get().last_interaction_at is not None


def test_every_chat_is_looked_at(connected):
    simulator, account, people = connected()
    for person in simulator.state.add_people(23):
        people.write(person, "Chào cán bộ")

    reading = read(account)

    assert (reading.found, reading.chats) == (23, 23)


def test_what_was_heard_is_not_taken_again_under_another_name(connected):
    """The list says “text” of a file; the event said “file”."""
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    heard = people.write(person, "Tin đã nghe")["message_id"]
    hear(account, "user_send_file", heard, person.id)
    people.write(person, "Tin bị lỡ")

    assert read(account).found == 1
    assert "Tin đã nghe" not in texts()


def test_late_telling_of_a_message_that_was_brought_back_is_no_news(connected):
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    message_id = people.write(person, "Tin bị lỡ")["message_id"]
    read(account)

    assert not hear(account, "user_send_text", message_id, person.id)
    assert WebhookEvent.objects.count() == 1


def test_interpreted_and_emptied_ones_stay_known(connected):
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    people.write(person, "LIEN KET")  # a part of the portal takes this one
    read(account)
    interpret_due()
    assert WebhookEvent.objects.get().private_body == ""

    assert read(account).found == 0


def test_own_words_are_left_alone(connected):
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    people.write(person, "Chào")
    simulator.state.send("text", text="Cảm ơn bà con", user_id=person.id)

    assert read(account).found == 1
    assert texts() == ["Chào"]


def test_nothing_older_than_asked_and_never_than_the_inbox_remembers(connected):
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    people.write(person, "Tin cũ")
    simulator.state.messages[-1].at -= 3 * 86_400
    people.write(person, "Tin mới")

    assert read(account, days=1).found == 1
    assert texts() == ["Tin mới"]
    assert read(account, days=400).since > timezone.now() - timedelta(days=history.MOST_DAYS + 1)


def test_who_withdrew_is_not_brought_back_but_what_they_write_later_is(connected):
    simulator, account, people = connected()
    person = simulator.state.add_person("Trần Thị Bông")
    people.write(person, "Trước khi rút")
    simulator.state.messages[-1].at -= 7200
    long_ago = timezone.now() - timedelta(days=1)
    make_follower(account, person.id, followed_at=long_ago, last_interaction_at=long_ago)
    followers.forget(account, person.id, timezone.now() - timedelta(hours=1))
    people.write(person, "Sau khi rút")

    assert read(account).found == 1
    assert texts() == ["Sau khi rút"]


def test_glance_opens_no_chat_while_nothing_is_missed(connected):
    simulator, account, people = connected()
    for person in simulator.state.add_people(3):
        hear(account, "user_send_text", people.write(person, "Chào")["message_id"], person.id)

    reading = read(account, is_whole=False)

    assert (reading.state, reading.is_whole, reading.found) == (State.COMPLETE, False, 0)
    assert simulator.state.stats[CHAT] == 0


def test_glance_that_meets_a_missed_word_opens_every_chat(connected):
    simulator, account, people = connected()
    first, second = simulator.state.add_people(2)
    people.write(first, "Lỡ, rồi OA trả lời")
    simulator.state.send("text", text="Vâng", user_id=first.id)
    people.write(second, "Lỡ, chưa ai trả lời")

    reading = read(account, is_whole=False)

    assert (reading.is_whole, reading.found) == (True, 2)


def test_who_writes_while_it_is_read_is_not_passed_over(connected, monkeypatch):
    simulator, account, people = connected()
    crowd = simulator.state.add_people(12)
    for person in crowd:
        people.write(person, "Tin bị lỡ")
    opened: list[str] = []
    original = ZaloClient.conversation

    def conversation(client: Any, zalo_user_id: str, offset: int = 0) -> Any:
        if not opened:  # the last of the list moves to its top, behind our back
            people.write(crowd[0], "Tin mới")
        opened.append(zalo_user_id)
        return original(client, zalo_user_id, offset)

    monkeypatch.setattr(ZaloClient, "conversation", conversation)

    assert read(account).found == 13


def test_one_that_stopped_goes_on_and_doubles_nothing(connected):
    simulator, account, people = connected()
    for person in simulator.state.add_people(15):
        people.write(person, "Tin bị lỡ")
    simulator.faults.add(
        faults.parse({"kind": "http_502", "path": "/v2.0/oa/conversation", "after": 4, "times": 1})
    )

    reading = read(account)
    assert (reading.state, reading.found) == (State.RUNNING, 4)
    assert history.resume_stale() == 1
    history.read_on(reading.pk)

    reading.refresh_from_db()
    assert (reading.state, reading.found) == (State.COMPLETE, 15)
    assert WebhookEvent.objects.count() == 15


def test_steps_of_one_chat_open_each_chat_once_a_round(connected, monkeypatch):
    woken = []
    monkeypatch.setattr(pager, "enqueue", lambda *call: woken.append(call))
    simulator, account, people = connected()
    for person in simulator.state.add_people(12):
        people.write(person, "Tin bị lỡ")
    since = timezone.now() - timedelta(days=7)
    reading = history.start(account, since=since)
    steps = 0

    while reading.state == State.RUNNING:
        budget = WorkBudget()
        asked = iter([False])  # before the first page; spent from the first chat on
        monkeypatch.setattr(
            WorkBudget, "is_spent", property(lambda budget, asked=asked: next(asked, True))
        )
        history.read_on(reading.pk, budget)
        reading.refresh_from_db()
        steps += 1

    assert (reading.state, reading.found, reading.chats) == (State.COMPLETE, 12, 12)
    assert simulator.state.stats[CHAT] == 12
    assert len(woken) == steps
    assert WebhookEvent.objects.count() == 12


def test_refusal_ends_it_with_a_sentence(connected):
    simulator, account, _people = connected()
    simulator.faults.add(faults.parse({"kind": "-223", "path": "/v2.0/oa/listrecentchat"}))

    reading = read(account)

    assert reading.state == State.FAILED
    assert "chưa cấp quyền" in reading.problem
    account.refresh_from_db()
    assert account.last_error == ""


def test_only_the_last_reading_of_an_account_is_a_sign(connected):
    _simulator, account, _people = connected()
    now = timezone.now()
    for number, state in enumerate([State.FAILED, State.COMPLETE, State.FAILED]):
        HistoryReading.objects.create(
            account=account, state=state, since=now, started_at=now + timedelta(minutes=number),
            finished_at=now,
        )  # fmt: skip
        failed = HistoryReading.objects.newest_failed().count()
        assert failed == (state == State.FAILED)


def test_account_that_may_not_is_not_asked(connected):
    _simulator, account, _people = connected()
    learn(account, {Capability.HISTORY: -223})

    with pytest.raises(NotAllowed, match="hộp tin trên trang quản lý OA"):
        history.start(account, since=timezone.now())
    assert history.start_all() == 0


def test_success_is_learnt(connected):
    _simulator, account, _people = connected()

    read(account)

    account.refresh_from_db()
    assert may(account, Capability.HISTORY).state == "yes"


def test_only_one_at_a_time(connected):
    _simulator, account, _people = connected()
    history.start(account, since=timezone.now())

    with pytest.raises(NotAllowed, match="đang được đọc lại"):
        history.start(account, since=timezone.now())


def test_night_goes_on_where_the_last_whole_reading_began(connected):
    _simulator, account, _people = connected()
    last = read(account)

    assert history.start_all() == 1

    glance = account.readings.first()
    assert (glance.is_whole, glance.since) == (False, last.started_at - history.OVERLAP)


def test_one_that_never_ends_is_given_up(connected):
    _simulator, account, _people = connected()
    reading = history.start(account, since=timezone.now())
    HistoryReading.objects.update(started_at=timezone.now() - timedelta(hours=13))

    history.resume_stale()

    reading.refresh_from_db()
    assert reading.state == State.FAILED


def past(kind: str, **fields: Any) -> PastMessage:
    values = {"message_id": "m1", "user_id": "7001", "is_ours": False, "text": "", "at_ms": 1}
    return PastMessage(kind=kind, **(values | fields))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text", "user_send_text"), ("voice", "user_send_audio"), ("photo", "user_send_image"),
        ("GIF", "user_send_gif"), ("links", "user_send_link"), ("sticker", "user_send_sticker"),
        ("New Kind-2", "user_send_newkind"), ("", "user_send_unknown"),
    ],
)  # fmt: skip
def test_words_of_the_list_become_names_of_events(kind, name):
    assert history.body_of("9001", past(kind))["event_name"] == name


def test_place_is_read_as_that_of_an_event(connected):
    simulator, account, people = connected()
    people.send_location(simulator.state.add_person("Trần Thị Bông"), 10.95, 106.84)
    read(account)

    body = inbox.read(look(WebhookEvent.objects.get()).private_body.encode())
    event = events.parse(body, received_at=timezone.now())

    assert isinstance(event, events.InboundMessage)
    assert event.kind == "location"
    assert (event.attachments[0].latitude, event.attachments[0].longitude) == (10.95, 106.84)


def test_file_among_the_texts_is_fetched_like_any_other(connected):
    _simulator, account, _people = connected()
    item = past("text", url="https://f.zdn.vn/don.pdf", description="don.pdf", at_ms=10**12)
    body = history.body_of(account.oa_id, item)
    inbox.store(body, json.dumps(body).encode())

    interpret_due()

    file = InboundFile.objects.get()
    assert (file.kind, look(file).url) == ("file", "https://f.zdn.vn/don.pdf")


def test_chief_has_it_read_from_the_health_page(connected, login, chief, officer_of, hamlet):
    simulator, account, people = connected()
    people.write(simulator.state.add_person("Trần Thị Bông"), "Tin bị lỡ")
    address = reverse("admin:zalo_officialaccount_read_history", args=[account.pk])
    client = login(chief)

    said = client.post(address, {"so-ngay": "3"}, follow=True).content.decode()
    again = client.post(address, {"so-ngay": "3"}, follow=True).content.decode()
    history.read_on(HistoryReading.objects.get().pk)
    page = client.get(reverse("admin:zalo_officialaccount_health", args=[account.pk]))

    assert "Đã bắt đầu đọc lại hội thoại." in said
    assert "Hãy chờ lần đọc đó xong" in again
    assert "nhận lại 1 tin bị lỡ" in page.content.decode()
    assert AuditEvent.objects.get(action="zalo.history_read").actor == chief
    assert login(officer_of(hamlet)).post(address).status_code == 403
