"""Pages made anew with each request, and a commune with hours and a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.communes import public_pages
from tests.factories.accounts import make_profile

HOURS, PLACE, PHONE = "thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ", "Trụ sở, ấp 3", "0251 000 0113"

type Get = Callable[..., Any]


@pytest.fixture(autouse=True)
def _made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_pages, "cached", lambda key, make: make())


@pytest.fixture
def home_commune(commune: Any) -> Any:
    """The only commune of the portal, with what its pages print."""
    make_profile(commune, duty_phone=PHONE, opening_hours=HOURS, reception_place=PLACE)
    return commune


@pytest.fixture
def get() -> Get:
    """`get("dang-ky-tam-tru/")`: an answer of /thu-tuc/ to somebody without an account."""

    def ask(address: str = "", **query: str) -> Any:
        return Client().get(f"/thu-tuc/{address}", query)

    return ask


def text_of(answer: Any) -> str:
    """The page without the shape of its lines."""
    return " ".join(answer.content.decode().split())
