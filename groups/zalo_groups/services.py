"""The gate of a group: into service, out of it for a while, closed for good."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.consultation import thresholds
from groups.consultation.models import Regulation
from groups.oa_groups.models import GroupAtZalo
from groups.places.models import Officer
from groups.places.querysets import hamlets_of
from groups.zalo_groups import genuine, zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities.states import Capability, may

NEVER_AGAIN = {
    ZaloGroup.Status.CLOSED: "Nhóm đã đóng, không mở lại được. Hãy lập nhóm mới.",
}


def may_redirect(group: ZaloGroup, *, by: User) -> bool:
    """Whether an account may change the Zalo id of a group, and so where its posts go."""
    in_service = group.status == ZaloGroup.Status.ACTIVE and group.capabilities.sends_by_api
    return not in_service or by.has_perm("groups.override_activation")


def missing(group: ZaloGroup) -> list[str]:
    """Parts that a group should have before it begins, and may still get afterwards."""
    owner, inside = group.owner, group.officer_inside
    found = {
        "trưởng nhóm là cán bộ": owner is not None and owner.is_active,
        "cán bộ ở trong nhóm": inside is not None and inside.is_active,
        "quy chế ghim trong nhóm": group.has_rules_pinned,
    }
    return [what for what, is_there in found.items() if not is_there]


def _without_id(group: ZaloGroup) -> list[str]:
    """No machine reaches a group of the account whose id is unknown."""
    if group.capabilities.sends_by_api and not group.zalo_group_id:
        return ["Nhóm của Zalo OA chưa có mã nhóm trên Zalo."]
    return []


def _without_regulation(group: ZaloGroup) -> list[str]:
    """Reasons why the place of a group has no agreed regulation."""
    versions = Regulation.objects.of_place(group)
    if versions.in_force().exists():
        return []
    place = "Ấp" if group.hamlet_id else "Xã"
    found = [f"{place} chưa có quy chế đã thống nhất."]
    latest = versions.filter(status__in=Regulation.OPEN).order_by("-status", "-version").first()
    if latest is None:
        return [*found, "Chưa soạn quy chế."]
    if latest.status == Regulation.Status.DRAFT:
        return [*found, f"Bản {latest.version} còn là dự thảo, chưa đưa ra lấy ý kiến."]
    needs = thresholds.outcome(latest).needs
    return [*found, *(needs or ("Đã đủ số hộ đồng ý, chờ chỉ huy xác nhận thống nhất.",))]


def _refused_by_zalo(group: ZaloGroup) -> list[str]:
    """Zalo takes no post for a group whose package has ended, nor from an account that may not."""
    held = zalo_state.why_held(group)
    if not held and group.capabilities.sends_by_api:
        account = zalo.account_for(group.home_commune.pk)
        answer = may(account, Capability.GROUPS)
        held = answer.sentence if account is not None and answer.is_no else ""
    return [held] if held else []


def obstacles(group: ZaloGroup) -> list[str]:
    """Everything that keeps a group from beginning, in sentences; the chief may pass some of it."""
    return _without_id(group) + _refused_by_zalo(group) + _without_regulation(group)


@transaction.atomic
def activate(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Put a group into service: its hamlet must have an agreed regulation.

    A group of the whole commune needs one of the commune. Who holds `groups.override_activation`
    may do without, giving a reason that is kept in the audit trail. An owner, an officer inside and
    pinned rules are asked for, not demanded: what was missing is kept there too. Raises NotAllowed
    with everything that is missing, not with the first thing alone.
    """
    lock_for(group, by, permission="groups.change_zalogroup", unless=NEVER_AGAIN)
    if group.status == ZaloGroup.Status.ACTIVE:
        return group
    unreachable = _without_id(group) + _refused_by_zalo(group)
    without, lacking = _without_regulation(group), missing(group)
    overrides = by.has_perm("groups.override_activation") and reason.strip()
    if unreachable or (without and not overrides):
        raise NotAllowed(" ".join([*unreachable, *without, *_advice(without, lacking)]))
    group.status = ZaloGroup.Status.ACTIVE
    group.save(update_fields=["status"])
    details: dict[str, Any] = {"without_regulation": bool(without)}
    if lacking:
        details["needs"] = lacking
    record(group, "activated", by=by, text=reason if without else "", **details)
    genuine.follow(group, by=by)
    return group


