"""Accounts that write the library."""

import pytest

from accounts.models import User


@pytest.fixture
def two_chiefs(chief: User, deputy_chief: User) -> tuple[User, User]:
    """A commune in which one may write and another publish."""
    return chief, deputy_chief
