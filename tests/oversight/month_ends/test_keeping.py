"""The end of a month is frozen once, at local midnight, under the names of then, and for good."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.work_budget import WorkBudget
from config.rounds import ROUNDS
from groups.hamlet_changes import services as hamlet_changes
from groups.household_counts import services as household_counts
from groups.models import Hamlet, HamletChangeResult, HouseholdCount, Membership, MembershipSpell
from oversight import tasks
from oversight.dashboards import hamlet_cards
from oversight.figures.month_ends import checking, keeping, reading
from oversight.models import MonthEndCount
from tests.factories.groups import make_hamlet, make_hamlet_change, make_ordinary_group
from tests.oversight.agreement.comparing import client_of
from tests.oversight.month_ends.conftest import FIRST, LAST, coverage, day_of, into, keep_all

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 30)


def frozen(commune, **asked):
    return MonthEndCount.objects.filter(commune=commune, **asked)


def joined(commune, day):
    rows = frozen(commune, month_end=day, indicator="coverage.joined").order_by("line")
    return list(rows.values_list("label", "numerator", "denominator", "is_estimated"))


def test_the_task_keeps_a_month_ten_minutes_after_local_midnight(commune, hamlet, group):
    into(group, date(2026, 9, 30), code="H1")
    with time_machine.travel(datetime(2026, 9, 30, 16, 59, tzinfo=UTC)):
        tasks.keep_month_ends(commune.pk)
    assert not frozen(commune, month_end=SEPTEMBER).exists()

    with time_machine.travel(datetime(2026, 9, 30, 17, 10, tzinfo=UTC)):
        tasks.keep_month_ends(commune.pk)

    assert joined(commune, SEPTEMBER) == [(str(hamlet), 1, 120, False)]
    schedule = ROUNDS["start-month-ends"]["schedule"]
    assert (schedule.hour, schedule.minute, settings.CELERY_TIMEZONE) == (
        {0}, {10}, "Asia/Ho_Chi_Minh",
    )  # fmt: skip


def test_a_night_that_was_missed_is_made_up_for_as_an_estimate(commune, group):
    into(group, date(2026, 7, 2), code="H1")
    for moment in (datetime(2026, 7, 31, 17, 10, tzinfo=UTC), datetime(2026, 11, 3, 1, tzinfo=UTC)):
        with time_machine.travel(moment):
            tasks.keep_month_ends(commune.pk)

    rows = frozen(commune, indicator="coverage.joined").order_by("month_end")
    assert list(rows.values_list("month_end__month", "is_estimated")) == [
        (7, False), (8, True), (9, True), (10, True),
    ]  # fmt: skip
    assert not frozen(commune, month_end=SEPTEMBER, indicator__startswith="groups.").exists()


def test_a_month_kept_later_on_the_first_says_that_it_was_not_at_its_end(commune, group, chief):
    into(group, date(2026, 9, 30), code="H1")
    with time_machine.travel(datetime(2026, 10, 1, 7, 5, tzinfo=UTC)):
        tasks.keep_month_ends(commune.pk)

    month = keeping.periods.month(2026, 9)

    assert set(frozen(commune).values_list("is_estimated", flat=True)) == {True}
    assert coverage(chief, month).table.note.endswith(reading.ESTIMATED)
    groups = coverage(chief, month, "groups").table.note
    assert groups == "Số đếm lúc 14:05 ngày 01/10/2026, không phải lúc hết tháng."


def test_back_fill_goes_on_where_it_stopped_and_changes_nothing_twice(two_years):
    now = timezone.now()
    assert keeping.back_fill(two_years, now, WorkBudget(0)) == 1
    call_command("back_fill_month_ends")
    before = list(frozen(two_years).order_by("pk").values())

    call_command("back_fill_month_ends")

    assert list(frozen(two_years).order_by("pk").values()) == before
    assert len({row["month_end"] for row in before}) == 24
    assert min(row["month_end"] for row in before) == FIRST.last
    assert all(row["is_estimated"] for row in before)


@pytest.mark.parametrize("write", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_change_a_frozen_number(commune, group, write):
    into(group, day_of(0), code="H1")
    keep_all(commune)
    rows = frozen(commune, indicator="coverage.joined")

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(numerator=99) if write == "UPDATE" else rows._raw_delete("default")

    assert joined(commune, LAST.last) == [(str(group.hamlet), 1, 120, True)]


def test_households_of_a_day_divide_that_day(commune, hamlet, group, chief):
    into(group, day_of(3), code="H1")
    household_counts.record(hamlet, 90, on=day_of(1), by=chief)
    household_counts.record(hamlet, 200, on=day_of(2), by=chief)  # the later day stands
    Hamlet.objects.filter(pk=hamlet.pk).update(households=95)

    totals = [
        coverage(chief, month).table.total.values[0]
        for month in (keeping.periods.month_of(day_of(number)) for number in (2, 1))
    ]

    assert totals == [200, 90]
    assert Hamlet.objects.get(pk=hamlet.pk).households == 95
    rows = HouseholdCount.objects.filter(hamlet=hamlet).order_by("valid_from")
    assert list(rows.values_list("households", "is_estimated")) == [
        (200, False), (90, False), (95, True),
    ]  # fmt: skip


def test_old_figures_stand_under_old_names_after_a_merger(commune, chief):
    first, second = (make_hamlet(commune, name=name, code=name) for name in ("Một", "Hai"))
    for hamlet in (first, second):
        into(make_ordinary_group(hamlet), day_of(0), code="H1")
    with time_machine.travel(timezone.localtime().replace(day=1, hour=0, minute=10)):
        keeping.keep_due(commune, timezone.now())
    then = coverage(chief, LAST).table
    change = make_hamlet_change(first, second, by=chief, effective_on=timezone.localdate())
    new = HamletChangeResult(name="Mới", code="MOI", households=240)
    hamlet_changes.set_results(change, [new], by=chief)
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)

    now = coverage(chief, LAST).table

    assert [row.label for row in now.rows] == ["Ấp Hai", "Ấp Một"]
    assert now == then
    late = make_hamlet(commune, name="Sau", code="SAU")
    shown = client_of(chief).get(
        reverse("admin:oversight_police"),
        {"tu": LAST.first.isoformat(), "den": LAST.last.isoformat()},
    )
    told = {tile.url: (tile.share, tile.reach, tile.stage) for tile in shown.context["tiles"]}
    merged = Hamlet.objects.get(code="MOI")
    assert told == {
        page_of(merged): ("0,8%", "2 trên 240 hộ (số của Ấp Hai, Ấp Một)", "Chưa có quy chế"),
        page_of(late): ("–", hamlet_cards.NOT_THERE, ""),
    }


def page_of(hamlet):
    return reverse("admin:oversight_hamlet", args=[hamlet.pk])


def bypass(table, *statements):
    """Write with the triggers of a table off, as a hand at the database may."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("groups_membership", "UPDATE groups_membership SET state = 'left'"),
        ("groups_hamlet", "UPDATE groups_hamlet SET households = households + 1"),
        (
            "oversight_monthendcount",
            "UPDATE oversight_monthendcount SET numerator = 77 WHERE indicator = 'coverage.joined'",
        ),
        ("oversight_monthendcount", "DELETE FROM oversight_monthendcount"),
    ],
)  # fmt: skip
def test_the_check_finds_what_bypassed_a_trigger(commune, group, table, statement):
    into(group, day_of(0), code="H1")
    keep_all(commune)
    assert checking.check(commune) == []

    bypass(table, statement)

    assert len(checking.check(commune)) == 1


def test_honest_changes_are_no_drift(two_years, group, chief):
    keep_all(two_years)
    into(group, day_of(3), code="H99")
    Membership.objects.filter(state="joined").first().delete()
    household_counts.record(group.hamlet, 500, on=day_of(5), by=chief)

    assert checking.check(two_years) == []
    assert MembershipSpell.objects.count() > 0
