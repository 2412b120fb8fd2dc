"""Reading the list of followers: beyond ten thousand, resumed, and never concluding too much."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.work_budget import WorkBudget
from tests.factories.zalo import make_official_account
from tests.sizes import is_whole, size
from zalo.capabilities.services import learn
from zalo.capabilities.states import Capability
from zalo.followers import follower_lists
from zalo.followers import services as followers
from zalo.followers.models import index_of
from zalo.inbox.events import FollowChange
from zalo.models import Follower, FollowerSync, OfficialAccount
from zalo.pacing import pager
from zalo.pacing.services import slots
from zalo_simulator import faults

pytestmark = pytest.mark.django_db

State = FollowerSync.State


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.ZALO_RATE_PER_MIN = 600_000


@pytest.fixture
def connected(commune, start_simulator):
    """`connected(profile)`: a simulator and an account at it."""

    def connect(profile: str = "business") -> tuple[Any, OfficialAccount]:
        simulator = start_simulator(profile=profile)
        account = make_official_account(
            commune,
            oa_id=simulator.state.oa_id,
            access_token=simulator.state.tokens.access,
            refresh_token=simulator.state.tokens.refresh,
        )
        return simulator, account

    return connect


def read(account: OfficialAccount) -> FollowerSync:
    sync = follower_lists.start(account)
    follower_lists.read_on(sync.pk)
    sync.refresh_from_db()
    return sync


def fill(simulator: Any, count: int, *, days: int = 300) -> list[Any]:
    """So many followers, whose last words are spread over some days."""
    people = simulator.state.add_people(count)
    now = simulator.state.now()
    for number, person in enumerate(people):
        person.interacted_at = now - (number % days) * 86_400 - 60
        person.is_follower = True
    return people


@pytest.mark.parametrize(("profile", "family"), [("business", "v3"), ("state_agency", "v2")])
def test_whole_list_is_read_in_both_families(connected, profile, family):
    simulator, account = connected(profile)
    people = fill(simulator, 120)
    people[7].is_follower = False

    sync = read(account)

    assert (sync.state, sync.expected, sync.seen, sync.problem) == (State.COMPLETE, 119, 119, "")
    known = {row.zalo_user_id for row in Follower.objects.following()}
    assert known == {person.id for person in people if person.is_follower}
    account.refresh_from_db()
    assert account.users_family == family


@pytest.mark.flow
def test_thousands_are_read_by_slices_with_few_queries(connected, monkeypatch):
    """Twice as many as one list gives; the whole size is that of Zalo."""
    count, slack = size(20_000, 2_000), size(50, 16)
    if not is_whole():
        monkeypatch.setattr(follower_lists, "LAST_OFFSET", 1_000)
        monkeypatch.setattr(follower_lists, "MOST_LISTED", 1_049)
    simulator, account = connected()
    fill(simulator, count)
    sync = follower_lists.start(account)

    with CaptureQueriesContext(connection) as queries:
        follower_lists.read_on(sync.pk)

    sync.refresh_from_db()
    assert (sync.state, sync.seen) == (State.COMPLETE, count)
    assert Follower.objects.following().count() == count
    calls = simulator.state.stats["calls /v3.0/oa/user/getlist"]
    assert count / 50 <= calls < count / 50 + slack
    assert len(queries) < 9 * calls


def test_what_is_crowded_into_one_day_is_said_and_concludes_nothing(connected, monkeypatch):
    monkeypatch.setattr(follower_lists, "MOST_LISTED", 40)
    monkeypatch.setattr(follower_lists, "LAST_OFFSET", 40)
    simulator, account = connected()
    fill(simulator, 130, days=1)
    followers.note_follow(account, FollowChange("stranger", True, "", timezone.now()))

    sync = read(account)

    assert sync.state == State.INCOMPLETE
    assert "dài hơn mức Zalo cho đọc" in sync.problem
    assert followers.find(account, "stranger").is_following


def test_v2_list_that_is_cut_concludes_nothing(connected):
    simulator, account = connected("state_agency")
    fill(simulator, 10_050)

    sync = read(account)

    assert sync.state == State.INCOMPLETE
    assert Follower.objects.following().count() >= 10_000


def test_absence_in_a_complete_list_means_unfollowed(connected):
    simulator, account = connected()
    people = fill(simulator, 60)
    read(account)
    people[3].is_follower = False

    sync = read(account)

    assert (sync.state, sync.unfollowed) == (State.COMPLETE, 1)
    row = followers.find(account, people[3].id)
    assert (row.is_following, row.unfollowed_at) == (False, sync.started_at)


def test_absence_in_a_list_that_ended_early_means_nothing(connected):
    simulator, account = connected()
    people = fill(simulator, 60)
    read(account)
    break_list(simulator, body='{"error": 0, "data": {"total": 60, "users": []}}')

    sync = read(account)

    assert sync.state == State.INCOMPLETE
    assert "chỉ cho đọc" in sync.problem
    assert Follower.objects.following().count() == len(people)


def test_empty_list_of_an_account_with_followers_concludes_nothing(connected):
    simulator, account = connected()
    people = fill(simulator, 5)
    read(account)
    for person in people:
        person.is_follower = False

    sync = read(account)

    assert sync.state == State.INCOMPLETE
    assert Follower.objects.following().count() == 5


def test_event_newer_than_the_list_stays(connected):
    simulator, account = connected()
    people = fill(simulator, 3)
    sync = follower_lists.start(account)
    gone_at = timezone.now()
    followers.note_follow(account, FollowChange(people[0].id, True, "", gone_at))
    later = timezone.now()
    followers.note_follow(account, FollowChange(people[0].id, False, "", later))
    joined = FollowChange("new-one", True, "", timezone.now())
    followers.note_follow(account, joined)

    follower_lists.read_on(sync.pk)

    assert not followers.find(account, people[0].id).is_following
    assert followers.find(account, "new-one").is_following


def test_who_withdrew_is_not_brought_back_by_the_list(connected):
    simulator, account = connected()
    people = fill(simulator, 3)
    followers.forget(account, people[1].id, timezone.now() - timedelta(days=1))

    sync = read(account)

    assert sync.state == State.COMPLETE
    row = Follower.objects.get(user_index=index_of(people[1].id))
    assert (row.zalo_user_id, row.is_following) == ("", False)


def test_reading_goes_on_where_it_broke_off(connected):
    simulator, account = connected()
    fill(simulator, 200)
    sync = follower_lists.start(account)
    break_list(simulator, kind="http_502", times=1, after=2)

    follower_lists.read_on(sync.pk)

    sync.refresh_from_db()
    assert (sync.state, sync.seen) == (State.RUNNING, 100)
    assert sync.slices[0]["offset"] == 100
    follower_lists.read_on(sync.pk)
    sync.refresh_from_db()
    assert (sync.state, sync.seen) == (State.COMPLETE, 200)
    assert simulator.state.stats["calls /v3.0/oa/user/getlist"] == 5


def test_a_step_ends_and_calls_a_worker_for_the_next(connected, monkeypatch):
    woken = []
    monkeypatch.setattr(pager, "enqueue", lambda *call: woken.append(call))
    simulator, account = connected()
    fill(simulator, 60)
    sync = follower_lists.start(account)

    follower_lists.read_on(sync.pk, WorkBudget(0))

    assert woken == [("zalo.tasks.read_followers", sync.pk)] * 2
    assert follower_lists.resume_stale() == 1  # where that call was lost
    follower_lists.read_on(sync.pk)
    sync.refresh_from_db()
    assert (sync.state, sync.seen) == (State.COMPLETE, 60)
    assert len(woken) == 3


def test_two_workers_do_not_read_one_list(connected):
    simulator, account = connected()
    fill(simulator, 60)
    sync = follower_lists.start(account)
    FollowerSync.objects.filter(pk=sync.pk).update(beat_at=timezone.now())

    follower_lists.read_on(sync.pk)

    assert simulator.state.stats["calls /v3.0/oa/user/getlist"] == 0


def test_reading_that_never_ends_is_given_up(connected):
    _simulator, account = connected()
    sync = follower_lists.start(account)
    FollowerSync.objects.filter(pk=sync.pk).update(started_at=timezone.now() - timedelta(hours=13))

    follower_lists.resume_stale()

    sync.refresh_from_db()
    assert sync.state == State.FAILED
    assert "đêm sau" in sync.problem


def test_refusal_of_the_account_ends_with_its_sentence(connected):
    simulator, account = connected()
    break_list(simulator, kind="-224", times=1)

    sync = read(account)

    assert sync.state == State.FAILED
    assert "Gói dịch vụ" in sync.problem


def test_account_that_may_not_list_is_told_what_instead(connected):
    _simulator, account = connected()
    learn(account, {Capability.FOLLOWERS: -224}, is_asked=True)

    with pytest.raises(NotAllowed, match="trang quản lý OA"):
        follower_lists.start(account)


def test_only_one_reading_at_a_time_and_the_button_is_audited(connected, chief, duty_officer):
    _simulator, account = connected()
    with pytest.raises(NotAllowed):
        follower_lists.start(account, by=duty_officer)

    follower_lists.start(account, by=chief)

    assert AuditEvent.objects.filter(action="zalo.followers_read").count() == 1
    with pytest.raises(NotAllowed, match="đang được đọc"):
        follower_lists.start(account, by=chief)


def test_nightly_reading_starts_for_each_account_that_may(connected, other_commune):
    _simulator, account = connected()
    make_official_account(other_commune, needs_consent=True)

    assert follower_lists.start_all() == 1
    assert follower_lists.start_all() == 0
    assert FollowerSync.objects.get().account == account


def test_posts_come_before_the_list(connected, settings):
    settings.ZALO_RATE_PER_MIN = 600
    _simulator, account = connected()
    account.oa_id = f"{account.oa_id}-{account.pk}"  # a book of its own
    book = slots(account)
    assert book.book(5) is not None

    assert book.book(lane="background") is None

    assert 0 < book.retry_in_s <= 0.5
    assert book.book() is not None


def break_list(simulator: Any, **rule: Any) -> None:
    rule = {"path": "/v3.0/oa/user/getlist", "kind": "body", **rule}
    simulator.faults.add(faults.parse(rule))
