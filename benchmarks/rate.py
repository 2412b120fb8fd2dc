"""Whether four processes together keep one rate, at about one call to Redis a send.

Each books slots of one account's book and sends at them by the product's function, as the drain
loop does: the next slots are booked while calls are under way. The stub refuses what is too fast
(-32), as Zalo would. Then the real drain loop alone keeps the same rates.
"""

import multiprocessing
import time
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, islice
from threading import Thread

import redis
from django.conf import settings
from django.db import connection
from django.test import override_settings

from accounts.models import Commune
from benchmarks import _bench, _scene, _stub
from broadcasts.sending import delivery
from tests.flows.harness import forget_redis
from zalo import services as zalo
from zalo.channels.base import Text
from zalo.models import OfficialAccount
from zalo.outbox import lanes

RATES = (20, 50, 200)
PROCESSES = 4
THREADS = 8
HEAD_START_S = 1.0


def most_per_s(rate: float) -> float:
    """The limit for any second: the rate and a tenth of it, or two more."""
    return max(rate * 1.1, rate + 2)


class Calls:
    """Counts, at the server, the commands that reach Redis for our keys."""

    number = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        client = redis.Redis.from_url(settings.REDIS_URL)
        with client.monitor() as monitor:
            thread = Thread(target=self._count, args=(monitor,), daemon=True)
            thread.start()
            yield
            client.echo(f"{settings.REDIS_KEY_PREFIX} end")
            thread.join(timeout=30)
        client.close()

    def _count(self, monitor: redis.client.Monitor) -> None:
        for seen in monitor.listen():
            command = str(seen["command"])
            if command.startswith("ECHO") and settings.REDIS_KEY_PREFIX in command:
                return
            by_script = seen["client_type"] == "lua"
            self.number += settings.REDIS_KEY_PREFIX in command and not by_script


def keep_the_pace(account: OfficialAccount, start: float, seconds: float) -> None:
    """One sending process: book, wait until the slot, hand the call to a thread."""
    book = zalo.slots(account)
    numbers = count()
    with ThreadPoolExecutor(THREADS) as threads:
        time.sleep(max(0.0, start - time.time()))
        while time.time() < start + seconds:
            wanted = book.batch_limit(THREADS)
            booking = book.book(wanted)
            if booking is None:
                time.sleep(book.retry_in_s)
                continue
            first = time.monotonic() + booking.wait_s
            for number in islice(numbers, wanted):
                slot = first + (number % wanted) * booking.interval_s
                time.sleep(max(0.0, slot - time.monotonic()))
                threads.submit(zalo.send_to_group, account, str(number), Text("Thử nhịp."))


def by_processes(commune: Commune, seconds: float) -> None:
    """Four processes on one book."""
    account = zalo.account_for(commune.pk)
    assert account is not None
    connection.close()  # no child may use it
    start = time.time() + HEAD_START_S
    workers = [
        multiprocessing.get_context("fork").Process(
            target=keep_the_pace, args=(account, start, seconds)
        )
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


def by_drain(commune: Commune, seconds: float) -> None:
    """The real loop, on one post to more groups than it can reach in the time."""
    _scene.start_post(commune)
    with _patched(lanes, "RUN_S", seconds):
        delivery.drain(commune.pk, urgent=False)


@contextmanager
def _patched(module: object, name: str, value: float) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def busiest_second(moments: list[float]) -> int:
    """The most calls within any second, wherever it begins."""
    return max(bisect_left(moments, moment + 1) - number for number, moment in enumerate(moments))


def calls_per_s(moments: list[float], seconds: float) -> float:
    """Calls a second from the first call on, without the last half second: processes end apart."""
    measured = seconds - 0.5
    return bisect_left(moments, moments[0] + measured) / measured


def measure(
    report: _bench.Report, commune: Commune, name: str, rate: float, seconds: float
) -> None:
    forget_redis()
    send = {"4 processes": by_processes, "drain loop": by_drain}[name]
    calls = Calls()
    with (
        _stub.running(most_per_s=most_per_s(rate)) as stub,
        override_settings(ZALO_API_URL=stub.url, ZALO_RATE_PER_MIN=rate * 60),
    ):
        with calls.counting():
            send(commune, seconds)
        moments = [arrival.at for arrival in stub.arrivals()]
        refused = stub.refused()
    what = f"rate {rate}/s, {name}"
    sends = len(moments) + refused
    report.add(_bench.Bar(f"{what}, kept", calls_per_s(moments, seconds), rate, 0.98, "/s"))
    busiest = busiest_second(moments)
    report.add(_bench.Bar(f"{what}, busiest second", busiest, most_per_s(rate), 1, at_most=True))
    per_send = calls.number / sends
    report.add(_bench.Bar(f"{what}, Redis calls a send", per_send, 1.1, 1, at_most=True))
    report.add(_bench.Bar(f"{what}, rate errors", refused, 0, 0, at_most=True))


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--seconds", type=float, help="seconds a rate is kept")
    options = parser.parse_args(arguments)
    seconds = options.seconds or (6 if options.quick else 20)
    report = _bench.Report()
    with _bench.scratch_database():
        groups = int(max(RATES) * seconds * 1.3)
        commune = _scene.make_scene("Bình Minh", groups=groups)
        for name in ("4 processes", "drain loop"):
            for rate in RATES:
                measure(report, commune, name, rate, seconds)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
