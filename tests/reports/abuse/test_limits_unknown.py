"""The pages for anyone do not tell whoever counts along that somebody else was there.

An attacker sends tips from a network, looks at the page after each, and wants to learn whether
another one came from there: in a household, behind the Wi-Fi of an employer.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from django.conf import settings

from reports.public import bursts, demands, thresholds
from reports.public.demands import Purpose
from reports.public.thresholds import Counts

draws = thresholds.drawn  # before the suite puts the middle in its place
NETWORKS = [f"198.{one}.{two}.7" for one in range(18) for two in range(200)]
COMMUNES = {address: number for number, address in enumerate(NETWORKS)}  # one each
HOUR = 3600.0


@cache
def drawn_once(label: str, _key: str) -> float:
    """The number of a label, which is asked a dozen times for each network."""
    return draws(label)


class Clock:
    at = HOUR * 1000.25

    def __call__(self) -> float:
        return self.at


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Callable[[], float]:
    clock = Clock()
    monkeypatch.setattr(thresholds, "drawn", lambda label: drawn_once(label, settings.SECRET_KEY))
    for purpose in Purpose:
        monkeypatch.setitem(
            demands._networks, purpose, Counts(window_s=3600, most=10_000, clock=clock)
        )
    monkeypatch.setattr(
        bursts, "_lately", Counts(window_s=bursts.WINDOW_S, most=10_000, clock=clock)
    )
    return clock


def bits(address: str, purpose: Purpose = Purpose.TIP) -> int:
    return demands.weigh(purpose, address, commune=COMMUNES[address]).bits


def came(address: str, purpose: Purpose = Purpose.TIP) -> None:
    demands.count(purpose, address, commune=COMMUNES[address])


def passed_at(address: str, *, others: int) -> int | None:
    """After how many tips of the attacker's own the page changes; `others` came before."""
    for _ in range(others):
        came(address)
    before = bits(address)
    for own in range(1, 6):
        came(address)
        if bits(address) != before:
            return own
    return None


def test_the_tip_after_which_the_page_changes_fits_nobody_else_as_well_as_one_more():
    half = len(NETWORKS) // 2
    alone = Counter(passed_at(network, others=0) for network in NETWORKS[:half])
    beside = Counter(passed_at(network, others=1) for network in NETWORKS[half:])

    for own in range(1, 6):
        assert alone[own] > half / 25
        assert 1 / 2 < beside[own] / alone[own] < 2


def test_a_tip_of_somebody_else_rarely_changes_the_page():
    """Whichever of the first eleven it is: each tip is asked of, not told anew for the next."""
    changed = Counter()
    for network in NETWORKS:
        before = bits(network)
        for own in range(11):
            came(network)
            after = bits(network)
            changed[own] += after != before
            before = after

    assert {own: changes for own, changes in changed.items() if changes >= len(NETWORKS) / 4} == {}


def test_a_receipt_looked_up_by_somebody_else_hardly_ever_changes_the_page():
    changed = 0
    for network in NETWORKS:
        for _ in range(14):
            came(network, Purpose.RECEIPT)
        before = bits(network, Purpose.RECEIPT)
        came(network, Purpose.RECEIPT)
        changed += bits(network, Purpose.RECEIPT) != before

    assert changed < len(NETWORKS) / 10


def test_work_is_asked_now_and_then_where_nobody_came():
    """Else being asked before the own first tip would say that somebody was there."""
    asked = sum(bits(network) > demands.CALM_BITS for network in NETWORKS)
    for network in NETWORKS:
        came(network)
    asked_after_one = sum(bits(network) > demands.CALM_BITS for network in NETWORKS)

    assert len(NETWORKS) / 16 < asked < len(NETWORKS) / 6
    assert asked_after_one < 2.5 * asked


def test_a_limit_changes_at_moments_of_its_own(clock):
    counts = Counts(window_s=HOUR, most=9, clock=clock)
    start = clock.at = HOUR * 2000
    turns = Counter()
    for network in NETWORKS[:200]:
        seen = []
        for minute in range(60):
            clock.at = start + 60 * minute
            seen.append(counts.limit(network, 5))
        changes = [at for at in range(1, 60) if seen[at] != seen[at - 1]]
        assert len(changes) <= 1
        turns.update(changes)
        start += HOUR

    assert len(turns) > 40


def test_the_work_grows_at_other_numbers_than_twice_the_first():
    first, second = [], []
    for network in NETWORKS[:300]:
        seen = []
        for _ in range(30):
            seen.append(bits(network))
            came(network)
        first.append(next((at for at, hard in enumerate(seen) if hard >= 17), None))
        second.append(next((at for at, hard in enumerate(seen) if hard >= 18), None))

    from_the_start = [two for one, two in zip(first, second, strict=True) if one == 0]
    assert len(set(from_the_start)) > 5


def test_all_processes_draw_alike_and_without_the_key_nobody_does(clock, settings):
    one, other = (Counts(window_s=HOUR, most=9, clock=clock) for _ in range(2))
    limit = one.limit("tip:0:203.0.113.0/24", 5)

    assert other.limit("tip:0:203.0.113.0/24", 5) == limit
    assert one.limit("receipt:0:203.0.113.0/24", 5) != limit
    settings.SECRET_KEY = "another-key-of-another-install"
    assert one.limit("tip:0:203.0.113.0/24", 5) != limit


def test_limits_stay_between_the_lowest_and_as_far_above(clock):
    counts = Counts(window_s=HOUR, most=9, clock=clock)
    limits = [counts.limit(network, 60, low=30) for network in NETWORKS]

    assert 30 <= min(limits) < 32
    assert 88 < max(limits) < 90
    assert 59 < sum(limits) / len(limits) < 61


def test_a_flood_is_always_asked_for_work_up_to_the_hardest():
    for network in NETWORKS[:50]:
        for _ in range(12):
            came(network)
        assert bits(network) > demands.CALM_BITS
        for _ in range(90):
            came(network)
        assert bits(network) == demands.MOST_BITS


def test_a_crowd_of_networks_is_always_asked_for_work(clock):
    for number in range(2 * bursts.MANY + 2):
        demands.count(Purpose.TIP, NETWORKS[number], commune=1)

    assert demands.weigh(Purpose.TIP, "203.0.113.1", commune=1).is_needed
