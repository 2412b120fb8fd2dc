"""The action of the member list: these people have joined a group of mine."""

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import Membership
from tests.factories.groups import make_member, make_membership, make_ordinary_group

LIST = reverse("admin:groups_member_changelist")


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def act(client, members, **answer):
    chosen = {"action": "record_joined", "_selected_action": [row.pk for row in members]}
    return client.post(LIST, {**chosen, "select_across": "0", "index": "0", **answer})


def test_asks_for_a_group_of_the_own_hamlets(login, head, hamlet, other_hamlet):
    own = make_ordinary_group(hamlet)
    make_ordinary_group(other_hamlet)

    page = act(login(head), [make_member(hamlet)])

    assert list(page.context["form"].fields["group"].queryset) == [own]
    assert not Membership.objects.exists()


def test_writes_those_who_are_not_in_and_leaves_the_rest(login, head, hamlet):
    group = make_ordinary_group(hamlet)
    new, inside, ended = make_member(hamlet), make_member(hamlet), make_member(hamlet)
    place = make_membership(inside, group)
    type(ended).objects.filter(pk=ended.pk).update(status="left", ended_at=timezone.now())
    client = login(head)

    answer = act(client, [new, inside, ended], group=group.pk, on="2026-11-20")

    answered = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 302
    assert "Đã ghi 1 người vào nhóm." in answered
    assert "đã chuyển đi hoặc đã rút đồng ý" in answered
    assert f"{new.memberships.get().joined_on}" == "2026-11-20"
    assert new.spells.get().source == "roll_call"
    place.refresh_from_db()
    assert place.joined_on == timezone.localdate()
    assert not ended.memberships.exists()


def test_a_forged_group_of_elsewhere_is_no_choice(login, head, hamlet, other_hamlet):
    other = make_ordinary_group(other_hamlet)

    page = act(login(head), [make_member(hamlet)], group=other.pk)

    assert page.context["form"].errors["group"]
    assert not Membership.objects.exists()


def test_too_many_at_once_are_refused(login, head, hamlet, monkeypatch):
    monkeypatch.setattr("groups.roll_call.actions.MOST", 1)

    act(login(head), [make_member(hamlet), make_member(hamlet)])

    assert not Membership.objects.exists()
