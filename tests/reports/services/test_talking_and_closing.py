"""From an answer to the end, and back again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports.models import Reporter, TipMessage, TipReport
from reports.tips.errors import CarriesSecret, NotAllowed, TransitionNotAllowed
from reports.tips.services import MAX_ANSWER
from reports.triage import referrals
from reports.work import answers, closing
from reports.work import services as work
from tests.factories.tips import make_tip, make_triaged, make_worked

Status = TipReport.Status


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet):
    return make_worked(officer, hamlet=hamlet)


def heard(tip, text="Tối qua lại tụ tập."):
    tip.has_unread = True
    tip.save()
    return TipMessage.objects.create(tip=tip, direction="in", via="receipt", text=text)


def test_an_answer_is_shown_by_the_receipt_and_signed_by_the_office(tip, officer):
    asked = heard(tip)

    made = answers.answer(tip, by=officer, text="Công an xã đã nhận.")

    assert (made.via, made.state, made.signed_as) == ("receipt", "shown", "Công an xã Bình Minh")
    assert (made.by, made.next_attempt_at) == (officer, None)
    tip.refresh_from_db()
    asked.refresh_from_db()
    assert (tip.has_unread, asked.read_at is None) == (False, False)


def test_an_answer_to_a_chat_waits_to_be_sent(officer, hamlet):
    tip = make_worked(officer, hamlet=hamlet, channel="oa_chat")

    made = answers.answer(tip, by=officer, text="Công an xã đã nhận.")

    assert (made.via, made.state) == ("chat", "queued")
    assert made.next_attempt_at is not None


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_ANSWER + 1)])
def test_answers_have_words_and_a_length(tip, officer, text):
    with pytest.raises(NotAllowed):
        answers.answer(tip, by=officer, text=text)
    with pytest.raises(CarriesSecret):
        answers.answer(tip, by=officer, text="Độ mật: TỐI MẬT")
    assert not tip.messages.exists()


def test_each_reporter_of_a_matter_is_answered_alone(tip, officer, hamlet):
    closed = {"status": "closed", "disposition": "duplicate", "closed_at": timezone.now()}
    other = make_triaged(hamlet=hamlet, duplicate_of=tip, **closed)
    chat = make_triaged(hamlet=hamlet, duplicate_of=tip, channel="oa_chat", **closed)

    made = answers.answer_all(tip, by=officer, text="Đã nhắc nhở chủ quán.")

    assert [(row.tip, row.via) for row in made] == [
        (tip, "receipt"), (other, "receipt"), (chat, "chat")
    ]  # fmt: skip
    assert {row.text for row in made} == {"Đã nhắc nhở chủ quán."}


def test_only_who_works_on_it_answers(tip, officer_of, hamlet, duty_officer, tech_admin):
    for user in (officer_of(hamlet), duty_officer, tech_admin):
        with pytest.raises(NotAllowed):
            answers.answer(tip, by=user, text="Đã nhận.")


def test_the_whole_way_to_the_end(tip, officer):
    closing.resolve(
        tip,
        by=officer,
        disposition="handled_here",
        measure="reminded",
        outcome="Đã nhắc nhở chủ quán.",
    )
    closing.tell(tip, by=officer, text="Công an xã đã nhắc nhở chủ quán. Cảm ơn bà con.")
    closing.close(tip, by=officer)

    tip.refresh_from_db()
    assert (tip.status, tip.disposition) == (Status.CLOSED, "handled_here")
    assert None not in (tip.resolved_at, tip.told_at, tip.closed_at)
    assert [event.kind for event in tip.events.order_by("pk")][-4:] == [
        "resolved", "answered", "told", "closed"
    ]  # fmt: skip


def test_a_result_may_be_told_by_word_of_mouth(tip, officer):
    closing.resolve(tip, by=officer, disposition="unfounded", outcome="Không thấy tụ tập.")

    closing.tell(tip, by=officer, spoken=True)

    assert (tip.status, tip.messages.count()) == (Status.TOLD, 0)


def test_nothing_is_closed_over_unread_words(tip, officer):
    closing.resolve(
        tip, by=officer, disposition="handled_here", measure="reminded", outcome="Đã nhắc nhở."
    )
    closing.tell(tip, by=officer, text="Đã nhắc nhở chủ quán.")
    heard(tip)

    with pytest.raises(NotAllowed, match="Hãy đọc"):
        closing.close(tip, by=officer)
    answers.mark_read(tip, by=officer)
    closing.close(tip, by=officer)


def test_steps_are_not_skipped(tip, officer, hamlet):
    for deed in (
        lambda: closing.tell(tip, by=officer, text="Xong."),
        lambda: closing.close(tip, by=officer),
        lambda: closing.reopen(tip, by=officer, reason="Thử"),
        lambda: closing.close_unworked(
            tip, by=officer, disposition="guided", outcome="Hướng dẫn"
        ),
        lambda: work.start(tip, by=officer),
    ):  # fmt: skip
        with pytest.raises(TransitionNotAllowed):
            deed()
    tip.refresh_from_db()
    assert tip.status == Status.IN_PROGRESS


def test_what_needs_no_verifying_is_closed_with_an_answer(officer, hamlet):
    tip = make_triaged(hamlet=hamlet)

    closing.close_unworked(
        tip, by=officer, disposition="guided", outcome="Hướng dẫn tới UBND xã.",
        answer="Việc này UBND xã giải quyết. Bà con tới bộ phận một cửa.",
    )  # fmt: skip

    tip.refresh_from_db()
    assert (tip.status, tip.disposition, tip.messages.count()) == (Status.CLOSED, "guided", 1)
    assert tip.told_at is not None


def test_a_refusal_within_closing_keeps_nothing(officer, hamlet):
    tip = make_triaged(hamlet=hamlet)

    with pytest.raises(NotAllowed):
        closing.close_unworked(
            tip, by=officer, disposition="guided", outcome=" ", answer="Mời bà con tới UBND xã."
        )

    tip.refresh_from_db()
    assert (tip.status, tip.disposition, tip.messages.count()) == (Status.TRIAGED, "", 0)


def test_unfounded_leaves_nothing_on_the_reporter(officer, hamlet):
    tip = make_triaged(hamlet=hamlet)
    before = list(Reporter._base_manager.values())

    closing.close_unworked(tip, by=officer, disposition="unfounded", outcome="Không thấy gì.")

    assert list(Reporter._base_manager.values()) == before


def test_reopened_work_goes_on_with_its_owner_or_whoever_opens_it(tip, officer, chief):
    closing.resolve(
        tip, by=officer, disposition="handled_here", measure="reminded", outcome="Đã nhắc nhở."
    )
    closing.reopen(tip, by=officer, reason="Bà con báo còn tụ tập")
    assert (tip.status, tip.owner, tip.disposition) == (Status.IN_PROGRESS, officer, "")
    assert tip.resolved_at is None

    closing.resolve(
        tip, by=officer, disposition="handled_here", measure="reminded", outcome="Đã phạt."
    )
    closing.tell(tip, by=officer, spoken=True)
    closing.close(tip, by=officer)
    officer.is_active = False
    officer.save()
    closing.reopen(tip, by=chief, reason="Lại tụ tập")

    assert (tip.status, tip.owner, tip.closed_at) == (Status.IN_PROGRESS, chief, None)
    assert [event.note for event in tip.events.filter(kind="resolved")] == [
        "Đã nhắc nhở.", "Đã phạt."
    ]  # fmt: skip


def test_a_slip_goes_before_a_transfer_and_an_answer_before_the_end(tip, officer):
    to = {"to": "investigating_agency", "to_whom": "Cơ quan CSĐT Công an thành phố"}
    outcome = {"disposition": "investigating_agency", "outcome": "Đã chuyển."}
    with pytest.raises(NotAllowed, match="phiếu"):
        closing.resolve(tip, by=officer, **outcome)
    referrals.tell_quickly(tip, by=officer, told_to="Trực ban", told_by="điện thoại", **to)
    today = timezone.localdate()
    slip = {"slip_number": "12/PC", "slip_on": today}
    referral = referrals.refer(tip, by=officer, **to, **slip)
    with pytest.raises(NotAllowed, match="đang chờ"):
        referrals.refer(tip, by=officer, **to, **slip)
    with pytest.raises(NotAllowed, match="chưa trả lời"):
        closing.resolve(tip, by=officer, **outcome)

    referrals.accept(referral, by=officer)
    closing.resolve(tip, by=officer, **outcome)

    referral.refresh_from_db()
    assert (referral.state, referral.told_quickly_by) == ("accepted", "điện thoại")
    assert tip.referrals.count() == 1


def test_what_the_receiver_sends_back_is_ours_again(tip, officer):
    slip = {"slip_number": "12/PC", "slip_on": timezone.localdate()}
    to = {"to": "other_authority", "to_whom": "UBND xã"}
    referral = referrals.refer(tip, by=officer, **to, **slip)

    referrals.refuse(referral, by=officer, reason="Không thuộc thẩm quyền")

    assert (referral.state, tip.events.last().note) == ("refused", "Không thuộc thẩm quyền")
    with pytest.raises(TransitionNotAllowed):
        referrals.accept(referral, by=officer)
    referrals.refer(tip, by=officer, **to, **slip)


@pytest.mark.parametrize("days", [-40, 1])
def test_a_slip_has_a_day_that_can_be(tip, officer, days):
    with pytest.raises(NotAllowed, match="Ngày phiếu"):
        referrals.refer(
            tip, by=officer, to="other_authority", to_whom="UBND xã", slip_number="1",
            slip_on=timezone.localdate() + timedelta(days=days),
        )  # fmt: skip


def test_a_new_tip_is_not_sent_elsewhere(officer, hamlet):
    tip = make_tip(hamlet=hamlet)
    with pytest.raises(TransitionNotAllowed):
        referrals.refer(
            tip, by=officer, to="other_authority", to_whom="UBND xã", slip_number="1",
            slip_on=timezone.localdate(),
        )  # fmt: skip
