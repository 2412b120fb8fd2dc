"""The night after a year, drafted once: what it makes, freezes, and leaves alone when run again."""

from datetime import date

import pytest
import time_machine

from accounts.models import Commune
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from oversight.models import PeriodSummary, PublishedQuarter
from oversight.tasks import draft_summaries, start_summaries
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.scenes import shared_scene
from tests.factories.tips import make_tip
from tests.oversight.conftest import at

NEW_YEAR = at(date(2027, 1, 1), 1)


def make_drafted() -> Commune:
    """Accounts that were there long before, three tips of November, and the drafts of the night."""
    commune = make_commune()
    make_profile(commune, chief_name="Nguyễn Văn Bình", party_name="Lê Thị Thử")
    for role in (Role.CHIEF, Role.PARTY_OFFICE):
        make_user(commune, role, date_joined=at(date(2020, 1, 1)))
    for _number in range(3):
        make_tip(commune, received_at=at(date(2026, 11, 5)))
    with time_machine.travel(NEW_YEAR, tick=False):
        draft_summaries(commune.pk)
    return commune


drafted = shared_scene(make_drafted)


@pytest.fixture
def commune(drafted, db):
    with time_machine.travel(NEW_YEAR, tick=False):
        yield drafted


def rows():
    return list(PeriodSummary.objects.order_by("pk").values_list("pk", "digest", "revision"))


@pytest.mark.parametrize("issuer", [Issuer.POLICE, Issuer.PARTY, Issuer.COMMITTEE])
def test_all_that_ended_with_the_year_is_drafted_for_each_body(commune, issuer):
    made = [row.period.words for row in PeriodSummary.objects.filter(issuer=issuer)]

    assert sorted(made) == sorted(
        ["năm 2026", "6 tháng cuối năm 2026", "tháng 10/2026", "quý IV/2026", "tháng 11/2026",
         "tháng 12/2026"]
    )  # fmt: skip


def test_second_run_makes_and_changes_nothing(commune):
    before = rows()

    start_summaries.apply()
    draft_summaries(commune.pk)

    assert before
    assert rows() == before


def test_night_freezes_the_quarter(commune):
    quarters = PublishedQuarter.objects.order_by("first")

    assert [row.first.month for row in quarters] == [1, 4, 7, 10]
    assert [sum(row.counts["months"]) for row in quarters] == [0, 0, 0, 3]
