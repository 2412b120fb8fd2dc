"""Asking, approving and looking on a phone: a field for the code, and sentences where it fails."""

import pytest
from django.urls import reverse

from accounts.models import ProofKey
from accounts.vault.proofs import checking
from reports import intake
from reports.models import IdentityOpening
from tests.factories.proofs import App
from tests.factories.tips import make_worked

pytestmark = pytest.mark.django_db

PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123")
WHY = "Cần hỏi lại giờ xảy ra."


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet):
    return make_worked(officer, hamlet=hamlet, person=PERSON)


@pytest.fixture
def page(tip):
    return reverse("admin:reports_tipreport_identity", args=[tip.pk])


def decide_page(tip):
    return reverse("admin:reports_identityopening_decide", args=[tip.openings.get().pk])


def text_of(response):
    return response.content.decode()


def test_three_codes_on_two_phones_show_the_reporter(tip, page, officer, chief, login):
    app, chiefs_app = App(officer), App(chief)
    mine, theirs = login(officer), login(chief)
    assert 'name="code"' in text_of(mine.get(page))

    mine.post(page, {"ask": "1", "reason": WHY, "aim": "identity", **app()})
    assert 'name="code"' in text_of(theirs.get(decide_page(tip)))
    theirs.post(decide_page(tip), {"approve": "1", **chiefs_app()})
    shown = text_of(mine.post(page, {"open": "1", **app()}))

    assert PERSON.name in shown
    assert 'name="code"' not in shown  # for a quarter of an hour
    assert PERSON.name in text_of(mine.post(page, {"open": "1"}))


def test_number_to_call_leaves_the_page_by_itself_and_never_comes_back(
    tip, page, officer, chief, login
):
    app, chiefs_app = App(officer), App(chief)
    mine = login(officer)
    mine.post(page, {"ask": "1", "reason": WHY, "aim": "call", **app()})
    assert "Chỉ số điện thoại" in text_of(login(chief).get(decide_page(tip)))
    login(chief).post(decide_page(tip), {"approve": "1", **chiefs_app()})

    shown = mine.post(page, {"phone": "1", **app()})
    again = mine.post(page, {"phone": "1", **app()})

    assert (PERSON.phone in text_of(shown), PERSON.name in text_of(shown)) == (True, False)
    assert shown["Refresh"] == f"900; url={page}"
    assert "no-store" in shown["Cache-Control"]
    assert PERSON.phone not in text_of(again)
    assert "chưa được duyệt" in text_of(again)


def test_wrong_code_is_a_sentence_and_the_reason_stays(tip, page, officer, chief, login):
    App(officer)

    answer = text_of(login(officer).post(page, {"ask": "1", "reason": WHY, "aim": "call",
                                                "code": "000000"}))  # fmt: skip

    assert checking.WRONG in answer
    assert WHY in answer
    assert not IdentityOpening.objects.exists()


def test_who_has_no_app_reads_what_to_do(tip, page, officer, chief, login):
    asked = text_of(login(officer).get(page))
    App(officer)
    mine = login(officer)
    app = App(officer)
    mine.post(page, {"ask": "1", "reason": WHY, "aim": "identity", **app()})
    decided = text_of(login(chief).get(decide_page(tip)))

    for found in (asked, decided):
        assert "chưa có mã mở danh tính" in found
        assert 'name="code"' not in found
    assert "Không duyệt" in decided


def test_refusing_needs_no_code(tip, page, officer, chief, login):
    app = App(officer)
    login(officer).post(page, {"ask": "1", "reason": WHY, "aim": "identity", **app()})

    login(chief).post(decide_page(tip), {"refuse": "1", "reason": "Chưa cần"})

    assert tip.openings.get().state == "refused"


def test_own_account_names_the_app_and_losing_the_phone_ends_it(officer, login):
    client = login(officer)
    before = text_of(client.get(reverse("admin:own_account")))
    App(officer)
    after = text_of(client.get(reverse("admin:own_account")))

    lost = text_of(client.post(reverse("admin:lost_phone")))

    assert "Nhờ người giữ máy chủ in tờ mã" in before
    assert "Ứng dụng mã" in after
    assert "Mã mở danh tính cũ đã hủy" in lost
    assert not ProofKey.objects.filter(ended_at=None).exists()
