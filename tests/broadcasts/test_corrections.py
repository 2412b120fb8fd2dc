"""A correction reaches those who may have read the original, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from broadcasts.posts.audience import groups_of, reach
from broadcasts.scheduling.tick import start_due
from broadcasts.services import NotAllowed, approve, cancel, create, resend_failed, submit
from groups.models import Hamlet
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group

Arrival = Delivery.Status


@pytest.fixture
def original(commune: Commune, author: User) -> Broadcast:
    return make_broadcast(
        commune, status="completed", created_by=author, text="Họp lúc 7 giờ tối thứ Sáu."
    )


@pytest.fixture
def correct(commune: Commune, author: User) -> Callable[..., Broadcast]:
    """`correct(post)`: a draft of `author` that corrects it."""

    def make(post: Broadcast, *, by: User | None = None) -> Broadcast:
        draft = Broadcast(
            commune=commune, title="Đính chính", text="Đúng là 19 giờ thứ Bảy.", topic=post.topic,
            corrects=post,
        )  # fmt: skip
        return create(draft, by=by or author)

    return make


@pytest.mark.parametrize(
    ("status", "fields", "gets_it"),
    [
        (Arrival.SENT, {}, True),
        (Arrival.SENDING, {}, True),
        (Arrival.UNCERTAIN, {}, True),
        (Arrival.UNCERTAIN, {"finding": "arrived"}, True),
        (Arrival.FAILED, {}, False),
        (Arrival.FAILED, {"finding": "not_arrived"}, False),
        (Arrival.FAILED, {"parts_sent": 1}, True),
        (Arrival.QUEUED, {}, False),
        (Arrival.EXPIRED, {}, False),
        (Arrival.CANCELLED, {}, False),
    ],
)
def test_a_correction_goes_where_the_original_may_stand(
    original, correct, hamlet, chief, status, fields, gets_it
):
    always = make_group(hamlet)
    make_delivery(original, always, status=Arrival.SENT)
    group = make_group(hamlet)
    if "finding" in fields:
        fields = {**fields, "settled_by": chief, "settled_at": timezone.now()}
    make_delivery(original, group, status=status, **fields)
    make_group(hamlet)  # began since, never had the original

    expected = {always, group} if gets_it else {always}
    assert set(groups_of(correct(original))) == expected


@pytest.mark.parametrize(("status", "gets_it"), [("posted", True), ("missed", False)])
def test_hand_posted_groups_get_it_when_somebody_declared_the_original(
    original, correct, hamlet, status, gets_it
):
    make_delivery(original, make_group(hamlet), status=Arrival.SENT)
    by_hand = make_ordinary_group(hamlet)
    make_delivery(original, by_hand, status=status)

    assert reach(correct(original)).by_hand == int(gets_it)


def test_a_correction_is_sent_to_those_groups_alone(original, correct, hamlet, author, chief):
    had_it = make_group(hamlet)
    make_delivery(original, had_it, status=Arrival.SENT)
    make_group(hamlet)
    correction = approve(submit(correct(original), by=author), by=chief)

    start_due(timezone.now())

    assert [row.zalo_group for row in correction.deliveries.all()] == [had_it]
    assert original.events.get(kind="corrected").note == "Đính chính"


def test_the_places_of_the_original_are_copied_so_that_the_same_people_see_it(
    commune: Commune,
    hamlet: Hamlet,
    other_hamlet: Hamlet,
    author: User,
    correct: Callable[..., Broadcast],
    officer_of: Callable[..., User],
):
    post = make_broadcast(commune, status="completed", audience_hamlets=[hamlet.pk])
    make_delivery(post, make_group(hamlet), status=Arrival.SENT)

    correction = correct(post)

    assert correction.audience_hamlets == [hamlet.pk]
    assert not correction.goes_to_whole_commune
    assert not Broadcast.objects.visible_to(officer_of(other_hamlet)).exists()
    assert Broadcast.objects.visible_to(author).filter(pk=correction.pk).exists()


def test_nobody_corrects_what_is_out_of_sight(commune, hamlet, other_hamlet, correct, officer_of):
    post = make_broadcast(commune, status="completed", audience_hamlets=[other_hamlet.pk])
    make_delivery(post, make_group(other_hamlet), status=Arrival.SENT)

    with pytest.raises(NotAllowed, match="không thấy bài gốc"):
        correct(post)


def test_what_nobody_received_needs_no_correction(commune, hamlet, correct):
    unsent = make_broadcast(commune, status="scheduled")
    nowhere = make_broadcast(commune, status="completed")
    make_delivery(nowhere, make_group(hamlet), status=Arrival.FAILED)

    with pytest.raises(NotAllowed, match="chỉ cần sửa bài"):
        correct(unsent)
    with pytest.raises(NotAllowed, match="Hãy hủy bài"):
        correct(nowhere)


def test_the_original_must_rest_before_its_correction_is_approved(
    commune, hamlet, correct, author, chief
):
    post = make_broadcast(commune, status="sending", created_by=author)
    make_delivery(post, make_group(hamlet), status=Arrival.SENT)
    make_delivery(post, make_group(hamlet), status=Arrival.QUEUED)
    correction = submit(correct(post), by=author)

    with pytest.raises(NotAllowed, match="Hãy hủy bài gốc"):
        approve(correction, by=chief)
    cancel(post, by=chief, reason="Sai giờ họp")

    assert approve(correction, by=chief).status == "scheduled"


def test_a_corrected_post_is_given_to_nobody_else(original, correct, hamlet, author, chief):
    make_delivery(original, make_group(hamlet), status=Arrival.SENT)
    make_delivery(original, make_group(hamlet), status=Arrival.FAILED)
    approve(submit(correct(original), by=author), by=chief)

    with pytest.raises(NotAllowed, match="đã có bài đính chính"):
        resend_failed(original, by=chief)
    assert original.deliveries.filter(status=Arrival.QUEUED).count() == 0


def test_the_approval_covers_which_post_is_corrected(original, correct, hamlet, commune):
    make_delivery(original, make_group(hamlet), status=Arrival.SENT)
    correction = correct(original)
    other: Any = make_broadcast(commune, status="completed")

    before = correction.compute_hash()
    correction.corrects = other

    assert correction.compute_hash() != before


def test_a_post_without_a_correction_keeps_its_hash(commune):
    """Posts approved before there were corrections stay approved."""
    post = make_broadcast(commune, status="scheduled")

    assert post.compute_hash() == post.approved_hash
    assert post.scheduled_for > timezone.now() - timedelta(days=1)


def test_a_correction_that_does_not_say_what_was_wrong_is_held(original, hamlet, author, login):
    make_delivery(original, make_group(hamlet), status=Arrival.SENT)
    client, address = login(author), f"/admin/broadcasts/broadcast/add/?dinh-chinh={original.pk}"
    begun = client.get(address).context["adminform"].form.initial

    answer = client.post(address, {**begun, "_submit": "1"})

    assert "Hãy ghi rõ chỗ chưa đúng" in str(answer.context["adminform"].form.errors["text"])
    assert original.corrections.count() == 0
    said = begun["text"].replace("Chưa đúng: …", "Chưa đúng: 7 giờ")
    client.post(address, {**begun, "text": said.replace("là: …", "là: 19 giờ"), "_submit": "1"})
    assert original.corrections.get().status == "pending_approval"


def test_the_page_of_a_corrected_post_offers_nothing_that_spreads_it(
    original, correct, commune, hamlet, chief, login
):
    make_delivery(original, make_group(hamlet), status=Arrival.SENT)
    make_delivery(original, make_group(hamlet), status=Arrival.FAILED)
    make_group(hamlet)
    make_broadcast(commune, status="completed", corrects=original)

    page = login(chief).get(f"/admin/broadcasts/broadcast/{original.pk}/xem/")

    assert [offer.step.name for offer in page.context["offers"]] == []
    assert page.context["newcomers"] == 0
