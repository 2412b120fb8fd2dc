"""Signing in from many addresses and devices, as guessers and a whole commune do."""

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import PASSWORD

WRONG = "sai-mật-khẩu"


def tries(username: str, address: str, password: str = WRONG, client: Client | None = None) -> int:
    """The status of one try: 200 refused, 302 signed in, 429 not looked at."""
    given = {"username": username, "password": password}
    answer = (client or Client()).post(reverse("admin:login"), given, REMOTE_ADDR=address)
    return answer.status_code


def known_device(username: str, address: str) -> Client:
    """A browser on which this account has signed in, and out again since."""
    client = Client()
    assert tries(username, address, PASSWORD, client) == 302
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME].value
    fresh: Any = Client()
    fresh.cookies[settings.DEVICE_COOKIE_NAME] = cookie
    return fresh
