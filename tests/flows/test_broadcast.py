"""From a direction or a form to every group: real worker and beat processes, Zalo over HTTP."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery, PostRequest, PostTemplate, Topic
from broadcasts.services import cancel
from groups.models import ZaloGroup
from tests.databases import ShippedRows, dump_template, leave_rows
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_delivery
from tests.flows import harness
from tests.flows.kill_worker import RATE_PER_MIN, kill_midway, settled
from tests.sizes import size
from zalo_simulator.server import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]

KILLS = 5


@pytest.fixture(scope="module")
def running(
    django_db_setup: ShippedRows, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[harness.Portal, harness.Scene]]:
    """Worker and beat, and a commune, of all tests here."""
    log = tmp_path_factory.mktemp("portal") / "portal.log"
    # No slow machine makes an answer unclear.
    environment = {"ZALO_TIMEOUT_S": "10", "ZALO_RATE_PER_MIN": RATE_PER_MIN}
    with leave_rows(django_db_setup, django_db_blocker), ExitStack() as stack:
        with django_db_blocker.unblock():
            made = stack.enter_context(harness.sending(log, **environment))
        yield made


@pytest.fixture
def scene(running: tuple[harness.Portal, harness.Scene]) -> Iterator[harness.Scene]:
    """The commune without groups; what a test leaves in them is called off."""
    portal, scene = running
    if "worker" not in portal.processes:
        portal.start_worker()
    yield scene
    ZaloGroup.objects.update(status=ZaloGroup.Status.CLOSED)
    for post in Broadcast.objects.filter(deliveries__status=Delivery.Status.QUEUED).distinct():
        with suppress(NotAllowed):  # it may have ended by itself meanwhile
            cancel(post, by=scene.chief, reason="Hết giờ thử")
        none_open = partial(lambda one: not harness.open_deliveries(one), post)
        harness.wait_until(none_open, timeout_s=60, what="last answers")


@pytest.fixture
def simulator(scene: harness.Scene) -> Simulator:
    return scene.simulator


def closed(broadcast: Broadcast) -> bool:
    """Its deliveries are there, and the machine has finished with them (asked in this order)."""
    return broadcast.deliveries.exists() and harness.open_deliveries(broadcast) == 0


@pytest.mark.db_broker
def test_a_post_written_and_approved_in_the_admin_reaches_every_group_at_its_minute(
    scene: harness.Scene, simulator: Simulator, login: Callable[[User], Client]
) -> None:
    before = len(simulator.state.messages_of())
    oa_groups = scene.add_groups(12)
    ordinary = scene.add_groups(3, kind="ordinary", link="https://zalo.me/g/thu1")
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
    broadcast = Broadcast.objects.latest("pk")
    officer.post(reverse("admin:broadcasts_broadcast_step", args=[broadcast.pk, "trinh-duyet"]))
    broadcast.refresh_from_db()
    chief.post(
        reverse("admin:broadcasts_broadcast_step", args=[broadcast.pk, "duyet"]),
        {"seen": broadcast.content_hash},
    )
    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SCHEDULED

    harness.wait_until(lambda: closed(broadcast), timeout_s=60, what="the post in every group")

    arrivals = sorted(message.at for message in simulator.state.messages_of(after=before))
    late = [arrival - broadcast.scheduled_for.timestamp() for arrival in arrivals]
    states: dict[int, str] = dict(broadcast.deliveries.values_list("zalo_group_id", "status"))
    assert scene.received(before) == Counter({group.zalo_group_id: 1 for group in oa_groups})
    assert {states[group.pk] for group in oa_groups} == {"sent"}
    assert {states[group.pk] for group in ordinary} == {"to_post"}
    assert min(late) >= 0
    assert max(late) < 30  # how soon is measured by benchmarks/due_post.py

    for task in broadcast.deliveries.filter(status="to_post"):
        officer.post(
            reverse("admin:broadcasts_delivery_hand_task", args=[task.pk]), {"posted": "1"}
        )
    harness.wait_until(
        lambda: Broadcast.objects.get(pk=broadcast.pk).status == Broadcast.Status.COMPLETED,
        timeout_s=60,
        what="the post to be closed",
    )
    by_hand = broadcast.deliveries.filter(way="hand")
    assert set(by_hand.values_list("status", "posted_by")) == {("posted", scene.author.pk)}


def test_stop_lets_no_call_leave_two_seconds_later(
    scene: harness.Scene, simulator: Simulator
) -> None:
    before, calls = len(simulator.state.messages_of()), simulator.state.stats["calls"]
    scene.add_groups(400)
    broadcast = scene.approved()
    harness.wait_until(
        lambda: simulator.state.stats["calls"] > calls + 20, timeout_s=60, what="20 calls"
    )

    cancel(broadcast, by=scene.chief, reason="Sai giờ họp")
    stopped_at = time.time()
    time.sleep(5)

    last = max(message.at for message in simulator.state.messages_of())
    harness.wait_until(lambda: closed(broadcast), timeout_s=60, what="the last answers")
    counts = Counter(broadcast.deliveries.values_list("status", flat=True))
    assert last <= stopped_at + 2
    assert counts["sent"] == sum(scene.received(before).values())
    assert counts["sent"] + counts["cancelled"] == 400
    assert counts["cancelled"] > 200


def test_an_urgent_post_overtakes_thousands_of_waiting_deliveries(
    scene: harness.Scene, simulator: Simulator
) -> None:
    waiting, calls = size(10_000, 2_000), simulator.state.stats["calls"]
    urgent_groups = [group.pk for group in scene.add_groups(200)]
    routine_groups = [group.pk for group in scene.add_groups(waiting - 200)]
    routine = scene.approved(audience_groups=[*urgent_groups, *routine_groups])
    harness.wait_until(
        lambda: simulator.state.stats["calls"] > calls + 50,
        timeout_s=60,
        what="the routine post to leave",
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
    assert harness.open_deliveries(routine) > waiting / 2


def test_zalo_away_and_back_loses_nothing(scene: harness.Scene, simulator: Simulator) -> None:
    before = len(simulator.state.messages_of())
    groups = scene.add_groups(10)
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
    assert scene.received(before) == Counter(group.zalo_group_id for group in groups)


def step(client: Client, post: Broadcast, name: str) -> str:
    address = reverse("admin:broadcasts_broadcast_step", args=[post.pk, name])
    shown = {"seen": post.content_hash}
    return client.post(address, shown, follow=True).content.decode()


def wait_completed(post: Broadcast) -> None:
    def is_completed() -> bool:
        post.refresh_from_db()
        return post.status == Broadcast.Status.COMPLETED

    harness.wait_until(is_completed, timeout_s=60, what=f"{post} to be completed")


def write_from_template(client: Client, asked: PostRequest) -> Broadcast:
    """Fill the template for directions step by step, choose where it goes, and submit it."""
    template = PostTemplate.objects.get(commune=None, code="theo-chi-dao")
    address = reverse("admin:broadcasts_posttemplate_fill", args=[template.pk])
    address += f"?yeu-cau={asked.pk}"
    page = client.get(address)
    answers = {
        "việc được chỉ đạo": "Treo cờ Tổ quốc dịp lễ",
        "số văn bản": asked.document_number,
        "ngày văn bản": "20/11/2026",
        "cơ quan ban hành": "Đảng ủy xã",
        "nội dung, viết cho bà con dễ hiểu": "mời bà con treo cờ",
        "việc bà con cần làm": "treo cờ từ 6 giờ sáng thứ Tư",
    }
    told: dict[str, str] = {}
    while page.status_code == 200:
        step_shown, here = page.context["step"], page.context["here"]
        told |= {one.name: answers.get(one.blank.label, "") for one in step_shown.asked}
        page = client.post(address, {**told, "buoc": str(here), "next": "1"})
    form = client.get(page["Location"]).context["adminform"].form
    data = {name: form.initial[name] for name in ("title", "text", "topic", "priority")}
    client.post(page["Location"], {**data, "send_to": "whole", "_submit": "1"})
    return Broadcast.objects.latest("pk")


def test_a_direction_becomes_a_post_reaches_every_group_and_is_corrected_where_it_stands(
    scene: harness.Scene, login: Callable[[User], Client]
) -> None:
    before = len(scene.simulator.state.messages_of())
    groups = scene.add_groups(5)
    office = make_user(scene.commune, Role.PARTY_OFFICE)
    asks, writes, decides = login(office), login(scene.author), login(scene.chief)

    asks.post(
        reverse("admin:broadcasts_postrequest_add"),
        {
            "source": "party", "source_name": "", "document_number": "25-CV/ĐU",
            "document_date": "2026-11-20", "title": "Treo cờ", "message": "Mời bà con treo cờ.",
            "topic": Topic.objects.get(code="chi-dao").pk, "audience": "", "due_on": "",
        },
    )  # fmt: skip
    asked = PostRequest.objects.get()
    post = write_from_template(writes, asked)
    assert (post.status, post.request, post.template.code) == (
        "pending_approval", asked, "theo-chi-dao",
    )  # fmt: skip
    assert "Thực hiện văn bản số 25-CV/ĐU ngày 20/11/2026 của Đảng ủy xã" in post.text

    step(decides, post, "duyet")
    wait_completed(post)
    wanted = Counter({group.zalo_group_id: 1 for group in groups})
    assert scene.received(before) == wanted
    shown = asks.get(reverse("admin:broadcasts_postrequest_show", args=[asked.pk]))
    assert "5/5 nhóm đã nhận" in shown.content.decode()
    assert shown.context["content"].badge == "Đã có bài"

    late = scene.add_groups(2)
    assert "2 nhóm mới" in step(decides, post, "gui-them")
    wait_completed(post)
    wanted += Counter({group.zalo_group_id: 1 for group in late})
    assert scene.received(before) == wanted

    never = scene.add_groups(1)  # began after the wrong post: it has nothing to be corrected
    lost = scene.add_groups(1)
    make_delivery(post, lost[0], status=Delivery.Status.FAILED)
    address = f"{reverse('admin:broadcasts_broadcast_add')}?dinh-chinh={post.pk}"
    form = writes.get(address).context["adminform"].form
    assert "send_to" not in form.fields
    writes.post(
        address,
        {
            "title": form.initial["title"], "text": "ĐÍNH CHÍNH\n\nĐúng là treo cờ từ thứ Năm.",
            "topic": form.initial["topic"], "priority": "routine", "_submit": "1",
        },
    )  # fmt: skip
    correction = Broadcast.objects.get(corrects=post)
    step(decides, correction, "duyet")
    wait_completed(correction)

    wanted += Counter({group.zalo_group_id: 1 for group in (*groups, *late)})
    assert scene.received(before) == wanted
    assert not correction.deliveries.filter(zalo_group__in=[*never, *lost]).exists()
    assert "đã có bài đính chính" in step(decides, post, "gui-them")
    review = reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    assert "Bài này đã được đính chính." in writes.get(review).content.decode()

    decides.post(reverse("admin:broadcasts_postrequest_step", args=[asked.pk, "xong"]))
    shown = asks.get(reverse("admin:broadcasts_postrequest_show", args=[asked.pk]))
    assert shown.context["content"].badge == "Đã xong"


@pytest.fixture
def impatient(running: tuple[harness.Portal, harness.Scene]) -> Iterator[None]:
    """New workers soon take a call for interrupted."""
    portal = running[0]
    patient = portal.environment["ZALO_TIMEOUT_S"]
    portal.environment["ZALO_TIMEOUT_S"] = "1"
    yield
    portal.environment["ZALO_TIMEOUT_S"] = patient
    portal.end("worker")


@pytest.mark.db_broker
@pytest.mark.usefixtures("impatient")
def test_killed_workers_neither_repeat_nor_lose(
    scene: harness.Scene, running: tuple[harness.Portal, harness.Scene]
) -> None:
    """One after the other, while the sendings of those before are not settled yet."""
    killed = [kill_midway(*running, random.Random(seed)) for seed in range(KILLS)]

    outcomes = [settled(scene, one) for one in killed]

    assert [outcome for outcome in outcomes if not outcome.is_good] == []
    assert len(outcomes) == KILLS


def test_outages_lose_nothing_and_heal_by_themselves(tmp_path: Path) -> None:
    """Broker, database and consent taken away and given back, on servers of the script's own."""
    dump = tmp_path / "template.sql"
    options = [f"--dump={dump}"] if dump_template(dump) else []
    inherited = {key: value for key, value in os.environ.items() if key != "PYTEST_XDIST_WORKER"}
    script = subprocess.run(
        [sys.executable, "-m", "tests.flows.outages", *options],
        cwd=harness.ROOT,
        env=inherited | harness.KEPT_BYTECODE,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert script.returncode == 0, script.stdout[-8000:] + script.stderr[-2000:]
