"""The rules of the clocks on the screen: read by the police, changed by chiefs from a day on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import ClockRule

LIST = reverse("admin:reports_clockrule_changelist")
ADD = reverse("admin:reports_clockrule_add")


@pytest.fixture
def rule(db):
    return ClockRule.objects.get(code="transfer")


def answers(rule, **fields):
    first = timezone.localdate() + timedelta(days=1)
    return {
        "instead_of": rule.pk, "amount": 5, "remind_before": "48,24",
        "valid_from": first.strftime("%d/%m/%Y"), "legal_basis": "Thông tư mới, Điều 1",
        "note": "", **fields,
    }  # fmt: skip


def test_the_list_says_how_long_on_what_basis_and_whose(client, chief):
    client.force_login(chief)

    page = client.get(LIST).content.decode()

    assert "7 ngày" in page
    assert "3 ngày làm việc" in page
    assert "Dùng chung" in page


def test_a_rule_is_read_and_never_edited(client, chief, rule):
    client.force_login(chief)
    address = reverse("admin:reports_clockrule_change", args=[rule.pk])

    page = client.get(address).content.decode()
    refused = client.post(address, answers(rule, amount=1))

    assert "Chưa kiểm lại theo văn bản ban hành sau năm 2025" in page
    assert refused.status_code == 403
    rule.refresh_from_db()
    assert rule.amount == 7


def test_a_chief_puts_a_new_version_in_force(client, chief, rule):
    client.force_login(chief)
    assert client.get(ADD).status_code == 200

    client.post(ADD, answers(rule))

    new = ClockRule.objects.get(commune=chief.commune)
    assert (new.code, new.amount, new.remind_before) == ("transfer", 5, [48, 24])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"valid_from": timezone.localdate().strftime("%d/%m/%Y")}, "từ ngày mai"),
        ({"legal_basis": ""}, "hãy ghi căn cứ"),
        ({"amount": 0}, "từ 1 trở lên"),
    ],
)
def test_a_refusal_stands_on_the_page(client, chief, rule, fields, said):
    client.force_login(chief)

    page = client.post(ADD, answers(rule, **fields)).content.decode()

    assert said in page
    assert not ClockRule.objects.filter(commune=chief.commune).exists()


def test_officers_read_and_do_not_change(client, officer_of, hamlet):
    client.force_login(officer_of(hamlet))

    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 403
