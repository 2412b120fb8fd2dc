"""No text of the five kinds gives a teller away, or bears a mark in any dress."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services import NotAllowed
from accounts.users.roles import Role
from broadcasts.articles import services as articles
from broadcasts.content_check import services as content_check
from broadcasts.requests.services import prepare_attachment
from content_rules.engine.findings import Level
from oversight.direction import services as direction
from oversight.direction.registers import services as registers
from oversight.plans import services as plans
from reports.models import TipReport
from reports.tips.errors import NotAllowed as NotAllowedForTip
from reports.work import answers, closing
from tests.broadcasts.documents import word
from tests.factories.accounts import make_user
from tests.factories.articles import make_article
from tests.factories.broadcasts import make_broadcast
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_plan,
    speaker_of,
)
from tests.factories.tips import make_worked

pytestmark = pytest.mark.django_db
GIVEN_AWAY = (
    "Nhờ tin của bà Tư nhà số 12 tổ 5, việc đã được giải quyết.",
    "Việc này được một hộ ở đầu hẻm báo, Công an xã đã nhắc nhở.",
    "Theo kế hoạch t.u.y.ệ.t m.ậ.t, đêm nay tổ công tác xuất quân.",
    "Văn bản thuộc độ tuyệt mật, đề nghị các tổ lưu ý.",
)
INNOCENT = "Nhờ tin báo của nhân dân, việc đã được giải quyết. Bà con giữ bí mật mật khẩu."
given_away = pytest.mark.parametrize("text", GIVEN_AWAY)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet):
    return make_worked(officer, hamlet=hamlet)


def blocks(hits):
    return {hit.rule for hit in hits if hit.level == Level.BLOCK} & {"teller", "secrecy"}


@given_away
@pytest.mark.parametrize("field", ["text", "title", "file_text"])
def test_post_is_blocked(commune, field, text):
    fields = {field: text, "file_sha256": "0" * 64 if field == "file_text" else ""}

    assert blocks(content_check.check(make_broadcast(commune, **fields)))


@given_away
@pytest.mark.parametrize("field", ["title", "description", "text"])
def test_article_is_blocked(commune, field, text):
    assert blocks(articles.check(make_article(commune, **{field: text})))


@given_away
def test_answer_is_refused_to_each_reporter_of_a_matter(tip, officer, text):
    with pytest.raises(NotAllowedForTip):
        answers.answer(tip, by=officer, text=text)
    with pytest.raises(NotAllowedForTip):
        answers.answer_all(tip, by=officer, text=text)

    assert not tip.messages.exists()


@given_away
def test_result_is_refused_whether_written_or_told(tip, officer, text):
    handled = TipReport.Disposition.HANDLED_HERE
    with pytest.raises(NotAllowedForTip):
        closing.resolve(tip, by=officer, disposition=handled, measure="reminded", outcome=text)
    closing.resolve(tip, by=officer, disposition=handled, measure="reminded", outcome=INNOCENT)

    with pytest.raises(NotAllowedForTip):
        closing.tell(tip, by=officer, text=text)

    tip.refresh_from_db()
    assert (tip.status, tip.told_at, tip.messages.exists()) == ("resolved", None, False)


@given_away
def test_paper_is_refused_in_the_register_in_a_direction_and_in_a_plan(commune, text):
    office, women = make_user(commune, Role.PARTY_OFFICE), make_body(commune)
    office, women = make_user(commune, Role.PARTY_OFFICE), make_body(commune)
    speaker, document = speaker_of(women), make_document(commune)
    document.summary = text
    with pytest.raises(NotAllowed):
        registers.keep_document(document, by=office)
    with pytest.raises(NotAllowed):
        direction.reply(make_direction(women), text, by=speaker)
    with pytest.raises(NotAllowed):
        plans.add_steps(make_plan(women), text, responsible="Hội", due_on=None, by=speaker)


@given_away
def test_document_is_refused_where_it_is_handed_in(text):
    with pytest.raises(ValidationError):
        prepare_attachment(SimpleUploadedFile("van-ban.docx", word("Kính gửi:", text)))


def test_thanks_to_all_pass_in_each_kind_of_text(commune, tip, officer):
    women = make_body(commune)

    assert not blocks(content_check.check(make_broadcast(commune, text=INNOCENT)))
    assert not blocks(articles.check(make_article(commune, text=INNOCENT)))
    assert answers.answer(tip, by=officer, text=INNOCENT).text == INNOCENT
    assert direction.reply(make_direction(women), INNOCENT, by=speaker_of(women)).text == INNOCENT
    assert prepare_attachment(SimpleUploadedFile("van-ban.docx", word(INNOCENT)))
