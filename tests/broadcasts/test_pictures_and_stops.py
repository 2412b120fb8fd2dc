"""Pictures that are lost or refused, stops in the middle, and findings of people."""

import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import drain
from broadcasts.services import cancel, pause, settle
from groups.models import ZaloGroup
from tests.flows.harness import wait_until
from zalo.models import OfficialAccount
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

OaGroups = Callable[..., list[ZaloGroup]]
Approved = Callable[..., Broadcast]
UPLOAD = "/v2.0/oa/upload/image"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def photo() -> SimpleUploadedFile:
    content = BytesIO()
    Image.effect_noise((900, 900), 80).save(content, "PNG")
    return SimpleUploadedFile("anh.png", content.getvalue(), "image/png")


def test_a_picture_goes_with_the_first_part(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile,
) -> None:  # fmt: skip
    oa_groups(3)
    broadcast = approved(image=photo)
    run_tick()

    drain(commune.pk, urgent=False)

    messages = simulator.state.messages_of()
    assert len({message.image_id for message in messages}) == 1
    assert [message.text for message in messages] == [broadcast.text] * 3
    sent = simulator.state.attachments[messages[0].image_id].content
    assert Image.open(BytesIO(sent)).format == "JPEG"
    assert len(sent) <= 1_000_000
    assert simulator.state.stats[f"calls {UPLOAD}"] == 1


def test_a_picture_that_zalo_forgot_is_uploaded_again(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile,
) -> None:  # fmt: skip
    (group,) = oa_groups(1)
    broadcast = approved(image=photo)
    simulator.faults.add(parse({"kind": "-100", "group_id": group.zalo_group_id, "times": 1}))

    for _round in range(2):
        run_tick()
        Delivery.objects.filter(status="queued").update(next_attempt_at=broadcast.created_at)
        drain(commune.pk, urgent=False)

    assert broadcast.deliveries.get().status == "sent"
    assert simulator.state.stats[f"calls {UPLOAD}"] == 2


def test_a_lost_picture_stops_its_own_post_only(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile,
) -> None:  # fmt: skip
    oa_groups(1)
    broken, sound = approved(image=photo), approved(title="Bài khác")
    Path(broken.image.path).unlink()

    run_tick()
    drain(commune.pk, urgent=False)

    broken.refresh_from_db()
    assert broken.status == Broadcast.Status.DRAFT
    assert sound.deliveries.get().status == "sent"


def test_a_picture_changed_after_the_start_fails_and_is_never_unclear(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile,
) -> None:  # fmt: skip
    oa_groups(2)
    broadcast = approved(image=photo)
    run_tick()
    Path(broadcast.image.path).write_bytes(b"not a picture")

    drain(commune.pk, urgent=False)

    assert set(broadcast.deliveries.values_list("status", "error_code")) == {("failed", "picture")}
    assert simulator.state.messages_of() == []


def test_a_refused_upload_fails_and_an_unanswered_one_waits(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile,
) -> None:  # fmt: skip
    oa_groups(2)
    broadcast = approved(image=photo)
    run_tick()
    simulator.faults.add(parse({"kind": "http_502", "path": UPLOAD, "times": 1}))

    drain(commune.pk, urgent=False)
    waiting = set(broadcast.deliveries.values_list("status", flat=True))
    Delivery.objects.update(next_attempt_at=broadcast.created_at)
    simulator.faults.add(parse({"kind": "-210", "path": UPLOAD}))
    drain(commune.pk, urgent=False)

    assert waiting == {"queued"}
    assert set(broadcast.deliveries.values_list("status", "error_code")) == {("failed", "-210")}


def test_a_stop_during_a_slow_upload_lets_nothing_leave(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, photo: SimpleUploadedFile, chief: User,
) -> None:  # fmt: skip
    oa_groups(3)
    broadcast = approved(image=photo)
    run_tick()
    simulator.faults.add(parse({"kind": "slow", "seconds": 60, "path": UPLOAD}))
    sending = threading.Thread(target=_drain_and_close, args=(commune.pk,))

    sending.start()
    wait_for_the_slow_call(simulator)
    pause(broadcast, by=chief)
    simulator.faults.clear()  # the answer comes now
    sending.join()

    assert simulator.state.messages_of() == []
    assert set(broadcast.deliveries.values_list("status", flat=True)) == {"queued"}


def wait_for_the_slow_call(simulator: Simulator) -> None:
    """Until the simulator is holding back the answer to a call."""
    wait_until(lambda: simulator.faults.listed()[0]["hits"], timeout_s=30, what="the call")


def _drain_and_close(commune_id: int) -> None:
    try:
        drain(commune_id, urgent=False)
    finally:
        connection.close()


def test_an_answer_after_a_cancel_leaves_nothing_waiting(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, chief: User,
) -> None:  # fmt: skip
    oa_groups(1)
    text = "\n\n".join("Bà con chú ý. " * 120 for _part in range(2))
    broadcast = approved(text=text)
    run_tick()
    simulator.faults.add(parse({"kind": "slow", "seconds": 60, "times": 1}))
    sending = threading.Thread(target=_drain_and_close, args=(commune.pk,))

    sending.start()
    wait_for_the_slow_call(simulator)
    cancel(broadcast, by=chief)
    simulator.faults.clear()  # the answer comes now
    sending.join()

    delivery = broadcast.deliveries.get()
    assert (delivery.status, delivery.parts_sent) == ("cancelled", 1)
    assert len(simulator.state.messages_of()) == 1


def test_parts_vouched_for_by_a_person_never_become_sent(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Approved, chief: User,
) -> None:  # fmt: skip
    oa_groups(1)
    broadcast = approved(text="\n\n".join("Bà con chú ý. " * 120 for _part in range(2)))
    simulator.faults.add(parse({"kind": "lose_answer", "times": 1}))
    run_tick()
    drain(commune.pk, urgent=False)

    settle(broadcast.deliveries.get(), by=chief, arrived=True)
    drain(commune.pk, urgent=False)
    run_tick()

    delivery = broadcast.deliveries.get()
    broadcast.refresh_from_db()
    assert len(simulator.state.messages_of()) == 2
    assert (delivery.status, delivery.finding, delivery.parts_sent) == ("uncertain", "arrived", 2)
    assert Delivery.objects.uncertain().count() == 0
    assert broadcast.status == Broadcast.Status.COMPLETED


def test_waiting_without_an_account_says_why(
    commune: Commune, simulator: Simulator, oa_groups: OaGroups, approved: Approved
) -> None:
    oa_groups(1)
    broadcast = approved()
    run_tick()

    drain(commune.pk, urgent=False)

    assert "chưa kết nối tài khoản Zalo OA" in broadcast.deliveries.get().error_text
