"""Which achievements may be one and the same, for a person to look at."""

from datetime import date, timedelta
from difflib import SequenceMatcher

from django.db.models import Q

from accounts.vietnamese import fold
from oversight.models import Achievement

# From which share on two texts are alike; days between two achievements that may be one.
ALIKE, NEAR = 0.6, timedelta(days=7)


def like(achievement: Achievement) -> list[Achievement]:
    """Others that may be the same one, for a person to look at: who, when and what are near."""
    if achievement.is_informant:
        return []
    others = Achievement.objects.filter(commune=achievement.commune, token="").exclude(
        pk=achievement.pk
    )
    if achievement.first_on and achievement.last_on:
        begins = max(achievement.first_on, date.min + NEAR) - NEAR
        others = others.filter(
            Q(first_on=None) | Q(first_on__lte=achievement.last_on + NEAR, last_on__gte=begins)
        )
    return [other for other in others if _is_same_subject(achievement, other)
            and _share(achievement.what, other.what) >= ALIKE]  # fmt: skip


def rewarded_like(achievement: Achievement) -> list[Achievement]:
    """Of those that may be the same one, the ones that a decision stands behind."""
    return [other for other in like(achievement) if other.commendations.accepted().exists()]  # type: ignore[attr-defined]


def _is_same_subject(one: Achievement, other: Achievement) -> bool:
    if one.subject_kind != other.subject_kind:
        return False
    places = ("team_id", "group_id")
    return fold(one.name) == fold(other.name) or any(
        getattr(one, place) is not None and getattr(one, place) == getattr(other, place)
        for place in places
    )


def _share(one: str, other: str) -> float:
    return SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio()
