"""The gate of a group: into service, out of it for a while, closed for good."""

from django.db import transaction

from accounts import audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from groups.models import Regulation, ZaloGroup


def _take(group: ZaloGroup, by: User) -> ZaloGroup:
    """Lock a group that this account may change. Raises NotAllowed."""
    visible = ZaloGroup.objects.visible_to(by).filter(pk=group.pk)
    if not by.has_perm("groups.change_zalogroup") or not visible.exists():
        raise NotAllowed("Tài khoản này không có quyền với nhóm này.")
    return ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)


def may_redirect(group: ZaloGroup, *, by: User) -> bool:
    """Whether an account may change the Zalo id of a group, and so where its posts go."""
    in_service = group.status == ZaloGroup.Status.ACTIVE and group.capabilities.sends_by_api
    return not in_service or by.has_perm("groups.override_activation")


def _commune_of(group: ZaloGroup) -> Commune | None:
    return group.hamlet.commune if group.hamlet else group.commune


def missing(group: ZaloGroup) -> list[str]:
    """What a group should have before it begins, and may still get afterwards."""
    owner, inside = group.owner, group.officer_inside
    found = {
        "trưởng nhóm là cán bộ": owner is not None and owner.is_active,
        "cán bộ ở trong nhóm": inside is not None and inside.is_active,
        "quy chế ghim trong nhóm": group.rules_pinned_on is not None,
    }
    return [what for what, is_there in found.items() if not is_there]


@transaction.atomic
def activate(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Put a group into service: its hamlet must have an agreed regulation.

    A group of the whole commune needs one of the commune. Who holds `groups.override_activation`
    may do without, giving a reason that is kept in the audit trail. An owner, an officer inside and
    pinned rules are asked for, not demanded: what was missing is kept there too. Raises NotAllowed.
    """
    group = _take(group, by)
    if group.status == ZaloGroup.Status.ACTIVE:
        return group
    if group.status == ZaloGroup.Status.CLOSED:
        raise NotAllowed("Nhóm đã đóng, không mở lại được. Hãy lập nhóm mới.")
    if group.capabilities.sends_by_api and not group.zalo_group_id:
        raise NotAllowed("Nhóm của Zalo OA chưa có mã nhóm trên Zalo.")
    agreed = Regulation.objects.of_place(group).in_force().exists()
    if not agreed and not (by.has_perm("groups.override_activation") and reason.strip()):
        place = "Ấp" if group.hamlet_id else "Xã"
        raise NotAllowed(
            f"{place} chưa có quy chế đã thống nhất. Hãy họp lấy ý kiến trước; chỉ huy có thể cho "
            "hoạt động trước nếu ghi rõ lý do."
        )
    lacking = missing(group)
    group.status = ZaloGroup.Status.ACTIVE
    group.save(update_fields=["status"])
    audit.record(
        "group.activated",
        by=by,
        target=group,
        commune=_commune_of(group),
        reason=reason if not agreed else "",
        without_regulation=not agreed,
        **({"needs": lacking} if lacking else {}),
    )
    return group


@transaction.atomic
def _set_aside(group: ZaloGroup, status: str, *, by: User, reason: str) -> ZaloGroup:
    group = _take(group, by)
    if group.status == ZaloGroup.Status.CLOSED:
        raise NotAllowed("Nhóm đã đóng.")
    group.status = status
    group.save(update_fields=["status"])
    audit.record(f"group.{status}", by=by, target=group, commune=_commune_of(group), reason=reason)
    return group


def pause(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Posts no longer go to the group until it is activated again. Raises NotAllowed."""
    return _set_aside(group, ZaloGroup.Status.PAUSED, by=by, reason=reason)


def close(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Close a group for good. Raises NotAllowed."""
    return _set_aside(group, ZaloGroup.Status.CLOSED, by=by, reason=reason)
