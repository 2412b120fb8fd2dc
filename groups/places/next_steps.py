"""A place for a new account: without one it sees nothing."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.users.models import in_words
from accounts.users.next_steps import NextStep, next_step
from accounts.users.roles import Role, roles_of
from groups.places.models import HamletAssignment, Officer, Team


@next_step
def place(user: User, by: User) -> NextStep | None:
    roles = roles_of(user)
    if roles & {Role.OFFICER, Role.HAMLET_HEAD}:
        return _hamlet(user, by)
    return _team(user, by) if Role.TEAM_LEADER in roles else None


def _hamlet(user: User, by: User) -> NextStep | None:
    running = HamletAssignment.objects.on(timezone.localdate())
    if running.filter(officer__user=user).exists():
        return None
    if not by.has_perm("groups.add_hamletassignment"):
        chiefs = in_words(User.objects.chiefs_of(user.commune_id)[:2])
        return NextStep(f"Nhờ {chiefs} phân công địa bàn: chưa có ấp thì người này chưa thấy việc.")
    return NextStep(
        "Phân công địa bàn: chưa có ấp thì người này chưa thấy việc.",
        _officer_page(user), "Phân công địa bàn",
    )  # fmt: skip


def _team(user: User, by: User) -> NextStep | None:
    if Team.objects.filter(leader__user=user).exists():
        return None
    words = "Ghi người này ở ô tổ trưởng của tổ: chưa có tổ thì chưa thấy bà con."
    if Officer.objects.filter(user=user).exists() and by.has_perm("groups.change_team"):
        return NextStep(words, reverse("admin:groups_team_changelist"), "Mở danh sách tổ")
    if by.has_perm("groups.add_officer"):
        return NextStep(words, _officer_page(user), "Ghi tên ở mục Cán bộ trước")
    return NextStep(f"Nhờ cán bộ phụ trách ấp. {words}")


def _officer_page(user: User) -> str:
    officer = Officer.objects.filter(user=user).first()
    if officer is not None:
        return reverse("admin:groups_officer_change", args=[officer.pk])
    known = urlencode({"user": user.pk, "full_name": user.get_full_name()})
    return f"{reverse('admin:groups_officer_add')}?{known}"
