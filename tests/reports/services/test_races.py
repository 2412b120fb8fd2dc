"""Two people at once: one deed happens, the other is refused with a sentence."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import sees
from reports.models import ConflictProposal, IdentityOpening, TipConflict, TipReport
from reports.proposals import services as proposals
from reports.public import services as public
from reports.triage import duplicates
from reports.vault import conflicts, openings
from reports.work import closing
from reports.work import services as work
from tests.factories.proofs import approve
from tests.factories.tips import make_triaged, make_worked
from tests.groups.test_change_races import at_once
from tests.vaults import opened

pytestmark = pytest.mark.django_db(transaction=True)


def own(tip):
    """A copy of the row, as another process has it."""
    return TipReport.objects.get(pk=tip.pk)


def test_two_give_one_tip_at_once(hamlet, chief, deputy_chief, officer_of):
    tip, first, second = make_triaged(hamlet=hamlet), officer_of(hamlet), officer_of(hamlet)

    ends = at_once(
        lambda: work.assign(own(tip), to=first, by=chief, instead_of=None),
        lambda: work.assign(own(tip), to=second, by=deputy_chief, instead_of=None),
    )

    assert (ends[0], "vừa đổi" in ends[1]) == ("done", True)
    assert own(tip).events.filter(kind="assigned").count() == 1


def test_two_take_one_tip_at_once(hamlet, officer_of):
    tip, first, second = make_triaged(hamlet=hamlet), officer_of(hamlet), officer_of(hamlet)

    ends = at_once(lambda: work.start(own(tip), by=first), lambda: work.start(own(tip), by=second))

    assert (ends[0], ends[1] != "done") == ("done", True)
    assert own(tip).owner in (first, second)


def test_an_opening_is_decided_once(hamlet, chief, deputy_chief, officer_of):
    officer = officer_of(hamlet)
    tip = make_worked(officer, hamlet=hamlet)
    pk = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.").pk

    def decide(by, approved):
        opening = IdentityOpening.objects.get(pk=pk)
        return lambda: openings.decide(opening, by=by, approved=approved, reason="Chưa cần")

    ends = at_once(decide(chief, approved=True), decide(deputy_chief, approved=False))

    assert (ends[0], "không còn chờ duyệt" in ends[1]) == ("done", True)
    assert own(tip).events.filter(kind="identity_decided").count() == 1


def _look(tip: TipReport, by: User) -> None:
    with opened():
        openings.open_identity(own(tip), by=by)


def test_the_one_it_is_about_loses_the_race_for_the_vault(hamlet, chief, deputy_chief):
    tip = make_worked(chief, hamlet=hamlet)
    opening = openings.ask(tip, by=chief, reason="Cần hỏi lại giờ xảy ra.")
    approve(opening, by=deputy_chief)

    at_once(
        lambda: _look(tip, chief),
        lambda: conflicts.add(own(tip), user=chief, by=deputy_chief),
    )

    assert not sees(chief, tip)
    assert TipConflict.objects.get().user == chief
    assert own(tip).owner is None


def test_a_tip_is_closed_or_given_and_never_half(hamlet, chief, deputy_chief, officer_of):
    tip, officer = make_triaged(hamlet=hamlet), officer_of(hamlet)

    ends = at_once(
        lambda: work.start(own(tip), by=officer),
        lambda: closing.close_unworked(
            own(tip), by=chief, disposition="guided", outcome="Đã hướng dẫn."
        ),
    )

    assert ends.count("done") == 1
    assert own(tip).status in ("in_progress", "closed")


def test_two_tips_are_not_made_duplicates_of_each_other(hamlet, chief, deputy_chief):
    first, second = make_triaged(hamlet=hamlet), make_triaged(hamlet=hamlet)

    ends = at_once(
        lambda: duplicates.link(own(first), of=own(second), by=chief),
        lambda: duplicates.link(own(second), of=own(first), by=deputy_chief),
    )

    assert ends.count("done") == 1
    assert TipReport.objects.filter(duplicate_of=None).count() == 1


def named_later(hamlet, chief):
    """An owner whom later words name, and the proposal."""
    tip = make_worked(chief, hamlet=hamlet)
    public.say_more(tip, f"Chính ông {chief.get_full_name()} nhận tiền.", now=timezone.now())
    return tip, ConflictProposal.objects.get().pk


def decide(pk, verb, by):
    return lambda: verb(ConflictProposal.objects.get(pk=pk), by=by, reason="Đã đọc lời báo.")


@pytest.fixture
def named(officer_of, hamlet):
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


def test_words_are_decided_once(hamlet, named, chief, deputy_chief):
    tip, pk = named_later(hamlet, named)

    ends = at_once(decide(pk, proposals.confirm, chief), decide(pk, proposals.lift, deputy_chief))

    assert (ends[0], "Đã có người quyết định" in ends[1]) == ("done", True)
    row = ConflictProposal.objects.get(pk=pk)
    assert sees(named, tip) == (row.state == "lifted")
    assert own(tip).events.filter(kind="conflict_decided").count() == 1


def test_words_are_decided_or_the_tip_goes_and_never_half(hamlet, named, chief, officer_of):
    tip, pk = named_later(hamlet, named)
    other = officer_of(hamlet)

    ends = at_once(
        decide(pk, proposals.confirm, chief),
        lambda: work.assign(own(tip), to=other, by=named),
    )

    assert ends[0] == "done"
    assert not sees(named, tip)
    assert own(tip).owner is None


def test_a_link_and_a_decision_at_once_wait_for_each_other(hamlet, named, chief, deputy_chief):
    tip, pk = named_later(hamlet, named)
    main = make_triaged(hamlet=hamlet)

    ends = at_once(
        decide(pk, proposals.confirm, chief),
        lambda: duplicates.link(own(tip), of=own(main), by=deputy_chief),
    )

    assert ends == ["done", "done"]
    assert not sees(named, tip)
    assert sees(named, main)


def test_words_come_while_the_owner_closes(hamlet, named, chief):
    tip = make_triaged(hamlet=hamlet, owner=named)

    ends = at_once(
        lambda: public.say_more(own(tip), "Ông Đặng Quốc Vinh nhận tiền.", now=timezone.now()),
        lambda: closing.close_unworked(
            own(tip), by=named, disposition="guided", outcome="Đã hướng dẫn."
        ),
    )

    assert "done" in ends
    assert ConflictProposal.objects.get(state="waiting").tip_id == tip.pk
    assert own(tip).status == ("closed" if ends == ["done", "done"] else "triaged")
