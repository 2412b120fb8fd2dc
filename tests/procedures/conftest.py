"""The shipped library, also after a transactional test has emptied the tables."""

import pytest

from accounts.models import User
from procedures.loading import load
from procedures.models import Edition


@pytest.fixture
def library(db: None) -> None:
    """Every procedure as it is shipped."""
    if not Edition.objects.exists():
        load()


@pytest.fixture
def two_chiefs(chief: User, deputy_chief: User) -> tuple[User, User]:
    """A commune in which one may write and another publish."""
    return chief, deputy_chief
