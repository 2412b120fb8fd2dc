"""The vault opens for one person, one tip, 24 hours, by another person's yes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from reports import intake
from reports.models import IdentityOpening
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.vault import conflicts, openings
from reports.work import services as work
from tests.factories.proofs import approve
from tests.factories.tips import make_worked

# The verbs run in the vault, where pages ask for them.
pytestmark = pytest.mark.usefixtures("as_vault")

NAMED = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", how_known="Ở cạnh quán")
WHY = "Cần hỏi lại giờ xảy ra để xác minh."


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet):
    return make_worked(officer, hamlet=hamlet, person=NAMED)


def approved(tip, officer, chief):
    return approve(openings.ask(tip, by=officer, reason=WHY), by=chief)


def test_two_people_open_it_for_one_of_them(tip, officer, chief):
    opening = openings.ask(tip, by=officer, reason=WHY)
    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=officer)

    approve(opening, by=chief)
    seen = openings.open_identity(tip, by=officer)

    assert (seen.name, seen.phone, seen.how_known) == (NAMED.name, NAMED.phone, NAMED.how_known)
    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=chief)
    opening.refresh_from_db()
    assert opening.until - opening.decided_at == timedelta(hours=24)
    assert opening.opened_at is not None


def test_every_look_is_written_down_and_none_of_the_values(tip, officer, chief):
    opening = approved(tip, officer, chief)
    first = openings.open_identity(tip, by=officer)
    opening.refresh_from_db()
    opened_at = opening.opened_at

    openings.open_identity(tip, by=officer)

    opening.refresh_from_db()
    assert opening.opened_at == opened_at
    looks = AuditEvent.objects.filter(action="tip.identity_opened")
    assert looks.count() == tip.events.filter(kind="identity_opened").count() == 2
    assert NAMED.name not in "".join(map(str, looks.values_list("details", "reason")))
    assert NAMED.name not in repr(first)


def test_the_24_hours_end_to_the_second(tip, officer, chief, time_machine):
    opening = approved(tip, officer, chief)
    time_machine.move_to(opening.until - timedelta(seconds=1), tick=False)
    openings.open_identity(tip, by=officer)

    time_machine.move_to(opening.until, tick=False)

    with pytest.raises(NotAllowed, match="24 giờ"):
        openings.open_identity(tip, by=officer)
    assert openings.end_expired(timezone.now()) == 1
    opening.refresh_from_db()
    assert opening.state == IdentityOpening.State.ENDED


def test_nobody_decides_their_own(tip, chief, deputy_chief):
    opening = openings.ask(tip, by=chief, reason=WHY)
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        approve(opening, by=chief)

    openings.decide(opening, by=deputy_chief, approved=False, reason="Chưa cần")

    with pytest.raises(TransitionNotAllowed):
        approve(opening, by=deputy_chief)
    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=chief)
    assert openings.ask(tip, by=chief, reason=WHY) != opening


def test_whoever_the_tip_is_about_neither_decides_nor_opens(tip, officer, chief, deputy_chief):
    opening = openings.ask(tip, by=officer, reason=WHY)
    conflicts.add(tip, user=deputy_chief, by=chief)
    with pytest.raises(NotAllowed):
        approve(opening, by=deputy_chief)
    approve(opening, by=chief)

    conflicts.add(tip, user=officer, by=chief)

    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=officer)


def test_who_lost_the_tip_is_not_let_in(tip, chief, officer_of, other_hamlet):
    helper = officer_of(other_hamlet)
    work.add_helper(tip, user=helper, by=chief)
    opening = openings.ask(tip, by=helper, reason=WHY)
    approve(opening, by=chief)
    openings.open_identity(tip, by=helper)

    work.remove_helper(tip.helpers.get(user=helper), by=chief)

    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=helper)


def test_who_gave_the_work_away_is_not_let_in_though_the_hamlet_is_the_same(
    tip, officer, chief, officer_of, hamlet
):
    other = officer_of(hamlet)
    approved(tip, officer, chief)
    openings.open_identity(tip, by=officer)

    work.assign(tip, to=other, by=chief)

    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=officer)


def test_a_yes_comes_too_late_for_who_gave_the_work_away(tip, officer, chief, officer_of, hamlet):
    opening = openings.ask(tip, by=officer, reason=WHY)
    work.assign(tip, to=officer_of(hamlet), by=chief)

    with pytest.raises(NotAllowed, match="không còn làm việc"):
        approve(opening, by=chief)


def test_asked_once_and_with_a_reason(tip, officer, chief):
    with pytest.raises(NotAllowed):
        openings.ask(tip, by=officer, reason="cần")
    openings.ask(tip, by=officer, reason=WHY)
    with pytest.raises(NotAllowed, match="đang chờ"):
        openings.ask(tip, by=officer, reason=WHY)
    assert IdentityOpening.objects.get().reason == WHY


def test_asking_and_deciding_say_the_same_with_and_without_a_name(officer, chief, hamlet):
    said = []
    for person in (NAMED, None):
        tip = make_worked(officer, hamlet=hamlet, person=person)
        opening = approved(tip, officer, chief)
        events = [(event.kind, sorted(event.details)) for event in tip.events.order_by("pk")]
        said.append((opening.state, events))

    assert said[0] == said[1]
    assert openings.open_identity(tip, by=officer).name == ""


def test_an_opening_is_ended_early_by_either(tip, officer, chief, officer_of, hamlet):
    opening = approved(tip, officer, chief)
    with pytest.raises(NotAllowed):
        openings.end(opening, by=officer_of(hamlet))

    openings.end(opening, by=chief)

    with pytest.raises(NotAllowed):
        openings.open_identity(tip, by=officer)


def test_who_has_no_part_asks_for_nothing(tip, officer_of, hamlet, duty_officer, tech_admin):
    for user in (officer_of(hamlet), duty_officer, tech_admin):
        with pytest.raises(NotAllowed):
            openings.ask(tip, by=user, reason=WHY)
