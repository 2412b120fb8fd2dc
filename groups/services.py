"""Verbs over the place and its groups."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from groups.models import Regulation, ZaloGroup


class NotAllowed(Exception):
    """The act is refused; the message is a sentence for the person."""


AGREED = (Regulation.Status.AGREED, Regulation.Status.ISSUED)


@transaction.atomic
def activate(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Put a group into service: its hamlet must have an agreed regulation.

    Who holds `groups.override_activation` may do without one, giving a reason that is kept in the
    audit trail. Raises NotAllowed.
    """
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.status == ZaloGroup.Status.ACTIVE:
        return group
    if group.status == ZaloGroup.Status.CLOSED:
        raise NotAllowed("Nhóm đã đóng, không mở lại được. Hãy lập nhóm mới.")
    if group.capabilities.sends_by_api and not group.zalo_group_id:
        raise NotAllowed("Nhóm của Zalo OA chưa có mã nhóm trên Zalo.")
    agreed = Regulation.objects.filter(hamlet=group.hamlet_id, status__in=AGREED).exists()
    if not agreed and not (by.has_perm("groups.override_activation") and reason.strip()):
        raise NotAllowed(
            "Ấp chưa có quy chế đã thống nhất. Hãy họp lấy ý kiến trước; chỉ huy có thể cho "
            "hoạt động trước nếu ghi rõ lý do."
        )
    group.status = ZaloGroup.Status.ACTIVE
    group.save(update_fields=["status"])
    audit.record(
        "group.activated",
        by=by,
        target=group,
        commune=group.hamlet.commune if group.hamlet else group.commune,
        reason=reason if not agreed else "",
        without_regulation=not agreed,
    )
    return group


@transaction.atomic
def set_aside(group: ZaloGroup, *, by: User, close: bool = False, reason: str = "") -> ZaloGroup:
    """Pause a group, or close it for good; posts no longer go to it."""
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.status == ZaloGroup.Status.CLOSED:
        raise NotAllowed("Nhóm đã đóng.")
    group.status = ZaloGroup.Status.CLOSED if close else ZaloGroup.Status.PAUSED
    group.save(update_fields=["status"])
    audit.record(
        "group.closed" if close else "group.paused",
        by=by,
        target=group,
        commune=group.hamlet.commune if group.hamlet else group.commune,
        reason=reason,
    )
    return group
