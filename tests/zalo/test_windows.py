"""The rule alone decides whom to answer and who pays; the counts follow it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.zalo import make_official_account
from zalo.followers import services as followers
from zalo.followers.models import day_of
from zalo.followers.windows import Reach, window
from zalo.inbox.events import Interaction
from zalo.models import Follower

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silence", "reach"),
    [
        (timedelta(0), Reach.FREE),
        (timedelta(hours=47, minutes=59, seconds=59), Reach.FREE),
        (timedelta(hours=48), Reach.PAID),
        (timedelta(days=6, hours=23, minutes=59), Reach.PAID),
        (timedelta(days=7), Reach.CLOSED),
        (timedelta(days=400), Reach.CLOSED),
        (timedelta(minutes=-5), Reach.FREE),
    ],
)
def test_window_by_the_time_since_the_last_word(silence, reach):
    assert window(NOW - silence, NOW).reach is reach


def test_nobody_who_never_spoke_can_be_answered():
    found = window(None, NOW)

    assert (found.reach, found.until) == (Reach.CLOSED, None)
    assert "7 ngày" in found.sentence


def test_window_says_until_when():
    assert window(NOW, NOW).until == NOW + timedelta(hours=48)
    assert window(NOW - timedelta(hours=50), NOW).until == NOW + timedelta(days=7, hours=-50)
    assert "không mất tiền, đến 12:00 22/11/2026" in window(NOW, NOW).sentence


@pytest.mark.django_db
def test_counts_agree_with_the_rule(commune):
    account = make_official_account(commune)
    now = datetime.now(UTC)
    silences = [timedelta(hours=hours) for hours in (0, 1, 47, 49, 100, 167, 169, 400)]
    for number, silence in enumerate(silences):
        followers.note_interaction(account, Interaction(f"u{number}", now - silence))
    followers.forget(account, "u0", now)

    counts = Follower.objects.window_counts(now)

    expected = dict.fromkeys(Reach, 0)
    for silence in silences[1:]:
        expected[window(day_of(now - silence), now).reach] += 1
    assert counts == {"following": 0, **expected}
