"""The number of households has days: by trigger, by the form of a hamlet, and at a day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from groups.household_counts import services
from groups.models import Hamlet, HouseholdCount, Team
from tests.factories.groups import make_hamlet, make_team

TODAY = timezone.localdate()
EARLIER, LATER = TODAY - timedelta(days=90), TODAY - timedelta(days=30)


def days(hamlet, team=None):
    rows = HouseholdCount.objects.filter(hamlet=hamlet, team=team).order_by("valid_from")
    return list(rows.values_list("households", "valid_from", "is_estimated"))


def form_of(hamlet, **changed):
    values = {
        "name": hamlet.name, "kind": hamlet.kind, "code": hamlet.code,
        "households": hamlet.households, "valid_from": "", "valid_to": "",
        "assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0,
    }  # fmt: skip
    return values | changed


def test_a_number_holds_from_the_day_of_the_record_whoever_writes_it(commune):
    hamlet = make_hamlet(commune, households=120)
    team = make_team(hamlet, households=30)

    Hamlet.objects.filter(pk=hamlet.pk).update(households=125)
    Team.objects.filter(pk=team.pk).update(households=31)

    assert days(hamlet) == [(125, TODAY, True)]
    assert days(hamlet, team) == [(31, TODAY, True)]


def test_a_hamlet_has_its_number_since_its_first_day(commune):
    hamlet = make_hamlet(commune, households=120, valid_from=EARLIER)

    assert days(hamlet) == [(120, EARLIER, False)]


def test_the_first_number_stands_for_the_days_before(commune):
    hamlet = make_hamlet(commune, households=120, valid_from=LATER)

    assert services.at_end_of(EARLIER, [hamlet]) == {hamlet.pk: 120}


def test_the_form_of_a_hamlet_takes_the_day(commune, chief, login):
    hamlet = make_hamlet(commune, households=120)
    page = reverse("admin:groups_hamlet_change", args=[hamlet.pk])

    response = login(chief).post(
        page, form_of(hamlet, households=150, households_on=f"{EARLIER:%d/%m/%Y}")
    )

    assert response.status_code == 302
    assert days(hamlet) == [(150, EARLIER, False)]
    assert Hamlet.objects.get(pk=hamlet.pk).households == 150
    assert HouseholdCount.objects.get(hamlet=hamlet).recorded_by == chief


def test_the_form_refuses_a_day_to_come(commune, chief, login):
    hamlet = make_hamlet(commune, households=120)
    page = reverse("admin:groups_hamlet_change", args=[hamlet.pk])
    tomorrow = TODAY + timedelta(days=1)

    response = login(chief).post(
        page, form_of(hamlet, households=150, households_on=f"{tomorrow:%d/%m/%Y}")
    )

    assert "không thể sau hôm nay" in response.text
    assert Hamlet.objects.get(pk=hamlet.pk).households == 120
    with pytest.raises(NotAllowed):
        services.record(hamlet, 150, on=tomorrow, by=chief)


def test_a_late_day_before_a_stated_one_changes_the_past_alone(commune, chief):
    hamlet = make_hamlet(commune, households=120)
    services.record(hamlet, 140, on=LATER, by=chief)

    services.record(hamlet, 130, on=EARLIER, by=chief)

    assert days(hamlet) == [(130, EARLIER, False), (140, LATER, False)]
    assert Hamlet.objects.get(pk=hamlet.pk).households == 140


def test_a_stated_day_leaves_a_later_change_and_the_form_says_so(commune, chief, login):
    hamlet = make_hamlet(commune, households=120)
    HouseholdCount.objects.filter(hamlet=hamlet).update(valid_from=LATER)
    Hamlet.objects.filter(pk=hamlet.pk).update(households=125)
    page = reverse("admin:groups_hamlet_change", args=[hamlet.pk])

    response = login(chief).post(
        page,
        form_of(hamlet, households=110, households_on=f"{EARLIER:%d/%m/%Y}"),
        follow=True,
    )

    assert days(hamlet) == [(110, EARLIER, False), (125, TODAY, True)]
    assert Hamlet.objects.get(pk=hamlet.pk).households == 125
    assert f"Từ {TODAY:%d/%m/%Y} đã ghi 125 hộ: chỉ sửa quãng trước đó." in response.text


def test_who_only_views_a_hamlet_is_shown_no_day_to_fill_in(hamlet, hamlet_head_of, login):
    page = reverse("admin:groups_hamlet_change", args=[hamlet.pk])

    text = login(hamlet_head_of(hamlet)).get(page).text

    assert "ouseholds on" not in text
    assert "Số hộ có từ ngày" not in text
