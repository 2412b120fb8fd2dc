"""Sorted, summed up, and told apart from what was told before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports import intake
from reports.models import TipClock, TipReport
from reports.tips.errors import CarriesSecret, NotAllowed, TransitionNotAllowed
from reports.triage import duplicates
from reports.triage import services as triage
from reports.vault import conflicts, files
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_tip, make_triaged, make_worked

FEEDBACK = {"kind": "feedback", "category": "ttatxh"}
CRIME = {"kind": "denunciation_of_crime", "category": "toi-pham"}


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(hamlet):
    return make_tip(hamlet=hamlet)


def stages(tip):
    return {clock.stage: clock.state for clock in tip.clocks.all()}


def test_sorting_stops_the_first_look_and_starts_the_clocks_of_the_kind(tip, duty_officer):
    triage.sort(tip, by=duty_officer, urgency="urgent", hamlet=tip.hamlet, **FEEDBACK)

    tip.refresh_from_db()
    assert (tip.status, tip.kind, tip.urgency) == ("triaged", "feedback", "urgent")
    assert stages(tip)["first_look"] == "met"
    assert TipClock.objects.filter(tip=tip, state="running").exists()
    assert tip.next_due_at is not None


def test_a_tip_is_sorted_once_and_then_anew(tip, officer):
    triage.sort(tip, by=officer, hamlet=tip.hamlet, **FEEDBACK)
    with pytest.raises(TransitionNotAllowed, match="Phân loại lại"):
        triage.sort(tip, by=officer, hamlet=tip.hamlet, **FEEDBACK)

    triage.reclassify(tip, by=officer, urgency="urgent", is_grave=True, hamlet=tip.hamlet, **CRIME)

    tip.refresh_from_db()
    assert (tip.kind, tip.is_grave) == ("denunciation_of_crime", True)
    transfer = tip.clocks.get(stage="transfer", state="running")
    assert transfer.due_at <= timezone.now() + timedelta(hours=24)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ""}, {"kind": "tội"}, {"category": ""}, {"urgency": "ngay"}, {"is_grave": True},
    ],
)  # fmt: skip
def test_half_a_sorting_is_refused(tip, officer, wrong):
    with pytest.raises(NotAllowed):
        triage.sort(tip, by=officer, **{**FEEDBACK, "hamlet": tip.hamlet, **wrong})
    tip.refresh_from_db()
    assert tip.status == "new"


def test_the_hamlet_is_one_of_the_commune(tip, officer, other_commune):
    with pytest.raises(NotAllowed, match="xã khác"):
        triage.sort(tip, by=officer, hamlet=make_hamlet(other_commune), **FEEDBACK)


def test_the_summary_is_found_by_its_words(tip, officer):
    triage.summarise(tip, by=officer, summary="Đánh bạc sau quán nước", place="Ngã ba chợ")

    tip.refresh_from_db()
    assert tip.summary == "Đánh bạc sau quán nước"
    assert len(tip.search_tokens) > 3


def test_a_summary_has_a_length_no_secret_and_no_future(tip, officer):
    with pytest.raises(NotAllowed, match="tối đa 1000"):
        triage.summarise(tip, by=officer, summary="x" * 1001)
    with pytest.raises(CarriesSecret):
        triage.summarise(tip, by=officer, summary="TUYỆT MẬT\nviệc")
    with pytest.raises(NotAllowed, match="tương lai"):
        triage.summarise(
            tip, by=officer, summary="a", occurred_at=timezone.now() + timedelta(hours=1)
        )
    tip.refresh_from_db()
    assert tip.summary == ""


def test_who_writes_a_name_into_the_summary_shuts_that_one_out(tip, officer, chief):
    triage.summarise(tip, by=officer, summary="Ông Lê Văn Chỉ đánh bạc.")

    assert not TipReport.objects.visible_to(chief).exists()


def test_a_colleague_does_not_rewrite_the_summary_of_anothers_tip(officer, officer_of, hamlet):
    tip = make_worked(officer, hamlet=hamlet)
    with pytest.raises(NotAllowed):
        triage.summarise(tip, by=officer_of(hamlet), summary="Khác")


def summarised(hamlet, by, text, place="Quán nước Cô Ba"):
    return triage.summarise(make_triaged(hamlet=hamlet), by=by, summary=text, place=place)


def test_likely_duplicates_come_with_their_reasons(hamlet, officer, chief):
    told = summarised(hamlet, chief, "Tụ tập đánh bạc buổi tối sau quán nước Cô Ba")
    summarised(hamlet, chief, "Mất trộm xe đạp trước trường lúc sáng", place="Trường học")
    new = make_tip(
        hamlet=hamlet,
        words="Tối nào cũng tụ tập đánh bạc sau quán nước Cô Ba",
        place="quán nước cô Ba",
    )

    (found,) = duplicates.alike(new, by=officer)

    assert found.tip == told
    assert set(found.reasons) == {
        "lời kể gần giống", "cùng nơi", "cùng khoảng thời gian", "cùng ấp, khu phố"
    }  # fmt: skip


def test_the_same_picture_is_found_in_other_words(hamlet, officer, chief):
    first, second = make_triaged(hamlet=hamlet), make_tip(hamlet=hamlet, words="Xem ảnh")
    for tip in (first, second):
        intake.keep_file(tip, intake.File(b"anh", "image/jpeg"), position=0, at=tip.received_at)

    assert duplicates.alike(second, by=officer) == []  # the vault has not looked at them yet
    assert files.mark_new() == 2
    assert duplicates.alike(second, by=officer)[0].reasons[0] == "cùng một ảnh"


def test_no_duplicate_is_named_to_whom_it_is_about(hamlet, officer, chief, deputy_chief):
    told = summarised(hamlet, chief, "Tụ tập đánh bạc buổi tối sau quán nước Cô Ba")
    conflicts.add(told, user=chief, by=deputy_chief)
    new = make_tip(hamlet=hamlet, words="Tụ tập đánh bạc buổi tối sau quán nước Cô Ba")

    assert duplicates.alike(new, by=chief) == []
    assert [one.tip for one in duplicates.alike(new, by=deputy_chief)] == [told]


def test_a_linked_tip_ends_with_the_main_one_and_keeps_its_receipt(hamlet, chief):
    main, tip = make_worked(chief, hamlet=hamlet), make_tip(hamlet=hamlet)
    receipt = tip.receipt_hash

    assert duplicates.link(tip, of=main, by=chief) == main

    tip.refresh_from_db()
    assert (tip.status, tip.disposition, tip.duplicate_of) == ("closed", "duplicate", main)
    assert (tip.receipt_hash, tip.next_due_at) == (receipt, None)
    assert "running" not in stages(tip).values()


def test_duplicates_of_a_duplicate_hang_on_the_main_one(hamlet, chief):
    first, second, third = (make_triaged(hamlet=hamlet) for _number in range(3))
    duplicates.link(third, of=second, by=chief)

    duplicates.link(second, of=first, by=chief)

    assert {tip.pk for tip in first.duplicates.all()} == {second.pk, third.pk}
    with pytest.raises(NotAllowed):
        duplicates.link(first, of=third, by=chief)


def test_linking_takes_the_main_tip_from_nobody(hamlet, chief, deputy_chief):
    main, tip = make_triaged(hamlet=hamlet), make_triaged(hamlet=hamlet)
    conflicts.add(tip, user=chief, by=deputy_chief)

    duplicates.link(tip, of=main, by=deputy_chief)

    assert TipReport.objects.visible_to(chief).get() == main


def test_a_link_is_taken_back_to_where_it_stood(hamlet, chief):
    main, sorted_one, new = make_triaged(hamlet=hamlet), make_triaged(hamlet=hamlet), make_tip(
        hamlet=hamlet
    )  # fmt: skip
    for tip in (sorted_one, new):
        duplicates.link(tip, of=main, by=chief)
        duplicates.unlink(tip, by=chief)

    assert (sorted_one.status, new.status) == ("triaged", "new")
    assert "running" in stages(new).values()
    with pytest.raises(TransitionNotAllowed):
        duplicates.unlink(new, by=chief)


def test_nobody_links_what_they_do_not_see(hamlet, other_hamlet, officer, chief):
    mine, theirs = make_triaged(hamlet=hamlet), make_triaged(hamlet=other_hamlet)
    for tip, of in ((mine, theirs), (theirs, mine)):
        with pytest.raises(NotAllowed):
            duplicates.link(tip, of=of, by=officer)
