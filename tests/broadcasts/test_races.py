"""Late answers, stale pages, groups that leave service: what two processes do to one row."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick, sweep
from broadcasts.sending import delivery as sending_delivery
from broadcasts.sending.delivery import IN_FLIGHT, drain
from broadcasts.services import NotAllowed, approve, edit, resend_failed, settle, submit
from groups.models import Hamlet, ZaloGroup
from tests.factories.groups import make_group
from zalo import services as zalo
from zalo.client.errors import ZaloRejected, ZaloRetryable
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo.outbox.lanes import Claim
from zalo.outbox.outcomes import Outcome, Verdict, outcome_of
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
OaGroups = Callable[..., list[ZaloGroup]]
Approved = Callable[..., Broadcast]
LATER = timedelta(minutes=5)
SENT = Outcome(Verdict.SENT, message_id="m1")


@pytest.fixture
def started(hamlet: Hamlet, approved: Approved) -> Broadcast:
    """A post with one delivery, in two parts, ready to be claimed."""
    make_group(hamlet)
    broadcast = approved(text="\n\n".join("Bà con chú ý. " * 120 for _part in range(2)))
    run_tick()
    return broadcast


def claim_one(broadcast: Broadcast) -> Claim:
    (claimed,) = sending_delivery.claim([broadcast.deliveries.get().pk], timezone.now())
    return claimed


def answer(claimed: Claim, outcome: Outcome) -> None:
    sending_delivery.record([(claimed, outcome, 2)], timezone.now())


def test_late_answer_of_an_earlier_claim_changes_nothing(started: Broadcast, chief: User) -> None:
    first = claim_one(started)
    sweep(timezone.now() + LATER)
    settle(started.deliveries.get(), by=chief, arrived=True)
    second = claim_one(started)

    answer(first, SENT)

    delivery = started.deliveries.get()
    assert (first.part, second.part) == (0, 1)
    assert (delivery.status, delivery.parts_sent) == ("sending", 1)


def test_two_workers_claim_a_delivery_once(started: Broadcast) -> None:
    waiting = [started.deliveries.get().pk]

    first, second = (sending_delivery.claim(waiting, timezone.now()) for _worker in range(2))

    assert [claimed.row_id for claimed in first] == waiting
    assert second == []


def test_delivery_goes_to_the_group_that_it_was_made_for(started: Broadcast) -> None:
    made_for = started.deliveries.get().target_group_id
    ZaloGroup.objects.update(zalo_group_id="changed since")

    assert claim_one(started).to == made_for


def test_sweep_waits_for_as_long_as_a_call_may_take(started: Broadcast, settings: Any) -> None:
    settings.ZALO_TIMEOUT_S = 20  # four times connected or read, and ten seconds
    claim_one(started)

    early = sweep(timezone.now() + timedelta(seconds=80))
    late = sweep(timezone.now() + timedelta(seconds=100))

    assert (early, late) == (0, 1)


def test_late_answer_outranks_the_sweep(started: Broadcast) -> None:
    claimed = claim_one(started)
    sweep(timezone.now() + LATER)

    answer(claimed, outcome_of(ZaloRetryable("refused")))

    assert started.deliveries.get().status == "queued"


def test_late_answer_after_the_post_was_closed_reopens_it(started: Broadcast) -> None:
    claimed = claim_one(started)
    run_tick(timezone.now() + LATER)
    closed = Broadcast.objects.get(pk=started.pk).status
    answer(claimed, SENT)

    run_tick()

    started.refresh_from_db()
    assert closed == Broadcast.Status.COMPLETED
    assert started.status == Broadcast.Status.SENDING
    assert started.deliveries.get().status == "queued"


def test_page_gone_stale_approves_nothing(
    hamlet: Hamlet, draft: Callable[..., Broadcast], author: User, chief: User
) -> None:
    make_group(hamlet)
    broadcast = submit(draft(), by=author)
    seen = broadcast.content_hash
    broadcast.text = "Nội dung khác."
    edit(broadcast, by=author)
    submit(broadcast, by=author)

    with pytest.raises(NotAllowed, match="vừa được sửa"):
        approve(broadcast, by=chief, seen_hash=seen)
    assert approve(broadcast, by=chief, seen_hash=broadcast.content_hash).status == "scheduled"


def test_words_swapped_in_the_approved_parts_do_not_leave(started: Broadcast) -> None:
    Broadcast.objects.filter(pk=started.pk).update(
        status="scheduled", started_at=None, approved_parts=["Lời không ai duyệt."]
    )

    run_tick()

    started.refresh_from_db()
    assert started.status == Broadcast.Status.DRAFT


def test_group_that_left_service_gets_nothing(started: Broadcast) -> None:
    ZaloGroup.objects.update(status=ZaloGroup.Status.PAUSED)

    claimed = sending_delivery.claim([started.deliveries.get().pk], timezone.now())
    run_tick()

    delivery = started.deliveries.get()
    assert claimed == []
    assert (delivery.status, delivery.error_text) == (
        "cancelled",
        "Nhóm đã tạm dừng hoặc đã đóng nên không gửi.",
    )


def test_resend_uses_the_corrected_group_id(started: Broadcast, chief: User) -> None:
    answer(claim_one(started), outcome_of(ZaloRejected("gone", code=-403)))
    ZaloGroup.objects.update(zalo_group_id="right")

    resend_failed(started, by=chief)

    assert claim_one(started).to == "right"


@pytest.mark.db_broker
@pytest.mark.parametrize("code", ["-204", "-209", "-221", "-224", "-242"])
def test_refusal_of_the_whole_account_waits_and_goes_on(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    code: str,
) -> None:
    oa_groups(3)
    broadcast = approved()
    run_tick()
    simulator.faults.add(parse({"kind": code}))
    drain(commune.pk, urgent=False)
    waiting = set(broadcast.deliveries.values_list("status", flat=True))
    simulator.faults.clear()
    Delivery.objects.update(next_attempt_at=timezone.now())
    OfficialAccount.objects.update(parked_until=None)

    drain(commune.pk, urgent=False)

    assert waiting == {"queued"}
    assert set(broadcast.deliveries.values_list("status", flat=True)) == {"sent"}


@pytest.mark.db_broker
def test_refusal_of_the_whole_account_parks_it_and_alarms(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(40)
    broadcast = approved()
    run_tick()
    simulator.faults.add(parse({"kind": "-14024"}))
    drain(commune.pk, urgent=False)
    Delivery.objects.update(next_attempt_at=timezone.now())
    calls = simulator.state.stats["calls /v3.0/oa/group/message"]

    drain(commune.pk, urgent=False)

    account.refresh_from_db()
    alarm = alarm_of(account, timezone.now())
    assert set(broadcast.deliveries.values_list("status", "attempts")) == {("queued", 0)}
    assert simulator.state.stats["calls /v3.0/oa/group/message"] == calls <= IN_FLIGHT
    assert set(broadcast.deliveries.values_list("error_text", flat=True)) == {account.last_error}
    assert alarm is not None
    assert (alarm.kind, alarm.sentence) == (Kind.REFUSED, account.last_error)


@pytest.mark.db_broker
def test_held_back_claim_leaves_everything_and_frees_the_worker(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oa_groups(40)
    broadcast = approved()
    run_tick()
    monkeypatch.setattr("zalo.outbox.statements.GATE_IS_OPEN", "FALSE")

    counts = drain(commune.pk, urgent=False)

    assert counts == {}  # not the ten seconds of a task
    assert set(broadcast.deliveries.values_list("status", flat=True)) == {"queued"}
    assert simulator.state.messages_of() == []


@pytest.mark.db_broker
def test_long_pause_frees_the_worker(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(2)
    broadcast = approved()
    run_tick()
    zalo.slots(account).pause(120)
    before = timezone.now()

    drain(commune.pk, urgent=False)

    assert timezone.now() - before < timedelta(seconds=60)  # not the two minutes of the pause
    assert set(broadcast.deliveries.values_list("status", flat=True)) == {"queued"}
