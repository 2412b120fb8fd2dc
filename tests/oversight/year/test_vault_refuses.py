"""A page of informants where the vault refuses."""

import pytest
from django.urls import reverse

from accounts.vault.errors import VaultRefused
from oversight.commendations import operations

pytestmark = pytest.mark.django_db


def test_an_informants_page_that_the_vault_refuses_says_why(login, chief, monkeypatch):
    def refuses():
        raise VaultRefused("Phiên đăng nhập đã hết. Hãy đăng nhập lại.")

    monkeypatch.setattr(operations, "opened", refuses)
    answer = login(chief).get(reverse("admin:oversight_commendation_informants"))

    assert answer.status_code == 400
    assert "Phiên đăng nhập đã hết" in answer.content.decode()
