"""A pause beyond a day takes a second person; its reason stands on the page while it lasts."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.matters import subject_of
from reports.clocks import changes
from reports.clocks import services as clocks
from reports.tips.errors import NotAllowed
from reports.work.work_lists import time_to_decide
from tests.factories.tips import make_worked
from tests.reports.deadlines import moment, words_of

pytestmark = pytest.mark.django_db
REASON = "Chờ người báo tin gửi giấy tờ."


@pytest.fixture(autouse=True)
def clock_on_the_wall():
    with time_machine.travel(moment("2026-06-03 09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def row(officer, hamlet):
    """The clock of a recommendation that came on Monday 01/06/2026, due on 22/06/2026."""
    tip = make_worked(officer, hamlet=hamlet, received_at=moment("2026-06-01 08:00"))
    tip.clocks.all().delete()
    clocks.start_clocks(tip)
    clocks.sorted_first(tip, at=moment("2026-06-01 08:00"))
    return tip.clocks.get(rule__code="recommendation")


def terms(row):
    return reverse("admin:reports_tipreport_terms", args=[row.tip_id])


def ask(row, by, until="2026-06-09 07:00"):
    return changes.pause(row, by=by, reason=REASON, until=moment(until))


def listed(user):
    found = time_to_decide(user, timezone.now())
    return [] if found is None else [item.key for item in found.items]


def test_within_a_day_nobody_else_is_asked(row, officer):
    ask(row, officer, "2026-06-04 09:00")

    row.refresh_from_db()
    assert (row.state, row.pause_asked_until, row.pause_asked_by) == ("paused", None, None)


def test_beyond_a_day_the_clock_runs_until_another_gives_it(row, officer, chief):
    due = words_of(row.due_at)
    ask(row, officer)
    row.refresh_from_db()
    assert (row.state, words_of(row.due_at), row.pause_asked_by) == ("running", due, officer)
    assert listed(chief) == [subject_of(row.tip)]

    changes.give_pause(row, by=chief)

    row.refresh_from_db()
    assert (row.state, row.pause_asked_until, row.pause_given_by) == ("paused", None, chief)
    assert words_of(row.due_at) > due
    assert listed(chief) == []
    steps = row.tip.events.filter(kind__in=["pause_asked", "paused"]).order_by("pk")
    assert list(steps.values_list("kind", "by")) == [
        ("pause_asked", officer.pk), ("paused", chief.pk)
    ]  # fmt: skip


def test_day_after_day_adds_up(row, officer, clock_on_the_wall):
    ask(row, officer, "2026-06-04 07:00")
    clock_on_the_wall.move_to(moment("2026-06-04 07:00"))
    clocks.end_pauses(timezone.now())
    row.refresh_from_db()

    ask(row, officer, "2026-06-05 07:00")

    row.refresh_from_db()
    assert (row.state, row.pause_asked_by) == ("running", officer)


def test_a_chief_gives_nothing_to_oneself(row, chief, deputy_chief):
    ask(row, chief)
    assert (listed(chief), listed(deputy_chief)) == ([], [subject_of(row.tip)])

    with pytest.raises(NotAllowed, match="không tự duyệt"):
        changes.give_pause(row, by=chief)
    row.pause_given_by = chief
    with pytest.raises(IntegrityError, match="tipclock_pause_by_two"), transaction.atomic():
        row.save()


def test_officers_and_the_named_decide_nothing(row, officer, officer_of, hamlet, chief):
    ask(row, officer)
    row.tip.conflicts.create(user=chief)

    for user in (officer, officer_of(hamlet), chief):
        with pytest.raises(NotAllowed):
            changes.give_pause(row, by=user)
    assert listed(chief) == []


def test_one_request_at_a_time_and_a_refused_one_may_come_again(row, officer, chief):
    ask(row, officer)
    with pytest.raises(NotAllowed, match="đang chờ"):
        ask(row, officer)

    changes.refuse_pause(row, by=chief, reason="Hỏi lại được trong ngày.")

    row.refresh_from_db()
    assert (row.state, row.pause_asked_until) == ("running", None)
    ask(row, officer)
    assert row.pause_asked_until == moment("2026-06-09 07:00")


def test_what_was_asked_ends_with_its_day(row, officer, chief, clock_on_the_wall):
    ask(row, officer)
    clock_on_the_wall.move_to(moment("2026-06-09 07:00"))

    assert listed(chief) == []
    with pytest.raises(NotAllowed, match="Không có đề nghị"):
        changes.give_pause(row, by=chief)


def test_pages_say_who_asked_why_and_who_gave_it(row, officer, chief, login):
    client, day = login(officer), timezone.localdate() + timedelta(days=6)
    client.post(
        terms(row),
        {"deed": "pause", "clock": row.pk, "pause-reason": REASON, "pause-until": day},
    )
    waiting = login(chief).get(terms(row)).text
    assert f"{officer} xin tạm dừng đến 07:00 09/06/2026, chờ chỉ huy duyệt." in waiting
    assert REASON in waiting
    assert "Cho tạm dừng" in waiting
    assert "Cho tạm dừng" not in client.get(terms(row)).text

    login(chief).post(terms(row), {"clock": row.pk, "rest": "1"})

    shown = client.get(reverse("admin:reports_tipreport_show", args=[row.tip_id])).text
    assert f"{officer} tạm dừng đến 07:00 09/06/2026, {chief} duyệt." in shown
    assert REASON in shown
    trail = client.get(reverse("admin:reports_tipreport_trail", args=[row.tip_id])).text
    assert REASON in trail


def test_a_refusal_from_the_page_is_recorded(row, officer, chief, login):
    ask(row, officer)

    login(chief).post(terms(row), {"clock": row.pk, "unrest": "1", "reason": "Chưa cần."})

    assert row.tip.events.get(kind="pause_refused").note == "Chưa cần."
