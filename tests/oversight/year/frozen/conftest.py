"""A review whose figures are frozen: opened and frozen once, a copy for each test."""

from copy import deepcopy

import pytest

from accounts.models import Commune, User
from accounts.users.roles import Role
from groups.models import Hamlet
from oversight import periods
from oversight.models import YearlyReview
from oversight.review import services as review
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet
from tests.factories.scenes import shared_scene


def frozen_review() -> YearlyReview:
    commune = make_commune("Bình Minh", code="90001")
    make_hamlet(commune)
    chief = make_user(commune, Role.CHIEF, username="truong.ca")
    return review.freeze(review.open_review(commune, periods.whole_year(2025), by=chief), by=chief)


once = shared_scene(frozen_review, scope="package")


@pytest.fixture
def frozen(once: YearlyReview, db: None) -> YearlyReview:
    return deepcopy(once)


@pytest.fixture
def commune(frozen: YearlyReview) -> Commune:
    return frozen.commune


@pytest.fixture
def hamlet(frozen: YearlyReview) -> Hamlet:
    return frozen.hamlets.get().hamlet


@pytest.fixture
def chief(frozen: YearlyReview) -> User:
    return User.objects.get(pk=frozen.opened_by_id)
