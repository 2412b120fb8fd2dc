"""An officer knows nothing of a tip about himself, at once and on every page."""

import pytest

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.services import sees
from reports import intake
from reports.models import IdentityOpening, TipReport
from reports.tips.errors import NotAllowed
from reports.vault import conflicts, openings
from reports.work import services as work
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip, make_triaged, make_worked

# The verbs run in the vault, where pages ask for them.
pytestmark = pytest.mark.usefixtures("as_vault")


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


def test_the_officer_named_in_the_words_never_sees_the_tip(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words="Ông Đặng Quốc Vinh nhận tiền của quán karaoke.")

    assert (sees(officer, tip), sees(chief, tip)) == (False, True)
    assert [row.user for row in tip.conflicts.all()] == [officer]
    event = tip.events.get(kind="conflict_added")
    assert (event.by, event.at) == (None, tip.received_at)
    assert tip.conflicts.get().added_at == tip.received_at  # no row says when it came exactly
    assert not AuditEvent.objects.filter(action="tip.conflict_added").exists()


def test_an_officer_who_passes_a_tip_on_is_not_the_one_it_is_about(hamlet, officer):
    told = intake.TipContent("Có trộm chó", hamlet=hamlet)
    through = intake.Relayed("Đồng chí Đặng Quốc Vinh")

    tip = intake.receive(hamlet.commune, told, channel="hamlet_board", relayed=through).tip

    assert sees(officer, tip)


def test_the_name_of_the_office_counts_as_well_as_that_of_the_account(hamlet, officer):
    officer.officer.full_name = "Đặng Quốc Vinh Em"
    officer.officer.save()

    tip = make_tip(hamlet=hamlet, words="đại úy ĐẶNG QUỐC VINH EM bao che sòng bạc")

    assert not sees(officer, tip)


def test_who_wrote_it_down_is_shut_out_too_when_named(commune, duty_officer):
    duty_officer.last_name, duty_officer.first_name = "Đặng Quốc", "Vinh"
    duty_officer.save()

    tip = make_tip(commune, words="Anh Đặng Quốc Vinh say rượu.", by=duty_officer, channel="phone")

    assert not sees(duty_officer, tip)


def test_a_chief_named_by_a_person_loses_owner_help_and_opening(
    hamlet, chief, deputy_chief, officer_of
):
    tip = make_worked(chief, hamlet=hamlet)
    opening = openings.ask(tip, by=chief, reason="Cần hỏi lại giờ xảy ra.")
    openings.decide(opening, by=deputy_chief, approved=True)

    conflicts.add(tip, user=chief, by=deputy_chief)

    assert not sees(chief, tip)
    assert (tip.owner, tip.status) == (None, TipReport.Status.TRIAGED)
    opening.refresh_from_db()
    assert opening.state == IdentityOpening.State.ENDED
    for deed in (
        lambda: openings.open_identity(tip, by=chief),
        lambda: work.start(tip, by=chief),
        lambda: work.assign(tip, to=chief, by=deputy_chief),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_nobody_writes_or_lifts_their_own(hamlet, chief, deputy_chief):
    tip = make_triaged(hamlet=hamlet)
    with pytest.raises(NotAllowed, match="chính mình"):
        conflicts.add(tip, user=chief, by=chief)
    row = conflicts.add(tip, user=chief, by=deputy_chief)

    with pytest.raises(NotAllowed):
        conflicts.lift(row, by=chief)

    conflicts.lift(row, by=deputy_chief)
    assert sees(chief, tip)
    with pytest.raises(NotAllowed, match="từ trước"):
        conflicts.lift(row, by=deputy_chief)


def test_a_tip_that_nobody_may_sort_gives_a_sign_and_a_new_chief_ends_it(commune, chief):
    tip = make_tip(commune, words="Trưởng Công an xã Lê Văn Chỉ đánh bạc.")
    assert conflicts.nobody_left(tip)
    assert conflicts.without_anybody() == 1

    make_user(commune, Role.CHIEF)

    assert conflicts.without_anybody() == 0


def test_an_officer_who_shuts_every_chief_out_gives_a_sign(hamlet, officer, chief, deputy_chief):
    tip = make_worked(officer, hamlet=hamlet)
    conflicts.add(tip, user=chief, by=officer)
    assert conflicts.without_anybody() == 0

    conflicts.add(tip, user=deputy_chief, by=officer)

    assert sees(officer, tip)
    assert conflicts.without_anybody() == 1


def test_a_conflict_of_one_leaves_what_is_linked_with_it(hamlet, chief, deputy_chief):
    main = make_triaged(hamlet=hamlet)
    other = make_triaged(
        hamlet=hamlet, status="closed", disposition="duplicate", duplicate_of=main,
        closed_at=main.received_at,
    )  # fmt: skip

    conflicts.add(other, user=chief, by=deputy_chief)

    assert TipReport.objects.visible_to(chief).get() == main


def test_accounts_of_another_commune_are_not_named(commune, other_commune):
    make_user(other_commune, Role.CHIEF, last_name="Đặng Quốc", first_name="Vinh")

    tip = intake.receive(
        commune, intake.TipContent("Ông Đặng Quốc Vinh say rượu."), channel="web_form"
    ).tip

    assert not tip.conflicts.exists()


def test_the_trail_tells_the_one_it_is_about_nothing(hamlet, chief, deputy_chief):
    tip, other = make_triaged(hamlet=hamlet), make_triaged(hamlet=hamlet)
    work.start(tip, by=deputy_chief)
    work.start(other, by=deputy_chief)
    conflicts.add(tip, user=chief, by=deputy_chief)

    def about(user):
        rows = AuditEvent.objects.visible_to(user).filter(target_type="reports.tipreport")
        return set(rows.values_list("target_id", flat=True))

    assert about(chief) == {str(other.pk)}
    assert about(deputy_chief) == {str(tip.pk), str(other.pk)}
