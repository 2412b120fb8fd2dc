"""Retention of directions, plans and proposals: ten years after their end, with files."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from documents import uploads
from oversight.direction.models import Direction, DirectionReply, Proposal, Spreading
from oversight.direction.rounds.models import DirectionRound, RoundFile
from oversight.plans.models import Plan

DAYS = 3650


def _before() -> date:
    return timezone.localdate() - timedelta(days=DAYS)


def old_directions() -> QuerySet[Direction]:
    return Direction.objects.filter(state="closed", closed_at__date__lt=_before())


@transaction.atomic
def drop_directions(rows: QuerySet[Direction]) -> int:
    """Delete with replies and their files, and rounds of which nothing is left."""
    ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    for reply in DirectionReply.objects.filter(direction__in=ids).exclude(file=""):
        uploads.forget(reply.file)
    rounds = set(Direction.objects.filter(pk__in=ids).values_list("round", flat=True))
    Direction.objects.filter(pk__in=ids).delete()
    emptied = DirectionRound.objects.filter(pk__in=rounds, parts=None)
    for sent in RoundFile.objects.filter(round__in=emptied):
        uploads.forget(sent.file)
    emptied.delete()
    return len(ids)


def old_plans() -> QuerySet[Plan]:
    """Closed plans, except those that replaced a plan not yet due."""
    old = Q(state="closed", closed_on__lt=_before())
    successors = Plan.objects.exclude(old).exclude(replaced_by=None)
    return Plan.objects.filter(old).exclude(pk__in=successors.values("replaced_by"))


@transaction.atomic
def drop_plans(rows: QuerySet[Plan]) -> int:
    """Delete with steps; first clear `replaced_by`, which may link them."""
    ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    gone = Plan.objects.filter(pk__in=ids)
    gone.update(replaced_by=None)
    gone.delete()
    return len(ids)


def old_proposals() -> QuerySet[Proposal]:
    return Proposal.objects.exclude(state="sent").filter(sent_at__date__lt=_before())


def old_spreadings() -> QuerySet[Spreading]:
    return Spreading.objects.filter(held_on__lt=_before())


_RULES: tuple[tuple[str, str, Callable[[], Any], Any], ...] = (
    ("Direction", "Chỉ đạo đã khép lại giữ mười năm.", old_directions, drop_directions),
    ("Plan", "Kế hoạch đã khép lại giữ mười năm cùng các việc.", old_plans, drop_plans),
    ("Proposal", "Kiến nghị đã trả lời, đã rút giữ mười năm.", old_proposals, None),
    ("Spreading", "Lượt quán triệt chỉ có con số, giữ mười năm.", old_spreadings, None),
)  # fmt: skip


register(
    *(
        RetentionRule(f"oversight.{model}", DAYS, sentence, expired, act)
        for model, sentence, expired, act in _RULES
    )
)
