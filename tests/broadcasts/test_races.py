"""Late answers, stale pages, groups that leave service: what two processes do to one row."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone

from accounts.models import Commune, User
from accounts.workflow.services import lock
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from broadcasts.scheduling.tick import complete, expire, run_tick, sweep
from broadcasts.sending import delivery as sending_delivery
from broadcasts.sending.delivery import IN_FLIGHT, drain
from broadcasts.services import NotAllowed, approve, cancel, edit, resend_failed, settle, submit
from groups.models import Hamlet, ZaloGroup
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group
from tests.zalo.gate import closed_gate
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


def test_held_back_claim_leaves_everything_and_frees_the_worker(
    commune: Commune,
    account: OfficialAccount,
    simulator: Simulator,
    oa_groups: OaGroups,
    approved: Approved,
) -> None:
    oa_groups(40)
    broadcast = approved()
    run_tick()

    with closed_gate():
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


def rows_of(started: Broadcast, hamlet: Hamlet, count: int) -> list[Claim]:
    """Claims of so many deliveries of the post."""
    for _group in range(count - 1):
        group = make_group(hamlet)
        Delivery.objects.create(
            broadcast=started, zalo_group=group, commune=hamlet.commune,
            next_attempt_at=timezone.now(),
        )  # fmt: skip
    ids = started.deliveries.values_list("pk", flat=True)
    return sending_delivery.claim(list(ids), timezone.now())


def record_all(answers: list[tuple[Claim, Outcome]]) -> None:
    sending_delivery.record([(*answer, 1) for answer in answers], timezone.now())


def test_answers_are_recorded_by_one_statement(
    started: Broadcast, hamlet: Hamlet, django_assert_num_queries: Any
) -> None:
    claims = rows_of(started, hamlet, 3)

    with django_assert_num_queries(1):
        record_all(
            [
                (claims[0], SENT),
                (claims[1], Outcome(Verdict.FAILED, "Bị chặn.", "-213")),
                (claims[2], Outcome(Verdict.UNCERTAIN, "Không rõ.")),
            ]
        )

    written = started.deliveries.order_by("pk").values_list(
        "status", "zalo_message_ids", "error_code", "error_text", "parts_sent"
    )
    assert list(written) == [
        ("sent", ["m1"], "", "", 1),
        ("failed", [], "-213", "Bị chặn.", 0),
        ("uncertain", [], "", "Không rõ.", 0),
    ]


def test_answer_that_cannot_be_written_takes_no_other_with_it(
    started: Broadcast, hamlet: Hamlet
) -> None:
    claims = rows_of(started, hamlet, 4)
    broken = Outcome(Verdict.FAILED, code="c" * 41)

    with pytest.raises(DataError):
        record_all([(claims[0], SENT), (claims[1], broken), (claims[2], SENT), (claims[3], SENT)])

    written = started.deliveries.order_by("pk").values_list("status", flat=True)
    assert list(written) == ["sent", "sending", "sent", "sent"]


def test_two_answers_to_one_claim_are_written_in_their_order(
    started: Broadcast, hamlet: Hamlet
) -> None:
    (claimed,) = rows_of(started, hamlet, 1)

    refused = Outcome(Verdict.FAILED, code="-213")
    record_all([(claimed, Outcome(Verdict.UNCERTAIN)), (claimed, SENT), (claimed, refused)])

    delivery = started.deliveries.get()
    assert (delivery.status, delivery.zalo_message_ids) == ("sent", ["m1"])


def test_answers_to_an_earlier_and_a_later_claim_of_a_delivery_come_together(
    started: Broadcast, chief: User
) -> None:
    first = claim_one(started)
    sweep(timezone.now() + LATER)
    settle(started.deliveries.get(), by=chief, arrived=False)
    resend_failed(started, by=chief)
    second = claim_one(started)

    record_all([(first, Outcome(Verdict.FAILED, code="-213")), (second, SENT)])

    delivery = started.deliveries.get()
    assert (delivery.status, delivery.error_code) == ("sent", "")


def test_answers_keep_what_became_of_their_rows_meanwhile(
    started: Broadcast, hamlet: Hamlet, chief: User
) -> None:
    claims = rows_of(started, hamlet, 3)
    started.deliveries.update(parts_sent=1)
    sweep(timezone.now() + LATER)
    settle(started.deliveries.get(pk=claims[0].row_id), by=chief, arrived=True)
    Delivery.objects.filter(pk=claims[2].row_id).update(status="cancelled")

    record_all([(claim, Outcome(Verdict.FAILED, code="-213")) for claim in claims])

    written = started.deliveries.order_by("pk").values_list("status", "finding", "error_code")
    assert list(written) == [
        ("uncertain", "arrived", "interrupted"),
        ("failed", "", "-213"),
        ("cancelled", "", "interrupted"),
    ]


# Closing posts


def elsewhere(work: Callable[[], Any]) -> None:
    """Do it on another connection, and wait for it."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def queue_again() -> None:
    Delivery.objects.update(status="queued", next_attempt_at=timezone.now())


