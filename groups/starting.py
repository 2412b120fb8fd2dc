"""How a group is started: the steps in their order, which are done, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from groups import thresholds
from groups.health import said_day
from groups.models import ConsultationMeeting, Officer, Regulation, ZaloGroup


@dataclass(frozen=True)
class Step:
    """One step. `url` leads to where it is taken; a `deed` is posted from the page itself."""

    title: str
    said: str
    is_done: bool
    is_demanded: bool = False
    label: str = ""
    url: str = ""
    deed: str = ""


def steps(group: ZaloGroup, user: Any) -> list[Step]:
    """All steps for a group, as far as this account may take them."""
    versions = Regulation.objects.of_place(group)
    regulation = versions.in_force().first() or versions.order_by("-version").first()
    return [
        _commune_meeting(group, user),
        _drafted(group, regulation, user),
        _agreed(regulation, user),
        _owner(group, user),
        _address(group, user),
        _inside(group, user),
        _pinned(group, regulation, user),
        _active(group, user),
    ]


def _reading(user: Any, name: str, pk: int) -> str:
    may = user.has_perm(f"groups.view_{name.partition('_')[0]}")
    return reverse(f"admin:groups_{name}", args=[pk]) if may else ""


def _commune_meeting(group: ZaloGroup, user: Any) -> Step:
    first = ConsultationMeeting.objects.of_bodies(group.commune_owner_id).first()
    title = "Họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp"
    if first is not None:
        url = _reading(user, "consultationmeeting_change", first.pk)
        return Step(title, f"Đã họp ngày {said_day(first.held_on)}.", True, label="Xem", url=url)
    may = user.has_perm("groups.add_consultationmeeting") and user.has_perm(
        "groups.view_all_hamlets"
    )
    address = reverse("admin:groups_consultationmeeting_add")
    url = f"{address}?commune={group.commune_owner_id}" if may else ""
    return Step(title, "Chưa ghi cuộc họp nào. Công an xã ghi.", False, True, "Ghi cuộc họp", url)


def _drafted(group: ZaloGroup, regulation: Regulation | None, user: Any) -> Step:
    title = "Soạn quy chế hoạt động"
    if regulation is not None:
        url = _reading(user, "regulation_page", regulation.pk)
        return Step(title, f"Có bản {regulation.version}.", True, True, "Xem", url)
    may = user.has_perm("groups.add_regulation") and (
        group.hamlet_id or user.has_perm("groups.view_all_hamlets")
    )
    place = f"hamlet={group.hamlet_id}" if group.hamlet_id else f"commune={group.commune_id}"
    url = f"{reverse('admin:groups_regulation_add')}?{place}" if may else ""
    return Step(title, "Chưa có bản nào; có sẵn bản mẫu.", False, True, "Soạn quy chế", url)


def _agreed(regulation: Regulation | None, user: Any) -> Step:
    title = "Bà con thống nhất quy chế"
    if regulation is None:
        return Step(title, "Soạn quy chế trước.", False, True)
    url = _reading(user, "regulation_page", regulation.pk)
    if regulation.is_in_force:
        day = f" ngày {said_day(regulation.agreed_on)}" if regulation.agreed_on else ""
        return Step(title, f"Đã thống nhất{day}.", True, True, "Xem", url)
    result = thresholds.outcome(regulation)
    said = " ".join(result.needs) if result.needs else "Đã đủ số hộ đồng ý, chờ chỉ huy xác nhận."
    if regulation.status == Regulation.Status.DRAFT:
        said = "Quy chế còn là dự thảo, chưa đưa ra lấy ý kiến."
    return Step(title, said, False, True, "Lấy ý kiến", url)


def _form(group: ZaloGroup, user: Any) -> str:
    may = user.has_perm("groups.change_zalogroup")
    return reverse("admin:groups_zalogroup_change", args=[group.pk]) if may else ""


def _is_serving(officer: Officer | None) -> bool:
    return officer is not None and officer.is_active


def _owner(group: ZaloGroup, user: Any) -> Step:
    title = "Trưởng nhóm là cán bộ Công an xã phụ trách"
    if _is_serving(group.owner):
        return Step(title, f"{group.owner}.", True)
    said = "Trưởng nhóm đã thôi công tác." if group.owner else "Chưa chọn trưởng nhóm."
    return Step(title, said, False, label="Chọn trưởng nhóm", url=_form(group, user))


def _address(group: ZaloGroup, user: Any) -> Step:
    if group.capabilities.sends_by_api:
        title = "Nhóm trên Zalo, có mã nhóm"
        said = "Máy gửi được." if group.zalo_group_id else "Chưa có mã thì máy không gửi được."
        done, demanded = bool(group.zalo_group_id), True
        if user.has_perm("groups.run_oa_group"):
            url = reverse("admin:groups_zalogroup_at_zalo", args=[group.pk])
            return Step(title, said, done, demanded, "Xem" if done else "Tạo trên Zalo", url)
    else:
        title = "Liên kết vào nhóm"
        said = "In thư mời được." if group.link else "Chưa có thì không in được thư mời."
        done, demanded = bool(group.link) and not group.link_is_broken, False
        if group.link_is_broken:
            said = "Liên kết đã hỏng. Hãy lấy liên kết mới trên Zalo."
    return Step(title, said, done, demanded, "" if done else "Ghi vào", _form(group, user))


def _inside(group: ZaloGroup, user: Any) -> Step:
    title = "Có cán bộ ở trong nhóm"
    officer, day = group.officer_inside, group.officer_inside_on
    if officer is not None and day is not None:
        unattended = ZaloGroup.objects.filter(pk=group.pk).unattended(timezone.localdate())
        if not unattended.exists():
            return Step(title, f"{officer.full_name}, xác nhận ngày {said_day(day)}.", True)
        said = f"{officer.full_name} nay không còn công tác hoặc không còn phụ trách nơi này."
    else:
        said = "Chưa xác nhận."
    deed = "inside" if user.has_perm("groups.tend_zalogroup") else ""
    return Step(title, said, False, label="Xác nhận có cán bộ trong nhóm", deed=deed)


def _pinned(group: ZaloGroup, regulation: Regulation | None, user: Any) -> Step:
    title = "Ghim quy chế trong nhóm"
    pinned = group.rules_pinned
    if group.rules_pinned_on and pinned == regulation:
        version = f"Bản {pinned.version}, ghim" if pinned else "Ghim"
        return Step(title, f"{version} ngày {said_day(group.rules_pinned_on)}.", True)
    if regulation is None or not regulation.is_in_force:
        return Step(title, "Khi đã thống nhất thì đăng tóm tắt quy chế rồi ghim tin đó.", False)
    said = f"Trên Zalo, ghim bản {regulation.version} rồi bấm nút bên cạnh."
    if group.rules_pinned_on:
        said = f"Đang ghim bản cũ. {said}"
    deed = "pin" if user.has_perm("groups.tend_zalogroup") else ""
    return Step(title, said, False, label="Đã ghim", deed=deed)


def _active(group: ZaloGroup, user: Any) -> Step:
    title = "Cho nhóm hoạt động"
    if group.status == ZaloGroup.Status.ACTIVE:
        return Step(title, "Nhóm đang hoạt động và nhận bài.", True)
    if group.status == ZaloGroup.Status.CLOSED:
        return Step(title, "Nhóm đã đóng.", False)
    may = user.has_perm("groups.change_zalogroup")
    url = reverse("admin:groups_zalogroup_activate", args=[group.pk]) if may else ""
    return Step(title, f"{group.get_status_display()}.", False, True, "Cho hoạt động", url)
