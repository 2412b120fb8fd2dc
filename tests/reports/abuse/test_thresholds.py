"""Frequent senders are counted by network, in memory, for a while, and never by address."""

import gc
import ipaddress
import pickle
import threading
import tracemalloc
from collections.abc import Callable

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from accounts.sign_in.addresses import client_address, network_of
from reports.public.thresholds import Counts


class Clock:
    """Seconds that pass when told."""

    def __init__(self, at: float = 1_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counts(clock: Callable[[], float]) -> Counts:
    return Counts(window_s=3600, most=100, clock=clock)


# Networks


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("203.0.114.1", "203.0.114.0/24"),
        (" 203.0.113.7 ", "203.0.113.0/24"),
        ("203.0.113.7:51234", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
        ("[2001:db8:1::1]", "2001:db8:1::/48"),
        ("[2001:db8:1::1]:443", "2001:db8:1::/48"),
        ("2001:DB8:1::1", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),  # the same computer over the other socket
        ("64:ff9b::203.0.113.7", "203.0.113.0/24"),  # through a gateway of an operator
        ("2002:cb00:7107::1", "203.0.113.0/24"),  # 6to4
        ("127.0.0.1", "127.0.0.0/24"),
        ("", ""),
        ("unix:", ""),
        ("unknown", ""),
        ("999.1.1.1", ""),
        ("1.2.3", ""),
        ("x" * 5000, ""),
        ("203.0.113.7, 10.0.0.1", ""),
    ],
)
def test_an_address_becomes_its_network(address, network):
    assert network_of(address) == network


def test_addresses_through_teredo_count_by_the_computer_behind():
    address = ipaddress.IPv6Address("2001:0:4136:e378:8000:63bf:3fff:fdd2")

    assert network_of(str(address)) == "192.0.2.0/24"


@given(st.ip_addresses(v=6), st.integers(0, 2**80 - 1))
def test_one_subscriber_of_ipv6_has_one_network_however_many_addresses(address, suffix):
    base = int(address) >> 80 << 80
    both = {network_of(str(ipaddress.IPv6Address(base + low))) for low in (0, suffix)}
    special = ("64:ff9b", "2001:0:", "2001::", "2002:", "::")

    assert len(both) == 1 or str(address).startswith(special)


@given(st.text(max_size=60))
def test_any_address_has_some_network(address):
    assert isinstance(network_of(address), str)


# The address of a request


def request_of(**meta: str):
    return RequestFactory().get("/phan-anh/", **meta)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, None, "198.51.100.9"),
        (0, "203.0.113.7", "198.51.100.9"),  # nobody stands before us: anyone may write that
        (1, None, "198.51.100.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "192.0.2.1, 203.0.113.7", "203.0.113.7"),  # the first was made up by the client
        (1, "192.0.2.1,192.0.2.2,  203.0.113.7  ", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "192.0.2.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "198.51.100.9"),  # it did not come through both
        (1, "", "198.51.100.9"),
        (1, ",", "198.51.100.9"),
        (1, "203.0.113.7:51034", "203.0.113.7"),
        (1, "unknown", "198.51.100.9"),
    ],
)
def test_the_address_is_the_one_the_outermost_own_proxy_saw(settings, proxies, forwarded, found):
    settings.PROXY_COUNT = proxies
    meta = {"REMOTE_ADDR": "198.51.100.9"}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded

    assert client_address(request_of(**meta)) == found


def test_a_request_without_an_address_is_of_no_network():
    request = request_of()
    del request.META["REMOTE_ADDR"]

    assert network_of(client_address(request)) == ""


# Counting


def test_what_is_added_is_counted_for_its_key_alone(counts):
    for _ in range(3):
        counts.add("203.0.113.0/24")

    assert (counts.of("203.0.113.0/24"), counts.of("203.0.114.0/24")) == (3, 0)


def test_counts_fade_within_two_windows(counts, clock):
    clock.at = 3600 * 300
    for _ in range(10):
        counts.add("a")
    seen = []
    for later in (0, 3599, 3600, 5400, 7199, 7200, 99999):
        clock.at = 3600 * 300 + later
        seen.append(counts.of("a"))

    assert seen[:2] == [10, 10]
    assert seen[2:5] == sorted(seen[2:5], reverse=True)
    assert (seen[3], seen[5], seen[6]) == (5, 0, 0)


def test_nobody_slips_through_at_the_turn_of_a_window(counts, clock):
    clock.at = 3600 * 300 - 1
    for _ in range(5):
        counts.add("a")
    clock.at = 3600 * 300 + 1
    for _ in range(5):
        counts.add("a")

    assert counts.of("a") > 9


def test_a_clock_that_is_set_back_loses_and_doubles_nothing(counts, clock):
    for _ in range(4):
        counts.add("a")
    clock.at -= 50_000
    counts.add("a")

    assert counts.of("a") == 5
    clock.at += 50_000
    assert counts.of("a") == 5


def test_a_clock_that_leaps_ahead_forgets(counts, clock):
    counts.add("a")
    clock.at += 10**9

    assert counts.of("a") == 0
    counts.add("a")
    assert counts.of("a") == 1


def test_asking_counts_nothing_and_keeps_nothing(counts):
    for number in range(1000):
        counts.of(str(number))

    assert len(counts) == 0


def test_no_more_keys_are_kept_than_allowed(counts):
    for number in range(5000):
        counts.add(str(number))

    assert len(counts) == 100


def test_who_goes_on_sending_is_not_forgotten_for_others(counts):
    counts.add("a")
    for number in range(99):
        counts.add(str(number))
    counts.add("a")
    for number in range(99):
        counts.add(f"later {number}")

    assert counts.of("a") == 2


def test_forgotten_keys_make_room_by_themselves(counts, clock):
    for number in range(100):
        counts.add(str(number))
    clock.at += 3 * 3600
    counts.add("a")

    assert len(counts) == 1


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(-7200, 7200)), max_size=60),
    st.integers(1, 6),
)
def test_whatever_the_clock_does_counts_stay_bounded_and_never_negative(steps, most):
    clock = Clock()
    counts = Counts(window_s=60, most=most, clock=clock)
    for key, seconds in steps:
        clock.at += seconds
        counts.add(key)

        assert len(counts) <= most
        assert 1 <= counts.of(key) <= len(steps)
        assert counts.of("never seen") == 0


def test_a_full_table_fits_into_little_memory():
    counts = Counts(window_s=3600, most=20_000, clock=Clock())
    gc.collect()
    tracemalloc.start()
    for number in range(60_000):
        counts.add(f"2001:db8:{number:x}::/48")
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(counts), held < 8 * 1024 * 1024) == (20_000, True)


def test_no_network_stands_in_memory(counts):
    counts.add("203.0.113.0/24")
    held = pickle.dumps(list(counts.__dict__["_kept"].items()))

    assert b"203.0.113" not in held
    assert "203.0.113" not in repr(counts)


def test_another_process_hashes_otherwise(clock):
    one, other = (Counts(window_s=60, most=9, clock=clock) for _ in range(2))
    one.add("a")
    other.add("a")

    assert set(one.__dict__["_kept"]) != set(other.__dict__["_kept"])


def test_threads_lose_no_count():
    counts = Counts(window_s=3600, most=10, clock=Clock())
    threads = [
        threading.Thread(target=lambda: [counts.add("a") for _ in range(500)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts.of("a") == 4000
