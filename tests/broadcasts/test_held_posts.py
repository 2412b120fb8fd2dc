"""Posts after a restore: what the page proposes, what a decision makes of each delivery."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from groups.models import Hamlet
from tests.factories.groups import make_group
from tests.flows.harness import forget_redis
from zalo.hold import journal, process, services
from zalo.hold.kinds import moment_text
from zalo.models import HeldRow, SendGate

pytestmark = pytest.mark.django_db
Approved = Callable[..., Broadcast]
Decision = HeldRow.Decision
MOMENT = timezone.now()


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Witnesses and journal of this test alone."""
    settings.WITNESS_DIR = tmp_path
    forget_redis()
    process.forget()
    yield
    process.forget()
    forget_redis()


@pytest.fixture
def post(hamlet: Hamlet, approved: Approved) -> Broadcast:
    """A post that has begun, with four groups."""
    for number in range(4):
        make_group(hamlet, name=f"Nhóm {number}", zalo_group_id=f"g{number}")
    broadcast = approved()
    run_tick()
    return broadcast


def write_in_journal(delivery: Delivery, *, state: str = "", message_id: str = "") -> None:
    """A line of the journal of this delivery's call."""
    gate = SendGate.objects.get()
    line = journal.Line(
        str(gate.epoch), "delivery", delivery.pk, delivery.broadcast_id,
        delivery.target_group_id, 0, moment_text(MOMENT), state, message_id,
    )  # fmt: skip
    journal.write(gate.installation, [line])


def begin(by: User) -> list[HeldRow]:
    services.hold(by=by, reason="Khôi phục", is_restored=True)
    services.start(by=by)
    by.refresh_from_db()  # its sessions ended
    return list(HeldRow.objects.order_by("row_id"))


def test_each_row_is_proposed_by_what_the_journal_knows(post: Broadcast, chief: User):
    answered, refused, open_call, _never = post.deliveries.order_by("pk")
    write_in_journal(answered)
    write_in_journal(answered, state="sent", message_id="m1")
    write_in_journal(refused)
    write_in_journal(refused, state="queued")
    write_in_journal(open_call)

    rows = begin(chief)

    assert [(row.finding, row.message_ids) for row in rows] == [
        ("answered", ["m1"]), ("unknown", []), ("attempted", []), ("unknown", []),
    ]  # fmt: skip
    assert {row.title for row in rows} == {post.title}


def test_decisions_become_states_that_say_the_truth(post: Broadcast, chief: User):
    answered, waiting, unclear, dropped = post.deliveries.order_by("pk")
    write_in_journal(answered, state="sent", message_id="m1")
    write_in_journal(unclear)
    rows = begin(chief)
    services.settle(rows, "", by=chief)
    left = list(HeldRow.objects.filter(decision="").order_by("row_id"))
    services.settle(left[:1], Decision.SEND, by=chief)
    services.settle(left[1:], Decision.DROP, by=chief)

    states = dict(post.deliveries.values_list("pk", "status"))
    assert states == {
        answered.pk: "sent", waiting.pk: "queued", unclear.pk: "uncertain", dropped.pk: "cancelled",
    }  # fmt: skip
    answered.refresh_from_db()
    assert answered.zalo_message_ids == ["m1"]


def test_word_of_a_person_alone_never_becomes_sent(post: Broadcast, chief: User):
    rows = begin(chief)

    services.settle(rows, Decision.SENT, by=chief)

    found = set(post.deliveries.values_list("status", "finding", "settled_by"))
    assert found == {("uncertain", "arrived", chief.pk)}


def test_first_of_two_parts_leaves_the_second_to_be_sent(
    hamlet: Hamlet, approved: Approved, chief: User
):
    make_group(hamlet, zalo_group_id="g1")
    post = approved(text="\n\n".join("Bà con chú ý. " * 120 for _part in range(2)))
    run_tick()
    write_in_journal(post.deliveries.get(), state="sent", message_id="m1")

    services.settle(begin(chief), "", by=chief)

    delivery = post.deliveries.get()
    assert (delivery.status, delivery.parts_sent) == ("queued", 1)


def test_post_whose_minute_came_while_held_is_decided_group_by_group(
    hamlet: Hamlet, approved: Approved, chief: User
):
    make_group(hamlet, zalo_group_id="g1")
    post = approved()
    services.hold(by=chief, reason="Khôi phục", is_restored=True)
    process.forget()
    run_tick()
    before = post.deliveries.count()

    services.start(by=chief)

    post.refresh_from_db()
    assert (before, post.status, HeldRow.objects.get().subject_id) == (0, "sending", post.pk)


def test_post_that_these_data_have_as_a_draft_is_closed_if_it_was_sent(
    hamlet: Hamlet, approved: Approved, chief: User
):
    make_group(hamlet, zalo_group_id="g1")
    post = approved()
    Broadcast.objects.filter(pk=post.pk).update(scheduled_for=timezone.now() + timedelta(days=1))
    delivery = Delivery(pk=900, broadcast=post, target_group_id="g1")
    write_in_journal(delivery, state="sent", message_id="m1")

    rows = begin(chief)
    services.settle(rows, "", by=chief)

    post.refresh_from_db()
    assert ([row.kind for row in rows], post.status) == (["post"], "cancelled")


