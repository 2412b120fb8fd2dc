"""A thousand deliveries through everything that can go wrong; the server answers in 50 ms."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Commune
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import IN_FLIGHT, drain
from groups.models import Hamlet, ZaloGroup
from zalo.client import codes
from zalo.models import OfficialAccount
from zalo.pacing import slot_book
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.db_broker,
    pytest.mark.timeout(240),
]

AMBIGUOUS = ["close_after_read", "lose_answer", "http_502", "-200"]
REFUSED = [
    str(number)
    for number, entry in codes.CODES.items()
    if entry.kind in {codes.Kind.PERMANENT, codes.Kind.HUMAN, codes.Kind.CONFIG}
    and not entry.is_account_wide
]
PASSING = ["-32", "-204", "-221"]


@pytest.fixture
def thousand(commune: Commune, hamlet: Hamlet, simulator: Simulator) -> list[str]:
    ids = [simulator.state.add_group(f"Nhóm {number}").id for number in range(1000)]
    ZaloGroup.objects.bulk_create(
        ZaloGroup(
            hamlet=hamlet, name=f"Nhóm {number}", kind="oa", status="active", zalo_group_id=group_id
        )
        for number, group_id in enumerate(ids)
    )
    return ids


def plan_faults(simulator: Simulator, ids: list[str]) -> dict[str, str]:
    """One fault for every seventh group, each kind in turn; returns group → kind."""
    kinds = AMBIGUOUS * 5 + REFUSED + PASSING * 3
    planned = {group_id: kinds[n % len(kinds)] for n, group_id in enumerate(ids[::7])}
    for group_id, kind in planned.items():
        simulator.faults.add(parse({"kind": kind, "group_id": group_id, "times": 1}))
    return planned


def test_a_thousand_deliveries_end_in_honest_states(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    thousand: list[str],
    approved: Callable[..., Broadcast],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slot_book, "FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(slot_book, "LONGEST_PAUSE_S", 0.3)
    simulator.answer_delay_s = 0.05
    for calls in (200, 600):
        simulator.faults.add(parse({"kind": "token_death", "after": calls, "times": 1}))
    planned = plan_faults(simulator, thousand)
    simulator.schedule(parse({"kind": "refuse", "start_in": 0.8, "seconds": 0.5}))
    broadcast = approved()

    run_tick()
    for _round in range(200):
        drain(commune.pk, urgent=False)
        OfficialAccount.objects.update(parked_until=None)  # as if its retry time had come too
        waiting = Delivery.objects.filter(status="queued")
        if not waiting.update(next_attempt_at=timezone.now()):
            break
    run_tick()

    received = Counter(message.group_id for message in simulator.state.messages_of())
    by_group = dict(broadcast.deliveries.values_list("target_group_id", "status"))
    ends = Counter(by_group.values())
    uncertain = {group_id for group_id, status in by_group.items() if status == "uncertain"}
    failed = {group_id for group_id, status in by_group.items() if status == "failed"}
    broadcast.refresh_from_db()
    assert sum(ends.values()) == 1000
    assert set(ends) == {"sent", "failed", "uncertain"}
    assert max(received.values()) == 1
    ambiguous = {group_id for group_id, kind in planned.items() if kind in AMBIGUOUS}
    assert ambiguous <= uncertain
    # The closing port can cut requests that have just left, one a thread: no answer came.
    cut = broadcast.deliveries.filter(target_group_id__in=uncertain - ambiguous)
    assert cut.count() <= IN_FLIGHT
    assert set(cut.values_list("error_code", flat=True)) <= {""}
    refused = {group_id for group_id, kind in planned.items() if kind in REFUSED}
    assert failed == refused - uncertain
    assert all(received[group_id] == 1 for group_id, end in by_group.items() if end == "sent")
    assert simulator.state.stats["refreshed"] == 2
    assert broadcast.status == Broadcast.Status.COMPLETED
