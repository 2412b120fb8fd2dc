"""Flow B from end to end: real database, broker, worker and beat processes, Zalo over HTTP."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from broadcasts.models import Broadcast, Delivery, Topic
from broadcasts.services import cancel
from tests.flows import harness
from tests.flows.kill_worker import run_once
from zalo_simulator.server import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.db_broker,
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    harness.forget_redis()
    running = harness.new_simulator(answer_delay_s=0.02)
    yield running
    running.stop()


@pytest.fixture
def portal(simulator: Simulator, tmp_path: Path) -> Iterator[Callable[..., harness.Portal]]:
    """`portal(ZALO_RATE_PER_MIN=…)`: worker and beat, ended after the test."""
    started: list[harness.Portal] = []

    def start(**environment: str) -> harness.Portal:
        environment = {"ZALO_TIMEOUT_S": "10"} | environment  # no slow machine makes it unclear
        made = harness.Portal(simulator, tmp_path / "portal.log", **environment)
        started.append(made)
        made.start_worker()
        made.start_beat()
        return made

    yield start
    for made in started:
        made.stop()


def closed(broadcast: Broadcast) -> bool:
    """Its deliveries are there, and the machine has finished with them (asked in this order)."""
    return broadcast.deliveries.exists() and harness.open_deliveries(broadcast) == 0


def test_a_post_written_and_approved_in_the_admin_reaches_every_group_at_its_minute(
    simulator: Simulator, portal: Callable[..., harness.Portal], login: Callable[[User], Client]
) -> None:
    scene = harness.Scene(simulator)
    oa_groups = scene.add_groups(12)
    ordinary = scene.add_groups(3, kind="ordinary", link="https://zalo.me/g/thu1")
    portal()
    officer, chief = login(scene.author), login(scene.chief)
    due = timezone.localtime() + timedelta(seconds=8)

    written = officer.post(
        reverse("admin:broadcasts_broadcast_add"),
        {
            "title": "Họp tổ dân phố",
            "text": "Kính mời bà con họp lúc 19 giờ.\n\nĐề nghị đến đúng giờ.",
            "topic": Topic.objects.get(code="thong-bao-antt").pk,
            "priority": "routine",
            "send_to": "whole",
            "scheduled_for": f"{due:%Y-%m-%dT%H:%M:%S}",
            "expires_at": "",
        },
    )
    assert written.status_code == 302, written.content.decode()[:2000]
    broadcast = Broadcast.objects.get()
    officer.post(reverse("admin:broadcasts_broadcast_step", args=[broadcast.pk, "trinh-duyet"]))
    broadcast.refresh_from_db()
    chief.post(
        reverse("admin:broadcasts_broadcast_step", args=[broadcast.pk, "duyet"]),
        {"seen": broadcast.content_hash},
    )
    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SCHEDULED

    harness.wait_until(lambda: closed(broadcast), timeout_s=60, what="the post in every group")

    arrivals = sorted(message.at for message in simulator.state.messages_of())
    late = [arrival - broadcast.scheduled_for.timestamp() for arrival in arrivals]
    states: dict[int, str] = dict(Delivery.objects.values_list("zalo_group_id", "status"))
    assert scene.received() == Counter({group.zalo_group_id: 1 for group in oa_groups})
    assert {states[group.pk] for group in oa_groups} == {"sent"}
    assert {states[group.pk] for group in ordinary} == {"to_post"}
    assert min(late) >= 0
    assert max(late) < 30  # how soon is measured by benchmarks/due_post.py

    for task in Delivery.objects.filter(status="to_post"):
        officer.post(
            reverse("admin:broadcasts_delivery_hand_task", args=[task.pk]), {"posted": "1"}
        )
    harness.wait_until(
        lambda: Broadcast.objects.get().status == Broadcast.Status.COMPLETED,
        timeout_s=60,
        what="the post to be closed",
    )
    assert set(Delivery.objects.filter(way="hand").values_list("status", "posted_by")) == {
        ("posted", scene.author.pk)
    }


def test_stop_lets_no_call_leave_two_seconds_later(
    simulator: Simulator, portal: Callable[..., harness.Portal]
) -> None:
    scene = harness.Scene(simulator)
    scene.add_groups(200)
    portal(ZALO_RATE_PER_MIN="1200")
    broadcast = scene.approved()
    harness.wait_until(lambda: simulator.state.stats["calls"] > 20, timeout_s=60, what="20 calls")

    cancel(broadcast, by=scene.chief, reason="Sai giờ họp")
    stopped_at = time.time()
    time.sleep(5)

    last = max(message.at for message in simulator.state.messages_of())
    harness.wait_until(lambda: closed(broadcast), timeout_s=60, what="the last answers")
    counts = Counter(broadcast.deliveries.values_list("status", flat=True))
    assert last <= stopped_at + 2
    assert counts["sent"] == sum(scene.received().values())
    assert counts["sent"] + counts["cancelled"] == 200
    assert counts["cancelled"] > 100


def test_an_urgent_post_overtakes_ten_thousand_waiting_deliveries(
    simulator: Simulator, portal: Callable[..., harness.Portal]
) -> None:
    scene = harness.Scene(simulator)
    urgent_groups = [group.pk for group in scene.add_groups(200)]
    routine_groups = [group.pk for group in scene.add_groups(9_800)]
    portal(ZALO_RATE_PER_MIN="3000")
    routine = scene.approved(audience_groups=[*urgent_groups, *routine_groups])
    harness.wait_until(
        lambda: simulator.state.stats["calls"] > 50, timeout_s=60, what="the routine post to leave"
    )

    urgent = scene.approved(
        title="Cháy rừng",
        priority="urgent",
        audience_groups=urgent_groups,
        text="Cháy tại tiểu khu.",
    )
    approved_at = time.time()
    harness.wait_until(lambda: closed(urgent), timeout_s=60, what="the urgent post in 200 groups")

    arrivals = [
        message.at
        for message in simulator.state.messages_of()
        if message.text == "Cháy tại tiểu khu."
    ]
    assert len(arrivals) == 200
    assert max(arrivals) - approved_at < 30  # how soon: benchmarks/due_post.py
    assert harness.open_deliveries(routine) > 5_000


def test_zalo_away_and_back_loses_nothing(
    simulator: Simulator, portal: Callable[..., harness.Portal]
) -> None:
    scene = harness.Scene(simulator)
    scene.add_groups(10)
    portal()
    simulator.refuse()

    broadcast = scene.approved()
    harness.wait_until(
        lambda: broadcast.deliveries.filter(attempts__gt=0).exists(),
        timeout_s=60,
        what="a call that was refused",
    )
    simulator.accept()
    harness.wait_until(lambda: closed(broadcast), timeout_s=60, what="the post after the outage")

    assert set(broadcast.deliveries.values_list("status", flat=True)) == {"sent"}
    assert set(scene.received().values()) == {1}


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_worker_neither_repeats_nor_loses(tmp_path: Path, seed: int) -> None:
    outcome = run_once(tmp_path / "portal.log", random.Random(seed))

    assert outcome.is_good, outcome


def test_outages_lose_nothing_and_heal_by_themselves() -> None:
    """Broker, database and consent taken away and given back, on servers of the script's own."""
    script = subprocess.run(
        [sys.executable, "-m", "tests.flows.outages"],
        cwd=harness.ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert script.returncode == 0, script.stdout[-8000:] + script.stderr[-2000:]
