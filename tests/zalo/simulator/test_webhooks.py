import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.zalo.simulator.portal import Portal, open_portal
from zalo_simulator import webhooks
from zalo_simulator.server import Simulator
from zalo_simulator.webhooks import LADDER_S, Console, sign

SECRET = "oa-secret-for-tests"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with open_portal() as portal:
        yield portal


@pytest.fixture
def simulator(start_simulator: Callable[..., Simulator], portal: Portal) -> Simulator:
    return start_simulator(console=Console(url=portal.url, secret=SECRET))


def text(number: int = 1, said: str = "Chào") -> dict[str, Any]:
    return {
        "sender": {"id": "7001"},
        "recipient": {"id": "9001"},
        "message": {"text": said, "msg_id": f"m-{number}"},
    }


def comes_true(condition: Callable[[], bool], within_s: float = 10) -> bool:
    end = time.monotonic() + within_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def more_than(portal: Portal, count: int, within_s: float = 10) -> bool:
    return comes_true(lambda: len(portal.told) > count, within_s)


def settled(simulator: Simulator) -> bool:
    return simulator.webhooks.wait_until_idle(10)


def test_the_signature_is_that_of_the_paper():
    body = (
        '{"app_id":"1234567890123456789","sender":{"id":"7001"},"recipient":{"id":"9001"},'
        '"event_name":"user_send_text","message":{"text":"Tin báo: trộm xe máy ở tổ 5",'
        '"msg_id":"m-0001"},"timestamp":"1790000000123"}'
    ).encode()

    assert sign("1234567890123456789", body, "1790000000123", SECRET) == (
        "0c36bcf662100c3fd73b7322139ca72e11c86ff6b230024c7366de8ffc76c071"
    )


def test_an_event_is_told_signed_over_its_very_bytes(simulator: Simulator, portal: Portal):
    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    [told] = portal.told
    event = told.event
    expected = sign(simulator.state.app_id, told.body, event["timestamp"], SECRET)
    assert told.headers["x-zevent-signature"] == f"mac={expected}"
    assert event["app_id"] == simulator.state.app_id
    assert event["event_name"] == "user_send_text"
    assert event["message"] == {"text": "Chào", "msg_id": "m-1"}
    assert "num_retry" not in told.headers


def test_the_signature_may_come_without_its_prefix(simulator: Simulator, portal: Portal):
    simulator.webhooks.configure({"is_bare": True})

    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    assert len(portal.told[0].headers["x-zevent-signature"]) == 64


def test_what_is_not_answered_200_climbs_the_ladder(simulator: Simulator, portal: Portal):
    portal.statuses = [500, 503, 404, 302, 500]
    simulator.state.emit("user_send_text", text())

    for wait in LADDER_S:
        assert settled(simulator)
        count = len(portal.told)
        simulator.state.advance(wait - 5)
        assert not more_than(portal, count, within_s=0.3)
        simulator.state.advance(10)
        assert more_than(portal, count)

    assert [told.headers.get("num_retry") for told in portal.told] == [
        None, "1", "2", "3", "4", "5",
    ]  # fmt: skip
    assert len({told.body for told in portal.told}) == 1
    assert settled(simulator)
    assert simulator.webhooks.is_subscribed


def test_after_the_last_try_the_application_is_unsubscribed(simulator: Simulator, portal: Portal):
    portal.statuses = [500] * 6
    simulator.state.emit("user_send_text", text())
    for number in range(1, len(LADDER_S) + 1):
        assert settled(simulator)
        simulator.state.advance(LADDER_S[number - 1] + 1)
        assert more_than(portal, number)
    assert settled(simulator)

    simulator.state.emit("user_send_text", text(2))
    assert settled(simulator)
    assert not simulator.webhooks.is_subscribed
    assert len(portal.told) == 6

    simulator.webhooks.subscribe()
    simulator.state.emit("user_send_text", text(3))
    assert settled(simulator)
    assert portal.told[-1].event["message"]["msg_id"] == "m-3"
    assert simulator.webhooks.stats["lost_unsubscribed"] == 1


