"""Zalo stops: /health/deep and the page say so within a minute, /readyz stays 200."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.system_health import readiness, snapshot
from broadcasts.models import Broadcast, Delivery, Topic
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import drain
from broadcasts.services import approve, create, submit
from tests.flows.connected import Connected
from zalo.models import ApiCall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]
BEARER = {"Authorization": "Bearer t"}
EVERY = timedelta(seconds=15)  # as beat sends the task
LATEST = 60


def part(client: Any, key: str) -> dict[str, Any]:
    return client.get("/health/deep", headers=BEARER).json()["checks"][key]


def posted(connected: Connected) -> Broadcast:
    post = Broadcast(
        commune=connected.commune, title="Lịch cấp căn cước",
        text="Mời bà con đến nhà văn hóa từ 7 giờ sáng thứ Bảy.",
        topic=Topic.objects.get(code="thong-bao-antt"),
    )  # fmt: skip
    created = create(post, by=connected.author)
    return approve(submit(created, by=connected.author), by=connected.chief)


def send(connected: Connected) -> None:
    run_tick()
    drain(connected.commune.pk, urgent=False)


@pytest.mark.parametrize("connected", ["business"], indirect=True)
def test_zalo_that_stops_is_reported_within_a_minute(
    connected: Connected, client: Any, settings: Any
):
    settings.METRICS_TOKEN = "t"
    settings.ZALO_TIMEOUT_S = 1
    connected.connect()
    connected.add_group("Ấp 1")
    first = posted(connected)
    send(connected)
    assert first.deliveries.get().status == Delivery.Status.SENT
    snapshot.record()
    assert part(client, "zalo")["ok"]
    assert ApiCall.objects.exists()

    connected.simulator.stop()
    second = posted(connected)
    stopped_at = connected.now()
    while part(client, "zalo")["ok"]:
        connected.clock.shift(EVERY)
        send(connected)
        snapshot.record()
        assert (connected.now() - stopped_at).total_seconds() < LATEST

    readiness.forget()
    assert client.get("/readyz").status_code == 200
    assert second.deliveries.get().status == Delivery.Status.QUEUED
    page = connected.sign_in(connected.technician).get("/admin/suc-khoe-he-thong/").text
    assert "Không gọi được Zalo." in page
    assert not client.get("/health/deep", headers=BEARER).json()["ok"]

    for _minute in range(3):  # the attempts move on, the delivery stays due
        connected.clock.shift(timedelta(seconds=50))
        send(connected)
    snapshot.record()
    assert part(client, "deliveries").items() >= {"ok": False, "late_accounts": 1}.items()
    readiness.forget()
    assert client.get("/readyz").status_code == 200
