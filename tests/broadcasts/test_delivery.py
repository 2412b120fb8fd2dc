"""Sending through the real loop, database, Redis and a simulator over HTTP."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending import delivery as sending_delivery
from broadcasts.sending.delivery import drain
from broadcasts.services import cancel, pause, resend_failed, resume, settle
from groups.models import ZaloGroup
from zalo.models import ApiCall, OfficialAccount
from zalo.outbox.lanes import Claim
from zalo.pacing.slot_book import Booking, Lane, SlotBook
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

OaGroups = Callable[..., list[ZaloGroup]]
Approved = Callable[..., Broadcast]


def send(commune: Commune, rounds: int = 1, *, urgent: bool = False) -> dict[str, int]:
    """A tick and a drain, as the workers do them; retries are made due at once."""
    counts: Counter[str] = Counter()
    for _round in range(rounds):
        run_tick()
        Delivery.objects.filter(status="queued").update(next_attempt_at=timezone.now())
        counts.update(drain(commune.pk, urgent=urgent))
    run_tick()
    return dict(counts)


def statuses(broadcast: Broadcast) -> dict[str, int]:
    return dict(Counter(broadcast.deliveries.values_list("status", flat=True)))


def received(simulator: Simulator) -> Counter[str]:
    return Counter(message.group_id for message in simulator.state.messages_of())


@pytest.mark.db_broker
def test_drain_sends_each_group_once_and_completes(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    groups = oa_groups(5)
    broadcast = approved()

    send(commune)

    broadcast.refresh_from_db()
    assert statuses(broadcast) == {"sent": 5}
    assert received(simulator) == Counter({group.zalo_group_id: 1 for group in groups})
    assert broadcast.status == Broadcast.Status.COMPLETED
    assert broadcast.deliveries.filter(zalo_message_ids=[]).count() == 0
    assert ApiCall.objects.filter(reference__startswith="delivery:").count() == 5


def test_drain_sends_parts_in_order(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    (group,) = oa_groups(1)
    text = "\n\n".join(f"Đoạn {number}. " + "Bà con chú ý. " * 60 for number in range(1, 6))
    broadcast = approved(text=text)

    send(commune)

    delivery = broadcast.deliveries.get()
    texts = [message.text for message in simulator.state.messages_of(group.zalo_group_id)]
    assert texts == broadcast.approved_parts
    assert len(texts) > 1
    assert (delivery.status, delivery.parts_sent) == ("sent", len(texts))
    assert len(delivery.zalo_message_ids) == len(texts)


def test_drain_breaks_mentions(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    (group,) = oa_groups(1)
    approved(text=f"Chào [@{group.zalo_group_id}] bà con.")

    send(commune)

    (message,) = simulator.state.messages_of()
    assert "[@" not in message.text
    assert message.mentions == []


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "close_after_read"}, "uncertain"),
        ({"kind": "lose_answer"}, "uncertain"),
        ({"kind": "http_502"}, "uncertain"),
        ({"kind": "body", "body": "<html>bảo trì</html>"}, "uncertain"),
        ({"kind": "slow", "seconds": 30}, "uncertain"),
        ({"kind": "-200"}, "uncertain"),
        ({"kind": "-99999"}, "uncertain"),
        ({"kind": "-32"}, "queued"),
        ({"kind": "-237"}, "failed"),
        ({"kind": "-403"}, "failed"),
        ({"kind": "-201"}, "failed"),
        ({"kind": "-248"}, "failed"),
    ],
)
def test_drain_records_what_the_failure_means(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    settings: Any,
    fault: dict[str, Any],
    status: str,
) -> None:
    if fault["kind"] == "slow":
        settings.ZALO_TIMEOUT_S = 1
    oa_groups(1)
    broadcast = approved()
    simulator.faults.add(parse(fault))

    send(commune)

    delivery = broadcast.deliveries.get()
    assert delivery.status == status
    assert delivery.error_text


def test_drain_survives_the_death_of_a_token_with_one_refresh(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(40)
    broadcast = approved()
    simulator.faults.add(parse({"kind": "token_death", "after": 10, "times": 1}))

    send(commune, rounds=2)

    assert statuses(broadcast) == {"sent": 40}
    assert simulator.state.stats["refreshed"] == 1
    assert max(received(simulator).values()) == 1


def test_drain_waits_while_the_server_refuses_connections(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(3)
    broadcast = approved()
    simulator.refuse()

    send(commune)
    while_closed = statuses(broadcast)
    simulator.accept()
    send(commune, rounds=2)

    assert while_closed == {"queued": 3}
    assert statuses(broadcast) == {"sent": 3}
    assert max(received(simulator).values()) == 1


def test_drain_without_account_leaves_everything_queued(
    commune: Commune, simulator: Simulator, oa_groups: OaGroups, approved: Approved
) -> None:
    oa_groups(2)
    broadcast = approved()

    assert send(commune) == {}
    assert statuses(broadcast) == {"queued": 2}


def test_drain_holds_everything_when_consent_is_revoked(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(2)
    broadcast = approved()
    simulator.state.revoke()

    send(commune, rounds=2)

    account.refresh_from_db()
    assert account.needs_consent
    assert statuses(broadcast) == {"queued": 2}


def test_urgent_post_leaves_in_its_own_lane(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lanes = set()
    book = SlotBook.book

    def listen(self: SlotBook, n: int = 1, *, lane: Lane = "routine") -> Booking | None:
        lanes.add(lane)
        return book(self, n, lane=lane)

    monkeypatch.setattr(SlotBook, "book", listen)
    oa_groups(2)
    approved(priority="urgent")
    run_tick()

    routine, urgent = (drain(commune.pk, urgent=lane) for lane in (False, True))

    assert (routine, urgent) == ({}, {"sent": 2})
    assert lanes == {"urgent"}


@pytest.mark.db_broker
def test_one_loop_at_a_time_sends_in_a_lane(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside: list[dict[str, int]] = []
    claim = sending_delivery.claim

    def claim_beside_another(ids: Sequence[int], now: datetime) -> list[Claim]:
        if not beside:
            beside.append({})
            beside[0] |= drain(commune.pk, urgent=False)
        return claim(ids, now)

    monkeypatch.setattr(sending_delivery, "claim", claim_beside_another)
    oa_groups(2)
    approved()
    run_tick()

    counts = drain(commune.pk, urgent=False)

    assert (beside, counts) == ([{}], {"sent": 2})


def test_pause_stops_and_resume_goes_on(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    chief: User,
) -> None:
    oa_groups(3)
    broadcast = approved()
    run_tick()
    pause(broadcast, by=chief)

    send(commune)
    while_paused = statuses(broadcast)
    resume(broadcast, by=chief)
    send(commune)

    assert while_paused == {"queued": 3}
    assert statuses(broadcast) == {"sent": 3}


def test_cancel_stops_for_good(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    chief: User,
) -> None:
    oa_groups(3)
    broadcast = approved()
    run_tick()
    cancel(broadcast, by=chief, reason="Sai ngày họp")

    send(commune)

    assert statuses(broadcast) == {"cancelled": 3}
    assert received(simulator) == Counter()


def test_nothing_leaves_after_expiry(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(2)
    broadcast = approved(expires_at=timezone.now() + timedelta(hours=1))
    run_tick()
    Broadcast.objects.filter(pk=broadcast.pk).update(
        scheduled_for=timezone.now() - timedelta(hours=2),
        expires_at=timezone.now() - timedelta(seconds=1),
    )

    assert drain(commune.pk, urgent=False) == {}
    run_tick()

    assert statuses(broadcast) == {"expired": 2}
    assert received(simulator) == Counter()


def test_resend_goes_to_failed_groups_only(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    chief: User,
) -> None:
    groups = oa_groups(4)
    broken = groups[2].zalo_group_id
    broadcast = approved()
    simulator.faults.add(parse({"kind": "-248", "group_id": broken, "times": 1}))
    send(commune)

    count = resend_failed(broadcast, by=chief)
    send(commune)

    assert count == 1
    assert statuses(broadcast) == {"sent": 4}
    assert max(received(simulator).values()) == 1


def test_settle_as_not_arrived_allows_a_resend(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    chief: User,
) -> None:
    oa_groups(1)
    broadcast = approved()
    simulator.faults.add(parse({"kind": "close_after_read", "times": 1}))
    send(commune)
    delivery = broadcast.deliveries.get()

    settle(delivery, by=chief, arrived=False)
    resend_failed(broadcast, by=chief)
    send(commune)

    assert statuses(broadcast) == {"sent": 1}


def test_settle_as_arrived_stays_uncertain_and_leaves_the_worklist(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
    chief: User,
) -> None:
    oa_groups(1)
    broadcast = approved()
    simulator.faults.add(parse({"kind": "lose_answer", "times": 1}))
    send(commune)
    before = Delivery.objects.uncertain().count()

    settle(broadcast.deliveries.get(), by=chief, arrived=True)

    assert before == 1
    assert Delivery.objects.uncertain().count() == 0
    assert statuses(broadcast) == {"uncertain": 1}


def test_drain_refuses_to_run_inside_a_transaction(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(1)
    broadcast = approved()
    run_tick()

    with transaction.atomic(), pytest.raises(RuntimeError):
        drain(commune.pk, urgent=False)

    assert statuses(broadcast) == {"queued": 1}