def test_post_that_somebody_holds_is_closed_by_a_later_tick(started: Broadcast) -> None:
    started.deliveries.update(status="failed")
    found = []

    with transaction.atomic():
        lock(started)
        elsewhere(lambda: found.append(complete(timezone.now())))
        queue_again()
    found.append(complete(timezone.now()))

    started.refresh_from_db()
    assert (found, started.status) == ([0, 0], "sending")


def test_delivery_queued_while_posts_are_locked_keeps_its_post_open(started: Broadcast) -> None:
    started.deliveries.update(status="failed")

    def queue_after_the_lock(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "FOR NO KEY UPDATE" in sql:
            elsewhere(queue_again)
        return found

    with connection.execute_wrapper(queue_after_the_lock):
        closed = complete(timezone.now())

    started.refresh_from_db()
    assert (closed, started.status) == (0, "sending")


def test_many_posts_are_closed_as_one_is(commune: Commune, django_assert_num_queries: Any) -> None:
    posts = [make_broadcast(commune, status="sending") for _post in range(3)]

    with django_assert_num_queries(7):  # two of them begin and end the transaction
        closed = complete(timezone.now())

    events = BroadcastEvent.objects.filter(broadcast__in=posts, kind="completed", by=None)
    assert (closed, events.count()) == (3, 3)
    assert not Broadcast.objects.filter(completed_at=None).exists()


def written_elsewhere(delivery: Delivery, work: Callable[[], Any]) -> None:
    """Do the work on another connection while this one writes the delivery."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(error_text="being written")
        elsewhere(work)


def test_cancelling_waits_for_no_delivery_and_the_tick_ends_what_it_left(
    started: Broadcast, hamlet: Hamlet, chief: User
) -> None:
    claims = rows_of(started, hamlet, 2)
    started.deliveries.update(status="queued", claimed_at=None)
    busy = started.deliveries.get(pk=claims[1].row_id)

    written_elsewhere(busy, lambda: cancel(started, by=chief))
    at_once = list(started.deliveries.order_by("pk").values_list("status", flat=True))
    run_tick()

    assert at_once[:2] == ["cancelled", "queued"]
    assert set(started.deliveries.values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    "work",
    [
        lambda post: expire(timezone.now()),
        lambda post: sending_delivery.explain(
            post.commune_id, "api", "Chờ.", timezone.now() + LATER
        ),
        lambda post: sending_delivery.to_manual(post.commune_id, "api", "Đăng tay."),
    ],
    ids=["expire", "explain", "to_manual"],
)
def test_no_round_waits_for_a_delivery(
    started: Broadcast, work: Callable[[Broadcast], Any]
) -> None:
    ZaloGroup.objects.update(status="closed")

    written_elsewhere(started.deliveries.get(), lambda: work(started))

    assert started.deliveries.get().status == "queued"
