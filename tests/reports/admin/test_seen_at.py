"""The form of an answer says where the resident finds it, and the number to call back."""

import pytest
from django.urls import reverse

from reports.models import TipReport
from tests.factories.accounts import make_profile
from tests.factories.tips import make_worked

pytestmark = pytest.mark.django_db
Channel = TipReport.Channel


@pytest.fixture
def read(login, officer_of, hamlet):
    officer = officer_of(hamlet)
    browser = login(officer)

    def text(name, **fields):
        tip = make_worked(officer, hamlet=hamlet, **fields)
        return browser.get(
            reverse(f"admin:reports_tipreport_{name}", args=[tip.pk])
        ).content.decode()

    return text


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.WEB_FORM, "Máy không nhắn, không gọi cho họ."),
        (Channel.OA_CHAT, "Người báo tin đọc lời này trong Zalo"),
    ],
)
def test_the_form_names_where_the_answer_is_read(read, commune, channel, words):
    make_profile(commune, duty_phone="0251 000 113")

    text = read("talk", channel=channel)

    assert words in text
    assert f"<strong>testserver{reverse('tip_answers')}</strong>" in text
    assert "gọi trực ban <strong>0251 000 113</strong>" in text


def test_without_a_number_it_says_so(read, commune):
    make_profile(commune, duty_phone="")

    assert "Cổng chưa ghi số trực ban" in read("talk")
