"""Accounts around words that name somebody; modules with other officers have their own."""

from collections.abc import Callable

import pytest

from accounts.models import Commune, User
from accounts.users.roles import Role
from groups.models import Hamlet
from tests.factories.accounts import make_user


@pytest.fixture
def officer(officer_of: Callable[..., User], hamlet: Hamlet) -> User:
    """The officer whom `ACCUSED` and `THANKS` name."""
    return officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")


@pytest.fixture
def superior(commune: Commune) -> User:
    return make_user(commune, Role.SUPERIOR)
