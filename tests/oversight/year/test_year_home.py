"""The home page in the weeks in which lists of the year are opened and recognised."""

from datetime import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

MONTHS = [(2027, 2, 24), (2027, 6, 1), (2027, 11, 1)]


@pytest.mark.parametrize("day", MONTHS, ids=["registration", "summer", "recognition"])
def test_home_opens_in_every_season(commune, hamlet, chief, login, day):
    moment = datetime(*day, 9, tzinfo=timezone.get_current_timezone())
    with time_machine.travel(moment, tick=False):
        response = login(chief).get(reverse("admin:index"))

    assert response.status_code == 200
    titles = [one.title for one in response.context["work_lists"]]
    assert any("an toàn" in title for title in titles) == (day == MONTHS[0])
