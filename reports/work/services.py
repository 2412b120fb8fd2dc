"""Assign tips, hand them back, add helpers, and note what was done."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.account_ahead import rights_asked
from accounts.scoped_admin.asking import alone
from accounts.workflow.services import lock_for, move, record
from reports.tips import occasions
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_NOTE, MAX_REASON, cleaned, leave_unowned, lock_for_worker
from reports.vault import conflicts
from reports.work.models import TipConflict, TipEvent, TipHelper

Status = TipReport.Status
ANYBODY = -1
GIVES_OR_WORKS = ("reports.assign_tipreport", "reports.work_tipreport")
IN_GROUPS = ("reports.triage_tipreport", "reports.work_tipreport", "reports.record_tipreport")


@transaction.atomic
def assign(
    tip: TipReport, *, to: User, by: User, instead_of: int | None = ANYBODY,
    due_on: date | None = None,
) -> TipReport:  # fmt: skip
    """Give an open tip to an account that can work on it; helpers stay. Raises NotAllowed.

    A worker may take one without owner. `instead_of` is the id of the owner that the page showed
    (None: nobody), so that of two who give it at once the second is refused. `due_on` is the day
    by which the owner ends the work; given to the same owner, that day alone is changed.
    """
    lock_for(tip, by, permission=GIVES_OR_WORKS)
    conflicts.require_unnamed(tip, by)
    if not by.has_perm("reports.assign_tipreport") and (to.pk != by.pk or tip.owner_id):
        raise NotAllowed("Tài khoản này chỉ nhận được phản ánh chưa ai phụ trách, cho chính mình.")
    if not tip.is_open:
        raise TransitionNotAllowed("Phản ánh đã đóng. Muốn làm tiếp, hãy mở lại.")
    if instead_of not in (ANYBODY, tip.owner_id):
        owner = tip.owner or "chưa ai"
        raise NotAllowed(f"Người phụ trách vừa đổi, hiện là {owner}. Hãy xem lại rồi giao.")
    if tip.owner_id == to.pk and tip.owner_due_on == due_on:
        raise NotAllowed(f"{to} đang phụ trách phản ánh này rồi.")
    _require_able(tip, to)
    _require_day(tip, due_on)
    if tip.owner_id != to.pk:
        tip.owner, tip.assigned_at = to, timezone.now()
    tip.owner_due_on = due_on
    tip.save(update_fields=["owner", "assigned_at", "owner_due_on"])
    TipHelper.objects.filter(tip=tip, user=to).delete()
    occasions.taken_up(tip)
    occasions.follow_owner_day(tip)
    day: dict[str, Any] = {"day": f"{due_on:%d/%m/%Y}"} if due_on else {}
    record(tip, TipEvent.Kind.ASSIGNED, by=by, to=str(to), **day)
    return tip


def _require_day(tip: TipReport, day: date | None) -> None:
    if day is None:
        return
    if tip.status in TipReport.WITH_OUTCOME:
        raise NotAllowed("Phản ánh đã có kết quả nên không đặt ngày phải xong.")
    if day < timezone.localdate():
        raise NotAllowed("Ngày phải xong đã qua. Hãy chọn hôm nay hoặc ngày sau.")


def may_be_given(tip: TipReport, by: User) -> list[User]:
    """Accounts of the commune that could work on this tip, by name.

    Whoever gives nothing now, for words name them, is not shown who else was barred since.
    """
    conflicted = TipConflict.objects.filter(tip=tip).values("user")
    if conflicts.is_named(tip, by):
        conflicted = conflicted.none()
    accounts = (
        User.objects.filter(commune=tip.commune_id, is_active=True)
        .exclude(pk__in=conflicted)
        .order_by("last_name", "first_name", "pk")
    )
    alone(rights_asked(accounts))
    return [user for user in accounts if _can_work(user)]


def _can_work(user: User) -> bool:
    return user.has_perms(["reports.view_tipreport", "reports.work_tipreport"])


def _require_able(tip: TipReport, user: User) -> None:
    """Raises NotAllowed unless the account is active, of this commune, may work on tips and may
    know of this one."""
    refused = (
        not user.is_active
        or user.commune_id != tip.commune_id
        or not _can_work(user)
        or TipConflict.objects.filter(tip=tip, user=user).exists()
    )
    if refused:  # one sentence for all, so that it tells of no conflict
        raise NotAllowed(f"Không giao được phản ánh này cho {user}. Hãy chọn người khác.")


@transaction.atomic
def hand_back(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """Give back a tip that its owner cannot go on with. Raises NotAllowed."""
    lock_for(tip, by, permission=GIVES_OR_WORKS)
    conflicts.require_unnamed(tip, by)
    if tip.owner_id is None or not tip.is_open:
        raise TransitionNotAllowed("Phản ánh này không có người đang phụ trách để trả lại.")
    if tip.owner_id != by.pk and not by.has_perm("reports.assign_tipreport"):
        raise NotAllowed("Chỉ người phụ trách hoặc người giao việc mới trả lại được.")
    if tip.status not in (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS):
        raise TransitionNotAllowed("Phản ánh đã có kết quả: hãy thông báo và đóng, hoặc mở lại.")
    reason = cleaned(reason, "lý do trả lại", MAX_REASON)
    leave_unowned(tip)
    record(tip, TipEvent.Kind.HANDED_BACK, by=by, text=reason)
    return tip


@transaction.atomic
def add_helper(tip: TipReport, *, user: User, by: User, until: date | None = None) -> TipHelper:
    """Let another account work on the tip too, perhaps only to the end of a day (a cover).

    Given again, the last day is changed. Raises NotAllowed.
    """
    lock_for(tip, by, permission=GIVES_OR_WORKS)
    conflicts.require_unnamed(tip, by)
    _require_owner_or_giver(tip, by)
    if user.pk == tip.owner_id:
        raise NotAllowed(f"{user} là người phụ trách.")
    if until is not None and until < timezone.localdate():
        raise NotAllowed("Ngày cuối đã qua. Hãy chọn từ hôm nay.")
    _require_able(tip, user)
    helper, _is_new = TipHelper.objects.update_or_create(
        tip=tip, user=user, defaults={"until": until, "added_by": by}
    )
    record(tip, TipEvent.Kind.HELPER_ADDED, by=by, helper=str(user))
    return helper


@transaction.atomic
def remove_helper(helper: TipHelper, *, by: User) -> None:
    """Raises NotAllowed."""
    tip, user = helper.tip, helper.user
    lock_for(tip, by, permission=GIVES_OR_WORKS)
    if user.pk != by.pk:
        _require_owner_or_giver(tip, by)
    gone, _by_model = TipHelper.objects.filter(pk=helper.pk).delete()
    if not gone:
        raise NotAllowed("Người này đã thôi phối hợp từ trước.")
    record(tip, TipEvent.Kind.HELPER_REMOVED, by=by, helper=str(user))


def _require_owner_or_giver(tip: TipReport, by: User) -> None:
    if tip.owner_id != by.pk and not by.has_perm("reports.assign_tipreport"):
        raise NotAllowed("Chỉ người phụ trách hoặc người giao việc mới đổi người phối hợp được.")


@transaction.atomic
def start(tip: TipReport, *, by: User) -> TipReport:
    """Begin to verify; a tip without owner becomes the account's own. Raises NotAllowed."""
    lock_for_worker(tip, by, "reports.work_tipreport")
    if tip.status in TipReport.WITH_OUTCOME:  # from there only `reopen` leads back
        raise TransitionNotAllowed("Phản ánh đã có kết quả. Muốn làm tiếp, hãy mở lại.")
    move(tip, Status.IN_PROGRESS)
    if tip.owner_id is None:
        _require_able(tip, by)
        tip.owner, tip.assigned_at = by, timezone.now()
        record(tip, TipEvent.Kind.ASSIGNED, by=by, to=str(by))
    tip.save(update_fields=["status", "owner", "assigned_at"])
    occasions.taken_up(tip)
    record(tip, TipEvent.Kind.STARTED, by=by)
    return tip


