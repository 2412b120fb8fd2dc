import multiprocessing
import time
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import redis

from zalo.client.errors import ZaloRetryable
from zalo.pacing.slot_book import HORIZON_S, SlotBook, SlotBookUnavailable

pytestmark = pytest.mark.db_broker

CLOCKS_DIFFER_S = 0.002


def is_left(found_s: float, expected_s: float, *, since: float) -> bool:
    """Whether a wait is what is left of `expected_s`, of which at most the time `since` has passed.

    However slow the machine is, the clock runs no faster than that.
    """
    passed = time.monotonic() - since
    return expected_s - passed - CLOCKS_DIFFER_S <= found_s <= expected_s + CLOCKS_DIFFER_S


@pytest.fixture
def book(settings: Any) -> SlotBook:
    settings.ZALO_RATE_PER_MIN = 120
    return SlotBook(f"test-{uuid4()}")


def test_slots_are_one_interval_apart(book: SlotBook):
    since = time.monotonic()
    first, second, third = book.book(), book.book(), book.book()

    assert first is not None
    assert second is not None
    assert third is not None
    assert first.wait_s == 0
    assert first.interval_s == pytest.approx(0.5)
    assert is_left(second.wait_s, 0.5, since=since)
    assert is_left(third.wait_s, 1, since=since)


def test_batch_takes_its_slots_in_a_row(book: SlotBook):
    since = time.monotonic()
    book.book(4)
    after = book.book()

    assert after is not None
    assert is_left(after.wait_s, 2, since=since)


def test_silence_leaves_no_burst(book: SlotBook, settings: Any):
    settings.ZALO_RATE_PER_MIN = 600
    book.book()
    time.sleep(0.5)  # five slots pass
    settings.ZALO_RATE_PER_MIN = 60
    since = time.monotonic()
    first, second = book.book(), book.book()

    assert first is not None
    assert second is not None
    assert first.wait_s == 0
    assert is_left(second.wait_s, 1, since=since)


def test_beyond_the_horizon_nothing_is_booked(book: SlotBook):
    since = time.monotonic()
    book.book(2 * int(HORIZON_S["routine"] + 30))

    assert book.book() is None
    assert is_left(book.retry_in_s, 30, since=since)


def test_rate_is_read_at_each_booking(book: SlotBook, settings: Any):
    settings.ZALO_RATE_PER_MIN = 60

    booking = book.book()

    assert booking is not None
    assert booking.interval_s == 1


def test_routine_yields_while_the_urgent_lane_books(
    book: SlotBook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("zalo.pacing.slot_book.URGENT_HOLDS_S", 30.0)
    since = time.monotonic()
    assert book.book(lane="urgent") is not None

    assert book.book() is None
    assert is_left(book.retry_in_s, 30, since=since)
    assert book.book(lane="urgent") is not None


def test_routine_returns_when_the_urgent_lane_is_done(
    book: SlotBook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("zalo.pacing.slot_book.URGENT_HOLDS_S", 0.1)
    book.book(lane="urgent")
    time.sleep(0.15)

    assert book.book() is not None


def test_pause_holds_every_lane(book: SlotBook):
    since = time.monotonic()
    book.pause(60)

    assert book.book() is None
    assert is_left(book.retry_in_s, 60 - HORIZON_S["routine"], since=since)
    assert book.book(lane="urgent") is None
    assert is_left(book.retry_in_s, 60 - HORIZON_S["urgent"], since=since)


def test_shorter_pause_does_not_end_a_longer_one(book: SlotBook):
    book.pause(30)
    book.pause(1)

    assert book.book() is None


def test_slowing_down_pauses_longer_each_time_it_is_needed_again(
    book: SlotBook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("zalo.pacing.slot_book.FIRST_PAUSE_S", 0.5)
    first = book.slow_down()
    time.sleep(0.52)
    since = time.monotonic()
    second = book.slow_down()
    booking = book.book()

    assert (first, second) == (0.5, 1)
    assert booking is not None
    assert is_left(booking.wait_s, 1, since=since)


def test_slowing_down_counts_the_calls_that_were_under_way_together_once(
    book: SlotBook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("zalo.pacing.slot_book.FIRST_PAUSE_S", 30.0)
    since = time.monotonic()

    assert book.slow_down() == 30
    assert is_left(book.slow_down(), 30, since=since)


def test_slowing_down_has_an_end(book: SlotBook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("zalo.pacing.slot_book.LONGEST_PAUSE_S", 3.0)
    monkeypatch.setattr("zalo.pacing.slot_book.FIRST_PAUSE_S", 40.0)

    assert book.slow_down() == 3


def test_accounts_do_not_share_slots(book: SlotBook):
    book.pause(30)

    assert SlotBook(f"test-{uuid4()}").book() is not None


def test_forgotten_script_is_loaded_again(book: SlotBook, settings: Any):
    book.book()
    redis.Redis.from_url(settings.REDIS_URL).script_flush()

    assert book.book() is not None


def test_unreachable_redis_means_wait(settings: Any):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    with pytest.raises(SlotBookUnavailable) as caught:
        SlotBook("x").book()

    assert isinstance(caught.value, ZaloRetryable)
    assert caught.value.retry_after == 2
    assert "Redis" in str(caught.value)


def keep_the_pace(oa_id: str, rate: int, seconds: float, together: Any, results: Any) -> None:
    """One sending process: book, wait, note the moment."""
    book = SlotBook(oa_id, rate_per_min=rate * 60)
    moments, calls = [], 0
    together.wait(30)
    until = time.time() + seconds
    while time.time() < until:
        calls += 1
        booking = book.book()
        if booking is None:
            time.sleep(book.retry_in_s)
            continue
        time.sleep(booking.wait_s)
        moments.append(time.time())
    results.put((moments, calls))


@pytest.mark.parametrize("rate", [20, 50, 200])
def test_four_processes_keep_one_rate(rate: int):
    seconds = 3
    context = multiprocessing.get_context("fork")
    results, together = context.Queue(), context.Barrier(4)
    given = (f"test-{uuid4()}", rate, seconds + 0.5, together, results)
    workers = [context.Process(target=keep_the_pace, args=given) for _ in range(4)]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()

    moments = sorted(moment for moments, _ in found for moment in moments)
    start = moments[0]
    within = [moment for moment in moments if moment < start + seconds]
    by_second = Counter(int(moment - start) for moment in within)
    # The bars (98 % of the rate, no second above 110 %) are measured in benchmarks; a busy machine
    # wakes sleepers late, so that a test can only tell that each sends and none too much.
    assert all(moments for moments, _ in found)
    assert len(within) <= rate * seconds + 6
    assert max(by_second.values()) <= max(rate * 1.3, rate + 6)
    assert sum(calls for _, calls in found) <= 1.1 * len(moments)
