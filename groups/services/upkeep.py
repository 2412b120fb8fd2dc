"""Looking after a group: heads counted, link tried, rules pinned, an officer inside."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.models import Officer, Regulation, ZaloGroup
from groups.querysets import hamlets_of

MOST_HEADS = 100_000


def _lock_for(group: ZaloGroup, by: User) -> None:
    lock_for(group, by, permission="groups.tend_zalogroup", unless=ZaloGroup.Status.CLOSED)


def _save(group: ZaloGroup, action: str, by: User, fields: list[str], **details: Any) -> ZaloGroup:
    group.save(update_fields=fields)
    record(group, action, by=by, **details)
    return group


@transaction.atomic
def count_heads(group: ZaloGroup, count: int, *, by: User) -> ZaloGroup:
    """The number of people that Zalo shows in the group today. Raises NotAllowed."""
    _lock_for(group, by)
    if not group.capabilities.head_count_is_declared:
        raise NotAllowed("Số người của nhóm Zalo OA lấy từ Zalo, không khai báo tay.")
    if not 1 <= count <= MOST_HEADS:
        raise NotAllowed("Hãy ghi số người trong nhóm, từ 1 trở lên.")
    group.head_count, group.head_count_on = count, timezone.localdate()
    return _save(group, "heads_counted", by, ["head_count", "head_count_on"], rows=count)


@transaction.atomic
def check_link(group: ZaloGroup, *, by: User, works: bool) -> ZaloGroup:
    """Somebody opened the link and says whether it leads into the group. Raises NotAllowed."""
    _lock_for(group, by)
    if not group.link:
        raise NotAllowed("Nhóm chưa có liên kết.")
    group.link_checked_on, group.link_is_broken = timezone.localdate(), not works
    action = "link_checked" if works else "link_broken"
    return _save(group, action, by, ["link_checked_on", "link_is_broken"])


@transaction.atomic
def pin_rules(group: ZaloGroup, *, by: User) -> ZaloGroup:
    """The rules in force stand pinned in the group, as this account says. Raises NotAllowed."""
    _lock_for(group, by)
    regulation = Regulation.objects.of_place(group).in_force().first()
    if regulation is None:
        raise NotAllowed("Chưa có quy chế đã thống nhất để ghim.")
    group.rules_pinned_on, group.rules_pinned_by = timezone.localdate(), by
    group.rules_pinned = regulation
    fields = ["rules_pinned_on", "rules_pinned_by", "rules_pinned"]
    return _save(group, "rules_pinned", by, fields, version=regulation.version)


def covered_by(user: User) -> set[int]:
    """Ids of the hamlets that an account covers today."""
    return set(hamlets_of(user).values_list("hamlet", flat=True))


def officer_to_confirm(
    group: ZaloGroup, by: User, covered: set[int] | None = None
) -> Officer | None:
    """Who is said to be inside: an officer in charge says it of themselves, others of the owner.

    A leader who is in charge of no hamlet is not what the people look for in their group.
    """
    own: Officer | None = getattr(by, "officer", None)
    serves_here = own is not None and own.is_active and own.commune_id == group.commune_owner_id
    if own is not None and serves_here and by.has_perm("groups.change_zalogroup"):
        of_all = group.hamlet_id is None or group.owner_id == own.pk
        in_charge = covered_by(by) if covered is None else covered
        if of_all or group.hamlet_id in in_charge:
            return own
    return group.owner if group.owner is not None and group.owner.is_active else None


@transaction.atomic
def confirm_officer(group: ZaloGroup, *, by: User) -> ZaloGroup:
    """An officer is inside the group today. Raises NotAllowed."""
    _lock_for(group, by)
    officer = officer_to_confirm(group, by)
    if officer is None:
        raise NotAllowed("Nhóm chưa có trưởng nhóm đang công tác. Hãy chọn trưởng nhóm trước.")
    group.officer_inside, group.officer_inside_on = officer, timezone.localdate()
    return _save(group, "officer_inside", by, ["officer_inside", "officer_inside_on"])
