"""Posts keep their way when hamlets merge or split, and drafts when an officer leaves."""

import pytest
from django.utils import timezone

from broadcasts import services
from broadcasts.models import Broadcast, BroadcastEvent
from broadcasts.posts.audience import groups_of
from broadcasts.scheduling.tick import run_tick
from groups.hamlet_changes import services as hamlet_changes
from groups.models import Hamlet, HamletChange, HamletChangeResult
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet

Status = Broadcast.Status


@pytest.fixture
def places(commune):
    return (
        make_hamlet(commune, name="Bàu Sen", code="AP01", households=500),
        make_hamlet(commune, name="Đồi Chè", code="AP02", households=300),
    )


def merge(places, chief) -> Hamlet:
    today = timezone.localdate()
    change = HamletChange(
        commune=places[0].commune, kind="merge", decision_number="12/NQ-HĐND", decision_on=today,
        effective_on=today,
    )  # fmt: skip
    hamlet_changes.prepare(change, places, by=chief)
    results = [HamletChangeResult(name="Tân Sen", code="AP03", households=800)]
    hamlet_changes.set_results(change, results, by=chief)
    assert hamlet_changes.rehearse(change, by=chief).is_possible
    hamlet_changes.carry_out(change, by=chief)
    return Hamlet.objects.get(code="AP03")


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_post_in_writing_names_the_new_hamlet(places, chief, status):
    post = make_broadcast(places[0].commune, status=status, audience_hamlets=[places[0].pk])

    new = merge(places, chief)

    post.refresh_from_db()
    assert post.audience_hamlets == [new.pk]
    assert post.content_hash == post.compute_hash()
    event = post.events.get(kind=BroadcastEvent.Kind.HAMLETS_CHANGED)
    assert "Ấp Bàu Sen thành Ấp Tân Sen" in event.note


@pytest.mark.parametrize("status", ["pending_approval", "scheduled"])
def test_submitted_post_keeps_its_rule_and_its_groups(places, chief, status):
    own, other = make_group(places[0]), make_group(places[1])
    post = make_broadcast(places[0].commune, status=status, audience_hamlets=[places[0].pk])
    before = (post.content_hash, post.approved_hash, post.status)

    new = merge(places, chief)
    make_group(new)

    post.refresh_from_db()
    assert (post.content_hash, post.approved_hash, post.status) == before
    assert post.compute_hash() == post.content_hash
    assert list(groups_of(post)) == [own]
    assert other not in groups_of(post)
    assert services.reach(post).total == 1


def test_pending_post_is_approved_and_leaves_for_the_same_groups(places, chief, deputy_chief):
    group = make_group(places[0])
    post = make_broadcast(
        places[0].commune, status="pending_approval", audience_hamlets=[places[0].pk]
    )
    merge(places, chief)
    post.refresh_from_db()

    services.approve(post, by=deputy_chief)
    run_tick()

    post.refresh_from_db()
    assert post.status == Status.SENDING
    assert [delivery.zalo_group for delivery in post.deliveries.all()] == [group]


def test_form_offers_the_new_hamlet_in_place_of_the_old_one(places, chief, login):
    make_group(places[0])
    post = make_broadcast(places[0].commune, status="scheduled", audience_hamlets=[places[0].pk])
    new = merge(places, chief)

    page = login(chief).get(f"/admin/broadcasts/broadcast/{post.pk}/change/")

    form = page.context["adminform"].form
    assert form.initial["audience_hamlets"] == [new.pk]
    assert list(form.fields["audience_hamlets"].queryset) == [new]


def test_officer_goes_on_seeing_posts_to_the_old_hamlet(places, chief, officer_of):
    officer, stranger = officer_of(places[1]), officer_of(make_hamlet(places[0].commune))
    post = make_broadcast(places[0].commune, status="completed", audience_hamlets=[places[0].pk])

    merge(places, chief)

    assert list(Broadcast.objects.visible_to(officer)) == [post]
    assert list(Broadcast.objects.visible_to(stranger)) == []
