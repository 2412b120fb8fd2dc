"""Slips of the keys on the pages of the year are told in words and break nothing."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune
from oversight.commendations import checks
from oversight.models import Achievement, CommendationForm, SafetyCriterion, YearlyReview
from tests.factories.year import make_achievement, make_criterion, make_form


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:oversight_{name}", args=args)


def nomination(commune: Commune, **said: Any) -> dict[str, Any]:
    return {
        "subject_kind": "collective", "name": "Tổ 5", "kind": "building", "year": "2026",
        "what": "Vận động đủ hộ.", "form": make_form(commune).pk, "occasion": "Ngày hội",
    } | said  # fmt: skip


@pytest.mark.parametrize("is_change", [False, True])
def test_a_criterion_that_is_there_is_refused_in_words(is_change, commune, login, chief):
    there = make_criterion(commune)
    page = address("safetycriterion_add")
    if is_change:
        page = address("safetycriterion_change", make_criterion(commune).pk)
    asked = {
        "level": there.level, "year": there.year, "position": 1, "text": there.text,
        "source": "Văn bản",
    }  # fmt: skip

    answer = login(chief).post(page, asked)

    assert answer.status_code == 200
    assert "Tiêu chí này đã có trong bản của năm." in answer.content.decode()
    login(chief).post(page, asked | {"text": "Tiêu chí khác"})
    assert SafetyCriterion.objects.get(text="Tiêu chí khác").commune == commune


def test_a_form_of_thanks_that_is_there_is_refused_in_words(commune, login, chief):
    there, client, page = make_form(commune), login(chief), address("commendationform_add")
    asked = {"name": there.name, "given_by": there.given_by, "position": 1, "is_offered": "on"}

    answer = client.post(page, asked)

    assert answer.status_code == 200
    assert "Hình thức này của cấp khen này đã có." in answer.content.decode()
    client.post(page, asked | {"name": "Kỷ niệm chương"})
    assert CommendationForm.objects.get(name="Kỷ niệm chương").commune == commune


@pytest.mark.parametrize("day", ["0001-01-02", "1999-12-31", "2101-01-01"])
def test_a_day_of_another_age_is_refused_beside_its_field(day, commune, login, chief):
    client = login(chief)

    for page, asked in (
        (
            address("commendation_new"),
            nomination(commune, first_on=day, last_on="2026-03-01"),
        ),
        (address("yearlyreview_new"), {"first": day, "last": day}),
    ):
        answer = client.post(page, asked)
        assert answer.status_code == 400
        assert "từ năm 2000 đến năm 2100" in answer.content.decode()
    assert not Achievement.objects.exists()
    assert not YearlyReview.objects.exists()


def test_a_deed_with_a_day_of_another_age_is_compared_all_the_same(commune):
    days = {"first_on": date(1, 1, 2), "last_on": date(2026, 3, 1)}
    one, other = (make_achievement(commune, name="Tổ 5", where=at, **days) for at in "ab")

    assert checks.like(one) == [other]


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        ({"year": "2100"}, False),
        ({"year": "2019"}, False),
        ({"year": "2025", "first_on": "2026-03-01", "last_on": "2026-03-02"}, False),
        ({"year": "2026", "first_on": "2025-09-01", "last_on": "2025-10-31"}, False),
        ({"year": "2026", "first_on": "2025-11-20", "last_on": "2025-11-20"}, True),
        ({"year": "2025", "first_on": "2025-12-30", "last_on": "2026-01-02"}, True),
    ],
)
def test_the_year_of_a_deed_has_lists_and_fits_its_days(said, is_taken, commune, login, chief):
    answer = login(chief).post(address("commendation_new"), nomination(commune, **said))

    assert answer.status_code == (302 if is_taken else 400)
    assert Achievement.objects.exists() is is_taken
    if not is_taken:
        assert "ăm của thành tích" in answer.content.decode()


def test_no_deed_is_of_a_year_to_come(commune, login, chief):
    asked = nomination(commune, year=timezone.localdate().year + 1)

    assert login(chief).post(address("commendation_new"), asked).status_code == 400
