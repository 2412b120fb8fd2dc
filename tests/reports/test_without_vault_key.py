"""Without the vault's public key nothing of tips is taken in, and pages say why."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.vault import sealing
from accounts.vault.errors import NoVaultKey
from reports.models import TipReport
from tests.factories.tips import make_tip
from tests.reports.public.walking import Walk
from tests.reports.test_entry_pages import RECORD, login, send, values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_key(settings):
    settings.VAULT_PUBLIC_KEYS = {}


def test_no_way_in_takes_a_tip(commune):
    with pytest.raises(NoVaultKey, match="chưa ghi được phản ánh nào"):
        make_tip(commune)

    assert not TipReport.objects.exists()


def test_the_form_for_residents_says_so_and_keeps_nothing(commune):
    address = reverse("tip_form", args=[commune.code])
    client = Client()

    for page in (client.get(address), client.post(address, {"step": "words", "words": "Có trộm"})):
        text = page.content.decode()
        assert "chưa nhận phản ánh" in text
        assert "Có trộm" not in text
    assert not TipReport.objects.exists()


def test_a_form_that_was_begun_before_is_not_sent(commune, settings):
    settings.VAULT_PUBLIC_KEYS = {"v2": sealing.public_part(settings.VAULT_KEYS["v2"])}
    walk = Walk(commune)
    walk.to_check(words="Có trộm chó")
    settings.VAULT_PUBLIC_KEYS = {}
    walk.press("go", "send")

    assert "chưa nhận phản ánh" in walk.html
    assert not TipReport.objects.exists()


def test_an_officer_who_writes_a_call_down_is_told_what_to_do(duty_officer, hamlet):
    client = login(duty_officer)
    given = values(client, RECORD, channel="phone", hamlet=hamlet.pk)
    page = send(client, RECORD, given).content.decode()

    assert "Hãy ghi ra giấy và báo quản trị kỹ thuật" in page
    assert not TipReport.objects.exists()
