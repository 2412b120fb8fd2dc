"""Schedules: who may do what, what an approval carries over to, what a changed text loses."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import AuditEvent, Commune, Holiday, User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Schedule
from broadcasts.scheduling import verbs
from broadcasts.scheduling.late import LATE
from broadcasts.scheduling.materialise import LAPSE, plan, plan_due
from broadcasts.scheduling.tick import run_tick
from broadcasts.services import NotAllowed, approve, cancel, edit, pause, resume, submit
from groups.models import Hamlet
from tests.factories.accounts import make_user
from tests.factories.groups import make_group
from tests.factories.schedules import approved_schedule, draft_schedule

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
MONDAYS = [date(2026, 12, day) for day in (7, 14, 21, 28)] + [date(2027, 1, 4)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> Any:
    return make_group(hamlet)


@pytest.fixture
def unapproved(commune: Commune, author: User) -> Schedule:
    return draft_schedule(commune, author)


@pytest.fixture
def running(commune: Commune, author: User, chief: User) -> Schedule:
    return approved_schedule(commune, author, chief)


def rows(schedule: Schedule) -> list[tuple[date | None, str]]:
    return list(
        schedule.occurrences.order_by("occurrence_on").values_list("occurrence_on", "status")
    )


def changed(schedule: Schedule, by: User, **fields: Any) -> Schedule:
    """The schedule after an edit by a form that was filled in with these fields."""
    pattern = Broadcast.objects.get(pk=schedule.pattern_id)
    schedule = Schedule.objects.get(pk=schedule.pk)
    for name, value in fields.items():
        setattr(pattern if hasattr(pattern, name) else schedule, name, value)
    return verbs.edit(schedule, pattern, by=by)


# Approval


def test_a_draft_stands_in_the_calendar_and_posts_nothing(unapproved: Schedule, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 8, 0, 5, tzinfo=ZONE))
    run_tick()

    assert rows(unapproved)[:2] == [(MONDAYS[0], "draft"), (MONDAYS[1], "draft")]
    assert not unapproved.occurrences.filter(started_at__isnull=False).exists()


def test_the_approval_of_the_text_carries_over_to_each_occurrence(
    running: Schedule, author: User, chief: User
) -> None:
    first = running.occurrences.earliest("scheduled_for")

    assert rows(running) == [(day, "scheduled") for day in MONDAYS]
    assert first.scheduled_for == datetime(2026, 12, 7, 8, tzinfo=ZONE)
    assert (first.created_by, first.approved_by) == (author, chief)
    assert first.approved_hash == first.compute_hash()
    assert first.approved_parts == [running.pattern.text]
    assert [event.kind for event in first.events.all()][-1:] == ["carried"]


def test_an_author_cannot_approve_the_own_schedule(unapproved: Schedule, commune: Commune) -> None:
    chief = make_user(commune, Role.CHIEF)
    own = draft_schedule(commune, chief)
    submit(own.pattern, by=chief)

    with pytest.raises(NotAllowed, match="người khác phải duyệt"):
        approve(own.pattern, by=chief)


def test_a_changed_text_loses_the_approval_of_every_occurrence(
    running: Schedule, author: User, clock: Any
) -> None:
    changed(running, author, text="Bà con nhớ khóa cửa sổ.")
    clock.move_to(datetime(2026, 12, 7, 8, 0, 5, tzinfo=ZONE))
    run_tick()

    assert {status for _day, status in rows(running)} == {"draft"}
    assert {post.text for post in running.occurrences.all()} == {"Bà con nhớ khóa cửa sổ."}
    assert not running.occurrences.exclude(approved_by=None).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"at": time(3)},
        {"weekdays": [0, 1, 2, 3, 4, 5, 6]},
        {"audience_groups": []},
        {"on_day_off": "send"},
        {"times": 3},
        {"title": "Nhắc khóa cửa, tắt bếp"},
    ],
)
def test_a_changed_rule_audience_or_title_needs_approval_anew(
    commune: Commune, author: User, chief: User, group: Any, fields: dict[str, Any]
) -> None:
    running = approved_schedule(commune, author, chief, audience_groups=[group.pk])

    changed(running, author, **fields)

    running.refresh_from_db()
    assert running.pattern.status == "draft"
    assert set(running.occurrences.values_list("status", flat=True)) == {"draft"}


def test_saving_without_a_change_keeps_the_approval(running: Schedule, author: User) -> None:
    changed(running, author)

    assert {status for _day, status in rows(running)} == {"scheduled"}


def test_an_approver_who_saw_another_rule_approves_nothing(
    unapproved: Schedule, author: User, chief: User
) -> None:
    seen = submit(unapproved.pattern, by=author).content_hash
    changed(unapproved, author, at=time(4))
    pattern = submit(Broadcast.objects.get(pk=unapproved.pattern_id), by=author)

    with pytest.raises(NotAllowed, match="vừa được sửa"):
        approve(pattern, by=chief, seen_hash=seen)


def test_approved_anew_it_carries_over_again(running: Schedule, author: User, chief: User) -> None:
    changed(running, author, text="Bà con nhớ khóa cửa sổ.")
    approve(submit(Broadcast.objects.get(pk=running.pattern_id), by=author), by=chief)

    assert {status for _day, status in rows(running)} == {"scheduled"}


def test_an_approver_who_left_lends_no_approval_to_new_dates(
    running: Schedule, chief: User, clock: Any
) -> None:
    """Dates that are planned already go on: time enough for another to approve."""
    chief.is_active = False
    chief.save()
    clock.move_to(NOON + timedelta(days=14))
    plan_due(datetime.now(ZONE))

    states = dict(rows(running))
    assert {states[day] for day in MONDAYS} == {"scheduled"}
    assert {status for day, status in states.items() if day not in MONDAYS} == {"draft"}


def test_the_gate_stands_before_an_occurrence_again(running: Schedule, clock: Any) -> None:
    """Words that became forbidden since: nothing leaves."""
    due = running.occurrences.earliest("scheduled_for")
    Broadcast.objects.filter(pk=due.pk).update(text="TUYỆT MẬT\nKế hoạch tuần.")
    due.refresh_from_db()
    Broadcast.objects.filter(pk=due.pk).update(
        content_hash=due.compute_hash(), approved_hash=due.compute_hash(),
        approved_parts=["TUYỆT MẬT\nKế hoạch tuần."],
    )  # fmt: skip
    clock.move_to(datetime(2026, 12, 7, 8, 0, 5, tzinfo=ZONE))
    run_tick()

    due.refresh_from_db()
    assert (due.status, due.started_at) == ("draft", None)


# Single dates


def test_one_date_edited_alone_keeps_its_words_and_needs_its_own_approval(
    running: Schedule, author: User, chief: User
) -> None:
    one = running.occurrences.earliest("scheduled_for")
    one.text = "Tuần này thêm: không đốt rác."
    edit(one, by=author)
    changed(running, author, text="Bà con nhớ khóa cửa sổ.")
    approve(submit(Broadcast.objects.get(pk=running.pattern_id), by=author), by=chief)

    one.refresh_from_db()
    assert (one.status, one.text) == ("draft", "Tuần này thêm: không đốt rác.")
    assert [status for _day, status in rows(running)][1:] == ["scheduled"] * 4


def test_a_date_left_out_is_not_posted_and_can_be_taken_back(
    running: Schedule, author: User
) -> None:
    verbs.skip(running, MONDAYS[1], by=author, reason="Trùng hội nghị")
    assert MONDAYS[1] not in dict(rows(running))

    verbs.restore(running, MONDAYS[1], by=author)

    assert dict(rows(running))[MONDAYS[1]] == "scheduled"


def test_a_date_is_left_out_with_a_reason_only(running: Schedule, author: User) -> None:
    with pytest.raises(NotAllowed, match="lý do"):
        verbs.skip(running, MONDAYS[1], by=author, reason=" ")


@pytest.mark.parametrize("day", [date(2026, 12, 8), date(2026, 11, 30)])
def test_a_day_that_the_rule_does_not_name_cannot_be_left_out(
    running: Schedule, author: User, day: date
) -> None:
    with pytest.raises(NotAllowed, match="không đăng vào ngày này"):
        verbs.skip(running, day, by=author, reason="x")


def test_what_was_left_out_cannot_come_back_after_its_minute(
    running: Schedule, author: User, clock: Any
) -> None:
    verbs.skip(running, MONDAYS[0], by=author, reason="Trùng hội nghị")
    clock.move_to(datetime(2026, 12, 7, 8, 1, tzinfo=ZONE))

    with pytest.raises(NotAllowed, match="Đã qua giờ"):
        verbs.restore(running, MONDAYS[0], by=author)
    run_tick()
    assert not running.occurrences.filter(started_at__isnull=False).exists()


def test_a_cancelled_occurrence_is_not_made_again(running: Schedule, chief: User) -> None:
    cancel(running.occurrences.get(occurrence_on=MONDAYS[2]), by=chief)
    plan(running, NOON + timedelta(days=1))

    assert dict(rows(running))[MONDAYS[2]] == "cancelled"


def test_from_a_date_on_another_schedule_goes_on(
    running: Schedule, author: User, chief: User
) -> None:
    following = verbs.split(running, MONDAYS[2], by=author)
    changed(following, author, text="Từ nay: khóa cửa, khóa cổng.")

    assert rows(running) == [(day, "scheduled") for day in MONDAYS[:2]]
    assert rows(following) == [(day, "draft") for day in MONDAYS[2:]]
    assert following.pattern.created_by == author


# Stopping


def test_a_pause_takes_what_is_planned_and_resuming_brings_it_back(
    running: Schedule, author: User
) -> None:
    verbs.pause(running, by=author, reason="Chờ số liệu")
    assert rows(running) == []

    verbs.resume(running, by=author)

    assert rows(running) == [(day, "scheduled") for day in MONDAYS]


def test_an_ended_schedule_posts_no_more(running: Schedule, author: User, clock: Any) -> None:
    verbs.end(running, by=author, reason="Hết mùa khô")
    clock.move_to(datetime(2026, 12, 7, 8, 0, 5, tzinfo=ZONE))
    run_tick()

    running.refresh_from_db()
    assert (rows(running), running.plan_due_at) == ([], None)
    with pytest.raises(NotAllowed):
        verbs.pause(running, by=author, reason="x")


def test_a_schedule_with_a_last_day_comes_to_rest(
    commune: Commune, author: User, chief: User
) -> None:
    short = approved_schedule(commune, author, chief, last_on=date(2026, 12, 10))

    plan(short, datetime(2026, 12, 9, tzinfo=ZONE))

    assert short.plan_due_at is None


@pytest.mark.parametrize("fields", [{"last_on": date(2026, 12, 6)}, {"times": 0}])
def test_a_rule_without_a_date_to_come_is_refused(
    commune: Commune, author: User, fields: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed, match="không còn ngày nào"):
        draft_schedule(commune, author, **fields)


# The clock


def test_an_occurrence_leaves_at_its_minute(running: Schedule, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 7, 59, 59, tzinfo=ZONE))
    before = run_tick()["started"]
    clock.move_to(datetime(2026, 12, 7, 8, tzinfo=ZONE))

    assert (before, run_tick()["started"], run_tick()["started"]) == (0, 1, 0)


def test_a_little_late_it_leaves_all_the_same(running: Schedule, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 8, tzinfo=ZONE) + LATE)

    assert run_tick()["started"] == 1
    assert running.occurrences.get(occurrence_on=MONDAYS[0]).status == "sending"


def test_missed_by_more_it_waits_for_a_person(running: Schedule, chief: User, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 8, 1, tzinfo=ZONE) + LATE)
    run_tick()
    held = running.occurrences.get(occurrence_on=MONDAYS[0])
    assert (held.status, held.started_at) == ("paused", None)

    resume(held, by=chief)
    run_tick()

    held.refresh_from_db()
    assert held.status == "sending"


def test_resumed_long_after_its_minute_it_leaves(
    running: Schedule, chief: User, clock: Any
) -> None:
    post = running.occurrences.get(occurrence_on=MONDAYS[0])
    pause(post, by=chief)
    clock.move_to(datetime(2026, 12, 7, 15, tzinfo=ZONE))
    resume(post, by=chief)
    run_tick()

    post.refresh_from_db()
    assert post.status == "sending"


def test_approved_after_its_minute_by_a_person_it_leaves(
    unapproved: Schedule, author: User, chief: User, clock: Any
) -> None:
    """The approval of the whole schedule carries to the dates to come alone."""
    clock.move_to(datetime(2026, 12, 7, 11, tzinfo=ZONE))
    missed = unapproved.occurrences.get(occurrence_on=MONDAYS[0])
    approve(submit(unapproved.pattern, by=author), by=chief)
    missed.refresh_from_db()
    assert missed.status == "draft"

    approve(submit(missed, by=author), by=chief)
    run_tick()

    missed.refresh_from_db()
    assert missed.status == "sending"


def test_what_nobody_approved_is_called_off_a_day_later(unapproved: Schedule, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 8, tzinfo=ZONE) + LAPSE)
    unapproved.plan_due_at = datetime.now(ZONE)
    unapproved.save()
    run_tick()

    missed = unapproved.occurrences.get(occurrence_on=MONDAYS[0])
    assert (missed.status, missed.events.last().kind) == ("cancelled", "expired")


def test_planning_twice_changes_nothing(running: Schedule) -> None:
    assert plan(running, NOON) == 0


def test_each_day_brings_the_dates_that_come_into_sight(running: Schedule, clock: Any) -> None:
    for day in range(1, 30):
        clock.move_to(NOON + timedelta(days=day))
        run_tick()

    days = [day for day, _status in rows(running)]
    assert days == [date(2026, 12, 7) + timedelta(weeks=week) for week in range(len(days))]
    assert days[-1] == date(2027, 2, 1)


def test_a_day_off_that_is_announced_late_moves_what_was_planned(running: Schedule) -> None:
    """The list of days off belongs to all; the next tick reads it anew."""
    Holiday.objects.create(day=MONDAYS[1], name="Nghỉ bù")
    running.refresh_from_db()
    assert running.plan_due_at is not None
    run_tick()

    moved = running.occurrences.get(occurrence_on=MONDAYS[1])
    assert (moved.scheduled_for, moved.status) == (
        datetime(2026, 12, 15, 8, tzinfo=ZONE),
        "scheduled",
    )


def test_a_rule_changed_after_it_has_posted_begins_anew(
    running: Schedule, author: User, clock: Any
) -> None:
    clock.move_to(datetime(2026, 12, 7, 8, tzinfo=ZONE))
    run_tick()
    clock.move_to(datetime(2026, 12, 9, 12, tzinfo=ZONE))

    after = changed(running, author, freq="daily", times=3)

    assert after.first_on == date(2026, 12, 10)
    assert [day for day, status in rows(running) if status == "draft"] == [
        date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 12)
    ]  # fmt: skip


# Who


def test_another_officer_can_do_nothing_with_it(
    running: Schedule, officer_of: Callable[..., User], hamlet: Hamlet
) -> None:
    other = officer_of(hamlet)

    for act in (
        lambda: verbs.pause(running, by=other, reason="x"),
        lambda: verbs.end(running, by=other, reason="x"),
        lambda: verbs.skip(running, MONDAYS[0], by=other, reason="x"),
        lambda: verbs.split(running, MONDAYS[0], by=other),
        lambda: changed(running, other, text="Khác"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert rows(running) == [(day, "scheduled") for day in MONDAYS]


def test_an_officer_plans_for_own_places_alone(
    commune: Commune, author: User, other_hamlet: Hamlet
) -> None:
    with pytest.raises(NotAllowed, match="không thuộc địa bàn"):
        draft_schedule(commune, author, audience_hamlets=[other_hamlet.pk])


@pytest.mark.parametrize("role", [Role.FRONT, Role.PARTY_OFFICE, Role.TECH_ADMIN, Role.HAMLET_HEAD])
def test_roles_without_posts_see_no_schedule(
    running: Schedule, commune: Commune, role: Role
) -> None:
    assert not Schedule.objects.visible_to(make_user(commune, role)).exists()


def test_every_deed_is_in_the_trail(running: Schedule, author: User) -> None:
    verbs.skip(running, MONDAYS[1], by=author, reason="Trùng hội nghị")
    verbs.restore(running, MONDAYS[1], by=author)
    verbs.pause(running, by=author, reason="Chờ")
    verbs.resume(running, by=author)
    verbs.end(running, by=author, reason="Hết")

    trail = AuditEvent.objects.filter(action__startswith="schedule.").order_by("sequence")
    assert [event.action.partition(".")[2] for event in trail] == [
        "created", "skipped", "restored", "paused", "resumed", "ended"
    ]  # fmt: skip


def test_a_pattern_never_leaves_by_itself(running: Schedule, chief: User) -> None:
    run_tick()
    with pytest.raises(NotAllowed, match="trang của lịch"):
        pause(running.pattern, by=chief)

    running.pattern.refresh_from_db()
    assert (running.pattern.status, running.pattern.deliveries.count()) == ("approved", 0)
