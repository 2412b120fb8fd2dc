"""Reviews, commendations and safety checklists, each as its services would make it."""

from datetime import date
from itertools import count
from typing import Any

from accounts.models import Commune, User
from groups.models import Hamlet
from oversight.models import (
    Achievement,
    ChecklistItem,
    Commendation,
    CommendationForm,
    ReviewHamlet,
    SafetyChecklist,
    SafetyCriterion,
    YearlyReview,
)
from oversight.review import services as review_services

_numbers = count(1)


def make_review(commune: Commune, opened_by: User, **fields: Any) -> YearlyReview:
    """Just opened, of a year that is over."""
    values = {
        "year": 2025, "first": date(2025, 1, 1), "last": date(2025, 12, 31), "opened_by": opened_by
    }  # fmt: skip
    return YearlyReview.objects.create(commune=commune, **(values | fields))


def make_frozen_review(commune: Commune, by: User, **fields: Any) -> YearlyReview:
    """On a summary that was signed for its days."""
    return review_services.freeze(make_review(commune, by, **fields), by=by)


def make_review_hamlet(review: YearlyReview, hamlet: Hamlet, **fields: Any) -> ReviewHamlet:
    return ReviewHamlet.objects.create(review=review, hamlet=hamlet, **fields)


def make_form(commune: Commune, **fields: Any) -> CommendationForm:
    values = {"name": f"Giấy khen {next(_numbers)}", "given_by": "Chủ tịch UBND xã"}
    return CommendationForm.objects.create(commune=commune, **(values | fields))


def make_achievement(commune: Commune, **fields: Any) -> Achievement:
    """Of a team, for building the model."""
    values = {
        "subject_kind": "collective", "kind": "building", "name": f"Tổ {next(_numbers)}",
        "what": "Vận động đủ các hộ trong tổ tham gia nhóm.", "year": 2026,
    }  # fmt: skip
    return Achievement.objects.create(commune=commune, **(values | fields))


def make_informant(commune: Commune, **fields: Any) -> Achievement:
    number = next(_numbers)
    values = {
        "subject_kind": "informant", "kind": "helping", "token": f"NBT-{number:04}-AAAA",
        "what": "Giúp ngăn chặn kịp thời một vụ vi phạm.", "year": 2026,
    }  # fmt: skip
    return Achievement.objects.create(commune=commune, **(values | fields))


def make_commendation(achievement: Achievement, **fields: Any) -> Commendation:
    """Just put forward."""
    values: dict[str, Any] = {"occasion": "Khen thưởng đột xuất"}
    if achievement.is_informant:
        values["nominated_on"] = None
    if "form" not in fields:
        values["form"] = make_form(achievement.commune)
    return Commendation.objects.create(
        commune=achievement.commune, achievement=achievement, **(values | fields)
    )


def make_accepted(achievement: Achievement, **fields: Any) -> Commendation:
    values = {
        "status": "accepted", "council": "Hội đồng Thi đua - Khen thưởng xã",
        "voted_on": date(2026, 11, 10), "votes_for": 7, "votes_against": 0, "votes_other": 1,
        "decision_number": "15/QĐ-UBND", "decided_on": date(2026, 11, 16),
    }  # fmt: skip
    return make_commendation(achievement, **(values | fields))


def make_criterion(commune: Commune, **fields: Any) -> SafetyCriterion:
    values = {"level": "hamlet", "year": 2026, "text": f"Tiêu chí {next(_numbers)}"}
    return SafetyCriterion.objects.create(commune=commune, **(values | fields))


def make_checklist(
    commune: Commune, hamlet: Hamlet | None = None, **fields: Any
) -> SafetyChecklist:
    """With two lines, the second of which is only ticked."""
    made = SafetyChecklist.objects.create(
        commune=commune, hamlet=hamlet, **({"year": 2026} | fields)
    )
    for place, text in enumerate(("Hộ trong ấp đăng ký", "Không có vụ việc về an ninh"), 1):
        ChecklistItem.objects.create(
            checklist=made, position=place, text=text, is_tick_only=place == 2
        )
    return made
