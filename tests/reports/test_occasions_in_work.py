"""Later words, answers on their way, terms of a tip: somebody is told until it is dealt with."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from duty.models import Occasion
from reports import alerts
from reports.chat import answers as chat_answers
from reports.chat import sending
from reports.clocks import changes
from reports.clocks import services as clocks
from reports.clocks.rules import Stage
from reports.models import TipClock, TipMessage, TipReport
from reports.proposals import services as proposals
from reports.public import services as public
from reports.triage import splitting
from reports.vault import services as vault
from reports.work import answers
from reports.work import services as work
from tests.duty.telling import NOON, Telling, kinds, put_on_duty
from tests.factories.tips import make_tip, make_worked
from tests.vaults import opened
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.usefixtures("as_vault")

ACCUSED = "Chính anh Đặng Quốc Vinh nhận tiền của chủ sòng."
URGENT_WORDS = "Đang cháy nhà, có người kẹt bên trong, cứu với!"
WHY = "Đọc kỹ lời báo."
State = TipMessage.State


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(telling, officer_of, hamlet):
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


@pytest.fixture
def tip(officer, hamlet, chief):
    """In work, of the officer."""
    made = make_worked(officer, hamlet=hamlet)
    Occasion.objects.all().delete()
    return made


def say(tip: TipReport, text: str) -> TipMessage:
    message = public.say_more(tip, text, now=timezone.now())
    assert message is not None
    return message


# The reporter writes again.


def test_words_to_a_tip_in_work_are_told_to_its_officer(telling, commune, tip, officer, chief):
    put_on_duty(commune, duty=chief)

    say(tip, "Tối qua lại có.")

    assert kinds(tip) == ["tip_words"]
    telling.after(2)
    assert telling.people() == {officer}
    say(tip, "Còn nữa.")
    telling.after(2)
    assert Occasion.objects.get().count == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda tip, by: vault.read_talk(tip, by=by),
        lambda tip, by: answers.mark_read(tip, by=by),
        lambda tip, by: answers.answer(tip, by=by, text="Đã nhận thêm tin."),
    ],
    ids=["read", "mark", "answer"],
)
def test_reading_or_answering_closes(tip, officer, act):
    say(tip, "Tối qua lại có.")

    act(tip, officer)

    assert kinds(tip) == []


def test_words_of_somebody_in_need_are_told_by_day_and_night(telling, tip, officer):
    telling.clock.move_to(NOON + timedelta(hours=10))  # midnight

    say(tip, URGENT_WORDS)

    telling.after(0)
    assert telling.people() == {officer}
    assert Occasion.objects.get().level == "now"


def test_words_to_a_tip_that_nobody_has_taken_up_open_nothing_more(hamlet, telling):
    tip = make_tip(hamlet=hamlet)

    say(tip, "Còn nữa.")

    assert kinds(tip) == ["tip_new"]


def test_urgent_words_behind_a_routine_tip_tell_at_once_by_day_and_night(
    telling, commune, hamlet, duty_officer
):
    put_on_duty(commune, duty=duty_officer)
    telling.clock.move_to(NOON + timedelta(hours=10))  # midnight
    tip = make_tip(hamlet=hamlet)
    telling.after(0)
    assert telling.people() == set()

    say(tip, URGENT_WORDS)

    tip.refresh_from_db()
    assert tip.urgency == TipReport.Urgency.EMERGENCY
    assert kinds(tip) == ["tip_now"]
    telling.after(0)
    assert telling.people() == {duty_officer}


def test_urgent_words_to_a_tip_that_is_over_leave_its_urgency(tip, officer, telling):
    TipReport.objects.update(status="closed", closed_at=NOON, disposition="guided")
    tip.refresh_from_db()

    say(tip, URGENT_WORDS)

    tip.refresh_from_db()
    assert tip.urgency == TipReport.Urgency.NORMAL
    assert (Occasion.objects.get().kind, Occasion.objects.get().level) == ("tip_words", "now")


def test_words_that_name_the_officer_reach_the_decider_and_not_the_officer(
    telling, commune, tip, officer, chief
):
    put_on_duty(commune, duty=officer, leader=officer)

    message = say(tip, ACCUSED)

    assert kinds(tip) == ["proposal_waits"]
    telling.climb()
    assert telling.people() == {chief}
    proposals.lift(message.proposals.get(), by=chief, reason=WHY)
    assert kinds(tip) == ["tip_words"]
    telling.climb()
    assert officer in telling.people("tip_words")


def test_confirmed_words_never_reach_the_accused(telling, commune, tip, officer, chief):
    message = say(tip, ACCUSED)

    proposals.confirm(message.proposals.get(), by=chief, reason=WHY)
    put_on_duty(commune, duty=officer)
    telling.climb()

    assert telling.people() == {chief}
    assert set(kinds(tip)) == {"tip_new", "tip_words"}  # it lost its officer, too


def test_held_words_beside_others_do_not_count_for_the_named(telling, tip, officer, chief):
    say(tip, "Tối qua lại có.")
    vault.read_talk(tip, by=officer)
    tip.messages.update(read_at=timezone.now())
    say(tip, ACCUSED)

    assert kinds(tip) == ["proposal_waits"]
    Occasion.objects.filter(kind="tip_words").delete()
    alerts.occasions.heard(tip)
    TipReport.objects.filter(pk=tip.pk).update(has_unread=True)
    telling.climb()
    assert officer not in telling.people()


def test_words_moved_to_the_other_matter_are_told_of_there(telling, tip, officer, chief):
    with opened():
        other = splitting.split(tip, by=officer, summary="Việc thứ hai.")
    work.assign(other, to=chief, by=chief)
    Occasion.objects.all().delete()
    message = say(tip, "Tối qua lại có.")

    splitting.move(message, to=other, by=chief)

    assert (kinds(tip), kinds(other)) == ([], ["tip_words"])
    telling.after(2)
    assert telling.people() == {chief}


# Answers.


@pytest.fixture
def answer(tip, officer, chief):
    """Of the officer, on its way through the chat."""
    TipReport.objects.filter(pk=tip.pk).update(channel=TipReport.Channel.OA_CHAT)
    tip.refresh_from_db()
    return answers.answer(tip, by=officer, text="Cán bộ sẽ xuống xem.")


def ends_as(answer: TipMessage, verdict: Verdict) -> None:
    """Write down a call as the sender does."""
    TipMessage.objects.filter(pk=answer.pk).update(state=State.SENDING)
    claimed = TipMessage.objects.filter(pk=answer.pk, state=State.SENDING)
    sending.TalkAnswers().record(claimed, claimed.get(), Outcome(verdict))
    answer.refresh_from_db()


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        (Verdict.SENT, []), (Verdict.QUEUED, []), (Verdict.UNCERTAIN, ["answer_uncertain"]),
        (Verdict.FAILED, ["answer_late"]), (Verdict.CLOSED, ["answer_late"]),
    ],
)  # fmt: skip
def test_an_answer_that_did_not_arrive_is_told_to_the_officer(
    telling, answer, officer, verdict, found
):
    ends_as(answer, verdict)

    assert kinds(answer) == found
    telling.after(2)
    assert telling.people("answer") == ({officer} if found else set())


@pytest.mark.parametrize("how", ["arrived", "again", "spoken"])
def test_settling_closes(answer, officer, how):
    ends_as(answer, Verdict.UNCERTAIN)

    chat_answers.settle(answer, by=officer, how=how)

    assert kinds(answer) == []


def test_an_answer_that_waits_too_long_is_told_of_and_closed_once_it_left(telling, answer, officer):
    telling.clock.shift(timedelta(minutes=24))
    alerts.follow(timezone.now())
    assert kinds(answer) == []

    telling.clock.shift(timedelta(minutes=2))
    alerts.follow(timezone.now())

    assert kinds(answer) == ["answer_late"]
    ends_as(answer, Verdict.SENT)
    assert kinds(answer) == []


def test_somebody_in_need_waits_five_minutes_at_most(telling, answer, tip):
    TipReport.objects.filter(pk=tip.pk).update(urgency="emergency")
    telling.clock.shift(timedelta(minutes=6))

    alerts.follow(timezone.now())

    assert kinds(answer) == ["answer_late"]


def test_the_barred_writer_is_not_told_of_the_own_answer(telling, tip, answer, officer, chief):
    alerts.TipConflict.objects.create(tip=tip, user=officer)
    ends_as(answer, Verdict.FAILED)

    telling.climb()

    assert telling.people("answer") == {chief}


# Terms.


def clock_of(tip: TipReport, *, hours: float, left: float, **rule) -> TipClock:
    """A clock of so many hours with so many left; the others of the tip are gone."""
    now = timezone.now()
    row = tip.clocks.order_by("pk")[0]
    tip.clocks.exclude(pk=row.pk).delete()
    row.rule.is_legal = rule.get("is_legal", True)
    row.rule.save()
    row.state, row.stopped_at = TipClock.State.RUNNING, None
    row.started_at = now - timedelta(hours=hours - left)
    row.due_at = now + timedelta(hours=left)
    row.save()
    TipReport.objects.filter(pk=tip.pk).update(next_due_at=row.due_at)
    tip.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("hours", "left", "is_legal", "found"),
    [
        (100, 26, True, []), (100, 24, True, ["clock_quarter"]), (100, 0.9, True, ["clock_hour"]),
        (100, 0.9, False, ["clock_quarter"]), (100, -0.1, True, ["clock_overdue"]),
        (1, 0.5, True, []), (1, 0.2, True, ["clock_hour"]),
    ],
)  # fmt: skip
def test_a_term_is_told_of_as_it_runs_out(tip, hours, left, is_legal, found):
    clock_of(tip, hours=hours, left=left, is_legal=is_legal)

    alerts.follow(timezone.now())
    alerts.follow(timezone.now())

    assert kinds(tip) == found
    assert all(one.count == 1 and one.due_at == tip.next_due_at for one in Occasion.objects.all())


def test_the_last_hour_replaces_the_quarter_and_is_told_at_night(telling, tip, officer):
    clock_of(tip, hours=100, left=12)
    alerts.follow(timezone.now())
    assert kinds(tip) == ["clock_quarter"]

    telling.clock.shift(timedelta(hours=11, minutes=10))  # 01:10
    alerts.follow(timezone.now())

    assert kinds(tip) == ["clock_hour"]
    telling.after(0)
    assert telling.people("clock_hour") == {officer}


@pytest.mark.parametrize(
    "act",
    [
        lambda tip, by: clocks.stop(tip, *Stage, at=timezone.now()),
        lambda tip, by: clocks.cancel_all(tip),
        lambda tip, by: clocks.closed(tip, at=timezone.now()),
    ],
    ids=["stop", "cancel", "close"],
)
def test_a_clock_that_stops_closes_what_it_opened(tip, officer, act):
    clock_of(tip, hours=100, left=1)
    alerts.follow(timezone.now())
    assert kinds(tip) == ["clock_hour"]

    act(tip, officer)

    assert kinds(tip) == []


def test_more_time_closes_until_it_runs_out_again(tip, officer, chief):
    row = clock_of(tip, hours=100, left=20, is_legal=False)
    row.rule.may_pause, row.rule.unit, row.rule.amount = True, "hours", 100
    row.rule.save()
    alerts.follow(timezone.now())
    assert kinds(tip) == ["clock_quarter"]

    changes.pause(row, by=officer, reason="Chờ người báo.", until=NOON + timedelta(hours=20))

    assert kinds(tip) == []


def test_nobody_barred_is_told_of_a_term(telling, commune, tip, officer, chief):
    put_on_duty(commune, duty=officer)
    clock_of(tip, hours=100, left=0.5)
    alerts.TipConflict.objects.create(tip=tip, user=officer)
    alerts.follow(timezone.now())

    telling.climb()

    assert telling.people("clock") == {chief}


def test_a_tip_that_is_told_of_as_new_says_nothing_of_its_quarter(hamlet, telling):
    tip = make_tip(hamlet=hamlet)
    clock_of(tip, hours=24, left=5, is_legal=False)

    alerts.follow(timezone.now())

    assert kinds(tip) == ["tip_new"]


def test_the_owner_who_is_locked_leaves_it_to_who_is_on_duty(telling, commune, tip, officer, chief):
    officer.is_active = False
    officer.save()
    put_on_duty(commune, duty=chief)
    clock_of(tip, hours=100, left=20)
    alerts.follow(timezone.now())

    telling.after(2)

    assert telling.people() == {chief}


def test_a_round_with_nothing_to_tell_asks_little(
    telling, tip, officer, django_assert_max_num_queries
):
    clock_of(tip, hours=100, left=80)

    # Terms, answers, bars, words that wait, days of owners, and what is open of each.
    with django_assert_max_num_queries(9):
        alerts.follow(timezone.now())
