"""The chief signs for the police, the office for the Party."""

import pytest

from accounts.models import Commune, User
from accounts.users.roles import Role
from tests.factories.accounts import make_profile, make_user


@pytest.fixture
def chief(commune: Commune) -> User:
    make_profile(commune, chief_name="Nguyễn Văn Bình", party_name="Lê Thị Thử")
    return make_user(commune, Role.CHIEF)


@pytest.fixture
def party_office(commune: Commune) -> User:
    return make_user(commune, Role.PARTY_OFFICE)
