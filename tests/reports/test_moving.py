"""Open tips follow their hamlet and their officer."""

import pytest
from django.utils import timezone

from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import services as handovers
from reports.models import TipReport
from reports.receivers import tips_follow_officers
from reports.vault import conflicts
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_triaged, make_worked
from tests.groups.test_hamlet_changes import make_change, result
from tests.groups.test_handovers import offered


@pytest.fixture
def merged(commune, chief, hamlet, other_hamlet):
    """A merger of both hamlets, rehearsed and not yet carried out."""
    change = make_change("merge", [hamlet, other_hamlet], [result("Mới", "AP801", 900)], chief)
    hamlet_changes.rehearse(change, by=chief)
    return change


def moved(outcome):
    return {line.label: line.count for line in outcome.moved if "Phản ánh" in line.label}


def test_open_tips_follow_a_merger_and_closed_ones_stay(merged, hamlet, other_hamlet, chief):
    tips = [make_triaged(hamlet=place) for place in (hamlet, other_hamlet)]
    ended = make_triaged(
        hamlet=hamlet, status="closed", disposition="guided", closed_at=timezone.now()
    )

    outcome = hamlet_changes.carry_out(merged, by=chief)

    new = merged.results.get().hamlet
    assert [TipReport.objects.get(pk=tip.pk).hamlet for tip in tips] == [new, new]
    assert TipReport.objects.get(pk=ended.pk).hamlet == hamlet
    assert moved(outcome) == {"Phản ánh đang xử lý": 2}
    assert tips[0].events.filter(kind="moved").count() == 1


def test_a_rehearsal_moves_no_tip(merged, hamlet, chief):
    tip = make_triaged(hamlet=hamlet)

    hamlet_changes.rehearse(merged, by=chief)

    tip.refresh_from_db()
    assert (tip.hamlet, tip.events.filter(kind="moved").count()) == (hamlet, 0)


def test_the_count_tells_nothing_of_a_tip_about_whoever_asks(merged, hamlet, chief, deputy_chief):
    tip = make_triaged(hamlet=hamlet)
    conflicts.add(tip, user=chief, by=deputy_chief)

    outcome = hamlet_changes.carry_out(merged, by=chief)

    tip.refresh_from_db()
    assert tip.hamlet == merged.results.get().hamlet
    assert moved(outcome) == {}


def test_open_tips_go_with_the_officer_who_takes_the_place(officer_of, hamlet, commune):
    giver, taker = officer_of(hamlet), officer_of(make_hamlet(commune))
    kept, elsewhere = make_worked(giver, hamlet=hamlet), make_worked(giver, hamlet=None)

    outcome = handovers.accept(offered(giver, taker, [hamlet]), by=taker)

    kept.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (kept.owner, kept.status, elsewhere.owner) == (taker, "in_progress", giver)
    assert moved(outcome) == {"Phản ánh đang phụ trách": 1}


def test_the_count_of_a_handover_tells_nothing_of_a_tip_about_whoever_asks(
    officer_of, hamlet, commune, chief, deputy_chief
):
    giver, taker = officer_of(hamlet), officer_of(make_hamlet(commune))
    about, other = make_worked(giver, hamlet=hamlet), make_worked(giver, hamlet=hamlet)
    conflicts.add(about, user=chief, by=deputy_chief)
    handover = offered(giver, taker, [hamlet])

    told = tips_follow_officers(None, handover=handover, giver=giver, taker=taker, by=chief)

    assert [line.count for line in told] == [1]
    assert {TipReport.objects.get(pk=tip.pk).owner for tip in (about, other)} == {taker}


def test_a_tip_about_the_taker_waits_for_somebody_else(officer_of, hamlet, commune, chief):
    giver, taker = officer_of(hamlet), officer_of(make_hamlet(commune))
    tip = make_worked(giver, hamlet=hamlet)
    conflicts.add(tip, user=taker, by=chief)

    outcome = handovers.accept(offered(giver, taker, [hamlet]), by=taker)

    tip.refresh_from_db()
    assert (tip.owner, tip.status) == (None, "triaged")
    assert moved(outcome) == {}
    assert not TipReport.objects.visible_to(taker).exists()


def test_numbers_that_other_chiefs_read_later_tell_nothing_of_a_tip_about_them(
    merged, officer_of, hamlet, commune, chief, deputy_chief
):
    giver, taker = officer_of(hamlet), officer_of(make_hamlet(commune))
    about, _other = make_worked(giver, hamlet=hamlet), make_worked(giver, hamlet=hamlet)
    conflicts.add(about, user=deputy_chief, by=chief)

    handed = handovers.accept(offered(giver, taker, [hamlet]), by=taker)
    changed = hamlet_changes.carry_out(merged, by=chief)

    assert moved(handed) == {"Phản ánh đang phụ trách": 1}
    assert moved(changed) == {"Phản ánh đang xử lý": 1}
    about.refresh_from_db()
    assert (about.owner, about.hamlet) == (taker, merged.results.get().hamlet)
