"""A name in words hides nothing for good: the machine proposes, a person decides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.users.roles import Role
from accounts.workflow.services import sees
from reports import intake
from reports.models import ConflictProposal, TipConflict, TipReport
from reports.proposals import deciders, work_lists
from reports.proposals import services as proposals
from reports.tips.errors import NotAllowed
from reports.triage import duplicates, splitting
from reports.triage import services as triage
from reports.vault import conflicts, openings, retention
from tests.factories.accounts import make_user
from tests.factories.groups import make_officer
from tests.factories.tips import make_tip, make_triaged, make_worked
from tests.reports.services.named import ACCUSED, DEPUTY, THANKS, WHY, readers_of, say, waiting

# The verbs run in the vault, where pages ask for them.
pytestmark = pytest.mark.usefixtures("as_vault")

# First words.


def test_first_words_hold_the_named_back_until_a_person_lifts_it(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    assert readers_of(tip, officer, chief) == [chief]

    row = proposals.lift(waiting(tip), by=chief, reason=WHY)

    assert readers_of(tip, officer, chief) == [officer, chief]
    assert (row.state, row.decided_by, row.reason) == ("lifted", chief, WHY)
    assert tip.events.get(kind="conflict_decided").by == chief
    assert AuditEvent.objects.get(action="conflictproposal.lifted").actor == chief


def test_first_words_confirmed_bar_the_named_for_good(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)

    proposals.confirm(waiting(tip), by=chief, reason=WHY)

    assert not sees(officer, tip)
    assert not ConflictProposal.objects.visible_to(officer).exists()
    with pytest.raises(NotAllowed, match="Đã có người quyết định"):
        proposals.lift(ConflictProposal.objects.get(), by=chief, reason=WHY)


@pytest.mark.parametrize("words", [THANKS, "Kính gửi đồng chí Đặng Quốc Vinh."])
def test_courtesy_keeps_the_tip_whole(hamlet, officer, words):
    tip = make_worked(officer, hamlet=hamlet)
    say(tip, words)
    new = make_tip(hamlet=hamlet, words=words)

    assert not ConflictProposal.objects.exists()
    assert not TipConflict.objects.exists()
    tip.refresh_from_db()
    assert (sees(officer, new), tip.owner, tip.has_unread) == (True, officer, True)


def test_an_accusation_of_the_chief_goes_to_the_deputy(commune, hamlet, officer_of):
    chief = officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    deputy = officer_of(role=Role.CHIEF)
    deputy.officer.title = DEPUTY
    deputy.officer.save()
    tip = make_tip(hamlet=hamlet, words="Trưởng Công an xã Lê Văn Chỉ đánh bạc.")

    row = waiting(tip)

    assert (row.level, row.user) == ("deputy", chief)
    assert [deciders.may_decide(user, row) for user in (chief, deputy)] == [False, True]
    with pytest.raises(NotAllowed):
        proposals.lift(row, by=chief, reason=WHY)
    proposals.confirm(row, by=deputy, reason=WHY)
    assert readers_of(tip, chief, deputy) == [deputy]


def test_an_accusation_of_all_readers_goes_to_the_superior_and_no_further(
    hamlet, officer, officer_of, superior
):
    chief = officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    other = make_tip(hamlet=hamlet)

    tip = make_tip(hamlet=hamlet, words="Lê Văn Chỉ và Đặng Quốc Vinh chia tiền của sòng bạc.")

    assert readers_of(tip, officer, chief, superior) == [superior]
    assert {row.level for row in ConflictProposal.objects.all()} == {"superior"}
    assert not sees(superior, other)
    proposals.lift(waiting(tip, user=chief), by=superior, reason=WHY)
    assert readers_of(tip, officer, chief, superior) == [chief]
    assert not ConflictProposal.objects.visible_to(superior).exists()
    proposals.confirm(waiting(tip, user=officer), by=chief, reason=WHY)


def test_a_superior_sees_a_tip_only_while_nobody_else_does(hamlet, officer, officer_of, superior):
    officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    tip = make_tip(hamlet=hamlet, words="Lê Văn Chỉ và Đặng Quốc Vinh chia tiền của sòng bạc.")
    assert sees(superior, tip)

    make_user(hamlet.commune, Role.CHIEF)

    assert not sees(superior, tip)


def test_a_summary_that_names_somebody_holds_the_tip_back(hamlet, officer, chief):
    tip = make_triaged(hamlet=hamlet)

    triage.summarise(tip, by=chief, summary="Đặng Quốc Vinh nhận tiền của chủ sòng.")

    assert readers_of(tip, officer, chief) == [chief]
    proposals.lift(waiting(tip), by=chief, reason=WHY)
    triage.summarise(tip, by=chief, summary="Đặng Quốc Vinh bị nói là nhận tiền.")
    assert sees(officer, tip)  # decided already


# Over links nothing spreads; a split takes the same words along.


def test_over_a_duplicate_nothing_spreads(hamlet, officer, chief, deputy_chief):
    main, twin = make_worked(officer, hamlet=hamlet), make_tip(hamlet=hamlet)
    duplicates.link(twin, of=main, by=chief)

    message = say(twin, ACCUSED)

    assert readers_of(main, officer, chief, deputy_chief) == [officer, chief, deputy_chief]
    assert readers_of(twin, officer, chief, deputy_chief) == [officer, chief, deputy_chief]
    assert not sees(officer, message)
    proposals.confirm(waiting(twin), by=chief, reason=WHY)
    main.refresh_from_db()
    assert (readers_of(twin, officer), main.owner) == ([], officer)


def test_a_link_to_a_tip_that_bars_the_owner_shows_him_nothing_of_it(hamlet, officer, chief):
    main, twin = make_worked(officer, hamlet=hamlet), make_tip(hamlet=hamlet, words=ACCUSED)

    duplicates.link(twin, of=main, by=chief)

    assert readers_of(twin, officer) == []
    assert not main.events.filter(kind="linked").exists()
    TipReport.objects.filter(pk=twin.pk).update(has_unread=True)
    assert not TipReport.objects.visible_to(officer).with_news(officer).exists()


def test_nobody_sees_a_tip_end_as_the_duplicate_of_one_that_bars_them(hamlet, officer, chief):
    main, tip = make_triaged(hamlet=hamlet, words=ACCUSED), make_triaged(hamlet=hamlet)

    with pytest.raises(NotAllowed, match="không được biết phản ánh chính"):
        duplicates.link(tip, of=main, by=chief)


@pytest.mark.parametrize("state", ["waiting", "confirmed", "lifted"])
def test_a_split_takes_the_decision_along(hamlet, officer, chief, state):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    if state != "waiting":
        verb = {"confirmed": proposals.confirm, "lifted": proposals.lift}[state]
        verb(waiting(tip), by=chief, reason=WHY)

    made = splitting.split(tip, by=chief, summary="Việc thứ hai.")

    assert sees(officer, made) == (state == "lifted")
    assert made.proposals.get().state == state


def test_a_decision_holds_for_both_halves_of_a_split(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    made = splitting.split(tip, by=chief, summary="Việc thứ hai.")

    proposals.lift(waiting(made), by=chief, reason=WHY)

    assert (sees(officer, tip), sees(officer, made)) == (True, True)


def test_a_bar_by_hand_holds_for_a_split_whatever_was_lifted(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    proposals.lift(waiting(tip), by=chief, reason=WHY)
    conflicts.add(tip, user=officer, by=chief)

    made = splitting.split(tip, by=chief, summary="Việc thứ hai.")

    assert not sees(officer, made)


def test_lifting_first_words_leaves_what_other_words_confirmed(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    made = splitting.split(tip, by=chief, summary="Việc thứ hai.")
    later = say(tip, "Vẫn anh Đặng Quốc Vinh nhận tiền.")
    TipConflict.objects.filter(tip=tip).delete()
    ConflictProposal.objects.filter(tip=tip, message=None).update(
        state="lifted", decided_by=chief, decided_at=timezone.now()
    )
    proposals.confirm(waiting(tip, message=later), by=chief, reason=WHY)

    proposals.lift(waiting(made), by=chief, reason=WHY)

    assert (sees(officer, tip), sees(officer, made)) == (False, True)


def test_lifting_decides_nothing_where_the_decider_is_named_too(hamlet, officer, officer_of, chief):
    named = officer_of(role=Role.CHIEF, last_name="Lý Thị", first_name="Mẫu")
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    made = splitting.split(tip, by=chief, summary="Đặng Quốc Vinh và Lý Thị Mẫu chia tiền.")

    proposals.lift(waiting(tip), by=named, reason=WHY)

    assert (sees(officer, tip), sees(officer, made)) == (True, False)
    assert waiting(made, user=officer).decided_by is None


def test_confirmed_words_bar_the_named_where_they_are_moved(hamlet, officer, chief):
    tip = make_worked(chief, hamlet=hamlet)
    made = splitting.split(tip, by=chief, summary="Việc thứ hai.")
    message = say(tip, ACCUSED)
    proposals.confirm(waiting(tip), by=chief, reason=WHY)

    splitting.move(message, to=made, by=chief)

    assert not sees(officer, made)


def test_words_that_wait_go_on_waiting_where_they_are_moved(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    made = splitting.split(tip, by=officer, summary="Việc thứ hai.")
    message = say(tip, ACCUSED)
    with pytest.raises(NotAllowed):
        splitting.move(message, to=made, by=officer)

    splitting.move(message, to=made, by=chief)

    made.refresh_from_db()
    assert (sees(officer, message), made.has_unread) == (False, False)
    assert waiting(made).message == message


# In time, in the chat, of whoever else.


def test_what_nobody_decides_goes_up_and_never_opens(hamlet, officer, officer_of, superior):
    officer_of(role=Role.CHIEF)
    deputy = officer_of(role=Role.CHIEF)
    deputy.officer.title = DEPUTY
    deputy.officer.save()
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    assert not deciders.may_decide(deputy, waiting(tip))
    levels = [waiting(tip).level]
    for _level in range(3):
        proposals.pass_on(waiting(tip).pk, waiting(tip).due_at + timedelta(minutes=1))
        levels.append(waiting(tip).level)

    assert levels == ["chief", "deputy", "superior", "superior"]
    assert deciders.may_decide(deputy, waiting(tip))
    assert (sees(officer, tip), sees(superior, tip)) == (False, False)
    assert AuditEvent.objects.filter(action="conflictproposal.passed_on").count() == 2


def test_who_decides_a_list_is_asked_once_for_the_people_and_not_for_each_row(
    hamlet, officer, officer_of
):
    """A deputy below a chief whom every tip names."""
    deputy = officer_of(role=Role.CHIEF)
    deputy.officer.title = DEPUTY
    deputy.officer.save()
    officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    make_tip(hamlet=hamlet, words="Lê Văn Chỉ nhận tiền.")

    def asked() -> tuple[int, int]:
        user = User.objects.get(pk=deputy.pk)
        with CaptureQueriesContext(connection) as queries:
            found = work_lists.for_decision(user, timezone.now())
        return len(queries), len(found)

    first = asked()
    for _row in range(6):
        make_tip(hamlet=hamlet, words="Lê Văn Chỉ và Đặng Quốc Vinh chia tiền.")

    assert first[1] == 1
    assert asked() == (first[0], 13)


@pytest.mark.parametrize(("urgency", "minutes"), [("normal", None), ("urgent", 30)])
def test_a_decision_has_a_working_day_or_a_quarter_of_an_hour(commune, officer, urgency, minutes):
    tip = intake.receive(
        commune, intake.TipContent(ACCUSED, urgency=urgency), channel="web_form"
    ).tip

    left = waiting(tip).due_at - tip.received_at

    # From the end of the quarter of an hour in which it came.
    expected = left == timedelta(minutes=minutes) if minutes else left >= timedelta(days=1)
    assert expected


def test_an_urgent_tip_waits_no_longer_at_the_next_level(commune, officer, officer_of):
    officer_of(role=Role.CHIEF)
    tip = intake.receive(
        commune, intake.TipContent(ACCUSED, urgency="emergency"), channel="web_form"
    ).tip
    now = waiting(tip).due_at + timedelta(minutes=1)

    proposals.pass_on(waiting(tip).pk, now)

    assert waiting(tip).due_at - now <= timedelta(minutes=30)


def test_words_split_over_two_messages_of_one_telling_are_first_words(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words="Tôi muốn báo một việc.")

    proposals.hold_back(tip, ACCUSED, at=tip.received_at)

    assert readers_of(tip, officer, chief) == [chief]


def test_the_named_learns_nothing_from_the_trail(hamlet, officer_of, chief):
    named = officer_of(role=Role.CHIEF, last_name="Đặng Quốc", first_name="Vinh")
    other = officer_of(role=Role.CHIEF, last_name="Lý Thị", first_name="Mẫu")
    tip = make_worked(chief, hamlet=hamlet)
    say(tip, "Đặng Quốc Vinh và Lý Thị Mẫu nhận tiền.")

    def events(user):
        return list(AuditEvent.objects.visible_to(user).order_by("pk"))

    before = events(other)

    proposals.confirm(waiting(tip, user=named), by=chief, reason=WHY)

    assert events(other) == before
    assert [row.action for row in events(chief)][-1] == "conflictproposal.confirmed"


def test_a_named_chief_learns_nothing_of_others_named_in_the_same_first_words(
    hamlet, officer, officer_of, chief
):
    named = officer_of(role=Role.CHIEF, last_name="Lý Thị", first_name="Mẫu")
    tip = make_tip(hamlet=hamlet, words="Đặng Quốc Vinh và Lý Thị Mẫu chia tiền.")

    proposals.confirm(waiting(tip, user=officer), by=chief, reason=WHY)

    seen = AuditEvent.objects.visible_to(named).filter(action__startswith="conflictproposal")
    assert list(seen) == []


def test_the_named_opens_the_reporter_to_nobody(hamlet, officer, officer_of, chief):
    named = officer_of(role=Role.CHIEF, last_name="Lý Thị", first_name="Mẫu")
    tip = make_worked(officer, hamlet=hamlet)
    asked = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    say(tip, "Chị Lý Thị Mẫu nhận tiền.")

    with pytest.raises(NotAllowed, match="chưa làm được bước đó"):
        openings.decide(asked, by=named, approved=True)

    openings.decide(asked, by=chief, approved=True)


def test_who_is_locked_for_a_while_is_kept_from_later_words_too(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    officer.is_active = False
    officer.save()

    message = say(tip, ACCUSED)

    officer.is_active = True
    officer.save()
    assert (sees(officer, tip), sees(officer, message)) == (True, False)


def test_what_was_decided_is_undone_by_a_chief_alone(hamlet, officer, officer_of, chief):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    with pytest.raises(NotAllowed, match="đang chờ quyết định"):
        conflicts.lift(tip.conflicts.get(), by=chief)
    proposals.confirm(waiting(tip), by=chief, reason=WHY)
    with pytest.raises(NotAllowed, match="nhờ chỉ huy"):
        conflicts.lift(tip.conflicts.get(), by=officer_of(hamlet))

    conflicts.lift(tip.conflicts.get(), by=chief)

    assert sees(officer, tip)
    assert tip.proposals.get().state == "lifted"


def test_bar_is_lifted_only_at_tips_that_the_chief_sees(hamlet, officer, officer_of, chief):
    named = officer_of(role=Role.CHIEF, last_name="Lý Thị", first_name="Mẫu")
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    made = splitting.split(tip, by=chief, summary="Đặng Quốc Vinh và Lý Thị Mẫu chia tiền.")
    proposals.confirm(waiting(tip), by=chief, reason=WHY)
    assert not sees(named, made)

    conflicts.lift(tip.conflicts.get(), by=named)

    assert (sees(officer, tip), sees(officer, made)) == (True, False)
    assert made.proposals.get(user=officer).state == "confirmed"


@pytest.mark.parametrize("verb", [proposals.lift, proposals.confirm])
@pytest.mark.parametrize("state", ["confirmed", "lifted"])
def test_what_is_decided_is_not_decided_again(hamlet, officer, chief, verb, state):
    tip = make_tip(hamlet=hamlet, words=ACCUSED)
    decide = {"confirmed": proposals.confirm, "lifted": proposals.lift}[state]
    row = decide(waiting(tip), by=chief, reason=WHY)

    with pytest.raises(NotAllowed, match="Đã có người quyết định"):
        verb(row, by=chief, reason=WHY)

    assert tip.proposals.get().state == state


def test_a_tip_is_not_forgotten_while_words_wait(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    say(tip, ACCUSED)
    long_ago = timezone.now() - timedelta(days=6 * 365)
    TipReport.objects.filter(pk=tip.pk).update(
        status="closed", disposition="handled_here", closed_at=long_ago
    )
    assert not retention.old_words().exists()
    proposals.lift(waiting(tip), by=chief, reason=WHY)
    TipReport.objects.filter(pk=tip.pk).update(has_unread=False)
    assert retention.old_words().get() == tip


def test_an_account_that_reads_no_tips_is_no_question_for_anybody(hamlet, hamlet_head_of, chief):
    hamlet_head_of(hamlet, last_name="Điểu", first_name="Mẫu Sanh")

    tip = make_tip(hamlet=hamlet, words="Trưởng ấp Điểu Mẫu Sanh thu tiền.")

    assert not tip.proposals.exists()
    make_officer(hamlet.commune)
