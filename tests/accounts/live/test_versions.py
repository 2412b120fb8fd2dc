"""The version changes with everything that live pages show, and with nothing of elsewhere."""

from collections.abc import Callable

import pytest
import redis
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.live import versions
from accounts.live.models import LiveMark
from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts import services
from broadcasts.models import BroadcastEvent, Delivery
from duty.models import Occasion
from groups.models import Hamlet
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet, make_ordinary_group
from tests.factories.tips import make_tip
from tests.factories.zalo import make_official_account

pytestmark = pytest.mark.django_db
Publish = Callable[[], int]


def tip_comes(hamlet: Hamlet, by: User) -> None:
    make_tip(hamlet.commune)


def tip_turns_urgent(hamlet: Hamlet, by: User) -> None:
    hamlet.commune.tips.update(urgency="urgent")


def post_is_submitted(hamlet: Hamlet, by: User) -> None:
    make_official_account(hamlet.commune)
    make_group(hamlet)
    post = make_broadcast(hamlet.commune, created_by=by, title="Lịch tiêm phòng")
    services.submit(post, by=by)


def posted_by_hand(hamlet: Hamlet, by: User) -> None:
    services.mark_posted(Delivery.objects.get(way="hand"), by=by)


def line_of_the_log(hamlet: Hamlet, by: User) -> None:
    BroadcastEvent.objects.create(
        broadcast=Delivery.objects.get(way="hand").broadcast, kind="paused", by=by
    )


def machine_sends(hamlet: Hamlet, by: User) -> None:
    Delivery.objects.filter(way="api").update(attempts=2)


def occasion_opens(hamlet: Hamlet, by: User) -> None:
    now = timezone.now()
    Occasion.objects.create(
        commune=hamlet.commune, kind="tip_now", level="now", subject="reports.tipreport:1",
        opened_at=now, next_step_at=now,
    )  # fmt: skip


def alarm_of_all(hamlet: Hamlet, by: User) -> None:
    raise_alarm("second_step_reset", make_user(None, is_superuser=True))


CHANGES = {
    "tips": [tip_comes, tip_turns_urgent],
    "posts": [post_is_submitted, line_of_the_log],
    "hand": [posted_by_hand],
    "sending": [machine_sends],
    "progress": [machine_sends, posted_by_hand],
    "duty": [occasion_opens],
    "home": [alarm_of_all],
}
PAIRS = [(topic, change) for topic, changes in CHANGES.items() for change in changes]


@pytest.fixture
def officer(hamlet: Hamlet, officer_of: Callable[..., User]) -> User:
    """Covers a hamlet with a task by hand, a delivery of the machine, and a tip."""
    user = officer_of(hamlet)
    sending = make_broadcast(hamlet.commune, status="sending", created_by=user)
    make_delivery(sending, make_ordinary_group(hamlet))
    make_delivery(sending, make_group(hamlet), status="queued")
    make_tip(hamlet.commune)
    return user


@pytest.fixture
def stranger(other_commune: Commune) -> User:
    return make_user(other_commune, Role.CHIEF, username="nguoi.la")


@pytest.mark.parametrize(("topic", "change"), PAIRS)
def test_each_change_gives_a_new_version_in_its_own_commune(
    officer: User, stranger: User, publish: Publish, hamlet: Hamlet, topic: str,
    change: Callable[[Hamlet, User], None],
) -> None:  # fmt: skip
    before, elsewhere = (versions.version_of(user, [topic]) for user in (officer, stranger))

    change(hamlet, officer)
    unpublished = versions.version_of(officer, [topic])
    publish()

    assert before
    assert elsewhere
    assert unpublished == before
    assert versions.version_of(officer, [topic]) != before
    is_of_all = change is alarm_of_all
    assert (versions.version_of(stranger, [topic]) != elsewhere) == is_of_all


def test_a_topic_is_left_alone_by_changes_of_another(
    officer: User, publish: Publish, hamlet: Hamlet
) -> None:
    before = versions.version_of(officer, ["tips", "posts", "hand", "duty"])

    machine_sends(hamlet, officer)
    publish()

    assert versions.version_of(officer, ["tips", "posts", "hand", "duty"]) == before


def test_whoever_sees_all_communes_sees_each_of_them_change(
    superuser: User, officer: User, publish: Publish, hamlet: Hamlet
) -> None:
    before = versions.version_of(superuser, ["tips"])

    tip_comes(hamlet, officer)
    publish()

    assert versions.version_of(superuser, ["tips"]) != before


def test_two_persons_never_share_a_version(publish: Publish, chief: User, officer: User) -> None:
    assert versions.version_of(chief, ["tips"]) != versions.version_of(officer, ["tips"])


def test_a_fact_that_is_rolled_back_leaves_no_mark(publish: Publish, hamlet: Hamlet) -> None:
    with transaction.atomic():
        make_tip(hamlet.commune)
        assert LiveMark.objects.exists()
        transaction.set_rollback(True)

    assert publish() == 0


def test_progress_of_the_machine_is_told_once_a_minute_and_not_lost(
    officer: User, publish: Publish, hamlet: Hamlet
) -> None:
    machine_sends(hamlet, officer)
    publish()
    before = versions.version_of(officer, ["progress"])
    at_once = versions.version_of(officer, ["sending"])

    machine_sends(hamlet, officer)
    publish()

    assert versions.version_of(officer, ["sending"]) != at_once
    assert versions.version_of(officer, ["progress"]) == before
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:  # a minute later
        client.delete(versions._key("slow"))
    assert publish() == 1
    assert versions.version_of(officer, ["progress"]) != before


def test_what_the_clock_changes_is_read_again_after_a_while(chief: User, publish: Publish) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        before = versions.version_of(chief, ["tips"])
    with time_machine.travel(now.timestamp() + versions.TURN_S, tick=False):
        later = versions.version_of(chief, ["tips"])

    assert before
    assert later != before


def test_without_a_round_that_lives_no_version_is_known(chief: User, publish: Publish) -> None:
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        assert 0 < client.pttl(versions._key("beat")) <= versions.FRESH_MS
        client.delete(versions._key("beat"))

    assert versions.version_of(chief, ["tips"]) == ""


def test_a_redis_that_fell_back_behind_what_it_knew_changes_every_version(
    chief: User, publish: Publish
) -> None:
    before = versions.version_of(chief, ["tips"])
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.hset(versions._key("versions"), "generation", "of-the-run-before 1")

    publish()

    assert versions.version_of(chief, ["tips"]) != before


def test_marks_stay_while_redis_is_away(
    chief: User, publish: Publish, hamlet: Hamlet, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tip(hamlet.commune)
    waiting = LiveMark.objects.count()
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:9/0"

    with pytest.raises(redis.ConnectionError):
        publish()
    assert versions.version_of(chief, ["tips"]) == ""
    assert LiveMark.objects.count() == waiting > 0

    settings.REDIS_URL = there
    assert versions.version_of(chief, ["tips"]) == "", "left alone for a moment"
    monkeypatch.setattr(versions, "_silent_until", 0.0)
    assert publish() > 0
    assert versions.version_of(chief, ["tips"])


def test_a_change_in_a_hamlet_elsewhere_in_the_commune_counts(
    officer: User, publish: Publish, hamlet: Hamlet
) -> None:
    """Rows out of sight cost a look at the page, as versions are kept by commune."""
    before = versions.version_of(officer, ["tips"])

    make_tip(hamlet=make_hamlet(hamlet.commune))
    publish()

    assert versions.version_of(officer, ["tips"]) != before