@transaction.atomic
def add_note(tip: TipReport, *, by: User, text: str) -> TipEvent:
    """Write down what was done; the reporter never sees it. Raises NotAllowed, CarriesSecret."""
    lock_for_worker(tip, by, "reports.work_tipreport")
    event: TipEvent = record(
        tip, TipEvent.Kind.NOTED, by=by, text=cleaned(text, "việc đã làm", MAX_NOTE)
    )
    return event


@transaction.atomic
def ask_removal(tip: TipReport, *, by: User) -> TipReport:
    """Record that the writer of the post in the group was asked to take it down."""
    lock_for(tip, by, permission=IN_GROUPS)
    if tip.exposure != TipReport.Exposure.PUBLIC_IN_GROUP:
        raise NotAllowed("Phản ánh này không lộ trong nhóm nào.")
    tip.removal_asked_at = timezone.now()
    tip.save(update_fields=["removal_asked_at"])
    record(tip, TipEvent.Kind.REMOVAL_ASKED, by=by)
    return tip


@transaction.atomic
def note_removed(tip: TipReport, *, by: User) -> TipReport:
    """Record that the post no longer stands in the group."""
    lock_for(tip, by, permission=IN_GROUPS)
    if tip.exposure != TipReport.Exposure.PUBLIC_IN_GROUP or tip.removed_at is not None:
        raise NotAllowed("Không có tin nào trong nhóm cần ghi là đã gỡ.")
    tip.removed_at = timezone.now()
    tip.save(update_fields=["removed_at"])
    record(tip, TipEvent.Kind.REMOVED, by=by)
    return tip
