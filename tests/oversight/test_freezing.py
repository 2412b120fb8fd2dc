"""Published figures of tips stay as outsiders read them."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from oversight import periods
from oversight.figures import freezing
from oversight.figures.cohorts import COHORTS
from oversight.figures.freezing import freeze_past, standing
from oversight.figures.registry import compute
from oversight.figures.scopes import whole_commune
from oversight.models import PublishedMonth, PublishedQuarter
from reports.models import TipConflict, TipReport
from reports.tips.models import barred_as
from tests.factories.accounts import make_user
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db
SUMMER = periods.quarter(2025, 3)
AFTER = at(date(2025, 10, 1))


@pytest.fixture
def summer(tips_of):
    """Thirty tips of one quarter, ten a month, of two kinds."""
    kinds = ("crime_report", "feedback")
    made = [tips_of(5, date(2025, month, 5), kind=kind) for month in (7, 8, 9) for kind in kinds]
    return [tip for tips in made for tip in tips]


def tables_of(reader, moment, period=SUMMER):
    """Every number of tips that a reader outside the police gets of a quarter."""
    scope = whole_commune(reader.commune, reader=reader)
    keys = ("tips", *(one.key for one in COHORTS))
    return [compute(key, scope, period, as_of=moment).table for key in keys]


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "feedback"}, {"category": "khac"}, {"received_at": at(date(2025, 1, 2))},
        {"closed_at": at(date(2025, 9, 1)), "status": "closed", "disposition": "guided"},
    ],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
def test_no_change_afterwards_moves_a_number(summer, party_member, changed):
    before = tables_of(party_member, AFTER)

    TipReport.objects.filter(pk__in=[tip.pk for tip in summer[:9]]).update(**changed)

    assert tables_of(party_member, AFTER + timedelta(days=90)) == before
    assert before[0].total.values == (30,)


@pytest.mark.parametrize("way", ["conflict", "single line"])
def test_a_tip_about_somebody_is_in_no_number_that_they_could_compare(
    summer, party_member, chief, way
):
    if way == "conflict":
        TipConflict.objects.create(tip=summer[0], user=chief)
    else:
        TipReport.objects.filter(pk=summer[0].pk).update(barred=[barred_as(chief.pk)])

    own = compute("tips", whole_commune(chief.commune, reader=chief), SUMMER, as_of=AFTER).table

    assert own.rows[0].values == tables_of(party_member, AFTER)[0].total.values == (29,)


def test_questions_about_procedures_stand_among_the_questions_alone(tips_of, summer, party_member):
    """Their number is told one by one there, so it must hide nothing here."""
    tips_of(5, date(2025, 8, 9), kind="procedure_question", channel="oa_chat")

    received, kinds = tables_of(party_member, AFTER)[:2]

    assert received.total.values == (30,)
    assert kinds.total.values == (30,)
    assert str(TipReport.Kind.PROCEDURE_QUESTION.label) not in {row.label for row in kinds.rows}


def test_tips_that_are_gone_afterwards_move_no_number(summer, party_member):
    before = tables_of(party_member, AFTER)

    TipReport.objects.filter(pk__in=[tip.pk for tip in summer]).delete()

    assert tables_of(party_member, AFTER + timedelta(days=90)) == before


def test_tip_written_down_late_moves_no_month_that_was_told(
    tips_of, summer, party_member, time_machine
):
    time_machine.move_to(at(date(2025, 8, 1)), tick=False)
    july = tables_of(party_member, at(date(2025, 8, 1)), periods.month(2025, 7))[0]
    tips_of(2, date(2025, 7, 20), kind="crime_report")
    time_machine.move_to(AFTER, tick=False)

    table = tables_of(party_member, AFTER)[0]

    assert july.rows[0].values == (10,)
    assert [row.values for row in table.rows] == [(10,), (10,), (12,)]
    assert table.total.values == (32,)


def test_breakdowns_add_up_with_a_tip_that_came_late(tips_of, summer, party_member, time_machine):
    time_machine.move_to(at(date(2025, 9, 2)), tick=False)
    tables_of(party_member, at(date(2025, 9, 2)), periods.month(2025, 8))
    tips_of(1, date(2025, 7, 3), kind="crime_report")
    time_machine.move_to(AFTER, tick=False)

    tables = tables_of(party_member, AFTER)

    assert {table.total.values for table in tables if table.total} == {(31,)}
    assert tables[1].total is not None


def test_breakdowns_add_up_with_a_tip_that_came_while_they_were_counted(
    tips_of, summer, party_member, monkeypatch
):
    """Frozen for good, a sum that is one more than its rows would take them all away."""
    counted = freezing.count_each

    def interrupted(*args):
        found = counted(*args)
        tips_of(1, date(2025, 9, 30), kind="crime_report")
        return found

    monkeypatch.setattr(freezing, "count_each", interrupted)

    tables = tables_of(party_member, AFTER)

    assert {table.total.values for table in tables if table.total} == {(30,)}
    assert tables[1].total is not None


def test_quarter_whose_tips_are_gone_tells_its_months_and_no_breakdown(
    summer, commune, party_member, time_machine
):
    time_machine.move_to(at(date(2025, 9, 2)), tick=False)
    standing(commune, [SUMMER], at(date(2025, 9, 2)))
    TipReport.objects.exclude(pk=summer[0].pk).delete()
    time_machine.move_to(AFTER, tick=False)

    received, *splits = tables_of(party_member, AFTER)

    assert received.rows[0].values == (10,)
    assert {table.total for table in splits} == {None}


def test_look_ahead_freezes_nothing(summer, party_member, time_machine):
    time_machine.move_to(at(date(2025, 9, 2)), tick=False)

    tables_of(party_member, at(date(2025, 11, 1)))

    assert not PublishedQuarter.objects.exists()
    assert not PublishedMonth.objects.exists()


def test_police_count_what_is_there_now(summer, chief):
    tables_of(chief, AFTER)
    summer[0].delete()

    assert tables_of(chief, AFTER)[0].rows[0].values == (29,)
    assert not PublishedQuarter.objects.exists()


def test_all_that_was_missed_is_frozen_at_once(commune, tips_of, time_machine):
    tips_of(1, date(2024, 2, 3))
    time_machine.move_to(at(date(2025, 3, 1)), tick=False)

    made = freeze_past(commune)

    assert (PublishedQuarter.objects.count(), PublishedMonth.objects.count()) == (4, 4 * 2 + 2)
    assert (made, freeze_past(commune)) == (14, 0)


def test_commune_without_a_tip_freezes_nothing(commune):
    assert freeze_past(commune) == 0


@pytest.mark.parametrize("table", ["publishedmonth", "publishedquarter"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET first = first", "DELETE FROM {}"])
def test_database_refuses_to_change_what_was_told(summer, party_member, table, statement):
    tables_of(party_member, AFTER)

    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement.format(f"oversight_{table}"))


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_first_at_once_read_the_same(commune, tips_of):
    """One of them counts before a tip is taken away, the other one after."""
    tips = [tip for month in (7, 8, 9) for tip in tips_of(8, date(2025, month, 5))]
    reader = make_user(commune)
    start, found = threading.Barrier(4), []

    def ask():
        try:
            start.wait()
            found.append(standing(commune, [SUMMER], AFTER)[SUMMER])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _one in range(4)]
    for thread in threads:
        thread.start()
    TipReport.objects.filter(pk=tips[0].pk).delete()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(one == found[0] for one in found)
    assert PublishedQuarter.objects.count() == 1
    assert PublishedQuarter.objects.visible_to(reader).count() == 0
