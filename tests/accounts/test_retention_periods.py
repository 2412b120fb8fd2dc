"""A number of days in the environment counts once a chief has confirmed it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.models import ChangeProposal
from accounts.second_person import services as second_person
from accounts.tasks import carry_out_changes
from accounts.users.roles import Role
from groups.personal_data import erasure
from groups.residents.purge_period import purge_days
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shortened(commune, settings):
    """The portal has run with 90 days; now somebody has written 1 into the environment."""
    commune.chief_since = timezone.now()
    commune.save()
    settings.MEMBER_PURGE_DAYS = 90
    erasure.start_clocks()
    settings.MEMBER_PURGE_DAYS = 1
    erasure.start_clocks()


def test_shorter_time_alone_wipes_nothing(shortened):
    assert purge_days() == 90
    assert ChangeProposal.objects.get().new == {"days": 1}


def test_command_prints_the_number_in_force(shortened, chief, capsys):
    call_command("purge_expired", "--dry-run")

    line = next(line for line in capsys.readouterr().out.splitlines() if "groups.Member:" in line)
    assert "lưu 90 ngày" in line


def test_it_counts_once_a_chief_has_confirmed_it_and_a_day_is_over(shortened, chief):
    second_person.confirm(ChangeProposal.objects.get(), by=chief)
    carry_out_changes()
    assert purge_days() == 90

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        carry_out_changes()

    assert purge_days() == 1


def test_nobody_but_a_chief_confirms_it(shortened, commune):
    for role in set(Role) - {Role.CHIEF}:
        with pytest.raises(second_person.NotAllowed):
            second_person.confirm(ChangeProposal.objects.get(), by=make_user(commune, role))


def test_a_number_that_a_chief_refused_is_not_asked_about_every_night(shortened, chief):
    second_person.refuse(ChangeProposal.objects.get(), by=chief, reason="Không rõ ai đổi.")
    erasure.start_clocks()

    assert ChangeProposal.objects.count() == 1
    assert purge_days() == 90


def test_before_there_is_a_chief_the_environment_decides(commune, settings):
    for days in (90, 30):
        settings.MEMBER_PURGE_DAYS = days
        erasure.start_clocks()

    assert purge_days() == 30
