"""A tip asks more work of a busy network before it is taken, and is never refused."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.public import bursts, demands, sums
from reports.public.demands import Purpose
from reports.public.nonce_store import Once
from reports.public.thresholds import Counts

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HOME, NEIGHBOUR, FAR = "203.0.113.7", "203.0.113.99", "198.51.100.1"
COMMUNE, OTHER = 1, 2


class Clock:
    at = 3600.0 * 1000

    def __call__(self) -> float:
        return self.at


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    for purpose in Purpose:
        monkeypatch.setitem(
            demands._networks, purpose, Counts(window_s=3600, most=1000, clock=clock)
        )
    monkeypatch.setattr(bursts, "_lately", Counts(window_s=bursts.WINDOW_S, most=100, clock=clock))
    monkeypatch.setattr(demands, "_used", Once(1000))
    monkeypatch.setattr(sums, "_used", Once(1000))
    return clock


def came(times: int, *, address=HOME, commune=COMMUNE, purpose=Purpose.TIP) -> None:
    for _ in range(times):
        demands.count(purpose, address, commune=commune)


def weigh(address=HOME, commune=COMMUNE, purpose=Purpose.TIP) -> demands.Demand:
    return demands.weigh(purpose, address, commune=commune)


def proof_of(challenge: demands.Challenge) -> str:
    number = 0
    while int.from_bytes(hashlib.sha256(f"{challenge.nonce}:{number}".encode()).digest()) >> (
        256 - challenge.bits
    ):
        number += 1
    return str(number)


def test_the_first_tip_of_a_house_is_taken_whatever_the_browser_can():
    demand = weigh()

    assert (demand.is_needed, demand.bits) == (False, demands.CALM_BITS)
    assert demands.is_met(demand, Purpose.TIP, now=NOW)


def test_from_the_sixth_of_a_network_within_the_hour_work_is_needed():
    needed = []
    for _ in range(8):
        needed.append(weigh(NEIGHBOUR).is_needed)
        came(1)

    assert needed == [False] * 5 + [True] * 3


def test_another_network_is_not_asked_for_what_the_first_did():
    came(50, commune=OTHER)

    assert not weigh(FAR).is_needed


def test_work_grows_with_the_excess_up_to_what_an_old_phone_can_do():
    bits = []
    for times in (0, 5, 5, 10, 20, 5000):
        came(times, commune=OTHER)
        bits.append(weigh().bits)

    assert bits == sorted(bits)
    assert (bits[0], bits[-1]) == (demands.CALM_BITS, demands.MOST_BITS)
    assert demands.CALM_BITS < bits[2] < bits[4]


def test_an_hour_or_two_later_nothing_is_asked_any_more(clock):
    came(500)
    clock.at += 7200

    assert not weigh().is_needed


def test_many_at_once_in_a_commune_ask_work_of_everybody_there_and_refuse_nobody():
    for number in range(bursts.MANY):
        came(1, address=f"198.51.{number}.1")
    demand = weigh("192.0.2.1")

    assert (demand.is_needed, demand.bits > demands.CALM_BITS) == (True, True)
    assert not weigh("192.0.2.1", commune=OTHER).is_needed
    question = sums.ask(now=NOW)
    left, sign, right = sums.parts_of(question.sentence)
    answer = left + right if sign == "cộng" else left - right
    assert demands.is_met(demand, Purpose.TIP, question=question.token, answer=str(answer), now=NOW)


def test_the_work_that_was_asked_for_is_enough():
    came(7)
    demand = weigh()
    challenge = demands.issue(Purpose.TIP, demand.bits, now=NOW)

    assert demands.is_met(
        demand, Purpose.TIP, challenge=challenge.token, proof=proof_of(challenge), now=NOW
    )


def test_work_begun_before_the_threshold_is_not_enough_after_it():
    challenge = demands.issue(Purpose.TIP, weigh().bits, now=NOW)
    proof = proof_of(challenge)
    came(7)

    assert not demands.is_met(weigh(), Purpose.TIP, challenge=challenge.token, proof=proof, now=NOW)


def test_work_for_a_receipt_is_no_work_for_a_tip():
    came(20, purpose=Purpose.RECEIPT)
    demand = weigh(purpose=Purpose.RECEIPT)
    challenge = demands.issue(Purpose.RECEIPT, demand.bits, now=NOW)
    proof = proof_of(challenge)

    assert demand.is_needed
    assert not weigh().is_needed
    assert not demands.is_met(demand, Purpose.TIP, challenge=challenge.token, proof=proof, now=NOW)
    assert demands.is_met(demand, Purpose.RECEIPT, challenge=challenge.token, proof=proof, now=NOW)


def test_receipts_tried_from_everywhere_ask_work_of_everybody():
    for number in range(bursts.MANY * 4):
        came(1, address=f"198.{number}.1.1", commune=None, purpose=Purpose.RECEIPT)

    assert weigh("192.0.2.1", commune=None, purpose=Purpose.RECEIPT).is_needed


def test_nothing_given_is_not_enough_where_something_is_needed():
    came(7)

    assert not demands.is_met(weigh(), Purpose.TIP, now=NOW)


def test_without_an_address_people_count_together_and_are_taken():
    came(7, address="")
    came(7, address="unix:")

    assert (weigh("").is_needed, weigh("nonsense").is_needed) == (True, True)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([HOME, NEIGHBOUR, FAR, "", "2001:db8::1"]),
            st.sampled_from([COMMUNE, OTHER, None]),
            st.sampled_from(Purpose),
        ),
        max_size=40,
    )
)
def test_whatever_came_bits_stay_between_calm_and_most(events):
    for address, commune, purpose in events:
        demands.count(purpose, address, commune=commune)
        demand = demands.weigh(purpose, address, commune=commune)

        assert demands.CALM_BITS <= demand.bits <= demands.MOST_BITS


# Bursts as the queue is told of them


def test_a_queue_is_told_of_many_at_once():
    quarters = [NOW - timedelta(minutes=15 * (number % 2)) for number in range(bursts.MANY)]

    assert bursts.is_crowd(quarters, now=NOW)
    assert not bursts.is_crowd(quarters[1:], now=NOW)


def test_a_crowd_of_yesterday_is_none_today():
    quarters = [NOW - timedelta(days=1)] * 100

    assert not bursts.is_crowd(quarters, now=NOW)


def test_the_sentence_names_no_place_and_no_number():
    sentence = str(bursts.sentence())

    assert sentence.startswith("Nhiều phản ánh cùng lúc")
    assert not any(letter.isdigit() for letter in sentence)
