"""Somebody is told of a tip until it is taken up; whoever it is about is told nothing."""

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.users.roles import Role
from duty.models import Notice, Occasion, OccasionEvent
from duty.occasions import subjects
from reports import alerts, intake
from reports.models import TipConflict, TipReport
from reports.proposals import services as proposals
from reports.recording import services as recording
from reports.tasks import pass_on_proposals
from reports.tips.errors import NotAllowed
from reports.triage import duplicates, splitting
from reports.triage import services as triage
from reports.vault import conflicts
from reports.vault import services as vault
from reports.work import answers, closing
from reports.work import services as work
from tests.duty.telling import NOON, Telling, ends, kinds, put_on_duty
from tests.factories.accounts import make_user
from tests.factories.tips import make_worked
from tests.vaults import opened

pytestmark = pytest.mark.usefixtures("as_vault")

ACCUSED = "Chính anh Đặng Quốc Vinh nhận tiền của chủ sòng."
SORTED_AS = {"kind": "feedback", "category": "ttatxh"}


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(telling, officer_of, hamlet):
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


@pytest.fixture
def keeper(telling, commune, chief, duty_officer, deputy_chief):
    """On duty: an account of the desk, and the deputy as leader."""
    put_on_duty(commune, duty=duty_officer, leader=deputy_chief)
    return duty_officer


def receive(commune, urgency: str = "normal", words: str = "Có tiếng cãi nhau.", **fields):
    content = intake.TipContent(words, urgency=urgency, hamlet=fields.pop("hamlet", None))
    return intake.receive(commune, content, channel="web_form", **fields).tip


# A tip comes.


@pytest.mark.parametrize(
    ("urgency", "kind", "level"),
    [
        ("emergency", "tip_now", "now"), ("urgent", "tip_urgent", "now"),
        ("normal", "tip_new", "hours"),
    ],
)  # fmt: skip
def test_a_tip_opens_one_occasion_by_its_urgency(telling, commune, keeper, urgency, kind, level):
    tip = receive(commune, urgency)

    occasion = Occasion.objects.get()
    assert (occasion.kind, occasion.level, occasion.subject_pk) == (kind, level, tip.pk)
    telling.after(0 if level == "now" else 2)
    assert telling.people() == {keeper}


def test_every_door_opens(telling, commune, hamlet, hamlet_head_of, keeper):
    content = intake.TipContent("Có tiếng cãi nhau.", hamlet=hamlet)
    head = hamlet_head_of(hamlet)
    spoken = recording.record(content, by=keeper, channel="phone", person=intake.Person()).tip
    passed_on = recording.relay(content, by=head, person=intake.Person())

    assert kinds(spoken) == kinds(passed_on) == ["tip_new"]


def test_whoever_writes_it_down_is_not_told_of_it_and_others_are(
    telling, commune, keeper, deputy_chief
):
    receive(commune, "emergency", by=keeper)

    telling.after(0)
    assert telling.people() == set()
    telling.after(3)
    assert telling.people() == set()
    telling.after(2)
    assert telling.people() == {deputy_chief}


def test_an_unanswered_emergency_climbs_to_the_chiefs(
    telling, commune, keeper, chief, deputy_chief
):
    receive(commune, "emergency")

    telling.climb()

    assert telling.people() == {keeper, deputy_chief, chief}


def test_taking_a_tip_in_asks_little_more_of_the_database(telling, commune, keeper):
    receive(commune)  # the counter of the year, the rules

    with CaptureQueriesContext(
        connection,
    ) as asked:
        receive(commune)

    assert 0 < sum('"duty_' in query["sql"] for query in asked.captured_queries) <= 6


def test_a_tip_that_is_rolled_back_tells_nobody(telling, commune, keeper):
    with transaction.atomic():
        receive(commune)
        transaction.set_rollback(True)

    assert not Occasion.objects.exists()


# What is done about it.


