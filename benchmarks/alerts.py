"""How soon a fact has been accepted by the push services while ten thousand posts wait.

In communes of 30 officers with two devices each and nobody on duty a fact is told to all of them,
so each gives 60 pushes; workers, beat and the sending of posts run as in production. Counted from
the commit of the fact to the arrival at a stand-in push service. Then the workers of alerts are
away for ten minutes of the rows' time, and one step, late, must follow. Last the processor's share
of one push beside a plain request.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import requests
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Commune
from accounts.users.roles import Role
from benchmarks import _bench, _scene, _stub
from benchmarks._pages import p95
from broadcasts.models import Delivery
from dev.push_service.server import PushService, start
from duty.models import Notice, Occasion
from duty.services import open_occasion
from duty.ways import devices, sending
from duty.ways.push import transport
from tests.factories.accounts import make_commune, make_user
from tests.flows.harness import Portal, forget_redis, wait_until

OFFICERS: Final = 30
DEVICES: Final = 2
WAITING: Final = 10_000
BUSY_GROUPS: Final = 7_000
RATE_PER_MIN: Final = 3000
KEY: Final = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # of the example of RFC 8291
OUTAGE: Final = timedelta(minutes=10)


def station(number: int, service: PushService) -> Commune:
    """A commune whose officers all have their devices at the stand-in."""
    commune = make_commune(f"Xã đo {number}")
    for one in range(OFFICERS):
        officer = make_user(commune, Role.OFFICER)
        for device in range(DEVICES):
            phone = service.phones.add(f"{number}.{one}.{device}")
            given = devices.Subscription.read(phone.subscription(service.url))
            devices.enrol(officer, given, label=phone.name)
    return commune


def fact(commune: Commune) -> tuple[Occasion, float]:
    """One matter of the commune, and the moment of its commit."""
    with transaction.atomic():
        occasion = open_occasion("drill", commune, commune=commune, level="now")
    return occasion, time.time()


@contextmanager
def running_portal(stub: _stub.Stub, service: PushService) -> Iterator[Portal]:
    """Beat and one worker a queue, as in production."""
    with tempfile.TemporaryDirectory(prefix="binhyen-bench-") as directory:
        portal = Portal(
            stub,  # of which only the address is used
            Path(directory) / "portal.log",
            ZALO_RATE_PER_MIN=str(RATE_PER_MIN), ZALO_TIMEOUT_S="10", VAPID_PRIVATE_KEY=KEY,
            VAPID_SUBJECT="mailto:truc@congan.example.vn", PUSH_HOSTS=service.url,
        )  # fmt: skip
        try:
            for queue, processes in {"alerts": 2, "periodic": 1, "send": 2}.items():
                portal.start_worker(queue, queues=queue, processes=processes)
            portal.start_beat()
            yield portal
        finally:
            portal.stop()


def arrivals(service: PushService, number: int) -> list[float]:
    """Moments of the accepted pushes to the devices of one commune; raises where one got two."""
    found = [
        one
        for one in list(service.phones.received)
        if one.phone.startswith(f"{number}.") and one.status == 201
    ]
    twice = Counter(one.phone for one in found)
    assert max(twice.values(), default=1) == 1, twice.most_common(3)
    return [one.at for one in found]


def all_told(service: PushService, number: int) -> bool:
    """Whether each device of a commune has its push."""
    return len(arrivals(service, number)) == OFFICERS * DEVICES


def behind_posts(
    report: _bench.Report, service: PushService, communes: list[Commune], seconds: float
) -> None:
    waiting = Delivery.objects.filter(status=Delivery.Status.QUEUED).count()
    assert waiting >= WAITING, f"only {waiting} wait"
    late: list[float] = []
    for number, commune in enumerate(communes):
        time.sleep(random.uniform(0, 2 * seconds / len(communes)))
        _occasion, committed = fact(commune)
        wait_until(
            partial(all_told, service, number), timeout_s=60, what="all devices of a commune",
        )  # fmt: skip
        late += [at - committed for at in arrivals(service, number)]
    name = f"fact → accepted, {len(communes)} × {OFFICERS} × {DEVICES} pushes, {waiting} posts wait"
    report.add(_bench.Bar(f"{name}, p50", median(late), 2, 1, " s", at_most=True))
    report.add(_bench.Bar(f"{name}, p95", p95(late), 5, 1, " s", at_most=True))
    report.add(_bench.Bar(f"{name}, most", max(late), 10, 1, " s", at_most=True))


def after_an_outage(
    report: _bench.Report, service: PushService, portal: Portal, commune: Commune, number: int
) -> None:
    portal.kill("alerts")
    occasion, _committed = fact(commune)
    Occasion.objects.filter(pk=occasion.pk).update(next_step_at=timezone.now() - OUTAGE)
    started = time.time()
    portal.start_worker("alerts", queues="alerts", processes=2)
    wait_until(
        partial(all_told, service, number), timeout_s=90, what="the late step",
    )  # fmt: skip
    latest = max(arrivals(service, number)) - started
    steps = Notice.objects.filter(occasion=occasion).values("step").distinct().count()
    report.add(_bench.Bar("late step after an outage of 10 min", latest, 60, 1, " s", at_most=True))
    report.add(_bench.Bar("steps that it fired", steps, 1, 1, at_most=True))


def of_the_processor(report: _bench.Report, service: PushService, commune: Commune) -> None:
    """Each way makes the same number of requests, side by side, in this process."""
    occasion, _committed = fact(commune)
    now = timezone.now()
    places = [
        (device.user_id, str(device.pk))
        for person in commune.users.all()
        for device in person.devices.all()
    ]

    def ours() -> float:
        step = Notice.objects.filter(occasion=occasion).count() + 1
        Notice.objects.bulk_create(
            Notice(
                occasion=occasion, step=step, user_id=user_id, way="push", place=place, text="now",
                expires_at=now + timedelta(hours=1),
            )
            for user_id, place in places
        )  # fmt: skip
        began = time.process_time()
        assert sending.drain("push") == len(places)
        return (time.process_time() - began) * 1000 / len(places)

    def plain() -> float:
        phone = service.phones.named(f"{number_of(commune)}.0.0")
        address = phone.subscription(service.url)["endpoint"]
        body = bytes(359)
        with requests.Session() as session:
            began = time.process_time()
            for _ in places:
                session.post(address, data=body, headers={"TTL": "60"}, timeout=10)
            return (time.process_time() - began) * 1000 / len(places)

    found = _bench.alternate(5, ours=ours, plain=plain)
    beyond = max(0.0, found["ours"] - found["plain"])
    report.add(
        _bench.Bar("processor of a push beyond the request", beyond, 1, 1, " ms", at_most=True)
    )
    report.remark(
        f"a push {found['ours']:.2f} ms, a request {found['plain']:.2f} ms, both with the stand-in "
        "in this process; claiming and recording the row are in the push"
    )


def number_of(commune: Commune) -> str:
    """The number in the names of its phones."""
    return commune.name.rpartition(" ")[2]


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    facts, seconds = (5, 10.0) if options.quick else (20, 60.0)
    report, service = _bench.Report(), start()
    ours = {
        "VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "mailto:truc@congan.example.vn",
        "PUSH_HOSTS": [service.url],
    }  # fmt: skip
    try:
        with (
            _bench.scratch_database(),
            _stub.running(delay_ms=50) as stub,
            override_settings(**ours),
        ):
            forget_redis()
            busy = _scene.make_scene("Bình Minh", groups=BUSY_GROUPS)
            communes = [station(number, service) for number in range(facts + 2)]
            for number in range(2):
                _scene.start_post(busy, text=f"Bài thường số {number}.")
            with running_portal(stub, service) as portal:
                wait_until(
                    lambda: len(stub.arrivals()) > RATE_PER_MIN / 60, timeout_s=90, what="sending"
                )
                behind_posts(report, service, communes[:facts], seconds)
                after_an_outage(report, service, portal, communes[facts], facts)
            of_the_processor(report, service, communes[facts + 1])
    finally:
        transport.forget_connections()
        service.stop()
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
