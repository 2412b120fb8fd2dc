"""Pages for when something is wrong."""

from django.test import Client
from django.urls import reverse

from accounts.communes import public_pages


def test_unforeseen_error_is_a_page_in_vietnamese(db, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("no sentence for a person")

    monkeypatch.setattr(public_pages, "cached", broken)

    answer = Client(raise_request_exception=False).get(reverse("genuine_communes"))

    assert answer.status_code == 500
    assert "Có lỗi ở máy chủ" in answer.content.decode()
    assert "Hãy quay lại" in answer.content.decode()
    assert "no sentence" not in answer.content.decode()
