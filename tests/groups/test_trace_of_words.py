"""Nothing that lies in the database, and no page, tells which member wrote to the account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import retention
from groups.linking import receivers
from groups.linking import services as linking
from groups.models import LinkProposal, LinkReply, ZaloLink
from groups.oa_groups import participants
from tests.factories.groups import make_group, make_member
from tests.factories.oa_groups import make_at_zalo
from tests.factories.people import make_consent, make_link
from tests.factories.zalo import make_official_account
from zalo.followers import services as followers
from zalo.followers.windows import Reach
from zalo.inbox.events import ContactShared, FollowChange, InboundMessage, Interaction
from zalo.inbox.signals import contact_shared
from zalo.models import Follower
from zalo.services import window_of

pytestmark = pytest.mark.django_db

USER = "8123456789012345678"


@pytest.fixture
def account(commune):
    return make_official_account(commune)


@pytest.fixture
def member(account, hamlet):
    member = make_member(hamlet, phone="+84900000111")
    make_consent(member)
    return member


def writes(account, ago=timedelta(0)):
    followers.note_contact(account, USER, timezone.now() - ago)


def group_at_zalo(hamlet):
    group = make_group(hamlet, link="https://zalo.me/g/thu0001")
    make_at_zalo(group)
    return group


def midnight(moment):
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def test_of_a_stranger_the_day_of_a_word_is_kept_and_no_hour(account):
    now = timezone.now()
    writes(account)

    row = Follower.objects.get()

    assert row.last_interaction_at == midnight(now)
    assert row.created_at == midnight(now)


def test_window_is_never_longer_than_at_zalo(account):
    writes(account, timedelta(hours=47))
    assert window_of(account, USER).reach in {Reach.FREE, Reach.PAID}

    heard_at = timezone.now() - timedelta(hours=47)
    assert window_of(account, USER, heard_at=heard_at).reach is Reach.FREE

    Follower.objects.update(last_interaction_at=None)
    writes(account, timedelta(hours=49))
    assert window_of(account, USER).reach is Reach.PAID


def test_word_of_a_linked_person_changes_no_row(account, member):
    link = make_link(member, USER)
    before = Follower.objects.values().get()
    assert before["last_interaction_at"] is None

    writes(account)
    followers.note_interaction(account, Interaction(USER, timezone.now()))

    assert Follower.objects.values().get() == before
    assert ZaloLink.objects.values().get()["linked_at"] == link.linked_at


def test_linking_blurs_what_was_known_before(account, member):
    came = timezone.now() - timedelta(minutes=5)
    followers.note_follow(account, FollowChange(USER, True, "oa_profile", came))
    writes(account)
    follower = Follower.objects.get()

    linking.make(member, follower, method=ZaloLink.Method.CODE, at=timezone.now())

    row = Follower.objects.get()
    assert (row.last_interaction_at, row.followed_at) == (None, midnight(came))
    assert row.is_following


def test_of_who_is_proposed_as_a_member_no_word_is_noted_until_that_is_refused(
    account, member, chief
):
    shares = ContactShared(USER, member.full_name, member.phone, "", timezone.now())
    writes(account)
    contact_shared.send(sender=None, account=account, event=shares)
    writes(account)
    assert LinkProposal.objects.get().member == member
    assert Follower.objects.get().last_interaction_at is None

    linking.refuse(LinkProposal.objects.get(), by=chief)
    writes(account)

    assert Follower.objects.get().last_interaction_at is not None


def test_who_takes_a_share_back_is_nobody_again(account, member):
    shares = ContactShared(USER, member.full_name, member.phone, "", timezone.now())
    writes(account)
    contact_shared.send(sender=None, account=account, event=shares)
    said = InboundMessage(USER, "m", "text", "HUY LIEN KET", (), timezone.now())

    receivers.hear(None, account, said)

    assert not Follower.objects.get().is_named


def test_link_of_who_never_followed_or_left_long_before_outlives_the_night(account, member):
    long_ago = timezone.now() - timedelta(days=60)
    followers.note_follow(account, FollowChange(USER, False, "", long_ago))
    Follower.objects.update(created_at=long_ago)
    linking.make(member, Follower.objects.get(), method=ZaloLink.Method.CODE, at=timezone.now())

    retention.purge_expired()
    assert ZaloLink.objects.exists()

    left = timezone.now() - timedelta(days=31)
    followers.note_follow(account, FollowChange(USER, False, "", left))
    retention.purge_expired()
    assert not Follower.objects.exists()


@pytest.mark.parametrize("way", ["end", "forget"])
def test_after_the_link_the_window_is_known_again(account, member, way):
    link = make_link(member, USER)
    if way == "end":
        linking.end(link)
    else:
        linking.forget([member.pk])

    writes(account)

    assert Follower.objects.get().last_interaction_at is not None


def test_followers_whose_words_are_not_noted_are_no_closed_window(account, member):
    make_link(member, USER)
    writes(account)

    assert Follower.objects.window_counts(timezone.now())["closed"] == 0


@pytest.mark.parametrize("does_write", [False, True])
def test_invitation_does_not_tell_who_wrote_this_week(
    account, member, hamlet, officer_of, does_write
):
    group = group_at_zalo(hamlet)
    make_link(member, USER)
    ZaloLink.objects.update(linked_at=timezone.now() - timedelta(days=30))
    Follower.objects.update(is_following=False)
    if does_write:
        writes(account)

    assert participants.invitable(group, officer_of(hamlet)) == []


def test_who_linked_this_week_or_follows_may_be_invited(account, member, hamlet, officer_of):
    group = group_at_zalo(hamlet)
    make_link(member, USER)
    Follower.objects.update(is_following=False)
    assert participants.invitable(group, officer_of(hamlet)) == [member]

    ZaloLink.objects.update(linked_at=timezone.now() - timedelta(days=30))
    Follower.objects.update(is_following=True)
    assert participants.invitable(group, officer_of(hamlet)) == [member]


def test_answer_to_a_linked_person_knows_its_window_by_itself(account, member):
    """The answer carries when the person spoke, for the follower no longer does."""
    make_link(member, USER)
    now = timezone.now()
    receivers.hear(None, account, InboundMessage(USER, "m", "text", "LIEN KET", (), now))

    assert LinkReply.objects.get().heard_at == now