def test_row_that_failed_and_was_called_again_is_listed(post: Broadcast, chief: User):
    first, *_rest = post.deliveries.order_by("pk")
    post.deliveries.update(status="failed", next_attempt_at=None)
    write_in_journal(first, state="sent", message_id="m1")

    assert [row.row_id for row in begin(chief)] == [first.pk]


def test_nothing_is_settled_before_the_start_or_by_another_role(
    post: Broadcast, chief: User, tech_admin: User
):
    services.hold(by=chief, reason="Thử")
    with pytest.raises(NotAllowed):
        services.settle([], Decision.SENT, by=chief)
    services.start(by=chief)
    with pytest.raises(NotAllowed):
        services.settle(HeldRow.objects.all(), Decision.SENT, by=tech_admin)


# The page.


@pytest.fixture
def signed_in(login: Callable[[User], Client]) -> Callable[[User], Client]:
    return login


def page(client: Client) -> str:
    return client.get(reverse("admin:hold_show")).content.decode()


def step(client: Client, name: str, **values: object) -> str:
    answer = client.post(reverse("admin:hold_step", args=[name]), values, follow=True)
    return str(answer.content.decode())


def test_two_persons_go_through_the_page(
    post: Broadcast, chief: User, tech_admin: User, signed_in: Callable[[User], Client]
):
    answered, *_rest = post.deliveries.order_by("pk")
    write_in_journal(answered, state="sent", message_id="m1")
    admin = signed_in(tech_admin)
    held = step(admin, "giu", **{"ly-do": "Nghi bài bị đăng nhầm"})
    assert "Nghi bài bị đăng nhầm" in held
    assert "Bắt đầu rà soát" in held
    step(admin, "bat-dau")
    leader = signed_in(chief)
    assert "Theo đề xuất (1)" in page(leader)

    step(leader, "ket-luan", loai="delivery", viec=post.pk)
    row = HeldRow.objects.filter(decision="").order_by("pk").first()
    assert row is not None
    step(leader, "ket-luan", loai="delivery", viec=post.pk, dong=row.pk, **{"ket-luan": "drop"})
    step(leader, "ket-luan", loai="delivery", viec=post.pk, **{"ket-luan": "send"})
    assert "Mọi việc đã có kết luận" in page(leader)
    step(leader, "de-nghi")
    refused = step(leader, "mo")
    opened = step(admin, "mo")

    assert "người thứ hai" in refused
    assert "Đã mở lại việc gửi" in opened
    assert sorted(HeldRow.objects.values_list("decision", flat=True)) == [
        "drop", "send", "send", "sent",
    ]  # fmt: skip


def test_banner_tells_everyone_while_held(
    chief: User, party_member: User, signed_in: Callable[[User], Client]
):
    client = signed_in(party_member)
    home = reverse("admin:index")
    before = client.get(home).content.decode()
    services.hold(by=chief, reason="Chờ rà soát")

    told = client.get(home).content.decode()

    assert "Việc gửi đang được giữ lại" in told
    assert "Việc gửi đang được giữ lại" not in before
    assert reverse("admin:hold_show") not in told


@pytest.mark.parametrize("role", ["party_member", "front", "duty_officer", "party_office"])
def test_others_do_not_reach_the_page(role: str, request: Any, signed_in: Callable[[User], Client]):
    client = signed_in(request.getfixturevalue(role))

    assert client.get(reverse("admin:hold_show")).status_code == 403
    assert client.post(reverse("admin:hold_step", args=["giu"])).status_code == 403


def test_rows_of_another_commune_are_neither_seen_nor_settled(
    post: Broadcast, chief: User, other_commune: Any, signed_in: Callable[[User], Client]
):
    begin(chief)
    HeldRow.objects.update(commune=other_commune)
    client = signed_in(chief)

    shown = page(client)
    step(client, "ket-luan", loai="delivery", viec=post.pk, **{"ket-luan": "sent"})
    address = reverse("admin:hold_subject", args=["delivery", post.pk])

    assert post.title not in shown
    assert client.get(address).status_code == 404
    assert not HeldRow.objects.exclude(decision="").exists()


def test_technical_administrator_reads_numbers_and_no_post(
    post: Broadcast, chief: User, tech_admin: User, signed_in: Callable[[User], Client]
):
    begin(chief)
    tech_admin.refresh_from_db()
    client = signed_in(tech_admin)

    shown = page(client)

    assert "Còn 4 nơi nhận chưa có kết luận" in shown
    assert post.title not in shown
    address = reverse("admin:hold_subject", args=["delivery", post.pk])
    assert client.get(address).status_code == 403


def test_rubbish_is_refused_and_changes_nothing(
    post: Broadcast, chief: User, signed_in: Callable[[User], Client]
):
    begin(chief)
    client = signed_in(chief)
    for name, values in (
        ("khong-co", {}),
        ("ket-luan", {"ket-luan": "xong"}),
    ):
        assert client.post(reverse("admin:hold_step", args=[name]), values).status_code == 404
    client.post(reverse("admin:hold_step", args=["ket-luan"]), {"viec": "x", "dong": "9" * 40})
    assert not HeldRow.objects.exclude(decision="").exists()
