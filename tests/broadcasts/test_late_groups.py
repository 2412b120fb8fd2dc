"""Groups that began after a post was sent get it once, those that have it never again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from broadcasts.services import GateBlocked, NotAllowed, late_groups, send_to_new
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group


@pytest.fixture
def post(commune, hamlet):
    made = make_broadcast(commune, status="completed")
    make_delivery(made, make_group(hamlet), status="sent")
    make_delivery(made, make_group(hamlet), status="failed")
    return made


def test_new_groups_get_the_post_and_the_others_are_left_alone(post, hamlet, chief):
    before = list(post.deliveries.order_by("pk").values_list("pk", "status", "attempts"))
    by_machine, by_hand = make_group(hamlet), make_ordinary_group(hamlet)
    make_group(hamlet, status="paused")

    count = send_to_new(post, by=chief)

    after = post.deliveries.order_by("pk")
    assert count == 2
    assert list(after.values_list("pk", "status", "attempts"))[:2] == before
    assert [(row.zalo_group, row.status) for row in after[2:]] == [
        (by_machine, Delivery.Status.QUEUED),
        (by_hand, Delivery.Status.TO_POST),
    ]
    post.refresh_from_db()
    assert (post.status, post.completed_at) == (Broadcast.Status.SENDING, None)
    assert post.events.get(kind=BroadcastEvent.Kind.SENT_TO_NEW).snapshot == {"groups": 2}


def test_a_second_click_finds_nobody(post, hamlet, chief):
    make_group(hamlet)
    send_to_new(post, by=chief)

    with pytest.raises(NotAllowed, match="Không có nhóm mới"):
        send_to_new(post, by=chief)
    assert post.deliveries.count() == 3


def test_only_groups_under_the_approved_rule_count(commune, hamlet, other_hamlet, chief):
    post = make_broadcast(commune, status="completed", audience_hamlets=[hamlet.pk])
    make_delivery(post, make_group(hamlet), status="sent")
    mine = make_group(hamlet)
    make_group(other_hamlet)

    assert list(late_groups(post)) == [mine]


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"started_at": timezone.now() - timedelta(days=31)},
        {"status": "cancelled"},
        {"status": "paused"},
    ],
    ids=["expired", "old", "cancelled", "paused"],
)
def test_what_is_no_longer_valid_stays_where_it_is(post, hamlet, chief, fields):
    make_group(hamlet)
    Broadcast.objects.filter(pk=post.pk).update(**fields)

    with pytest.raises(NotAllowed, match="Hãy soạn lại"):
        send_to_new(post, by=chief)


def test_an_end_of_its_own_counts_instead_of_the_thirty_days(post, hamlet, chief):
    make_group(hamlet)
    now = timezone.now()
    Broadcast.objects.filter(pk=post.pk).update(
        started_at=now - timedelta(days=40), expires_at=now + timedelta(days=1)
    )
    post.refresh_from_db()
    post.content_hash = post.approved_hash = post.compute_hash()
    post.save()

    assert send_to_new(post, by=chief) == 1


def test_who_may_not_send_again_may_not_send_to_new_ones(post, hamlet, officer_of):
    make_group(hamlet)

    with pytest.raises(NotAllowed, match="không có quyền"):
        send_to_new(post, by=officer_of(hamlet))


def test_a_text_that_differs_from_the_approved_one_goes_nowhere(post, hamlet, chief):
    make_group(hamlet)
    Broadcast.objects.filter(pk=post.pk).update(text="Chữ khác.")

    with pytest.raises(NotAllowed, match="khác với bản đã duyệt"):
        send_to_new(post, by=chief)


def test_the_gate_is_asked_again(commune, hamlet, chief):
    post = make_broadcast(commune, status="completed", text="TỐI MẬT\n\nKế hoạch.")
    make_delivery(post, make_group(hamlet), status="sent")
    make_group(hamlet)

    with pytest.raises(GateBlocked):
        send_to_new(post, by=chief)
