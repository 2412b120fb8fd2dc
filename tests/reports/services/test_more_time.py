"""Clocks that people let rest or extend: by whom, with a reason, never to hide lateness."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from reports.clocks import changes, rows
from reports.clocks import services as clocks
from reports.models import TipClock, TipEvent
from reports.tips.errors import NotAllowed
from tests.factories.accounts import make_user
from tests.factories.tips import make_worked
from tests.reports.deadlines import moment, words_of

REASON = "Chờ người báo tin trả lời câu hỏi."


@pytest.fixture(autouse=True)
def clock_on_the_wall():
    with time_machine.travel(moment("2026-06-01 08:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def at(clock_on_the_wall):
    return lambda text: clock_on_the_wall.move_to(moment(text))


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def row(officer, hamlet):
    """The clock of a kiến nghị received on Monday 01/06/2026, due on 22/06/2026."""
    tip = make_worked(officer, hamlet=hamlet)
    tip.clocks.all().delete()
    clocks.start_clocks(tip)
    clocks.sorted_first(tip, at=moment("2026-06-01 08:00"))
    return tip.clocks.get(rule__code="recommendation")


def pause(row, officer, until="2026-06-05 10:00"):
    """Asked by the officer and, beyond a day, given by a chief."""
    changes.pause(row, by=officer, reason=REASON, until=moment(until))
    if row.pause_asked_until is not None:
        changes.give_pause(row, by=make_user(officer.commune, Role.CHIEF))
    return row


def test_a_pause_moves_the_end_and_runs_out_by_itself(row, officer, at):
    at("2026-06-03 09:00")

    pause(row, officer)

    row.refresh_from_db()
    assert (row.state, words_of(row.due_at)) == ("paused", "2026-06-24 17:00")
    assert words_of(row.paused_at) == "2026-06-03 09:00"
    at("2026-06-05 09:59")
    assert clocks.end_pauses(moment("2026-06-05 09:59")) == 0
    at("2026-06-05 10:00")
    assert clocks.end_pauses(moment("2026-06-05 10:00")) == 1
    row.refresh_from_db()
    assert (row.state, row.paused_at, words_of(row.due_at)) == ("running", None, "2026-06-24 17:00")


def test_what_is_past_its_end_is_overdue_even_if_nobody_ended_the_pause(row, officer, at):
    at("2026-06-03 09:00")
    pause(row, officer)

    late = moment("2026-06-24 17:01")

    assert list(TipClock.objects.overdue(late).values_list("pk", flat=True)) == [row.pk]


def test_the_reason_is_sealed_and_neither_trail_nor_details_repeat_it(row, officer, at):
    at("2026-06-03 09:00")

    pause(row, officer)

    step = TipEvent.objects.get(tip=row.tip, kind="pause_asked")
    event = AuditEvent.objects.get(action="tip.pause_asked")
    assert (step.note, step.by) == (REASON, officer)
    assert REASON not in f"{step.details} {event.__dict__}"


def test_resuming_gives_back_what_was_not_used(row, officer, at):
    at("2026-06-03 09:00")
    pause(row, officer, until="2026-06-12 10:00")
    assert words_of(row.due_at) == "2026-07-01 17:00"
    at("2026-06-05 10:00")

    changes.resume(row, by=officer)

    row.refresh_from_db()
    assert (row.state, words_of(row.due_at)) == ("running", "2026-06-24 17:00")
    row.tip.refresh_from_db()
    assert row.tip.next_due_at == row.due_at


@pytest.mark.parametrize("until", ["2026-06-03 09:00", "2026-06-02 09:00", "2026-07-03 09:01"])
def test_a_pause_ends_within_thirty_days(row, officer, at, until):
    at("2026-06-03 09:00")

    with pytest.raises(NotAllowed, match="không quá 30 ngày"):
        pause(row, officer, until=until)

    row.refresh_from_db()
    assert (row.state, row.pauses) == ("running", [])


def test_a_pause_without_a_reason_is_refused(row, officer):
    with pytest.raises(NotAllowed):
        changes.pause(row, by=officer, reason="  ", until=moment("2026-06-05 10:00"))


def test_the_clocks_of_the_law_are_not_paused(row, officer):
    tip = row.tip
    tip.kind, tip.is_grave = "crime_report", True
    tip.save()
    clocks.reclassified(tip, at=moment("2026-06-01 08:00"))
    grave = tip.clocks.get(rule__code="transfer_grave")

    with pytest.raises(NotAllowed, match="không được tạm dừng"):
        pause(grave, officer)
    with pytest.raises(NotAllowed, match="không được gia hạn"):
        changes.ask_extension(grave, by=officer, amount=1, reason=REASON)


def test_lateness_is_not_paused_away(row, officer, at):
    at("2026-06-22 17:01")

    with pytest.raises(NotAllowed, match="đã quá"):
        pause(row, officer, until="2026-06-25 10:00")
    with pytest.raises(NotAllowed, match="đã quá"):
        changes.ask_extension(row, by=officer, amount=5, reason=REASON)


def test_who_has_no_part_in_the_work_pauses_nothing(row, officer_of, other_hamlet, duty_officer):
    for stranger in (officer_of(other_hamlet), duty_officer):
        with pytest.raises(NotAllowed):
            pause(row, stranger)


def test_an_extension_is_asked_by_one_and_given_by_another(row, officer, chief):
    changes.ask_extension(row, by=officer, amount=5, reason=REASON)
    row.refresh_from_db()
    assert (words_of(row.due_at), row.extension_asked) == ("2026-06-22 17:00", 5)

    changes.extend(row, by=chief)

    row.refresh_from_db()
    assert (words_of(row.due_at), row.extension, row.extended_by) == ("2026-06-29 17:00", 5, chief)
    assert row.extension_asked is None
    kinds = ["extension_asked", "extended"]
    assert list(row.tip.events.filter(kind__in=kinds).values_list("kind", "by")) == [
        ("extension_asked", officer.pk), ("extended", chief.pk)
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="một lần"):
        changes.ask_extension(row, by=officer, amount=1, reason=REASON)


def test_nobody_gives_the_time_that_they_asked_for(row, chief):
    changes.ask_extension(row, by=chief, amount=5, reason=REASON)

    with pytest.raises(NotAllowed, match="không tự duyệt"):
        changes.extend(row, by=chief)

    row.refresh_from_db()
    row.extension, row.extended_by = 5, chief
    with pytest.raises(IntegrityError, match="tipclock_extension_by_two"), transaction.atomic():
        row.save()


def test_an_officer_gives_no_time(row, officer, chief):
    changes.ask_extension(row, by=chief, amount=5, reason=REASON)

    with pytest.raises(NotAllowed):
        changes.extend(row, by=officer)


def test_a_refused_extension_may_be_asked_anew(row, officer, chief):
    changes.ask_extension(row, by=officer, amount=15, reason=REASON)
    changes.refuse_extension(row, by=chief, reason="Đủ thời gian rồi.")

    row.refresh_from_db()
    assert (row.extension_asked, words_of(row.due_at)) == (None, "2026-06-22 17:00")
    with pytest.raises(NotAllowed, match="Không có đề nghị"):
        changes.extend(row, by=chief)
    assert changes.ask_extension(row, by=officer, amount=5, reason=REASON).extension_asked == 5


def test_time_given_too_late_is_not_given(row, officer, chief, at):
    changes.ask_extension(row, by=officer, amount=5, reason=REASON)
    at("2026-06-22 17:01")

    with pytest.raises(NotAllowed, match="đã quá"):
        changes.extend(row, by=chief)


@pytest.mark.parametrize("amount", [0, 16])
def test_an_extension_is_at_most_as_much_again(row, officer, amount):
    with pytest.raises(NotAllowed, match="không nhiều hơn"):
        changes.ask_extension(row, by=officer, amount=amount, reason=REASON)


def test_a_chief_named_in_the_tip_gives_no_time(row, officer, hamlet):
    named = make_user(hamlet.commune, Role.CHIEF)
    row.tip.conflicts.create(user=named)
    changes.ask_extension(row, by=officer, amount=5, reason=REASON)

    with pytest.raises(NotAllowed):
        changes.extend(row, by=named)


def test_an_extension_goes_on_after_reopening(row, officer, chief):
    changes.ask_extension(row, by=officer, amount=5, reason=REASON)
    changes.extend(row, by=chief)
    tip = row.tip
    clocks.resolved(tip, at=moment("2026-06-23 08:00"))

    clocks.reopened(tip, at=moment("2026-06-23 09:00"))

    again = tip.clocks.open().get(rule__code="recommendation")
    assert (again.extension, again.extended_by, words_of(again.due_at)) == (
        5, chief, "2026-06-29 17:00"
    )  # fmt: skip


def test_the_eye_sees_due_soon_and_overdue(row):
    days = rows.calendar()
    stands = [
        rows.state_of(row, moment(text), days)
        for text in ("2026-06-12 17:00", "2026-06-15 08:00", "2026-06-22 17:01")
    ]

    assert stands == ["running", "due_soon", "overdue"]
    assert row.due_at - row.started_at > timedelta(days=20)


def test_the_trail_says_in_words_which_term_and_how_much_more(row, officer, at, login):
    at("2026-06-03 09:00")
    pause(row, officer)
    changes.resume(row, by=officer)
    changes.ask_extension(row, by=officer, amount=3, reason=REASON)

    trail = login(officer).get(reverse("admin:reports_tipreport_trail", args=[row.tip_id])).text

    assert "(Xử lý, đến 10:00 05/06/2026)" in trail
    assert "(Xử lý)" in trail
    assert "(Xử lý, thêm 3 ngày làm việc)" in trail
