"""Words of the chat that name an officer: of the first telling, and said later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.workflow.services import sees
from reports.models import ConflictProposal, TipAttachment, TipMessage, TipReport
from reports.proposals import services as proposals
from reports.proposals import work_lists
from reports.vault import services as vault
from reports.work import answers
from tests.reports.chat.conftest import hung

FIRST = "Có đánh bạc sau quán nước bà Tư"
ACCUSED = "Anh Đặng Quốc Vinh nhận tiền của chủ sòng"


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


def worked_by(tip: TipReport, owner) -> TipReport:
    TipReport.objects.filter(pk=tip.pk).update(
        owner=owner, status="in_progress", kind="feedback", category="te-nan", has_unread=False
    )
    tip.refresh_from_db()
    return tip


def test_a_second_message_of_the_first_telling_is_of_the_first_words(chat, officer, chief):
    tip = chat.says(FIRST)
    TipReport.objects.filter(pk=tip.pk).update(hamlet=officer.officer.assignments.get().hamlet)
    assert sees(officer, tip)

    chat.says(ACCUSED, at=chat.later(minutes=2))

    assert (sees(officer, tip), sees(chief, tip)) == (False, True)
    assert ConflictProposal.objects.get().message is None


def test_words_of_the_same_telling_after_a_decision_wait_for_one_of_their_own(chat, officer, chief):
    tip = chat.says("Nhờ anh Đặng Quốc Vinh, có chuyện khó nói ở quán nước")
    TipReport.objects.filter(pk=tip.pk).update(hamlet=officer.officer.assignments.get().hamlet)
    proposals.lift(ConflictProposal.objects.get(), by=chief, reason="Chỉ gọi tên.")

    chat.says(ACCUSED, at=chat.later(minutes=2))

    row = ConflictProposal.objects.get(state="waiting")
    assert sees(officer, tip)
    assert not sees(officer, row.message)


def test_later_words_are_unseen_by_the_owner_and_leave_no_sign(chat, officer, chief):
    tip = worked_by(chat.says(FIRST), officer)
    before = [row.pk for row in vault.read_talk(tip, by=officer)]

    chat.says(f"{ACCUSED}. Cháy nhà, cứu với", at=chat.later(hours=3))

    tip.refresh_from_db()
    row = ConflictProposal.objects.get()
    assert [one.pk for one in vault.read_talk(tip, by=officer)] == before
    assert (tip.has_unread, tip.urgency, tip.owner) == (False, "normal", officer)
    # The machine named the number to call; only whom the words name reads neither.
    assert len(vault.read_talk(tip, by=chief)) == len(before) + 2
    assert row.due_at - row.at == timedelta(minutes=30)

    proposals.lift(row, by=chief, reason="Không liên quan.")

    tip.refresh_from_db()
    assert (tip.has_unread, tip.urgency) == (True, "emergency")
    assert len(vault.read_talk(tip, by=officer)) == len(before) + 2


PICTURE = hung("image", url="https://f.zdn.vn/1")


def test_what_follows_held_words_waits_with_them(chat, officer, chief):
    tip = worked_by(chat.says(FIRST), officer)
    before = [row.pk for row in vault.read_talk(tip, by=officer)]

    chat.says(ACCUSED, at=chat.later(hours=3))
    chat.says(name="user_send_image", message=PICTURE, at=chat.later(hours=3, minutes=1))
    chat.says("Nó dọa cả nhà tôi nữa", at=chat.later(hours=3, minutes=30))
    answers.answer(tip, by=chief, text="Chúng tôi sẽ xem xét cán bộ này.")

    tip.refresh_from_db()
    assert [row.pk for row in vault.read_talk(tip, by=officer)] == before
    assert not TipAttachment.objects.visible_to(officer).exists()
    assert TipAttachment.objects.visible_to(chief).count() == 1
    assert not tip.has_unread
    assert not tip.events.filter(kind="heard_more").exists()
    said = [row.text for row in vault.read_talk(tip, by=chief) if row.direction == "in"]
    assert len(said) == 3
    (asked,) = work_lists.for_decision(chief, timezone.now())

    proposals.lift(asked, by=chief, reason="Không liên quan.")

    tip.refresh_from_db()
    assert len(vault.read_talk(tip, by=officer)) == len(vault.read_talk(tip, by=chief))
    assert TipAttachment.objects.visible_to(officer).count() == 1
    assert tip.events.filter(kind="heard_more").exists()
    assert tip.events.filter(kind="conflict_decided").count() == 1
    assert not ConflictProposal.objects.waiting().exists()


def test_own_answer_stays_before_the_eyes_of_who_wrote_it(chat, officer, chief):
    tip = worked_by(chat.says(FIRST), officer)
    chat.says(ACCUSED, at=chat.later(hours=3))

    answers.answer(tip, by=officer, text="Bà con cho hỏi thêm giờ.")

    assert "Bà con cho hỏi thêm giờ." in [row.text for row in vault.read_talk(tip, by=officer)]


def test_picture_just_before_held_words_waits_with_them(chat, officer, chief):
    tip = worked_by(chat.says(FIRST), officer)
    chat.says(name="user_send_image", message=PICTURE, at=chat.later(hours=3))
    assert TipAttachment.objects.visible_to(officer).exists()

    chat.says(ACCUSED, at=chat.later(hours=3, minutes=2))

    tip.refresh_from_db()
    assert not TipAttachment.objects.visible_to(officer).exists()
    assert not tip.has_unread
    proposals.confirm(ConflictProposal.objects.to_decide().get(), by=chief, reason="Rõ ràng.")
    assert not ConflictProposal.objects.waiting().exists()
    assert (sees(officer, tip), TipAttachment.objects.visible_to(chief).count()) == (False, 1)


def test_call_for_help_after_held_words_waits_for_nobody(chat, officer):
    tip = worked_by(chat.says(FIRST), officer)
    chat.says(ACCUSED, at=chat.later(hours=3))

    chat.says("Cháy nhà, cứu với", at=chat.later(hours=3, minutes=5))

    tip.refresh_from_db()
    assert (tip.urgency, tip.has_unread) == ("emergency", True)
    said = [row.text for row in vault.read_talk(tip, by=officer) if row.direction == "in"]
    assert said == ["Cháy nhà, cứu với"]


def test_what_stands_behind_two_waits_for_both(chat, officer, chief):
    tip = worked_by(chat.says(FIRST), officer)
    chat.says(ACCUSED, at=chat.later(hours=3))
    chat.says("Vẫn anh Đặng Quốc Vinh đe dọa tôi", at=chat.later(hours=4))
    chat.says("Nó dọa cả nhà tôi nữa", at=chat.later(hours=5))
    first, second = ConflictProposal.objects.to_decide().order_by("message")
    last = TipMessage.objects.get(tip=tip, at=second.message.at + timedelta(hours=1), by=None,
                                  direction="in")  # fmt: skip

    proposals.lift(second, by=chief, reason="Không liên quan.")
    assert not sees(officer, last)
    proposals.lift(first, by=chief, reason="Không liên quan.")

    assert sees(officer, last)


def test_thanks_in_the_chat_are_read_at_once(chat, officer):
    tip = worked_by(chat.says(FIRST), officer)

    chat.says(
        "Tôi ở ấp 3, xin cảm ơn đồng chí Đặng Quốc Vinh đã giúp đỡ gia đình tôi nhanh chóng",
        at=chat.later(hours=3),
    )

    assert not ConflictProposal.objects.exists()
    assert TipMessage.objects.visible_to(officer).filter(direction="in", tip=tip).exists()
    tip.refresh_from_db()
    assert tip.has_unread
    assert timezone.now() > tip.received_at
