"""Events of groups write down linked members, numbers and the end of a group."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from groups.models import GroupAtZalo, GroupCreation, GroupReconciliation, Membership, ZaloGroup
from tests.factories.accounts import make_commune
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.oa_groups import make_at_zalo
from tests.factories.people import make_link
from tests.factories.zalo import make_official_account
from zalo.inbox.events import GroupChange
from zalo.inbox.signals import group_changed
from zalo.models import OfficialAccount

Kind = GroupChange.Kind
NOW = timezone.now()
PERSON = "700000000000000001"


@pytest.fixture
def account(commune: Any) -> OfficialAccount:
    return make_official_account(commune)


@pytest.fixture
def group(hamlet: Any, account: OfficialAccount) -> ZaloGroup:
    made = make_group(hamlet, zalo_group_id="0a0b0c")
    make_at_zalo(made, checked_at=NOW - timedelta(hours=5))
    return made


def tell(
    account: OfficialAccount, kind: str, *ids: str, at: datetime = NOW, group_id: str = "0a0b0c"
) -> None:
    event = GroupChange(group_id=group_id, kind=Kind(kind), user_ids=ids, at=at)
    group_changed.send(sender=None, account=account, event=event)


def state_of(member: Any) -> list[str]:
    return list(Membership.objects.filter(member=member).values_list("state", flat=True))


def test_a_linked_member_joins_and_leaves_a_stranger_leaves_no_trace(account, group, hamlet):
    member = make_member(hamlet)
    make_link(member, PERSON)

    tell(account, "joined", PERSON, "799999999999999999")
    joined = state_of(member)
    tell(account, "left", PERSON, at=NOW + timedelta(minutes=1))

    assert (joined, state_of(member)) == (["joined"], ["left"])
    assert Membership.objects.count() == 1


def test_events_may_come_twice_and_the_wrong_way_round(account, group, hamlet):
    member = make_member(hamlet)
    make_link(member, PERSON)
    later, last = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)

    tell(account, "joined", PERSON, at=last)
    tell(account, "left", PERSON, at=later)
    tell(account, "joined", PERSON, at=NOW)
    tell(account, "joined", PERSON, at=last)

    place = Membership.objects.get()
    assert (place.state, place.zalo_said_at) == ("joined", last)


def test_who_withdrew_is_not_noted_down_again(account, group, hamlet):
    member = make_member(hamlet)
    make_link(member, PERSON)
    type(member).objects.filter(pk=member.pk).update(status="withdrawn", ended_at=NOW)

    tell(account, "joined", PERSON)

    assert state_of(member) == []


def test_members_of_another_commune_are_strangers(account, group):
    elsewhere = make_hamlet(make_commune("Nơi khác"))
    make_official_account(elsewhere.commune)
    member = make_member(elsewhere)
    make_link(member, PERSON)

    tell(account, "joined", PERSON)

    assert state_of(member) == []


def test_people_at_the_door_are_counted_and_no_more(account, group):
    tell(account, "asks_to_join", "1", at=NOW)
    tell(account, "asks_to_join", "1", at=NOW)
    tell(account, "asks_to_join", "2", at=NOW + timedelta(minutes=1))
    row = GroupAtZalo.objects.get()
    asked = (row.waiting, row.waiting_since)
    tell(account, "rejected", "2", at=NOW + timedelta(minutes=2))

    assert asked == (2, NOW)
    assert GroupAtZalo.objects.get().waiting == 1


def test_what_was_asked_before_the_last_look_is_known_already(account, group):
    tell(account, "asks_to_join", "1", at=NOW - timedelta(hours=6))

    assert GroupAtZalo.objects.get().waiting == 0


def test_changed_settings_ask_for_a_look(account, group):
    tell(account, "info_changed", at=NOW - timedelta(hours=6))
    old = GroupAtZalo.objects.get().wants_look
    tell(account, "info_changed")

    assert (old, GroupAtZalo.objects.get().wants_look) == (False, True)


def test_deputies_who_are_on_the_list_are_deputies_here(account, group, hamlet):
    member, owner = make_member(hamlet), make_member(hamlet)
    make_link(member, PERSON)
    make_link(owner, "700000000000000002")
    make_membership(member, group)
    make_membership(owner, group, role="owner")

    tell(account, "deputy_added", PERSON, "700000000000000002")

    roles = dict(Membership.objects.values_list("member", "role"))
    assert roles == {member.pk: "deputy", owner.pk: "owner"}


def test_a_dissolved_group_is_closed_and_the_home_page_says_so(account, group, login, chief):
    tell(account, "dissolved")
    tell(account, "dissolved")

    group.refresh_from_db()
    assert (group.status, group.at_zalo.status) == ("closed", "gone")
    assert AuditEvent.objects.filter(action="group.dissolved_at_zalo").count() == 1
    assert "Nhóm vừa bị giải tán" in login(chief).get("/admin/").content.decode()


def test_a_group_that_our_own_call_made_is_no_news(account, hamlet, chief):
    made = make_group(hamlet, zalo_group_id="0d0d0d")
    GroupCreation.objects.create(
        group=made, name="Ấp", asked_by=chief, state="made", zalo_group_id="0d0d0d"
    )

    tell(account, "created", group_id="0d0d0d")

    assert not GroupReconciliation.objects.exists()


def test_a_group_made_by_somebody_else_is_looked_for_once(account, group):
    tell(account, "created", group_id="ffff")
    tell(account, "created", group_id="eeee")

    assert [run.state for run in GroupReconciliation.objects.all()] == ["waiting"]


def test_events_of_a_foreign_group_change_nothing(account, group, hamlet):
    other = make_official_account(make_commune("Nơi khác"))

    tell(other, "dissolved")

    group.refresh_from_db()
    assert group.status == "active"
