"""Answers about linking leave once; what no call was made for waits again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune
from groups.linking import replies
from groups.models import LinkReply
from tests.factories.zalo import make_follower, make_official_account
from tests.zalo.gate import closed_gate
from zalo.models import Follower, OfficialAccount
from zalo.official_accounts import call_log
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo.outbox import rows
from zalo.tokens import services as tokens
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator, start

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/v3.0/oa/message/cs"
State = LinkReply.State


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    running = start(seed=71, app_id=settings.ZALO_APP_ID, app_secret=settings.ZALO_APP_SECRET)
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN = 60_000
    tokens.forget()
    call_log.forget()
    yield running
    running.stop()


@pytest.fixture
def account(commune: Commune, simulator: Simulator) -> OfficialAccount:
    pair = simulator.state.tokens
    return make_official_account(
        commune, oa_id=simulator.state.oa_id, access_token=pair.access,
        refresh_token=pair.refresh, endpoint_family="v3",
    )  # fmt: skip


@pytest.fixture
def follower(account: OfficialAccount, simulator: Simulator) -> Follower:
    return make_follower(account, simulator.state.add_person("Cô Lụa").id)


def wanted(follower: Follower, kind: str = "linked") -> LinkReply:
    return LinkReply.objects.create(follower=follower, kind=kind, heard_at=timezone.now())


def due_again() -> None:
    LinkReply.objects.filter(state=State.WAITING).update(next_attempt_at=timezone.now())


def states() -> list[str]:
    return list(LinkReply.objects.order_by("pk").values_list("state", flat=True))


def calls(simulator: Simulator) -> int:
    return simulator.state.stats[f"calls {PATH}"]


def test_answers_of_several_people_leave_side_by_side(account, simulator):
    for number in range(5):
        wanted(make_follower(account, simulator.state.add_person(f"Người {number}").id))

    assert replies.send_due() == 5

    assert states() == [State.SENT] * 5
    assert {row.text for row in simulator.state.messages} == {replies.TEXTS["linked"]}


def test_answers_to_one_person_keep_their_order(follower, simulator):
    for kind in ("noted", "linked", "unlinked"):
        wanted(follower, kind)

    replies.send_due()

    said = [replies.TEXTS[kind] for kind in ("noted", "linked", "unlinked")]
    assert [row.text for row in simulator.state.messages] == said


def test_without_the_slot_book_it_waits_and_leaves_later(follower, simulator, settings):
    wanted(follower)
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:9/0"

    replies.send_due()
    away = states()
    settings.REDIS_URL = there
    due_again()
    replies.send_due()

    assert (away, calls(simulator)) == ([State.WAITING], 1)
    assert states() == [State.SENT]


def test_without_the_slot_book_nobody_waits_for_it_twice(account, simulator, settings):
    for number in range(12):
        wanted(make_follower(account, simulator.state.add_person(f"Người {number}").id))
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    assert replies.send_due() == rows.Outbox.at_once

    assert states() == [State.WAITING] * 12


def test_what_breaks_before_the_call_waits_again(follower, simulator, monkeypatch):
    wanted(follower)
    monkeypatch.setattr(replies, "_content", lambda kind: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        replies.send_due()

    assert (states(), calls(simulator)) == ([State.WAITING], 0)


def test_answer_that_cannot_be_written_down_takes_no_other_with_it(account, simulator, monkeypatch):
    lost, *others = [
        wanted(make_follower(account, simulator.state.add_person(f"Người {number}").id))
        for number in range(4)
    ]
    record = replies.Replies.record

    def breaks(self, claimed, row, outcome):
        if row.pk == lost.pk:
            raise ZeroDivisionError
        record(self, claimed, row, outcome)

    monkeypatch.setattr(replies.Replies, "record", breaks)
    with pytest.raises(ZeroDivisionError):
        replies.send_due()

    assert states() == [State.SENDING] + [State.SENT] * len(others)


def test_refusal_of_the_whole_account_parks_it_and_alarms(account, follower, simulator):
    first = wanted(follower)
    simulator.faults.add(parse({"kind": "-14024", "path": PATH}))

    replies.send_due()
    wanted(follower, "unlinked")
    due_again()
    replies.send_due()

    account.refresh_from_db()
    alarm = alarm_of(account, timezone.now())
    assert (states(), calls(simulator)) == ([State.WAITING, State.WAITING], 1)
    assert alarm is not None
    assert (alarm.kind, alarm.stops_sending) == (Kind.REFUSED, True)
    assert "không đủ quyền" in alarm.sentence
    first.refresh_from_db()
    assert first.next_attempt_at > timezone.now()

    simulator.faults.clear()
    OfficialAccount.objects.update(parked_until=timezone.now())
    due_again()
    replies.send_due()

    account.refresh_from_db()
    assert states() == [State.SENT, State.SENT]
    assert alarm_of(account, timezone.now()) is None


def test_refusal_of_one_person_fails_and_parks_nobody(account, follower, simulator):
    wanted(follower)
    simulator.faults.add(parse({"kind": "-227", "path": PATH, "times": 1}))

    replies.send_due()

    account.refresh_from_db()
    assert (states(), account.parked_until) == ([State.FAILED], None)


def test_lost_answer_is_unclear_and_never_repeated(follower, simulator):
    wanted(follower)
    simulator.faults.add(parse({"kind": "lose_answer", "path": PATH}))

    replies.send_due()
    replies.send_due()

    assert (states(), calls(simulator)) == ([State.UNCERTAIN], 1)


def test_sender_that_died_leaves_an_unclear_answer(follower, simulator):
    wanted(follower)
    past = timezone.now() - timedelta(seconds=1)
    LinkReply.objects.update(state=State.SENDING, next_attempt_at=past)

    replies.send_due()

    assert (states(), calls(simulator)) == ([State.UNCERTAIN], 0)


def test_zalo_out_of_reach_is_given_up_after_the_last_wait(follower, simulator):
    wanted(follower)
    simulator.refuse()
    for _time in range(len(replies.WAITS_S)):
        replies.send_due()
        due_again()
    before = states()

    replies.send_due()

    assert (before, states()) == ([State.WAITING], [State.FAILED])


def test_held_back_claim_leaves_everything(follower, simulator):
    wanted(follower)

    with closed_gate():
        assert replies.send_due() == 0

    assert (states(), calls(simulator)) == ([State.WAITING], 0)
