"""A follower's row is the same in whatever order events come."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import retention
from accounts.encryption import rotation
from accounts.models import AuditEvent
from tests.factories.zalo import make_official_account
from zalo.followers import services as followers
from zalo.followers.models import day_of, index_of
from zalo.inbox.events import FollowChange, Interaction
from zalo.models import Follower

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
USER = "8123456789012345678"


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def follow(minutes: int, source: str = "oa_profile") -> FollowChange:
    return FollowChange(USER, True, source, at(minutes))


def unfollow(minutes: int) -> FollowChange:
    return FollowChange(USER, False, "", at(minutes))


@pytest.fixture
def account(commune):
    return make_official_account(commune)


def test_follow_makes_a_row_whose_id_lies_sealed(account):
    followers.note_follow(account, follow(0))

    row = Follower.objects.get()
    assert (row.is_following, row.followed_at, row.source) == (True, at(0), "oa_profile")
    assert row.zalo_user_id == USER
    with connection.cursor() as cursor:
        cursor.execute("SELECT zalo_user_id, user_index FROM zalo_follower")
        sealed, index = cursor.fetchone()
    assert sealed.startswith("v1:")
    assert USER not in sealed + index


@pytest.mark.parametrize(
    "order", list(permutations([follow(0), unfollow(10), follow(20, "message_invite")]))
)
def test_events_in_any_order_leave_the_same_row(account, order):
    for event in order:
        followers.note_follow(account, event)

    row = Follower.objects.get()
    assert row.is_following
    assert row.followed_at == at(20)
    assert row.source == "message_invite"


def test_an_older_unfollow_changes_nothing_and_a_later_one_ends_it(account):
    followers.note_follow(account, follow(10))
    followers.note_follow(account, unfollow(5))
    assert Follower.objects.get().is_following

    followers.note_follow(account, unfollow(11))
    followers.note_follow(account, follow(10))

    assert not Follower.objects.get().is_following


def test_word_of_a_follow_that_comes_after_the_unfollow_changes_nothing(account):
    followers.note_follow(account, unfollow(10))
    assert not Follower.objects.get().is_following

    followers.note_follow(account, follow(0))

    row = Follower.objects.get()
    assert not row.is_following
    assert row.followed_at < row.unfollowed_at


def test_twice_the_same_event_changes_nothing(account):
    followers.note_follow(account, follow(0))
    before = Follower.objects.values().get()

    followers.note_follow(account, follow(0))

    assert Follower.objects.values().get() == before


def test_interaction_keeps_the_newest_day_and_does_not_mean_following(account):
    for days in (0, 2, 1):
        followers.note_interaction(account, Interaction(USER, at(days * 1440)))
    followers.note_interaction(account, Interaction(USER, at(5 * 1440), opens_window=False))

    row = Follower.objects.get()
    assert row.last_interaction_at == day_of(at(2 * 1440))
    assert not row.is_following
    assert row.source == Follower.Source.MESSAGE


def test_a_clock_ahead_of_ours_does_not_close_later_events_out(account):
    ahead = datetime.now(UTC) + timedelta(days=400)
    followers.note_follow(account, FollowChange(USER, True, "", ahead))

    followers.note_follow(account, FollowChange(USER, False, "", datetime.now(UTC)))

    assert not Follower.objects.get().is_following


def test_two_accounts_know_the_same_id_apart(account, other_commune):
    other = make_official_account(other_commune)
    followers.note_follow(account, follow(0))

    assert followers.find(account, USER) is not None
    assert followers.find(other, USER) is None


def test_one_event_costs_few_queries(account):
    followers.note_follow(account, follow(0))

    with CaptureQueriesContext(
        connection,
    ) as seen:
        followers.note_follow(account, follow(1))
        followers.note_interaction(account, Interaction(USER, at(2)))

    assert len(seen) == 3


def test_withdrawal_leaves_a_keyed_hash_and_nothing_else(account):
    followers.note_follow(account, follow(0))

    assert followers.forget(account, USER, at(5))

    row = Follower.objects.get()
    assert (row.zalo_user_id, row.user_index) == ("", index_of(USER))
    assert (row.followed_at, row.last_interaction_at, row.source) == (None, None, "")
    assert followers.find(account, USER) is None
    said = AuditEvent.objects.get(action="zalo.follower_forgotten")
    assert USER not in str(vars(said))


def test_after_withdrawal_late_events_bring_nobody_back_but_an_own_act_does(account):
    followers.note_follow(account, follow(0))
    followers.forget(account, USER, at(5))

    followers.note_interaction(account, Interaction(USER, at(4)))
    assert followers.find(account, USER) is None

    followers.note_interaction(account, Interaction(USER, at(6)))
    row = followers.find(account, USER)
    assert row is not None
    assert (row.zalo_user_id, row.last_interaction_at) == (USER, day_of(at(6)))


def test_withdrawal_that_comes_late_does_not_undo_a_return(account):
    followers.note_follow(account, follow(10))

    followers.forget(account, USER, at(5))

    assert followers.find(account, USER) is not None


def test_withdrawal_of_a_stranger_is_remembered_for_the_list(account):
    assert not followers.forget(account, USER, at(5))

    assert Follower.objects.get().withdrawn_at == at(5)


def test_keys_are_rotated_over_followers(account, settings):
    for number in range(3):
        followers.note_follow(account, FollowChange(f"{USER}{number}", True, "", at(0)))
    followers.forget(account, f"{USER}2", at(1))
    old = dict(settings.DATA_ENCRYPTION_KEYS)
    settings.DATA_ENCRYPTION_KEYS = {"neu": b"n" * 32, **old}

    counts = rotation.reseal_all()
    settings.DATA_ENCRYPTION_KEYS = {"neu": b"n" * 32}

    assert counts["zalo_follower.zalo_user_id"] == 2
    ids = {row.zalo_user_id for row in Follower.objects.present()}
    assert ids == {f"{USER}0", f"{USER}1"}


def test_who_unfollowed_is_erased_after_a_month_and_the_hour_of_a_word_after_a_week(account):
    now = datetime.now(UTC)
    ages = {"old": 31, "recent": 29, "still": 400}
    for name, days in ages.items():
        gone = now - timedelta(days=days)
        followers.note_follow(account, FollowChange(name, True, "", gone - timedelta(days=1)))
        if name != "still":
            followers.note_follow(account, FollowChange(name, False, "", gone))
    followers.note_interaction(account, Interaction("writes", now - timedelta(days=1)))

    before = retention.purge_expired(dry_run=True)
    retention.purge_expired()

    assert (before["zalo.Follower"], before["zalo.Follower.last_interaction_at"]) == (1, 3)
    left = {row.zalo_user_id: row.last_interaction_at for row in Follower.objects.all()}
    assert set(left) == {"recent", "still", "writes"}
    assert left["still"] is None
    assert left["writes"] is not None


def test_hash_of_who_withdrew_goes_once_the_list_names_them_no_more(account):
    now = datetime.now(UTC)
    for name in ("gone", "listed"):
        followers.forget(account, name, now - timedelta(days=31))
    listed = Follower.objects.filter(user_index=index_of("listed"))
    listed.update(listed_at=now - timedelta(days=1))

    retention.purge_expired()

    assert Follower.objects.get() == listed.get()
