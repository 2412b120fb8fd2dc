"""Given, taken, handed back, helped with; and who may do it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.services import sees
from reports.models import TipEvent, TipHelper, TipReport
from reports.tips.errors import CarriesSecret, NotAllowed, TransitionNotAllowed
from reports.work import services as work
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip, make_triaged, make_worked


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def stranger(officer_of, other_hamlet):
    """Works in another hamlet."""
    return officer_of(other_hamlet)


@pytest.fixture
def tip(hamlet):
    return make_triaged(hamlet=hamlet)


def kinds(tip):
    return list(tip.events.order_by("pk").values_list("kind", flat=True))


def test_a_chief_gives_a_tip_to_an_officer_of_another_hamlet_who_then_sees_it(tip, chief, stranger):
    assert not sees(stranger, tip)

    work.assign(tip, to=stranger, by=chief)

    assert sees(stranger, tip)
    assert (tip.owner, kinds(tip)[-1]) == (stranger, "assigned")
    assert AuditEvent.objects.get(action="tip.assigned").actor == chief


def test_a_duty_officer_gives_what_came_in_the_shift(hamlet, duty_officer, officer):
    tip = make_tip(hamlet=hamlet)

    work.assign(tip, to=officer, by=duty_officer)

    assert tip.owner == officer
    assert not sees(duty_officer, tip)


def test_an_officer_takes_what_is_nobodys_and_gives_nothing_to_others(
    tip, officer, officer_of, hamlet
):
    colleague = officer_of(hamlet)
    with pytest.raises(NotAllowed):
        work.assign(tip, to=colleague, by=officer)

    work.assign(tip, to=officer, by=officer)

    with pytest.raises(NotAllowed):
        work.assign(tip, to=colleague, by=colleague)
    assert tip.owner == officer


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.HAMLET_HEAD, Role.TECH_ADMIN])
def test_a_tip_is_given_only_to_who_can_work_on_it(tip, chief, actor, role):
    with pytest.raises(NotAllowed, match="Hãy chọn người khác"):
        work.assign(tip, to=actor(role), by=chief)


def test_a_tip_is_not_given_to_a_shut_account_nor_to_another_commune(
    tip, chief, officer, other_commune, officer_of
):
    officer.is_active = False
    officer.save()
    away = make_user(other_commune, Role.OFFICER)
    for refused in (officer, away):
        with pytest.raises(NotAllowed):
            work.assign(tip, to=refused, by=chief)
    assert refused not in work.may_be_given(tip, chief)


def test_who_gives_by_an_old_page_is_told_of_the_new_owner(tip, chief, deputy_chief, officer):
    work.assign(tip, to=officer, by=chief, instead_of=None)

    with pytest.raises(NotAllowed, match="vừa đổi"):
        work.assign(tip, to=deputy_chief, by=deputy_chief, instead_of=None)
    assert tip.owner == officer


def test_a_new_owner_keeps_the_helpers_and_is_none(tip, chief, deputy_chief, officer, stranger):
    work.assign(tip, to=officer, by=chief)
    work.add_helper(tip, user=stranger, by=officer)
    work.add_helper(tip, user=deputy_chief, by=officer)

    work.assign(tip, to=stranger, by=chief)

    assert {row.user for row in tip.helpers.all()} == {deputy_chief}


def test_a_cover_ends_with_its_last_day(tip, chief, officer, stranger, time_machine):
    work.assign(tip, to=officer, by=chief)
    today = timezone.localdate()
    work.add_helper(tip, user=stranger, by=officer, until=today)
    assert sees(stranger, tip)

    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)

    assert not sees(stranger, tip)
    with pytest.raises(NotAllowed):
        work.add_note(tip, by=stranger, text="Đã gặp chủ quán.")
    with pytest.raises(NotAllowed, match="đã qua"):
        work.add_helper(tip, user=stranger, by=officer, until=today)


def test_a_helper_leaves_and_no_other_sends_them_away(tip, chief, officer, stranger, officer_of):
    work.assign(tip, to=officer, by=chief)
    work.add_helper(tip, user=stranger, by=chief)
    helper = TipHelper.objects.get()
    colleague = officer_of(tip.hamlet)
    with pytest.raises(NotAllowed):
        work.remove_helper(helper, by=colleague)

    work.remove_helper(helper, by=stranger)

    assert not sees(stranger, tip)
    with pytest.raises(NotAllowed):
        work.remove_helper(helper, by=chief)


def test_who_starts_what_is_nobodys_takes_it(tip, officer):
    work.start(tip, by=officer)

    assert (tip.status, tip.owner) == (TipReport.Status.IN_PROGRESS, officer)
    assert kinds(tip)[-2:] == ["assigned", "started"]


def test_a_colleague_of_the_hamlet_sees_and_does_not_meddle(officer, officer_of, hamlet):
    tip = make_worked(officer, hamlet=hamlet)
    colleague = officer_of(hamlet)
    assert sees(colleague, tip)

    with pytest.raises(NotAllowed, match="do Trần Văn"):
        work.add_note(tip, by=colleague, text="Đã gặp chủ quán.")


def test_what_is_handed_back_waits_and_keeps_its_reason_sealed(officer, hamlet):
    tip = make_worked(officer, hamlet=hamlet)

    work.hand_back(tip, by=officer, reason="Nghỉ phép từ mai")

    assert (tip.status, tip.owner) == (TipReport.Status.TRIAGED, None)
    event = TipEvent.objects.get(kind="handed_back")
    assert event.note == "Nghỉ phép từ mai"
    assert "Nghỉ phép" not in str(AuditEvent.objects.get(action="tip.handed_back").details)


def test_a_note_is_kept_and_carries_no_secret(officer, hamlet):
    tip = make_worked(officer, hamlet=hamlet)

    work.add_note(tip, by=officer, text="  Đã gặp chủ quán.\r\nHẹn lại thứ Sáu. ")

    assert TipEvent.objects.get(kind="noted").note == "Đã gặp chủ quán.\nHẹn lại thứ Sáu."
    with pytest.raises(CarriesSecret):
        work.add_note(tip, by=officer, text="TỐI MẬT\nKế hoạch")
    with pytest.raises(NotAllowed, match="Hãy ghi"):
        work.add_note(tip, by=officer, text="  ")


def test_a_closed_tip_is_given_to_nobody(tip, chief, officer):
    tip.status, tip.disposition, tip.closed_at = "closed", "guided", timezone.now()
    tip.save()

    with pytest.raises(TransitionNotAllowed):
        work.assign(tip, to=officer, by=chief)


@pytest.mark.parametrize("status", ["resolved", "told", "closed"])
def test_what_has_an_outcome_is_not_started_but_opened_again(tip, chief, status):
    """Two at once: one closes, the other begins to verify."""
    tip.status, tip.disposition = status, "guided"
    tip.closed_at = timezone.now() if status == "closed" else None
    tip.owner = chief
    tip.save()

    with pytest.raises(TransitionNotAllowed, match="mở lại"):
        work.start(tip, by=chief)