@pytest.mark.parametrize("urgency", ["normal", "urgent", "emergency"])
@pytest.mark.parametrize(
    "act",
    [
        lambda tip, by: triage.sort(tip, by=by, **SORTED_AS),
        lambda tip, by: work.assign(tip, to=by, by=by),
        lambda tip, by: answers.answer(tip, by=by, text="Đã nhận tin."),
        lambda tip, by: closing.close_unworked(
            tip, by=by, disposition="guided", outcome="Đã hướng dẫn."
        ),
        lambda tip, by: duplicates.link(tip, of=make_worked(by), by=by),
    ],
    ids=["sort", "assign", "answer", "close", "link"],
)
def test_each_step_of_work_closes(telling, commune, keeper, chief, urgency, act):
    tip = receive(commune, urgency)
    tip.summary = "Tụ tập đánh bạc."
    tip.save(update_fields=["summary"])

    act(tip, chief)

    assert kinds(tip) == []
    telling.climb()
    assert telling.people("tip_") == set()


def test_reading_the_words_closes_what_is_routine_alone(telling, commune, keeper):
    routine, pressing = receive(commune), receive(commune, "emergency")

    for tip in (routine, pressing):
        vault.read_words(tip, by=keeper)

    assert (kinds(routine), kinds(pressing)) == ([], ["tip_now"])


def test_a_tip_given_back_is_told_of_again(telling, commune, keeper, chief):
    tip = receive(commune, "urgent")
    work.assign(tip, to=chief, by=chief)

    work.hand_back(tip, by=chief, reason="Đi công tác.")

    assert kinds(tip) == ["tip_urgent"]
    telling.after(0)
    assert telling.people() == {keeper}


def test_an_officer_barred_from_the_own_tip_leaves_it_to_others(
    telling, commune, keeper, officer, hamlet, chief, deputy_chief
):
    tip = make_worked(officer, hamlet=hamlet)

    conflicts.add(tip, user=officer, by=chief)

    assert kinds(tip) == ["tip_new"]
    telling.climb()
    assert telling.people() == {deputy_chief}  # at the desk only new ones are seen


def test_a_forgotten_close_is_found_before_the_next_step(telling, commune, keeper, chief):
    tip = receive(commune, "emergency")
    TipReport.objects.filter(pk=tip.pk).update(owner=chief)

    telling.climb()

    assert telling.people() == set()
    assert ends(tip, "tip_now") == ["gone"]


# Never whom it is about.


@pytest.mark.parametrize("urgency", ["normal", "emergency"])
def test_the_accused_on_duty_is_told_nothing_at_any_step(
    telling, commune, hamlet, officer, chief, deputy_chief, urgency
):
    put_on_duty(commune, duty=officer, second=officer, leader=deputy_chief)
    tip = receive(commune, urgency, ACCUSED, hamlet=hamlet)

    telling.climb()

    assert officer not in telling.people()
    assert telling.people() == {chief, deputy_chief}
    occasion = Occasion.objects.filter(subject=f"reports.tipreport:{tip.pk}").first()
    assert not subjects.may_open(occasion, officer)


def test_a_tip_about_the_chief_reaches_the_others(telling, commune, keeper, chief, deputy_chief):
    receive(commune, "emergency", f"{chief.get_full_name()} đánh bạc.")

    telling.climb()

    assert telling.people() == {keeper, deputy_chief}


def test_an_account_barred_meanwhile_is_told_no_more(telling, commune, keeper, chief, deputy_chief):
    tip = receive(commune, "emergency")
    telling.after(0)
    conflicts.add(tip, user=deputy_chief, by=chief)

    telling.climb()

    assert deputy_chief not in telling.people()


