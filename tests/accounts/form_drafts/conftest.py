from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts.models import Topic
from tests.factories.accounts import make_user

ADD = "admin:broadcasts_broadcast_add"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author(commune: Commune) -> User:
    return make_user(commune, Role.OFFICER, last_name="Trần Quốc", first_name="Bảo")


@pytest.fixture
def colleague(commune: Commune) -> User:
    return make_user(commune, Role.OFFICER, last_name="Ngô Thị", first_name="Bình")


@pytest.fixture
def web() -> Callable[[User], Client]:
    """A browser in which an account is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def form_of(**fields: Any) -> dict[str, Any]:
    """The form of a post as a browser sends it."""
    values = {
        "title": "Mời họp", "topic": Topic.objects.get(code="thu-doan").pk,
        "text": "Mời bà con dự họp ấp.", "send_to": "whole", "priority": "routine",
    }  # fmt: skip
    return values | fields


def add_url() -> str:
    return reverse(ADD)
