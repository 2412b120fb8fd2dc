"""A worker is killed in the midst of an answer to a resident: nobody is told anything twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from reports.chat import sending
from reports.models import TipMessage
from reports.work import answers
from tests.factories.accounts import make_user
from tests.flows.harness import Portal, wait_until
from zalo_simulator.faults import parse

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180), pytest.mark.flow]

ANSWER = "Cán bộ đã ghi nhận và sẽ đến xem."
State = TipMessage.State


def test_killed_worker_leaves_an_unclear_answer_and_no_second_one(scene, commune, tmp_path):
    simulator = scene.simulator
    scene.writes("Có người tụ tập đánh bạc sau quán nước")
    message = answers.answer(scene.tip, by=make_user(commune, Role.CHIEF), text=ANSWER)
    simulator.faults.add(parse({"kind": "slow", "seconds": 30, "path": "/v3.0/oa/message/cs"}))
    portal = Portal(simulator, tmp_path / "portal.log", ZALO_TIMEOUT_S="60")
    try:
        portal.start_worker(queues="send")
        portal.start_beat()
        wait_until(
            lambda: ANSWER in scene.heard(), timeout_s=60, what="the answer to reach the phone"
        )
        portal.kill("worker")
    finally:
        portal.stop()
        simulator.faults.clear()
    message.refresh_from_db()
    assert message.state == State.SENDING

    past = timezone.now() - timedelta(seconds=1)
    TipMessage.objects.filter(pk=message.pk).update(next_attempt_at=past)
    sending.send_due()
    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert scene.heard().count(ANSWER) == 1