def test_an_answer_that_comes_late_counts_as_none(
    simulator: Simulator, portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(webhooks, "PATIENCE_S", 0.2)
    portal.waits_s = 5.0

    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    assert simulator.webhooks.stats["answer late"] == 1
    assert simulator.webhooks.described()["waiting"] == 1


def test_a_portal_that_is_away_is_told_later(start_simulator: Callable[..., Simulator]):
    with open_portal() as gone:
        url = gone.url
    simulator = start_simulator(console=Console(url=url, secret=SECRET))

    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    assert simulator.webhooks.stats["answer unmade"] == 1
    assert simulator.webhooks.described()["waiting"] == 1


def test_an_event_whose_switch_is_off_is_not_told(simulator: Simulator, portal: Portal):
    simulator.webhooks.configure({"off": ["follow"]})

    simulator.state.emit("follow", {"follower": {"id": "7001"}})
    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    assert portal.names() == ["user_send_text"]


def test_the_filter_passes_only_texts_with_a_hash(simulator: Simulator, portal: Portal):
    simulator.webhooks.configure({"only_hash": True})

    simulator.state.emit("user_send_text", text(1, "Chào"))
    simulator.state.emit("user_send_text", text(2, "#tin báo"))

    assert settled(simulator)
    assert [told.event["message"]["msg_id"] for told in portal.told] == ["m-2"]


def test_duplicates_are_the_same_bytes(simulator: Simulator, portal: Portal):
    simulator.webhooks.configure({"duplicates": 1.0, "late_s": 0.0})

    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    assert len(portal.told) == 2
    assert portal.told[0].body == portal.told[1].body


def test_late_events_overtake_each_other(simulator: Simulator, portal: Portal):
    simulator.webhooks.configure({"shuffled": 1.0, "late_s": 60.0})
    simulator.state.emit("user_send_text", text(1))
    simulator.webhooks.configure({"shuffled": 0.0})
    simulator.state.emit("user_send_text", text(2))

    assert comes_true(lambda: len(portal.told) == 1)
    simulator.state.advance(61)
    assert comes_true(lambda: len(portal.told) == 2)

    assert [told.event["message"]["msg_id"] for told in portal.told] == ["m-2", "m-1"]
    assert portal.told[0].event["timestamp"] >= portal.told[1].event["timestamp"]


@pytest.mark.parametrize("mode", ["wrongly_signed", "tampered"])
def test_a_bad_signature_does_not_fit_and_is_told_once(
    simulator: Simulator, portal: Portal, mode: str
):
    portal.statuses = [403]
    simulator.webhooks.configure({mode: 1.0})

    simulator.state.emit("user_send_text", text())

    assert settled(simulator)
    [told] = portal.told
    right = sign(simulator.state.app_id, told.body, told.event["timestamp"], SECRET)
    assert told.headers["x-zevent-signature"] != f"mac={right}"
    assert simulator.webhooks.stats["refused"] == 1
    assert simulator.webhooks.described()["waiting"] == 0


def test_a_name_that_the_console_does_not_know_is_refused(simulator: Simulator):
    with pytest.raises(ValueError, match="không có mục colour"):
        simulator.webhooks.configure({"colour": "blue"})


def test_the_secret_is_in_no_description(simulator: Simulator):
    assert SECRET not in str(simulator.webhooks.described())


def test_a_storm_tells_each_event_once_besides_the_copies(simulator: Simulator, portal: Portal):
    storm = simulator.blow(
        {"events": 300, "duplicates": 0.2, "shuffled": 0.1, "late_s": 0.2, "wrongly_signed": 0.05}
    )

    assert comes_true(lambda: storm.is_over)
    assert comes_true(lambda: simulator.webhooks.described()["waiting"] == 0 and settled(simulator))
    stats = simulator.webhooks.stats
    assert stats["told"] == 300
    assert len(portal.told) == 300 + stats["told_twice"]
    assert len({told.body for told in portal.told}) == 300
    assert 30 < stats["told_twice"] < 90
    assert simulator.webhooks.console.duplicates == 0.0


def test_a_second_storm_has_events_of_its_own(simulator: Simulator, portal: Portal):
    first = simulator.blow({"events": 20})
    assert comes_true(lambda: first.is_over)
    second = simulator.blow({"events": 20})
    assert comes_true(lambda: second.is_over)

    assert settled(simulator)
    assert len({told.body for told in portal.told}) == 40


@pytest.mark.parametrize("values", [{"events": 0}, {"events": 5, "per_second": -1}])
def test_a_storm_that_makes_no_sense_is_refused(simulator: Simulator, values: dict[str, Any]):
    with pytest.raises(ValueError, match="events phải từ 1"):
        simulator.blow(values)