def _advice(without: list[str], lacking: list[str]) -> list[str]:
    found = []
    if without:
        found.append("Hãy lấy ý kiến trước; chỉ huy có thể cho hoạt động trước nếu ghi rõ lý do.")
    if lacking:
        found.append(f"Cũng nên có: {', '.join(lacking)}.")
    return found


@transaction.atomic
def _set_aside(group: ZaloGroup, status: str, *, by: User, reason: str) -> ZaloGroup:
    lock_for(group, by, permission="groups.change_zalogroup", unless=ZaloGroup.Status.CLOSED)
    group.status = status
    group.save(update_fields=["status"])
    # What a person sets aside, the machine does not take up again by itself.
    GroupAtZalo.objects.filter(group=group, is_held=True).update(is_held=False)
    record(group, status, by=by, text=reason)
    return group


def pause(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Posts no longer go to the group until it is activated again. Raises NotAllowed."""
    return _set_aside(group, ZaloGroup.Status.PAUSED, by=by, reason=reason)


def close(group: ZaloGroup, *, by: User, reason: str = "") -> ZaloGroup:
    """Close a group for good. Raises NotAllowed."""
    return _set_aside(group, ZaloGroup.Status.CLOSED, by=by, reason=reason)


# Looking after a group: heads counted, link tried, rules pinned, an officer inside.


MOST_HEADS = 100_000
TENDS = "groups.tend_zalogroup"


def _save(group: ZaloGroup, action: str, by: User, fields: list[str], **details: Any) -> ZaloGroup:
    group.save(update_fields=fields)
    record(group, action, by=by, **details)
    return group


@transaction.atomic
def count_heads(group: ZaloGroup, count: int, *, by: User) -> ZaloGroup:
    """The number of people that Zalo shows in the group today. Raises NotAllowed."""
    lock_for(group, by, permission=TENDS, unless=ZaloGroup.Status.CLOSED)
    if not group.capabilities.head_count_is_declared:
        raise NotAllowed("Số người của nhóm Zalo OA lấy từ Zalo, không khai báo tay.")
    if not 1 <= count <= MOST_HEADS:
        raise NotAllowed("Hãy ghi số người trong nhóm, từ 1 trở lên.")
    group.head_count, group.head_count_on = count, timezone.localdate()
    return _save(group, "heads_counted", by, ["head_count", "head_count_on"], rows=count)


@transaction.atomic
def check_link(group: ZaloGroup, *, by: User, works: bool) -> ZaloGroup:
    """Somebody opened the link and says whether it leads into the group. Raises NotAllowed."""
    lock_for(group, by, permission=TENDS, unless=ZaloGroup.Status.CLOSED)
    if not group.link:
        raise NotAllowed("Nhóm chưa có liên kết.")
    group.link_checked_on, group.link_is_broken = timezone.localdate(), not works
    action = "link_checked" if works else "link_broken"
    return _save(group, action, by, ["link_checked_on", "link_is_broken"])


@transaction.atomic
def pin_rules(group: ZaloGroup, *, by: User) -> ZaloGroup:
    """The rules in force stand pinned in the group, as this account says. Raises NotAllowed."""
    lock_for(group, by, permission=TENDS, unless=ZaloGroup.Status.CLOSED)
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
    """The officer said to be inside: in charge they say it of themselves, others of the owner.

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
    lock_for(group, by, permission=TENDS, unless=ZaloGroup.Status.CLOSED)
    officer = officer_to_confirm(group, by)
    if officer is None:
        raise NotAllowed("Nhóm chưa có trưởng nhóm đang công tác. Hãy chọn trưởng nhóm trước.")
    group.officer_inside, group.officer_inside_on = officer, timezone.localdate()
    return _save(group, "officer_inside", by, ["officer_inside", "officer_inside_on"])