def test_the_barred_of_a_duplicate_is_not_told_of_its_words(
    telling, commune, hamlet, officer, chief
):
    main = make_worked(officer, hamlet=hamlet)
    twin = receive(commune, "normal", ACCUSED, hamlet=hamlet)
    duplicates.link(twin, of=main, by=chief)
    Occasion.objects.all().delete()
    alerts.occasions.heard(twin, is_urgent=True)
    TipReport.objects.filter(pk=twin.pk).update(has_unread=True)

    telling.climb()

    assert telling.people("tip_words") == {chief}


def test_a_split_half_bars_the_same(telling, commune, hamlet, officer, chief):
    put_on_duty(commune, duty=officer)
    tip = receive(commune, "emergency", ACCUSED, hamlet=hamlet)
    with opened():
        splitting.split(tip, by=chief, summary="Việc thứ hai.")

    telling.climb()

    assert Occasion.objects.filter(kind="tip_now").count() == 2
    assert telling.people() == {chief}


@pytest.mark.parametrize("role", [
    Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT, Role.TECH_ADMIN,
    Role.SUPERIOR,
])  # fmt: skip
def test_roles_without_sight_are_told_nothing_even_on_duty(telling, commune, chief, role):
    stranger = make_user(commune, role)
    put_on_duty(commune, duty=stranger, leader=stranger, second=stranger)
    receive(commune, "emergency")
    receive(commune)

    telling.climb()

    assert telling.people() == {chief}


def test_people_of_another_commune_are_told_nothing(telling, commune, other_commune, chief):
    stranger = make_user(other_commune, Role.CHIEF)
    put_on_duty(commune, duty=stranger)
    receive(commune, "emergency")

    telling.climb()

    assert telling.people() == {chief}


@pytest.mark.parametrize("act", [
    lambda tip, by: triage.divert(tip, by=by, kind="denunciation"),
    lambda tip, by: triage.hand_over_secretly(tip, by=by),
], ids=["denunciation", "state"])  # fmt: skip
def test_of_a_single_line_nothing_stays_of_who_was_told(telling, commune, keeper, chief, act):
    tip = receive(commune, "emergency")
    telling.after(0)
    assert Notice.objects.exists()

    act(tip, chief)

    assert not Occasion.objects.exists()
    assert not Notice.objects.exists()
    assert not OccasionEvent.objects.exists()


def test_a_closed_occasion_knows_no_minute(telling, commune, keeper, chief):
    telling.after(7.3)
    tip = receive(commune, "emergency")
    telling.after(0)
    telling.after(3.2)

    triage.sort(tip, by=chief, **SORTED_AS)

    times = [
        *Occasion.objects.values_list("opened_at", "told_at", "closed_at", "next_step_at"),
        *OccasionEvent.objects.values_list("at"),
        *Notice.objects.values_list("made_at", "next_attempt_at", "expires_at", "opened_at"),
    ]
    found = {at for row in times for at in row if at is not None}
    assert found
    assert {(at.minute % 15, at.second, at.microsecond) for at in found} == {(0, 0, 0)}


# Nobody left to read it.


@pytest.fixture
def superior(telling, commune):
    return make_user(commune, Role.SUPERIOR)


def unreadable(commune, officer, chief, hamlet, urgency="normal"):
    words = f"{chief.get_full_name()} và Đặng Quốc Vinh chia tiền của sòng bạc."
    return receive(commune, urgency, words, hamlet=hamlet)


def test_what_nobody_in_the_commune_reads_goes_to_the_superior_alone(
    telling, commune, hamlet, officer, chief, superior
):
    put_on_duty(commune, duty=officer, leader=chief)
    tip = unreadable(commune, officer, chief, hamlet)

    assert kinds(tip) == ["tip_unreadable"]
    telling.climb()
    assert telling.people() == {superior}
    assert Occasion.objects.get(kind="tip_unreadable").next_step_at > timezone.now()


def test_an_urgent_one_reaches_the_superior_at_once(
    telling, commune, hamlet, officer, chief, superior
):
    unreadable(commune, officer, chief, hamlet, "emergency")

    telling.after(0)

    assert telling.people() == {superior}


