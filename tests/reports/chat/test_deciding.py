"""A tip first, then a question: which words a machine answers, and which it leaves to a person."""

from datetime import date

import pytest

from procedures.models import Edition, Question
from reports.chat.questions import decide
from reports.chat.reading import Meaning
from reports.chat.topics import smells_of_a_tip, sounds_of_harm
from tests.procedures.question_cases import cases

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)
Outcome = Question.Outcome


@pytest.mark.parametrize(
    "text",
    [
        "Có người gọi điện bảo làm định danh VNeID rồi chuyển tiền, có phải lừa không?",
        "Nhà bên chứa người không đăng ký tạm trú, báo ở đâu?",
        "Giả danh công an hỏi căn cước của tôi, làm sao?",
        "Xe biển số lạ đậu trước nhà, nghi trộm chó, làm sao?",
        "Đêm qua mất xe máy biển số 60 thì báo ai?",
        "co nguoi lam can cuoc gia o ap 3",
        "nhan lam bang lai bao dau khong can thi, so 0900000123",
        "cong an goi len dong tien lam lai cccd co dung ko",
        "ong Ba o ap 4 cho thue tro khong khai bao tam tru cho ai",
        "phong tro sau cho toan nguoi la, co dang ky tam tru chua khong biet",
        "bấm vào https://vneid-nangcap.example.com để cập nhật định danh có được không",
        "lam can cuoc ma can bo doi them tien",
        "Cháy rồi, cháy hết giấy tờ nhà tôi rồi",
        "tố cáo cán bộ xã nhận tiền làm hộ khẩu",
        "có mấy thanh niên đứng trước nhà nghỉ hỏi mượn căn cước",
        "xe 60A-123.45 sang tên rồi mà vẫn chạy lạng lách",
        "Tôi muốn " + "kể hết chuyện làm tạm trú của nhà tôi " * 12,
    ],
)
def test_what_smells_of_a_tip_is_no_question(library, text):
    decision = decide(text, TODAY)

    assert (decision.meaning, decision.is_answered) == (Meaning.TIP, False)


@pytest.mark.parametrize(
    "text",
    [
        "lam cccd cho con 14 tuoi can gi",
        "chưa có định danh mức 2 thì làm ở đâu",
        "có bắt buộc mang khai sinh khi đăng ký tạm trú không",
        "bao lâu thì có hộ chiếu, có mất tiền không",
        "thứ 7 có nghỉ không, em lên đổi căn cước",
        "can bo sung giay to gi de nhap ho khau",
        "không đăng ký tạm trú có bị phạt không ạ",
        "xin giay xac nhan cu tru",
        "phòng cháy chữa cháy nhà trọ cần giấy gì",
        "mất cccd báo mất ở đâu",
        "xem trên dichvucong.gov.vn không thấy sang tên xe",
    ],
)
def test_questions_about_papers_do_not_smell_of_harm(text):
    assert not smells_of_a_tip(text)


def test_a_number_to_follow_up_is_for_a_person_but_no_harm():
    text = "làm hộ chiếu gọi em theo số 0900 000 123"

    assert smells_of_a_tip(text)
    assert not sounds_of_harm(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("gia hạn tạm trú cần giấy tờ gì", "gia-han-tam-tru"),
        ("Cho hỏi khai báo tạm vắng làm ở đâu ạ?", "khai-bao-tam-vang"),
        ("tach ho", "tach-ho"),
    ],
)
def test_sure_question_is_answered_with_its_edition(library, text, slug):
    decision = decide(text, TODAY)

    assert (decision.meaning, decision.plan.outcome) == (Meaning.QUESTION, Outcome.ANSWERED)
    assert decision.plan.edition.procedure.slug == slug


def test_what_no_machine_may_tell_is_not_answered(library):
    Edition.objects.filter(procedure__slug="gia-han-tam-tru").update(verified_on=date(2026, 1, 2))

    decision = decide("gia hạn tạm trú cần giấy tờ gì", TODAY)

    assert decision.meaning is Meaning.QUESTION
    assert decision.plan.outcome == Outcome.UNANSWERED
    assert not decision.is_answered


def test_unknown_paper_that_is_asked_for_waits_for_a_person(library):
    decision = decide("lệ phí nuôi cá sấu bao nhiêu", TODAY)

    assert (decision.meaning, decision.is_answered) == (Meaning.QUESTION, False)


@pytest.mark.parametrize("text", ["Chào cán bộ", "ok", "mã", "GẶP CÁN BỘ", "2", "ấp 5", "Ai biết"])
def test_short_words_are_no_question(library, text):
    assert not decide(text, TODAY).is_answered


@pytest.mark.parametrize("name", ["not_questions", "not_questions_second"])
def test_hardly_a_tip_and_no_courtesy_is_answered_with_a_procedure(library, name):
    taken = [case for case in cases(name) if decide(case.text, TODAY).meaning is Meaning.QUESTION]

    assert {case.kind for case in taken} <= {"tip"}
    assert len(taken) <= 0.02 * len(cases(name))


@pytest.mark.parametrize("name", ["not_questions", "not_questions_second"])
def test_no_tip_is_taken_for_a_courtesy(library, name):
    tips = [case.text for case in cases(name) if case.kind == "tip"]

    assert [text for text in tips if decide(text, TODAY).meaning is not Meaning.TIP][1:] == []
