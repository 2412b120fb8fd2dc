"""Retention of tips: reporter for one year after the end, content for five, unless on hold."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.retention import RetentionRule, register
from accounts.workflow.services import lock, lock_for, record
from reports.proposals.models import ConflictProposal
from reports.tips.errors import TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.querysets import TipReportQuerySet
from reports.tips.services import MAX_REASON, cleaned
from reports.vault import drafts, passed_on_days
from reports.vault.draft_models import TipDraft
from reports.vault.models import IdentityOpening, PassedOnDays
from reports.vault.services import empty_vault, forget_words
from reports.work.models import TipEvent


@transaction.atomic
def put_on_hold(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """Keep the tip from deletion by rule until it is released. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.hold_tipreport")
    if tip.is_held:
        raise TransitionNotAllowed("Phản ánh này đang được giữ lại rồi.")
    reason = cleaned(reason, "lý do giữ lại", MAX_REASON)
    tip.is_held = True
    tip.save(update_fields=["is_held"])
    record(tip, TipEvent.Kind.HELD, by=by, text=reason)
    return tip


@transaction.atomic
def release(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """Let the rules apply again. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.hold_tipreport")
    if not tip.is_held:
        raise TransitionNotAllowed("Phản ánh này không được giữ lại.")
    reason = cleaned(reason, "lý do thôi giữ lại", MAX_REASON)
    tip.is_held = False
    tip.save(update_fields=["is_held"])
    record(tip, TipEvent.Kind.RELEASED, by=by, text=reason)
    return tip


# Terms are the proposal of the archive table (Luật Lưu trữ 2024, Luật 91/2025 Đ14), to be confirmed
# by each commune. Nothing goes that somebody has not read, or that a chief holds back; of a matter
# with several tips all wait for the last.

IDENTITY_DAYS = 365
WORDS_DAYS = 5 * 365
# Days before which the chief is told that a reporter is forgotten soon.
TOLD_BEFORE_DAYS = 30


def _ended_before(moment: datetime) -> TipReportQuerySet:
    """Tips that ended before a moment, as did all that tell of the same matter, and may go."""
    stays = Q(has_unread=True) | Q(is_held=True) | ~Q(status="closed") | Q(closed_at__gte=moment)
    waiting = ConflictProposal.objects.waiting().filter(tip=OuterRef("pk"))
    others = TipReport.objects.filter(stays)
    return (
        TipReport.objects.filter(status="closed", closed_at__lt=moment, emptied_at=None)
        .exclude(stays)
        .exclude(Exists(waiting))
        .exclude(Exists(others.filter(pk=OuterRef("duplicate_of"))))
        .exclude(Exists(others.filter(duplicate_of=OuterRef("pk"))))
        .exclude(Exists(others.filter(duplicate_of=OuterRef("duplicate_of"))))
    )


def old_identities(now: datetime | None = None) -> QuerySet[TipReport]:
    """Tips whose reporter is not needed any more, whether or not a name was given."""
    moment = (now or timezone.now()) - timedelta(days=IDENTITY_DAYS)
    running = IdentityOpening.objects.filter(
        tip=OuterRef("pk"), state=IdentityOpening.State.APPROVED, until__gt=now or timezone.now()
    )
    return _ended_before(moment).with_vault().exclude(Exists(running))


def identities_to_go(now: datetime, days: int) -> QuerySet[TipReport]:
    """Tips whose reporter is forgotten within so many days."""
    return old_identities(now + timedelta(days=days))


def old_words(now: datetime | None = None) -> QuerySet[TipReport]:
    """Tips of which only number, kind, times and outcome are still needed."""
    return _ended_before((now or timezone.now()) - timedelta(days=WORDS_DAYS))


def forget_identities(rows: QuerySet[TipReport]) -> int:
    """Empty the vaults of these tips; returns how many."""
    return sum(_forget(pk, old_identities, TipEvent.VAULT) for pk in _ids(rows))


def forget_contents(rows: QuerySet[TipReport]) -> int:
    """Leave of these tips the row and its steps; returns how many."""
    return sum(_forget(pk, old_words, "words") for pk in _ids(rows))


@transaction.atomic
def _forget(pk: int, expired: Callable[[], QuerySet[TipReport]], what: str) -> int:
    tip = _still(expired(), pk)
    if tip is None:
        return 0
    empty_vault(tip)
    if what == "words":
        forget_words(tip)
        tip.emptied_at = timezone.now()
        tip.save()
    record(tip, TipEvent.Kind.EMPTIED, what=what)
    audit.record("tip.emptied", target=tip, commune=tip.commune, what=what)
    return 1


def _ids(rows: QuerySet[TipReport]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _still(rows: QuerySet[TipReport], pk: int) -> TipReport | None:
    """The tip, locked, if the rule still holds: somebody may have written meanwhile."""
    tip = TipReport.objects.filter(pk=pk).first()
    if tip is None:
        return None
    lock(tip)
    return tip if rows.filter(pk=pk).exists() else None


register(
    RetentionRule(
        label="tip_identities",
        days=IDENTITY_DAYS,
        sentence="Người báo tin không còn cần cho việc gì sau khi phản ánh đã đóng một năm.",
        expired=old_identities,
        act=forget_identities,
    ),
    RetentionRule(
        label="tip_words",
        days=WORDS_DAYS,
        sentence="Sau năm năm chỉ còn cần số, loại, thời gian và kết quả của phản ánh.",
        expired=old_words,
        act=forget_contents,
    ),
    RetentionRule(
        label="tip_drafts",
        days=TipDraft.KEEP_DAYS,
        sentence="Bản đang ghi chỉ để ghi tiếp khi mất phiên hoặc đổi máy.",
        expired=drafts.expired,
    ),
    RetentionRule(
        label="passed_on_days",
        days=PassedOnDays.KEEP_DAYS,
        sentence="Người chuyển tin chỉ cần thấy những ngày mới đây mình đã chuyển.",
        expired=passed_on_days.with_old_days,
        act=passed_on_days.forget_old_days,
    ),
)