def test_it_ends_when_the_superior_has_decided(telling, commune, hamlet, officer, chief, superior):
    tip = unreadable(commune, officer, chief, hamlet)

    for row in tip.proposals.all():
        assert kinds(tip) == ["tip_unreadable"]
        proposals.confirm(row, by=superior, reason="Đọc kỹ lời báo.")

    assert kinds(tip) == []
    alerts.follow(timezone.now())
    assert kinds(tip) == []


def test_once_somebody_may_read_again_the_commune_is_told(
    telling, commune, hamlet, officer, chief, superior
):
    tip = unreadable(commune, officer, chief, hamlet)
    row = tip.proposals.get(user=chief)

    proposals.lift(row, by=superior, reason="Trùng tên.")

    assert kinds(tip) == ["proposal_waits", "tip_new"]
    telling.climb()
    assert telling.people("tip_new") == {chief}
    assert telling.people("proposal_waits") == {chief, superior}


def test_a_new_account_that_reads_it_is_found_by_the_round(
    telling, commune, hamlet, officer, chief, superior
):
    tip = unreadable(commune, officer, chief, hamlet)
    other = make_user(commune, Role.CHIEF)

    alerts.follow(timezone.now())

    assert kinds(tip) == ["proposal_waits", "tip_new"]
    telling.climb()
    assert telling.people("tip_new") == {other}
    assert telling.people() == {other, superior}


def test_a_reader_who_is_locked_leaves_it_to_the_superior(
    telling, commune, hamlet, officer, chief, superior
):
    tip = receive(commune, "normal", ACCUSED, hamlet=hamlet)
    chief.is_active = False
    chief.save()

    alerts.follow(timezone.now())

    assert kinds(tip) == ["tip_unreadable"]


def test_a_superior_who_read_the_words_is_asked_no_more(
    telling, commune, hamlet, chief, deputy_chief, superior
):
    tip = receive(commune, hamlet=hamlet)
    conflicts.add(tip, user=deputy_chief, by=chief)
    TipConflict.objects.create(tip=tip, user=chief)
    alerts.follow(timezone.now())
    assert kinds(tip) == ["tip_unreadable"]

    vault.read_words(tip, by=superior)

    assert kinds(tip) == []
    alerts.follow(timezone.now())
    assert kinds(tip) == []
    with pytest.raises(NotAllowed):
        vault.read_words(tip, by=chief)


# Words that name somebody wait for a decision.


def test_who_has_to_decide_is_told_and_nobody_else(
    telling, commune, hamlet, officer, keeper, chief, deputy_chief
):
    tip = receive(commune, "normal", ACCUSED, hamlet=hamlet)

    telling.after(2)

    assert telling.people("proposal_waits") == {chief, deputy_chief}
    assert officer not in telling.people()
    assert keeper not in telling.people("proposal_waits")
    proposals.lift(tip.proposals.get(), by=chief, reason="Trùng tên.")
    assert kinds(tip) == ["tip_new"]


def test_what_is_passed_on_is_told_to_the_next_level(
    telling, hamlet, officer, officer_of, superior
):
    chief, deputy = officer_of(role=Role.CHIEF), officer_of(role=Role.CHIEF)
    deputy.officer.title = "Phó Trưởng Công an xã"
    deputy.officer.save()
    tip = receive(hamlet.commune, "urgent", ACCUSED, hamlet=hamlet)
    telling.after(0)
    assert telling.people("proposal_waits") == {chief}

    telling.clock.move_to(tip.proposals.get().due_at)
    pass_on_proposals()
    telling.after(0)

    assert telling.people("proposal_waits") == {chief, deputy}
    assert ends(tip, "proposal_waits") == ["replaced"]
    telling.clock.move_to(tip.proposals.get().due_at)
    pass_on_proposals()
    telling.after(0)
    assert superior in telling.people("proposal_waits")
    assert officer not in telling.people()
