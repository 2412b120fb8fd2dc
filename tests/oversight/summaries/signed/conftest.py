"""Summaries of a commune, drafted and signed once: each test gets copies."""

from copy import deepcopy
from dataclasses import dataclass

import pytest

from accounts.models import Commune, User
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from oversight import periods
from oversight.models import PeriodSummary
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.scenes import shared_scene
from tests.factories.summaries import last_month, make_draft, make_signed


@dataclass(frozen=True)
class Summaries:
    """Of each body: those of the last month are signed, those of the month before are drafts."""

    commune: Commune
    chief: User
    party_office: User
    signed: dict[Issuer, PeriodSummary]
    drafts: dict[Issuer, PeriodSummary]


def summaries_of_each_body() -> Summaries:
    commune = make_commune("Bình Minh", code="90001")
    make_profile(commune, chief_name="Nguyễn Văn Bình", party_name="Lê Thị Thử")
    chief, office = make_user(commune, Role.CHIEF), make_user(commune, Role.PARTY_OFFICE)
    by = {Issuer.POLICE: chief, Issuer.PARTY: office, Issuer.COMMITTEE: office}
    earlier = periods.before(last_month())
    return Summaries(
        commune,
        chief,
        office,
        {issuer: make_signed(user, issuer) for issuer, user in by.items()},
        {issuer: make_draft(user, issuer, period=earlier) for issuer, user in by.items()},
    )


once = shared_scene(summaries_of_each_body, scope="package")


@pytest.fixture
def scene(once: Summaries, db: None) -> Summaries:
    return deepcopy(once)


@pytest.fixture
def police(scene: Summaries) -> PeriodSummary:
    return scene.signed[Issuer.POLICE]


@pytest.fixture
def party(scene: Summaries) -> PeriodSummary:
    return scene.signed[Issuer.PARTY]


@pytest.fixture
def commune(scene: Summaries) -> Commune:
    return scene.commune


@pytest.fixture
def chief(scene: Summaries) -> User:
    return scene.chief


@pytest.fixture
def party_office(scene: Summaries) -> User:
    return scene.party_office
