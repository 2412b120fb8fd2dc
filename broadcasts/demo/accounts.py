"""One account a role, and one for each officer in charge of hamlets."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import Commune, User
from accounts.users.roles import Role

DEMO_PASSWORD = "binhyen-demo-2026"  # noqa: S105 -- known to everyone, for made-up data only


@dataclass(frozen=True)
class DemoAccount:
    """A login of the demo; `title` is the office that the person holds, if any.

    `is_of_city`: without a commune.
    """

    username: str
    role: Role
    last_name: str
    first_name: str
    title: str = ""
    is_of_city: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}"


# The first of each role is the one that the demo prints.
DEMO_ACCOUNTS = (
    DemoAccount("truong.congan", Role.CHIEF, "Lê Minh", "Khải", "Trưởng Công an xã"),
    DemoAccount("pho.congan", Role.CHIEF, "Phạm Thu", "Hạnh", "Phó Trưởng Công an xã"),
    DemoAccount("canbo.diaban", Role.OFFICER, "Nguyễn Hữu", "Lộc", "Cán bộ phụ trách ấp"),
    DemoAccount("truc.ban", Role.DUTY_OFFICER, "Đỗ Quang", "Vinh", "Cán bộ trực ban"),
    DemoAccount("truong.ap", Role.HAMLET_HEAD, "Trần Văn", "Phúc", "Trưởng ấp"),
    DemoAccount("capuy.vien", Role.PARTY_MEMBER, "Võ Thị", "Thanh"),
    DemoAccount("vp.danguy", Role.PARTY_OFFICE, "Hoàng Ngọc", "Diệp"),
    DemoAccount("mattran", Role.FRONT, "Bùi Thị", "Nga"),
    DemoAccount("quantri", Role.TECH_ADMIN, "Đặng Quốc", "Huy"),
    DemoAccount("cap.tren", Role.SUPERIOR, "Hồ Thanh", "Liêm"),
    DemoAccount("canbo.diaban2", Role.OFFICER, "Trương Công", "Định", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban3", Role.OFFICER, "Huỳnh Thị", "Mai", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban4", Role.OFFICER, "Điểu", "Khánh", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban5", Role.OFFICER, "Phan Đình", "Sơn", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban6", Role.OFFICER, "Lý Hoài", "An", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban7", Role.OFFICER, "Ngô Thành", "Trung", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban8", Role.OFFICER, "Mai Xuân", "Tường", "Cán bộ phụ trách ấp"),
    DemoAccount("canbo.diaban9", Role.OFFICER, "Cao Thị", "Yến", "Cán bộ phụ trách ấp"),
    DemoAccount("thanh.pho", Role.CITY, "Phan Thị", "Thảo", is_of_city=True),
    DemoAccount("to.truong", Role.TEAM_LEADER, "Nguyễn Thị", "Xuân", "Tổ trưởng Tổ 1"),
)


def make_accounts(commune: Commune) -> dict[str, User]:
    """All accounts by login; their password need not be changed."""
    password = make_password(DEMO_PASSWORD)
    roles = {group.name: group for group in Group.objects.all()}
    made = {}
    for account in DEMO_ACCOUNTS:
        user = User.objects.create(
            username=account.username,
            password=password,
            last_name=account.last_name,
            first_name=account.first_name,
            commune=None if account.is_of_city else commune,
            is_staff=True,
        )
        user.groups.add(roles[str(account.role.label)])
        made[account.username] = user
    return made
