"""No text of the year takes the number of a person: of an id card, a phone."""

from datetime import date
from typing import Any

import pytest

from accounts.services import NotAllowed
from oversight.checklists import services as checklists
from oversight.commendations import services as commendations
from oversight.models import Achievement, ChecklistEvidence, ReviewEvidence
from oversight.review import services as review_services
from tests.factories.year import (
    make_achievement,
    make_checklist,
    make_commendation,
    make_form,
    make_frozen_review,
)

ID, PHONE = "Ông có số căn cước 079190012345.", "Nhà có số 0900 000 919."
DAY = date(2025, 8, 19)
NUMBERS = pytest.mark.parametrize("words", [ID, PHONE])


@NUMBERS
def test_no_text_of_a_review_takes_the_number_of_a_person(words, commune, hamlet, chief):
    review = make_frozen_review(commune, chief)
    part = review.hamlets.get(hamlet=hamlet)
    row = ReviewEvidence(review=review, what=words, on=DAY, paper="12/HS")

    for act in (
        lambda: review_services.write(review, by=chief, strengths=words, shortcomings="Ít."),
        lambda: review_services.write_part(part, words, by=chief),
        lambda: review_services.add_evidence(row, by=chief),
    ):
        with pytest.raises(NotAllowed, match="Có số"):
            act()


@NUMBERS
def test_no_line_of_a_list_takes_the_number_of_a_person(words, commune, hamlet, chief):
    made = make_checklist(commune, hamlet)
    row = ChecklistEvidence(checklist=made, what=words, on=DAY, paper="12/HS")

    for act in (
        lambda: checklists.tick(made.items.get(position=1), "yes", by=chief, remark=words),
        lambda: checklists.add_evidence(row, by=chief),
    ):
        with pytest.raises(NotAllowed, match="Có số"):
            act()


def nominated(commune: Any, by: Any, **said: str) -> Any:
    values = {"name": "Nguyễn Văn Bình", "place": "Ấp 3", "what": "Cứu hai cháu nhỏ."}
    done = Achievement(
        commune=commune, subject_kind="individual", kind="rescuing", year=2026, **(values | said)
    )
    return commendations.nominate(done, form=make_form(commune), by=by, occasion="Cuối năm")


@NUMBERS
@pytest.mark.parametrize("field", ["name", "place", "what", "where"])
def test_an_achievement_has_a_name_and_no_number_of_a_person(field, words, commune, chief):
    with pytest.raises(NotAllowed, match="Có số"):
        nominated(commune, chief, **{field: words})

    assert nominated(commune, chief).achievement.name == "Nguyễn Văn Bình"


@NUMBERS
def test_no_reason_or_occasion_of_thanks_takes_the_number_of_a_person(words, commune, chief):
    one = make_commendation(make_achievement(commune))

    with pytest.raises(NotAllowed, match="Có số"):
        commendations.decline(one, by=chief, reason=words)
    with pytest.raises(NotAllowed, match="Có số"):
        commendations.nominate(one.achievement, form=make_form(commune), by=chief, occasion=words)
