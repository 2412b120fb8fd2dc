"""The clocks of a tip as rows: what each step begins, stops and changes."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts.models import Holiday
from reports.clocks import rows as clocks_rows
from reports.clocks import services as clocks
from reports.clocks.shipped import RULES
from reports.models import ClockRule, TipClock
from reports.tasks import tend_clocks
from tests.factories.accounts import make_commune
from tests.factories.tips import make_tip
from tests.reports.deadlines import SHIPPED, moment, words_of

RECEIVED = moment("2026-06-01 08:00")


@pytest.fixture(autouse=True)
def that_monday():
    with time_machine.travel(RECEIVED, tick=False):
        yield


def begun(**fields):
    """A tip received on that Monday, with the clocks that begin then."""
    tip = make_tip(**fields)
    tip.clocks.all().delete()
    clocks.start_clocks(tip)
    return tip


@pytest.fixture
def tip(hamlet):
    return begun(hamlet=hamlet)


def sort(tip, at: str, kind: str = "denunciation_of_crime", is_grave: bool = False):
    first = tip.kind == ""
    tip.kind, tip.is_grave = kind, is_grave
    tip.save()
    (clocks.sorted_first if first else clocks.reclassified)(tip, at=moment(at))


def running(tip) -> dict[str, str]:
    return {row.rule.code: words_of(row.due_at) for row in tip.clocks.open().select_related("rule")}


def ended(tip) -> list[tuple[str, str]]:
    rows = tip.clocks.exclude(state__in=["running", "paused"]).select_related("rule")
    return sorted((row.rule.code, row.state) for row in rows)


def nearest(tip) -> str | None:
    tip.refresh_from_db()
    return words_of(tip.next_due_at) if tip.next_due_at else None


def test_the_shipped_rows_are_the_rules_of_the_worked_cases(db):
    rows = ClockRule.objects.filter(commune=None)

    assert {clocks_rows.rule_of(row) for row in rows} == set(SHIPPED)
    assert len(rows) == len(RULES) == len(SHIPPED)


def test_each_shipped_rule_says_its_basis_or_that_it_is_our_own(db):
    for row in ClockRule.objects.all():
        assert row.legal_basis or "nội bộ" in row.note, row.code
        assert not row.is_legal or row.note.startswith("Chưa kiểm lại"), row.code
        assert not (row.is_legal and (row.may_pause or row.may_extend)), row.code


def test_a_tip_that_came_in_is_to_be_looked_at_and_its_receipt_acknowledged_it(tip):
    assert running(tip) == {"first_look": "2026-06-02 08:00"}
    assert ended(tip) == [("acknowledge", "met")]
    assert nearest(tip) == "2026-06-02 08:00"


def test_who_got_no_receipt_is_to_be_told_that_the_tip_came_in(hamlet):
    tip = make_tip(hamlet=hamlet, receipt_hash="")
    tip.clocks.all().delete()
    clocks.start_clocks(tip)

    assert running(tip) == {"first_look": "2026-06-02 08:00", "acknowledge": "2026-06-04 17:00"}


def test_no_clock_tells_more_than_the_quarter_in_which_a_tip_came(hamlet):
    with time_machine.travel(moment("2026-06-01 08:07") + timedelta(seconds=13), tick=False):
        tip = begun(hamlet=hamlet)

    moments = {
        value
        for row in TipClock.objects.filter(tip=tip)
        for value in (getattr(row, field.attname) for field in TipClock._meta.concrete_fields)
        if isinstance(value, datetime)
    }
    assert {words_of(value) for value in moments} == {
        "2026-06-01 08:00", "2026-06-02 08:00", "2026-06-04 17:00"
    }  # fmt: skip
    assert all((value.minute % 15, value.second) == (0, 0) for value in moments)


def test_sorting_ends_the_first_look_and_begins_the_clock_of_the_kind(tip):
    sort(tip, "2026-06-01 10:00")

    assert running(tip) == {"transfer": "2026-06-08 08:00"}
    assert ended(tip) == [("acknowledge", "met"), ("first_look", "met")]
    assert nearest(tip) == "2026-06-08 08:00"


def test_a_late_first_look_is_said_to_be_late(tip):
    sort(tip, "2026-06-02 08:01", "feedback")

    assert ended(tip) == [("acknowledge", "met"), ("first_look", "missed")]


def test_what_turns_out_grave_counts_from_that_moment_and_keeps_its_receipt(tip):
    sort(tip, "2026-06-01 10:00")
    sort(tip, "2026-06-03 09:00", is_grave=True)

    assert running(tip) == {
        "inform_grave": "2026-06-03 10:00",
        "transfer_grave": "2026-06-04 09:00",
    }
    assert ("transfer", "cancelled") in ended(tip)
    assert (nearest(tip), tip.received_at) == ("2026-06-03 10:00", RECEIVED)


def test_a_remote_hamlet_has_forty_eight_hours(hamlet):
    hamlet.is_remote = True
    hamlet.save()
    tip = begun(hamlet=hamlet)

    sort(tip, "2026-06-01 10:00", is_grave=True)

    assert running(tip)["transfer_grave_remote"] == "2026-06-03 08:00"


def test_told_quickly_and_referred_stop_ours_and_begin_the_reminders(tip):
    sort(tip, "2026-06-01 10:00", is_grave=True)

    clocks.stop(tip, "inform", at=moment("2026-06-01 10:05"))
    clocks.referred(tip, to="investigating_agency", at=moment("2026-06-01 15:00"))

    assert running(tip) == {
        "follow_20_days": "2026-06-21 15:00", "follow_60_days": "2026-07-31 15:00"
    }  # fmt: skip
    assert ("inform_grave", "missed") in ended(tip)
    assert ("transfer_grave", "met") in ended(tip)
    assert nearest(tip) is None


def test_another_authority_gets_a_tip_without_our_clock_stopping(tip):
    sort(tip, "2026-06-01 10:00")

    clocks.referred(tip, to="other_authority", at=moment("2026-06-01 15:00"))

    assert running(tip) == {"transfer": "2026-06-08 08:00"}


def test_what_the_receiver_refused_goes_on_with_the_time_that_was_left(tip):
    sort(tip, "2026-06-01 10:00")
    clocks.referred(tip, to="investigating_agency", at=moment("2026-06-04 08:00"))

    clocks.came_back(tip, at=moment("2026-06-20 08:00"))

    assert running(tip) == {"transfer": "2026-06-24 08:00"}
    assert ("follow_20_days", "cancelled") in ended(tip)


def test_an_outcome_ends_the_work_and_the_result_is_to_be_told(tip):
    sort(tip, "2026-06-01 10:00", "feedback")
    clocks.resolved(tip, at=moment("2026-06-10 10:00"))

    assert running(tip) == {"answer": "2026-06-15 17:00"}

    clocks.stop(tip, *clocks.WHEN_TOLD, at=moment("2026-06-15 17:01"))

    assert running(tip) == {}
    assert ("answer", "missed") in ended(tip)
    assert ("recommendation", "met") in ended(tip)


def test_whom_nobody_could_tell_nobody_is_late_in_telling(tip):
    sort(tip, "2026-06-01 10:00", "feedback")

    clocks.closed(tip, at=moment("2026-06-02 10:00"))

    assert running(tip) == {}
    assert ("recommendation", "met") in ended(tip)


def test_reopening_goes_on_and_leaves_what_was_late_late(tip):
    sort(tip, "2026-06-01 10:00", "feedback")
    clocks.resolved(tip, at=moment("2026-06-25 08:00"))

    clocks.reopened(tip, at=moment("2026-07-03 18:00"))

    assert running(tip) == {"recommendation": "2026-07-06 17:00"}
    assert ("recommendation", "missed") in ended(tip)
    assert ("answer", "cancelled") in ended(tip)


def test_reopened_clocks_stop_and_are_reopened_again(tip):
    sort(tip, "2026-06-01 10:00")
    clocks.resolved(tip, at=moment("2026-06-04 08:00"))
    clocks.reopened(tip, at=moment("2026-06-20 08:00"))
    clocks.resolved(tip, at=moment("2026-06-21 08:00"))

    clocks.reopened(tip, at=moment("2026-06-25 08:00"))

    assert running(tip) == {"transfer": "2026-06-28 08:00"}


def test_a_duplicate_has_no_clocks_and_one_parted_again_has_a_day(tip):
    sort(tip, "2026-06-01 10:00")
    clocks.cancel_all(tip)
    assert (running(tip), nearest(tip)) == ({}, None)

    with time_machine.travel(moment("2026-06-20 08:00"), tick=False):
        clocks.start_clocks(tip)

    assert running(tip) == {"transfer": "2026-06-21 08:00"}


def test_a_tip_keeps_the_rules_of_its_day(hamlet):
    rule = ClockRule.objects.get(code="transfer")
    rule.valid_to = date(2026, 6, 1)
    rule.save()
    later = ClockRule.objects.get(pk=rule.pk)
    later.pk, later.amount, later.valid_from, later.valid_to = None, 5, date(2026, 6, 2), None
    later.save()
    old = begun(hamlet=hamlet)
    with time_machine.travel(moment("2026-06-02 00:00"), tick=False):
        new = begun(hamlet=hamlet)

    sort(old, "2026-06-02 09:00")
    sort(new, "2026-06-02 09:00")

    assert running(old) == {"transfer": "2026-06-08 08:00"}
    assert running(new) == {"transfer": "2026-06-07 00:00"}


def test_the_own_aim_of_one_commune_is_nobody_elses(hamlet):
    rule = ClockRule.objects.get(code="recommendation")
    rule.pk, rule.commune, rule.amount = None, hamlet.commune, 10
    rule.save()
    ours, theirs = begun(hamlet=hamlet), begun(commune=make_commune())

    for tip in (ours, theirs):
        sort(tip, "2026-06-01 10:00", "feedback")

    assert running(ours) == {"recommendation": "2026-06-15 17:00"}
    assert running(theirs) == {"recommendation": "2026-06-22 17:00"}


def test_overdue_are_found_and_reminders_are_not_counted(tip):
    sort(tip, "2026-06-01 10:00")
    end = moment("2026-06-08 08:00")
    minute, day = timedelta(minutes=1), timedelta(days=1)

    found = TipClock.objects.filter(tip=tip)
    assert list(found.overdue(end)) == []
    assert [row.rule.code for row in found.overdue(end + minute)] == ["transfer"]

    clocks.referred(tip, to="investigating_agency", at=end)

    asked = moment("2026-06-28 08:00")
    assert list(found.overdue(asked + 60 * day)) == []
    assert [row.rule.code for row in found.to_ask_about(asked)] == ["follow_20_days"]


def test_a_day_off_that_is_announced_moves_open_clocks_and_no_ended_ones(tip):
    sort(tip, "2026-06-01 10:00", "feedback")
    done = tip.clocks.get(rule__code="acknowledge")
    Holiday.objects.create(day=date(2026, 6, 3), name="Nghỉ đột xuất")

    assert clocks.follow_calendar() == 1

    assert running(tip) == {"recommendation": "2026-06-23 17:00"}
    assert nearest(tip) == "2026-06-23 17:00"
    due = done.due_at
    done.refresh_from_db()
    assert done.due_at == due


def test_the_round_follows_the_calendar_when_it_changed_and_only_then(
    tip, django_assert_max_num_queries
):
    sort(tip, "2026-06-01 10:00", "feedback")
    cache.delete(clocks.CALENDAR_KEY)
    tend_clocks()
    Holiday.objects.bulk_create([Holiday(day=date(2026, 6, 3), name="Nghỉ đột xuất")])

    tend_clocks()

    assert running(tip) == {"recommendation": "2026-06-23 17:00"}
    with django_assert_max_num_queries(2):  # paused clocks, the calendar
        tend_clocks()


def test_one_rule_runs_once_for_a_tip(tip):
    row = tip.clocks.get(rule__code="first_look")
    row.pk = None

    with pytest.raises(IntegrityError, match="tipclock_one_a_rule"), transaction.atomic():
        row.save()
