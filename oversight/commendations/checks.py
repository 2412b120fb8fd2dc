"""Checks of commendations: votes, duplicates, neutral sentences about informants."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from difflib import SequenceMatcher

from django.db.models import Q

from accounts.models import Commune
from content_rules.engine.reading import read
from content_rules.names.full import full_names
from content_rules.rulebook import find
from groups.models import Hamlet
from oversight import data_files
from oversight.commendations.models import Achievement, Commendation
from vietnamese.text import clean, fold


def majority(commendation: Commendation) -> str:
    """Votes in words; decides nothing."""
    if commendation.votes_for is None:
        return ""
    half = "quá nửa" if _is_majority(commendation) else "chưa quá nửa"
    return f"{commendation.votes_for}/{_votes(commendation)} đồng ý, {half} số phiếu"


def _votes(commendation: Commendation) -> int:
    counts = (commendation.votes_for, commendation.votes_against, commendation.votes_other)
    return sum(votes or 0 for votes in counts)


def _is_majority(commendation: Commendation) -> bool:
    return (commendation.votes_for or 0) * 2 > _votes(commendation)


def doubts(commendation: Commendation) -> list[str]:
    """Reasons against a decision, in words; a person may decide all the same."""
    refused = commendation.conditions.filter(answer="no").values_list("position", flat=True)
    found = [f"điều kiện {', '.join(map(str, refused))} trả lời “Không”"] if refused else []
    return found if _is_majority(commendation) else [*found, "phiếu đồng ý chưa quá nửa"]


# Similarity of two texts from which on they count as alike; days between two achievements.
ALIKE, NEAR = 0.6, timedelta(days=7)


def like(achievement: Achievement) -> list[Achievement]:
    """Possible duplicates for a person to check: same subject, near days, similar text."""
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
    """Possible duplicates with a decision."""
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


LONGEST = 120
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"\w+")
# Names of authorities, which identify nobody.
_OFFICES = re.compile(
    r"\b(?:Công an|Ủy ban nhân dân|UBND|Đảng ủy|Nhà nước|Mặt trận|Thi đua\s*[-–,]\s*Khen thưởng)\b"
)
# First letters of names inside a sentence.
_CAPITAL = re.compile(r"(?<=[\w,;:”)])\s+[“\"'(]?([^\W\d_])")
UNSAFE_WORDS = data_files.read("informant_words")


def sentence_refusals(sentence: str, commune: Commune) -> list[str]:
    """Reasons why a sentence about an informant could identify somebody; empty if it is neutral."""
    words = clean(sentence)
    bare = _OFFICES.sub("cơ quan", words)
    found = []
    if not words:
        found.append("Hãy ghi một câu ngắn về thành tích.")
    if len(words) > LONGEST:
        found.append(f"Câu dài quá {LONGEST} chữ. Hãy viết gọn, chung.")
    has_capital = any(match[1].isupper() for match in _CAPITAL.finditer(bare))
    if find(words) or any(full_names(read(bare))) or has_capital:
        found.append("Câu có tên riêng, số điện thoại hoặc số giấy tờ. Hãy bỏ đi.")
    if _DIGIT.search(words):
        found.append("Câu có chữ số. Hãy bỏ ngày, giờ, số nhà, số tiền.")
    if _says(bare.lower(), UNSAFE_WORDS["places"]) or _says(fold(bare), _names_of(commune)):
        found.append("Câu cho biết nơi chốn. Hãy viết chung, không nêu nơi.")
    if _says(bare.lower(), UNSAFE_WORDS["telling"]):
        found.append("Câu cho biết người báo tin là ai hoặc báo lúc nào. Hãy viết chung.")
    return found


def _says(text: str, words: Iterable[str]) -> bool:
    spaced = f" {' '.join(_WORDS.findall(text))} "
    return any(f" {word} " in spaced for word in words)


def _names_of(commune: Commune) -> tuple[str, ...]:
    """Present and former place names of the commune, folded."""
    rows = Hamlet.objects.of_commune(commune).values_list("name", "former_names")
    names = [name for now, former in rows for name in (now, *former.splitlines())]
    return tuple(" ".join(_WORDS.findall(fold(name))) for name in (*names, commune.name))
