"""Officers hand over: signed by whoever gives and whoever takes, moved at the second signature.

A transfer moves the hamlets and the groups at once; a cover lends the hamlets between two days and
ends by itself, because scope asks for the assignments of the day. A rehearsal runs the very deed in
a transaction and rolls it back.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.handovers import moves
from groups.handovers.models import Handover, HandoverGroup, HandoverHamlet
from groups.handovers.moves import Outcome
from groups.places.models import Hamlet, Officer
from groups.zalo_groups.models import ZaloGroup

Kind, State = Handover.Kind, Handover.State
NOT_YOURS = "Tài khoản này không có quyền với bàn giao này."


def possible_givers(by: User) -> QuerySet[Officer]:
    """For whom this account may sign: the chief for everyone, others for themselves."""
    rows = Officer.objects.visible_to(by)
    if not by.has_perm("groups.view_all_hamlets"):
        rows = rows.filter(user=by.pk, is_active=True)
    return rows.order_by("sort_key", "pk")


def possible_takers(giver: Officer) -> QuerySet[Officer]:
    """Officers of the commune in service whose account can sign."""
    return (
        Officer.objects.filter(commune=giver.commune_id, is_active=True, user__is_active=True)
        .exclude(pk=giver.pk)
        .order_by("sort_key", "pk")
    )


def may_give(giver: Officer, by: User) -> bool:
    """Officers give what is theirs; the chief gives for anyone of the commune."""
    if not by.has_perm("groups.add_handover"):
        return False
    if by.has_perm("groups.view_all_hamlets"):
        return by.commune_id in {None, giver.commune_id}
    return giver.user_id == by.pk and giver.is_active


def may_accept(handover: Handover, by: User) -> bool:
    """The receiver alone, and never the account that signed for the giver."""
    return (
        handover.state == State.OFFERED
        and handover.is_receiver(by)
        and handover.given_by_id != by.pk
    )


def may_withdraw(handover: Handover, by: User) -> bool:
    is_chief = by.has_perm("groups.change_handover") and by.has_perm("groups.view_all_hamlets")
    return handover.state == State.OFFERED and (
        is_chief or handover.is_giver(by) or handover.given_by_id == by.pk
    )


def may_end(handover: Handover, by: User) -> bool:
    """A cover that has not ended by itself: by either of the two, or the chief."""
    is_chief = by.has_perm("groups.change_handover") and by.has_perm("groups.view_all_hamlets")
    return (
        is_running_cover(handover, timezone.localdate())
        and "ended_on" not in handover.record
        and (is_chief or handover.is_giver(by) or handover.is_receiver(by))
    )


def may_mark(handover: Handover, by: User) -> bool:
    """The receiver of groups confirms that Zalo names them owner."""
    return handover.state == State.ACCEPTED and handover.is_receiver(by)


def is_running_cover(handover: Handover, day: date) -> bool:
    """Whether it is a cover that was accepted and is not over; one still to come counts too."""
    return (
        handover.kind == Kind.COVER
        and handover.state == State.ACCEPTED
        and handover.ends_on is not None
        and handover.ends_on >= day
    )


# Verbs


@transaction.atomic
def offer(
    handover: Handover, hamlets: Sequence[Hamlet], groups: Sequence[ZaloGroup], *, by: User
) -> Handover:
    """The first signature: nothing moves yet. Raises NotAllowed."""
    giver, taker = handover.from_officer, handover.to_officer
    Officer.objects.select_for_update(no_key=True).get(pk=giver.pk)  # one offer at a time
    if not may_give(giver, by):
        raise NotAllowed("Tài khoản này không giao được địa bàn của người khác.")
    if not possible_takers(giver).filter(pk=taker.pk).exists():
        raise NotAllowed("Người nhận phải là cán bộ cùng xã, đang công tác và có tài khoản.")
    if taker.user is None or not taker.user.has_perm("groups.tend_zalogroup"):
        raise NotAllowed(f"Vai trò của {taker.full_name} chưa phụ trách được ấp và nhóm.")
    if taker.user_id == by.pk:
        raise NotAllowed("Người ký giao không được ký nhận. Hãy nhờ người giao hoặc chỉ huy khác.")
    taking = groups if handover.kind == Kind.TRANSFER else []
    _check_dates(handover)
    moves.check_held(giver, {row.pk for row in hamlets}, {row.pk for row in taking})
    if not hamlets and not taking:
        raise NotAllowed("Hãy chọn ít nhất một ấp hoặc một nhóm.")
    if refusal := _already_waiting(giver, hamlets, taking):
        raise NotAllowed(refusal)
    handover.commune, handover.given_by, handover.given_at = giver.commune, by, timezone.now()
    handover.full_clean()
    handover.save()
    HandoverHamlet.objects.bulk_create(HandoverHamlet(handover=handover, hamlet=h) for h in hamlets)
    HandoverGroup.objects.bulk_create(HandoverGroup(handover=handover, group=g) for g in taking)
    record(
        handover, "given", by=by, text=handover.reason, kind=handover.kind,
        hamlets=[str(row) for row in hamlets], groups=[str(row) for row in taking],
    )  # fmt: skip
    return handover


@transaction.atomic
def accept(handover: Handover, *, by: User, answer: str = "") -> Outcome:
    """The second signature: everything moves now, or nothing has. Raises NotAllowed."""
    lock_for(handover, by, permission=None, only=State.OFFERED)
    if not may_accept(handover, by):
        raise NotAllowed("Chỉ người nhận được ký nhận, và người ký giao không ký nhận thay.")
    outcome = moves.carry_out(handover, by)
    handover.state, handover.answer = State.ACCEPTED, answer
    handover.accepted_by, handover.accepted_at = by, timezone.now()
    handover.record = asdict(outcome)
    handover.full_clean()
    handover.save()
    record(
        handover, "accepted", by=by, kind=handover.kind,
        hamlets=[str(row) for row in handover.hamlet_items.all()],
        groups=[str(row) for row in handover.group_items.all()],
    )  # fmt: skip
    return outcome


@transaction.atomic
def decline(handover: Handover, *, by: User, answer: str) -> Handover:
    """The receiver declines with a reason. Raises NotAllowed."""
    lock_for(handover, by, permission=None, only=State.OFFERED)
    if not may_accept(handover, by):
        raise NotAllowed(NOT_YOURS)
    if not answer.strip():
        raise NotAllowed("Hãy ghi lý do không nhận.")
    return _close(handover, State.DECLINED, "declined", by, answer)


@transaction.atomic
def withdraw(handover: Handover, *, by: User) -> Handover:
    """Taken back before the second signature. Raises NotAllowed."""
    lock_for(handover, by, permission=None, only=State.OFFERED)
    if not may_withdraw(handover, by):
        raise NotAllowed(NOT_YOURS)
    return _close(handover, State.WITHDRAWN, "withdrawn", by)


@transaction.atomic
def end_cover(handover: Handover, *, by: User) -> Handover:
    """A cover ends before its last day, at once. Raises NotAllowed."""
    lock_for(
        handover, by, permission=may_end,
        denied="Lần trực thay này đã kết thúc hoặc không thuộc quyền của tài khoản.",
    )  # fmt: skip
    today = timezone.localdate()
    lent = moves.lent(handover)
    lent.filter(valid_from__gte=today).delete()
    lent.update(valid_to=today - timedelta(days=1))
    handover.record["ended_on"] = today.isoformat()
    handover.save(update_fields=["record"])
    record(handover, "cover_ended", by=by)
    return handover


@transaction.atomic
def mark_changed_on_zalo(item: HandoverGroup, *, by: User) -> HandoverGroup:
    """The receiver confirms that Zalo names them owner of the group. Raises NotAllowed."""
    handover = lock_for(
        item.handover, by, permission=may_mark,
        denied="Chỉ người đã nhận nhóm xác nhận được việc này.",
    )  # fmt: skip
    item = handover.group_items.select_for_update(of=("self",)).get(pk=item.pk)
    if item.changed_on_zalo_at is None:
        item.changed_on_zalo_by, item.changed_on_zalo_at = by, timezone.now()
        item.save(update_fields=["changed_on_zalo_by", "changed_on_zalo_at"])
        audit.record("handover.owner_changed", by=by, target=item.group, commune=handover.commune)
    return item


def rehearse(handover: Handover, *, by: User) -> Outcome:
    """Result of a signature now; nothing is changed. For accounts that see the handover."""
    if not Handover.objects.visible_to(by).filter(pk=handover.pk, state=State.OFFERED).exists():
        raise NotAllowed(NOT_YOURS)
    return _rehearsed(handover)


def rehearse_offer(
    handover: Handover, hamlets: Sequence[Hamlet], groups: Sequence[ZaloGroup], *, by: User
) -> Outcome:
    """Before the first signature: what would move. Raises NotAllowed as `offer` does."""
    with transaction.atomic():
        outcome = _rehearsed(offer(handover, hamlets, groups, by=by))
        transaction.set_rollback(True)
    handover.pk = None
    return outcome


# How it is done


def _rehearsed(handover: Handover) -> Outcome:
    taker = handover.to_officer.user
    if taker is None:
        return Outcome(problem="Người nhận không còn tài khoản.")
    try:
        with transaction.atomic():
            outcome = moves.carry_out(handover, taker)
            transaction.set_rollback(True)
    except NotAllowed as refusal:
        return Outcome(problem=str(refusal))
    return outcome


def _close(handover: Handover, state: str, action: str, by: User, answer: str = "") -> Handover:
    handover.state, handover.answer = state, answer
    handover.full_clean()
    handover.save(update_fields=["state", "answer"])
    record(handover, action, by=by, text=answer)
    return handover


def _check_dates(handover: Handover) -> None:
    if handover.kind == Kind.TRANSFER:
        handover.starts_on = handover.ends_on = None
        return
    if handover.starts_on is None or handover.ends_on is None:
        raise NotAllowed("Trực thay phải có ngày bắt đầu và ngày kết thúc.")
    if handover.ends_on < handover.starts_on:
        raise NotAllowed("Ngày kết thúc không thể trước ngày bắt đầu.")
    if handover.starts_on < timezone.localdate():
        raise NotAllowed("Ngày bắt đầu trực thay không thể ở quá khứ.")


def _already_waiting(giver: Officer, hamlets: Sequence[Hamlet], groups: Sequence[ZaloGroup]) -> str:
    waiting = Handover.objects.filter(from_officer=giver, state=State.OFFERED).filter(
        Q(hamlet_items__hamlet__in=hamlets) | Q(group_items__group__in=groups)
    )
    first = waiting.select_related("from_officer", "to_officer").first()
    return f"Đã có bàn giao chờ ký cho phần này: {first}. Hãy rút lại trước." if first else ""
