"""Figures of posts, worked out by hand beside the rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from broadcasts.models import Topic
from oversight import periods
from oversight.figures.registry import compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Row
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet, make_ordinary_group
from tests.oversight.conftest import at

NOVEMBER = periods.month(2026, 11)
NINE = at(date(2026, 11, 10))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def table_of(key, scope, period=NOVEMBER):
    return compute(key, scope, period, as_of=timezone.now()).table


def numbers(table):
    return {row.label: row.values for row in table.rows}


@pytest.fixture
def scope(commune, hamlet, chief):
    return whole_commune(commune, reader=chief)


@pytest.fixture
def post(commune):
    return make_broadcast(
        commune, status="completed", scheduled_for=NINE, approved_at=NINE - HOUR, started_at=NINE
    )


def test_posts_are_counted_once_a_topic_and_their_arrivals_by_way(commune, hamlet, post, scope):
    make_delivery(post, make_group(hamlet), status="sent", sent_at=NINE + MINUTE)
    make_delivery(post, make_group(hamlet), status="sent", sent_at=NINE + MINUTE)
    make_delivery(post, make_ordinary_group(hamlet), status="posted", posted_at=NINE + HOUR)
    make_delivery(post, make_ordinary_group(hamlet))  # not posted yet
    make_delivery(post, make_group(hamlet), status="uncertain")  # nobody looked
    make_delivery(
        post, make_group(hamlet), status="uncertain", finding="arrived", settled_at=NINE + HOUR,
        settled_by=post.created_by,
    )  # fmt: skip
    fire = make_broadcast(commune, status="completed", topic=Topic.objects.order_by("pk").last())
    late = at(date(2026, 12, 1), 0)
    make_delivery(fire, make_group(hamlet), status="sent", sent_at=late)

    table = table_of("posts_by_topic", scope)

    assert table.columns == ("Bài", "Lượt máy gửi", "Lượt đăng tay")
    assert table.rows == (Row(post.topic.name, (1, 3, 1)),)
    assert table.total == Row("Cộng", (1, 3, 1))


def test_speed_is_told_from_the_minute_or_from_a_later_approval(commune, hamlet, post, scope):
    for wait in (HOUR, HOUR + MINUTE, 24 * HOUR, 24 * HOUR + MINUTE):
        make_delivery(post, make_group(hamlet), status="sent", sent_at=NINE + wait)
    make_delivery(post, make_group(hamlet), status="failed")
    make_delivery(post, make_ordinary_group(hamlet))
    make_delivery(post, make_ordinary_group(hamlet), status="missed")
    approved_late = make_broadcast(
        commune, status="completed", scheduled_for=NINE, approved_at=NINE + 5 * HOUR,
        started_at=NINE + 5 * HOUR,
    )  # fmt: skip
    make_delivery(approved_late, make_group(hamlet), status="sent", sent_at=NINE + 6 * HOUR)

    table = table_of("posts_speed", scope)

    assert numbers(table) == {"Máy gửi": (2, 2, 1, 0, 1), "Đăng tay": (0, 0, 0, 1, 1)}
    assert table.total.values == (2, 2, 1, 1, 2)


def test_hand_posting_is_counted_as_done_missed_and_waiting(hamlet, post, scope):
    for status in ("posted", "posted", "missed", "to_post"):
        make_delivery(post, make_ordinary_group(hamlet), status=status)
    make_delivery(post, make_group(hamlet), status="sent")

    table = table_of("hand_posting", scope)

    assert numbers(table) == {
        "Đã đăng tay": (2,), "Bỏ lỡ": (1,), "Chờ đăng tay": (1,), "Đã hủy": (0,),
    }  # fmt: skip
    assert table_of("hand_posting", scope, periods.month(2026, 12)).total.values == (0,)


def test_posts_of_other_places_are_not_counted(commune, hamlet, other_commune, post, chief):
    next_door = make_hamlet(commune)
    make_delivery(post, make_group(next_door), status="sent", sent_at=NINE)
    away = make_broadcast(other_commune, status="completed", started_at=NINE)
    make_delivery(away, make_group(make_hamlet(other_commune)), status="sent", sent_at=NINE)

    own = Scope(commune, (hamlet,), chief, is_whole=False)
    assert table_of("posts_by_topic", own).rows == ()
    assert table_of("posts_by_topic", whole_commune(commune, reader=chief)).total.values == (
        1,
        1,
        0,
    )
