"""How fast the drain loop sends, with every answer recorded as it comes.

Against a stub that answers after 50 ms the limit is what 32 calls in flight allow. Against one
that answers at once it is plain `requests` in 32 threads of one process, with no rows at all.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests
from django.test import override_settings

from accounts.models import Commune
from benchmarks import _bench, _scene, _stub
from broadcasts.models import Broadcast, Delivery
from broadcasts.sending.delivery import IN_FLIGHT, MORE, drain
from tests.flows.harness import forget_redis

UNLIMITED_PER_MIN = 6_000_000
DELAY_MS = 50
TEXT = "Công an xã không yêu cầu bà con chuyển tiền qua điện thoại. " * 4


class Product:
    """The drain loop on one post to every group of a commune."""

    def __init__(self, commune: Commune, stub: _stub.Stub) -> None:
        self.commune, self.stub = commune, stub
        self.cpu_ms: list[float] = []

    def run_round(self) -> float:
        """Send one post; returns sends a second, after checking that each was made and recorded."""
        self.stub.reset()
        forget_redis()
        post = _scene.start_post(self.commune, text=TEXT)
        cpu, started = time.process_time(), time.monotonic()
        counts = self._drain()
        elapsed, cpu = time.monotonic() - started, time.process_time() - cpu
        sent = self._check(post, counts)
        self.cpu_ms.append(cpu * 1000 / sent)
        return sent / elapsed

    def _drain(self) -> dict[str, int]:
        """Drain like the task does: again, when only its time was up."""
        counts: Counter[str] = Counter()
        while True:
            counts.update(drain(self.commune.pk, urgent=False))
            if MORE not in counts:
                return counts
            del counts[MORE]

    def _check(self, post: Broadcast, counts: dict[str, int]) -> int:
        sent = post.deliveries.filter(status=Delivery.Status.SENT).exclude(zalo_message_ids=[])
        expected = post.deliveries.count()
        arrived = Counter(arrival.to for arrival in self.stub.arrivals())
        assert counts == {"sent": expected}, counts
        assert sent.count() == len(arrived) == arrived.total() == expected
        return expected


class Plain:
    """`requests` with a kept session a thread, and nothing else."""

    def __init__(self, stub: _stub.Stub, sends: int) -> None:
        self.url = f"{stub.url}/v3.0/oa/group/message"
        self.sends = sends
        self.own = threading.local()
        self.pool = ThreadPoolExecutor(IN_FLIGHT)

    def send(self, number: int) -> None:
        session = getattr(self.own, "session", None)
        if session is None:
            session = self.own.session = requests.Session()
        body = {"recipient": {"group_id": f"{number}"}, "message": {"text": TEXT}}
        answer = session.post(
            self.url, json=body, headers={"access_token": "access"}, timeout=(5, 10)
        )
        assert answer.json()["data"]["message_id"]

    def run_round(self) -> float:
        started = time.monotonic()
        for _done in self.pool.map(self.send, range(self.sends)):
            pass
        return self.sends / (time.monotonic() - started)


def slow_answers(report: _bench.Report, commune: Commune, sends: int, rounds: int) -> None:
    with (
        _stub.running(delay_ms=DELAY_MS) as stub,
        override_settings(ZALO_API_URL=stub.url, ZALO_RATE_PER_MIN=UNLIMITED_PER_MIN),
    ):
        found = _bench.alternate(
            rounds, plain=Plain(stub, sends).run_round, product=Product(commune, stub).run_round
        )
    limit = IN_FLIGHT / (DELAY_MS / 1000)
    name = f"sending, {DELAY_MS} ms stub, {IN_FLIGHT} in flight, {sends} sends"
    report.add(_bench.Bar(name, found["product"], limit, 0.8, "/s"))
    report.remark(f"plain requests on the same stub: {found['plain'] / limit:.1%} of that limit")


def instant_answers(report: _bench.Report, commune: Commune, sends: int, rounds: int) -> None:
    with (
        _stub.running() as stub,
        override_settings(ZALO_API_URL=stub.url, ZALO_RATE_PER_MIN=UNLIMITED_PER_MIN),
    ):
        product = Product(commune, stub)
        found = _bench.alternate(
            rounds, plain=Plain(stub, sends).run_round, product=product.run_round
        )
    name = f"sending, instant stub, {sends} sends"
    report.add(_bench.Bar(name, found["product"], found["plain"], 0.35, "/s"))
    cpu_ms = _bench.median(product.cpu_ms[1:])
    report.add(_bench.Bar("sending, CPU a send", cpu_ms, 1.5, 1, " ms", at_most=True))


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--sends", type=int, help="sends a round")
    parser.add_argument("--rounds", type=int, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    sends = options.sends or (1000 if options.quick else 4000)
    rounds = options.rounds or (3 if options.quick else 5)
    report = _bench.Report()
    with _bench.scratch_database():
        commune = _scene.make_scene("Bình Minh", groups=sends)
        report.remark(f"one commit takes {_bench.commit_ms():.2g} ms on this disk")
        slow_answers(report, commune, sends, rounds)
        instant_answers(report, commune, sends, rounds)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
