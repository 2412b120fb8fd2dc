"""Flows of a period are frozen at its end: of the month, and of the quarter that it closes."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from broadcasts.models import Delivery
from groups.models import ZaloGroup
from oversight import periods
from oversight.figures import city
from oversight.figures.month_ends import checking, keeping
from oversight.figures.registry import FIGURES, compute
from oversight.figures.scopes import scope_of, whole_commune
from oversight.models import Direction, MonthEndCount
from procedures.models import Question
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.direction import make_body, make_direction
from tests.factories.groups import make_meeting, make_member, make_membership
from tests.oversight.agreement.comparing import client_of
from tests.oversight.busy import busy_commune

pytestmark = pytest.mark.django_db
SEPTEMBER, QUARTER = periods.month(2026, 9), periods.quarter(2026, 3)
TEN_PAST_MIDNIGHT = datetime(2026, 9, 30, 17, 10, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 2, 3, tzinfo=UTC)
FLOWS = [key for key, one in FIGURES.items() if one.at_month_end and one.at_month_end.is_flow]
# Counts of what machines date and nobody writes afterwards, or for each reader apart
# (docs/decisions/0133).
NEVER_FROZEN = {
    "coverage_by_month", "groups_moved", "posts_by_topic", "posts_by_month", "questions_by_month",
    "commendations", "checklists",
}  # fmt: skip


def scopes(commune, *people):
    whole = [whole_commune(commune, reader=one) for one in people]
    return [*whole, *(own for one in people if (own := scope_of(one)) and not own.is_whole)]


def tables(commune, people, count):
    """Rows, total and columns of every flow for each reader, by key, period and reader."""
    return {
        (key, period.last, period.days, place): (table.columns, table.rows, table.total)
        for place, scope in enumerate(scopes(commune, *people))
        for period in (SEPTEMBER, QUARTER)
        for key in FLOWS
        for table in [count(key, scope, period)]
    }


def counted(key, scope, period):
    return FIGURES[key].count(scope, period, timezone.now())


def read(key, scope, period):
    return compute(key, scope, period, as_of=timezone.now()).table


def change_what_is_past(hamlet, chief):
    """Late entries, late ends, a correction, and questions that were kept for a year."""
    Delivery.objects.filter(status="to_post").update(status="missed")
    Delivery.objects.filter(status="queued").update(status="cancelled", next_attempt_at=None)
    Direction.objects.update(state="replied", answered_on=date(2026, 10, 9))
    make_meeting(hamlet=hamlet, held_on=date(2026, 9, 12))
    group = ZaloGroup.objects.filter(hamlet=hamlet, kind="ordinary").first()
    make_membership(make_member(hamlet), group, joined_on=date(2026, 9, 10))
    ZaloGroup.objects.filter(hamlet=hamlet, kind="oa").update(status="closed")
    Question.objects.filter(asked_on__lte=SEPTEMBER.last).delete()


@pytest.fixture
def people(chief, party_office, hamlet, hamlet_head_of):
    return [chief, party_office, hamlet_head_of(hamlet)]


@pytest.fixture
def at_midnight(commune, hamlet, chief, time_machine):
    time_machine.move_to(TEN_PAST_MIDNIGHT, tick=False)
    busy_commune(commune, hamlet, by=chief, chance=Random(7))
    _post_of_september(commune, hamlet)
    given = date(2026, 9, 5)
    make_direction(make_body(commune), given_on=given, due_on=given + timedelta(days=9))
    return commune


def _post_of_september(commune, hamlet):
    """One that a group waits for at midnight, whatever else the commune has."""
    due = datetime(2026, 9, 21, 2, tzinfo=UTC)
    post = make_broadcast(
        commune, status="completed", scheduled_for=due, approved_at=due, started_at=due
    )
    for kind, status in (("ordinary", "to_post"), ("oa", "queued")):
        group = ZaloGroup.objects.filter(hamlet=hamlet, kind=kind).first()
        make_delivery(post, group, status=status)


def test_figures_are_frozen_or_have_a_reason_not_to_be():
    rest = {key for key, one in FIGURES.items() if not one.at_month_end and not one.is_sensitive}

    assert rest == NEVER_FROZEN


def test_a_frozen_table_is_the_one_counted_that_midnight_for_every_reader(at_midnight, people):
    before = tables(at_midnight, people, counted)
    assert sum(bool(rows) for _columns, rows, _total in before.values()) > len(FLOWS)

    keeping.keep_due(at_midnight, timezone.now())

    firsts = MonthEndCount.objects.exclude(first=None).values_list("first", flat=True).distinct()
    assert set(firsts) == {SEPTEMBER.first, QUARTER.first}
    assert tables(at_midnight, people, read) == before


def test_late_facts_change_no_frozen_period_for_anybody(
    at_midnight, people, hamlet, chief, time_machine
):
    keeping.keep_due(at_midnight, timezone.now())
    before = tables(at_midnight, people, read)
    time_machine.move_to(DECEMBER, tick=False)

    change_what_is_past(hamlet, chief)

    after, of_today = (tables(at_midnight, people, count) for count in (read, counted))
    whole = [place for place in after if place[-1] < len(people)]
    assert {place: after[place] for place in whole} == {place: before[place] for place in whole}
    moved = {place[0] for place in whole if of_today[place] != after[place]}
    assert moved >= {
        "directions", "groups_reached", "hand_posting", "hand_posting_by_hamlet", "meetings",
        "meetings_by_form", "members_moved", "posts_speed", "questions", "questions_by_area",
    }  # fmt: skip
    assert checking.check(at_midnight) == []


def test_the_page_of_a_frozen_month_tells_what_was_written_since(
    at_midnight, hamlet, chief, time_machine
):
    keeping.keep_due(at_midnight, timezone.now())
    time_machine.move_to(DECEMBER, tick=False)
    asked = {"tu": SEPTEMBER.first.isoformat(), "den": SEPTEMBER.last.isoformat()}
    address, browser = reverse("admin:oversight_figures"), client_of(chief)
    quiet = " ".join(browser.get(address, asked).text.split())

    change_what_is_past(hamlet, chief)

    text = " ".join(browser.get(address, asked).text.split())
    assert "Số đã chốt lúc hết kỳ, ngày 30/09/2026." in text
    assert "đoàn thể, cơ quan khác, trả lời sau hạn +1" in text
    assert f"{hamlet}, vào nhóm +1" in text
    assert text.count("Theo sổ hôm nay thì khác số đã chốt") >= 5
    assert "trả lời sau hạn +1" not in quiet


def test_months_of_questions_outlive_the_questions(at_midnight, hamlet, chief, time_machine):
    keeping.keep_due(at_midnight, timezone.now())
    scope = whole_commune(at_midnight, reader=chief)
    span = periods.Period(date(2026, 8, 1), date(2026, 10, 31))
    before = read("questions_by_month", scope, span)
    assert before.rows[1].values[0] > 0

    time_machine.move_to(DECEMBER, tick=False)
    change_what_is_past(hamlet, chief)

    now = whole_commune(at_midnight, reader=chief)
    assert read("questions_by_month", now, span).rows[1] == before.rows[1]
    assert read("questions", now, SEPTEMBER).total.values != (0,) * 4
    asked = city.city_of([at_midnight], SEPTEMBER, timezone.now())
    of_city = {one.figure.key: one.table.total.values for one in city.figures_of(asked)}
    assert of_city["questions"] == before.rows[1].values
    missed = next(
        row.values[0] for row in read("hand_posting", now, SEPTEMBER).rows if row.key == "missed"
    )
    assert of_city["posts_by_topic"][-1] == missed


def test_a_month_frozen_too_late_has_no_flows(at_midnight, chief, time_machine):
    """Nothing says how things stood: they are counted, as before."""
    time_machine.move_to(DECEMBER, tick=False)

    keeping.back_fill(at_midnight, timezone.now())

    assert MonthEndCount.objects.exists()
    assert not MonthEndCount.objects.exclude(first=None).exists()
    whole = whole_commune(at_midnight, reader=chief)
    assert not compute("directions", whole, SEPTEMBER, as_of=timezone.now()).is_frozen
