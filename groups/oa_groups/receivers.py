"""Receivers of events in a group of the account: people, settings, the end of a group.

Called inside the transaction that interprets an event; an event may come twice, late and out of
order. Of strangers nothing is kept: whoever is not on our list changes a number at most.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts.workflow.services import record
from duty.signals import residents_group_asked
from groups.oa_groups import participants
from groups.oa_groups.models import GroupAtZalo, GroupCreation, GroupReconciliation
from groups.residents.models import Membership
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo.inbox.events import GroupChange
from zalo.inbox.signals import group_changed
from zalo.models import OfficialAccount

Kind = GroupChange.Kind
Role = Membership.Role


@receiver(residents_group_asked, dispatch_uid="groups.know_own_groups")
def know_own_groups(sender: Any, commune: int, zalo_group_id: str, **kwargs: Any) -> bool:
    """Whether a group of the account is one of residents: alerts of the duty stay out of it."""
    return ZaloGroup.objects.of_commune(commune).filter(zalo_group_id=zalo_group_id).exists()


@receiver(group_changed, dispatch_uid="groups.note_group_change")
def note_group_change(
    sender: Any, account: OfficialAccount, event: GroupChange, **kwargs: Any
) -> None:
    """Write down what concerns our rows; the rest waits for the next comparison."""
    group = (
        ZaloGroup.objects.of_commune(account.commune_id)
        .select_for_update(of=("self",))
        .filter(zalo_group_id=event.group_id)
        .first()
    )
    if group is None:
        if event.kind == Kind.CREATED:
            _note_unknown(account, event)
        return
    match event.kind:
        case Kind.JOINED | Kind.LEFT:
            has_joined = event.kind == Kind.JOINED
            participants.note_people(group, event.user_ids, joined=has_joined, at=event.at)
        case Kind.ASKS_TO_JOIN | Kind.APPROVED | Kind.REJECTED:
            _note_waiting(group, event)
        case Kind.DEPUTY_ADDED | Kind.DEPUTY_REMOVED:
            _note_deputies(group, event)
        case Kind.INFO_CHANGED:
            _look_after(group, event)
        case Kind.DISSOLVED:
            close_dissolved(group, event)


def _note_unknown(account: OfficialAccount, event: GroupChange) -> None:
    """Somebody made a group, perhaps our own call whose answer was lost: compare soon."""
    made = GroupCreation.objects.filter(zalo_group_id=event.group_id)
    if made.exists() or GroupReconciliation.objects.open().filter(
        commune=account.commune_id
    ).exists():  # fmt: skip
        return
    try:
        with transaction.atomic():
            GroupReconciliation.objects.create(commune_id=account.commune_id)
    except IntegrityError:
        pass  # another event was quicker


def _note_waiting(group: ZaloGroup, event: GroupChange) -> None:
    """More or fewer people wait, unless they were listed later than this happened."""
    row = GroupAtZalo.objects.select_for_update(of=("self",)).get(pk=zalo_state.row_of(group).pk)
    known = [moment for moment in (row.waiting_told_at, row.checked_at) if moment is not None]
    if any(moment >= event.at for moment in known):
        return
    people = max(1, len(event.user_ids))
    if event.kind == Kind.ASKS_TO_JOIN:
        row.waiting += people
        row.waiting_since = row.waiting_since or event.at
    else:
        row.waiting = max(0, row.waiting - people)
        row.waiting_since = row.waiting_since if row.waiting else None
    row.waiting_told_at = event.at
    row.save(update_fields=["waiting", "waiting_since", "waiting_told_at"])


def _note_deputies(group: ZaloGroup, event: GroupChange) -> None:
    role = Role.DEPUTY if event.kind == Kind.DEPUTY_ADDED else Role.MEMBER
    members = participants.members_behind(group, event.user_ids).values()
    places = group.memberships.filter(member__in=[member.pk for member in members]).exclude(
        role=Role.OWNER
    )
    places.update(role=role)
    _look_after(group, event)


def _look_after(group: ZaloGroup, event: GroupChange) -> None:
    row = zalo_state.row_of(group)
    if row.checked_at is None or row.checked_at < event.at:
        zalo_state.want_look(group)


def close_dissolved(group: ZaloGroup, event: GroupChange) -> None:
    """Zalo dissolved the group: it is closed for good, and the home page says so for a while."""
    row = zalo_state.row_of(group)
    day = timezone.localdate(event.at)
    GroupAtZalo.objects.filter(pk=row.pk).update(
        status=GroupAtZalo.Status.GONE, is_held=False, waiting=0, waiting_since=None,
        deletes_on=day,
    )  # fmt: skip
    if group.status == ZaloGroup.Status.CLOSED:
        return
    group.status = ZaloGroup.Status.CLOSED
    group.save(update_fields=["status"])
    record(group, "dissolved_at_zalo")
