"""Each verb of a tip moves its clocks: a tip walked from the door to the end and back."""

import pytest
from django.utils import timezone

from reports.triage import referrals
from reports.triage import services as triage_services
from reports.work import closing
from reports.work import services as work
from tests.factories.tips import make_tip, make_worked

pytestmark = pytest.mark.usefixtures("as_vault")

CRIME = {"kind": "crime_report", "category": "toi-pham"}


def open_clocks(tip):
    return sorted(tip.clocks.open().values_list("rule__code", flat=True))


def test_a_tip_walks_from_the_door_to_the_end_and_back(hamlet, chief):
    tip = make_tip(hamlet=hamlet)
    assert open_clocks(tip) == ["first_look"]

    triage_services.sort(tip, by=chief, hamlet=hamlet, **CRIME)
    assert open_clocks(tip) == ["transfer"]
    triage_services.reclassify(
        tip, by=chief, hamlet=hamlet, urgency="urgent", is_grave=True, **CRIME
    )
    assert open_clocks(tip) == ["inform_grave", "transfer_grave"]

    triage_services.summarise(tip, by=chief, summary="Bị lấy mất xe máy.")
    work.start(tip, by=chief)
    where = {"to": "investigating_agency", "to_whom": "Cơ quan điều tra"}
    referrals.tell_quickly(tip, by=chief, told_to="Trực ban", told_by="điện thoại", **where)
    assert open_clocks(tip) == ["transfer_grave"]
    slip = {"slip_number": "12/PC", "slip_on": timezone.localdate()}
    referral = referrals.refer(tip, by=chief, **where, **slip)
    assert open_clocks(tip) == ["follow_20_days", "follow_60_days"]

    referrals.refuse(referral, by=chief, reason="Không thuộc thẩm quyền.")
    tip.refresh_from_db()
    assert open_clocks(tip) == ["transfer_grave"]

    closing.resolve(
        tip, by=chief, disposition="handled_here", measure="reminded", outcome="Đã xử lý."
    )
    assert open_clocks(tip) == ["answer"]
    closing.tell(tip, by=chief, text="Công an xã đã xử lý việc này.")
    closing.close(tip, by=chief)
    assert (open_clocks(tip), tip.next_due_at) == ([], None)

    closing.reopen(tip, by=chief, reason="Việc còn tiếp diễn.")
    assert open_clocks(tip) == ["transfer_grave"]
    tip.refresh_from_db()
    assert tip.next_due_at == tip.clocks.open().get().due_at


def test_a_tip_that_is_guided_at_once_leaves_no_clock(hamlet, chief):
    tip = make_tip(hamlet=hamlet, summary="Hỏi giờ tiếp dân.")

    closing.close_unworked(tip, by=chief, disposition="guided", outcome="Đã hướng dẫn.")

    assert open_clocks(tip) == []
    assert set(tip.clocks.values_list("rule__code", "state")) == {
        ("first_look", "met"), ("acknowledge", "met")
    }  # fmt: skip


def test_a_single_line_has_no_clock(hamlet, chief):
    tip = make_tip(hamlet=hamlet)

    triage_services.divert(tip, by=chief, kind="denunciation")

    tip.refresh_from_db()
    assert (tip.clocks.count(), tip.next_due_at) == (0, None)


def test_a_worked_tip_of_the_factories_may_be_resolved(hamlet, officer_of):
    officer = officer_of(hamlet)
    tip = make_worked(officer, hamlet=hamlet)

    closing.resolve(tip, by=officer, disposition="unfounded", outcome="Không thấy gì.")

    assert open_clocks(tip) == ["answer"]
