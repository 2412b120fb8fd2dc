"""First days on the home page: which steps are done and which comes next, read from the rows alone.

The commune's steps stand on the page of its administrator and chief until all are done; the own
steps of an officer, a head or a leader stand there for the first months of the account. Whoever
has no place yet reads whom to ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Commune, CommuneProfile, User
from accounts.scoped_admin.account_ahead import roles_read_once
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import Place, WorkItem, WorkList, work_list
from accounts.users.models import in_words
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery
from groups.member_import.models import MemberImport
from groups.models import Hamlet, HamletAssignment, Member, Membership, ZaloGroup
from groups.places.querysets import hamlets_of, ids_of_hamlets, ids_of_teams, teams_of
from groups.roll_call.querysets import roll_groups

type Rows = Callable[[], QuerySet[Any]]

# How long an account is new.
NEW_DAYS: Final = 90
# So many people known are a list, by whatever way they came.
PEOPLE_OF_A_LIST: Final = 30
CHIEFS: Final = 2
OF_COMMUNE: Final = "Bước đầu của xã"
OWN: Final = "Bước đầu của đồng chí"
CHIEF_DOES: Final = "Việc của {chiefs}."
POLICE_DO: Final = "Việc của Công an xã."
Status = ZaloGroup.Status


@dataclass(frozen=True, slots=True)
class Step:
    """A step: any row of `proofs` shows that it is done; `view` is where it is done.

    The page is that of the first row of `of`, where given. Who may not open it reads `others`.
    `{chiefs}` in the words are the commune's chiefs by name.
    """

    title: str
    note: str
    proofs: tuple[Rows, ...]
    view: str = ""
    permission: str = ""
    others: str = ""
    of: Rows | None = None

    def asked(self) -> list[Any]:
        """Questions to the database: of each proof, then of the row of the page."""
        return [
            [_first(f"{self.title} {place}", rows) for place, rows in enumerate(self.proofs)],
            [_first(f"{self.title} of", self.of)] if self.of else [],
        ]

    def item(self, user: User, answer: Any, chiefs: str) -> WorkItem:
        found, pages = answer
        args = pages[0] if pages else []
        may = bool(self.view and (args or self.of is None))
        may = may and (not self.permission or user.has_perm(self.permission))
        note = self.note if may or not self.others else self.others
        return WorkItem(
            self.title,
            reverse(f"admin:{self.view}", args=args) if may else "",
            note.replace("{chiefs}", chiefs),
            is_done=any(found),
        )


def _first(name: str, rows: Rows) -> Later:
    def one() -> QuerySet[Any]:
        found = rows()
        ordered = found if found.query.is_sliced else found.order_by("pk")
        return ordered.values_list("pk", flat=True)[:1]

    return Later(f"first days: {name}", one)


@work_list
def first_days(user: Any, now: datetime) -> Asking[WorkList | None]:
    """The card of the first days, or None once nothing of it is left."""
    roles = roles_read_once(user)
    sets_up = user.is_superuser or bool(roles & {Role.TECH_ADMIN, Role.CHIEF})
    steps = _of_commune(user) if sets_up else _own(user, roles, now)
    if not steps:
        return None
    named, *answers = yield [
        Later("first days: chiefs", lambda: User.objects.chiefs_of(user.commune_id)[:CHIEFS]),
        *(step.asked() for step in steps),
    ]
    chiefs = in_words(named)
    pairs = zip(steps, answers, strict=True)
    items = [step.item(user, answer, chiefs) for step, answer in pairs]
    left = sum(not item.is_done for item in items)
    title = OF_COMMUNE if sets_up else OWN
    return WorkList(title, items, left, place=Place.FIRST) if left else None


def _of_commune(user: User) -> list[Step]:
    """From an empty portal to the first post; of all communes for who founds them."""

    def rows(model: Any) -> Any:
        if user.commune_id is None:
            return model.objects.all()
        return model.objects.of_commune(user.commune_id)

    def accounts(role: Role) -> Rows:
        return lambda: rows(User).filter(is_active=True).with_roles([role])

    groups = lambda: rows(ZaloGroup).exclude(status=Status.CLOSED)  # noqa: E731 -- asked twice
    account = ("accounts_user_add", "accounts.add_user", "Việc của quản trị kỹ thuật.")
    found = [
        Step("Tên cơ quan, người ký", "Ghi trên mọi văn bản của xã.",
             (lambda: rows(CommuneProfile),), "accounts_communeprofile_add",
             "accounts.add_communeprofile"),
        Step("Tài khoản chỉ huy", "Chỉ huy rồi tự nhập ấp, phân công địa bàn.",
             (accounts(Role.CHIEF),), *account),
        Step("Ấp, khu phố", "Tên, mã, số hộ của từng ấp.", (lambda: rows(Hamlet),),
             "groups_hamlet_add", "groups.add_hamlet", CHIEF_DOES),
        Step("Tài khoản cán bộ phụ trách", "Mỗi người một tài khoản, một vai trò.",
             (accounts(Role.OFFICER),), *account),
        Step("Phân công địa bàn", "Mở từng cán bộ, ghi ấp phụ trách: có ấp mới thấy việc.",
             (lambda: rows(HamletAssignment).on(timezone.localdate()),),
             "groups_officer_changelist", "groups.add_hamletassignment", CHIEF_DOES),
        Step("Nhóm Zalo", "Nhóm của ấp, hoặc của cả xã.", (groups,), "groups_zalogroup_add",
             "groups.add_zalogroup", POLICE_DO),
        Step("Cho nhóm hoạt động", "Quy chế của ấp được thống nhất, rồi bấm Cho hoạt động.",
             (lambda: groups().filter(status=Status.ACTIVE),), "groups_zalogroup_start",
             "groups.change_zalogroup", POLICE_DO, of=groups),
        Step("Bài đầu tiên", "Một người soạn, chỉ huy khác duyệt.",
             (lambda: rows(Broadcast).filter(submitted_at__isnull=False),),
             "broadcasts_broadcast_add", "broadcasts.add_broadcast", POLICE_DO),
    ]  # fmt: skip
    if user.commune_id is None:
        found.insert(0, Step("Xã, phường", "Nhập xã trước: mọi thứ khác thuộc về xã.",
                             (lambda: rows(Commune),), "accounts_commune_add"))  # fmt: skip
    return found


def _own(user: User, roles: set[str], now: datetime) -> list[Step]:
    """The steps of who works in some hamlets or leads a team; the first alone of who has no place,
    which is all that is still asked of an old account."""
    if user.commune_id is None:
        return []
    places: Any
    if Role.TEAM_LEADER in roles:
        found, places = _of_leader(user), ids_of_teams(user)
    elif Role.HAMLET_HEAD in roles:
        found, places = [_place(user), *_of_head(user)], ids_of_hamlets(user)
    elif Role.OFFICER in roles:
        found, places = [_place(user), *_of_officer(user)], ids_of_hamlets(user)
    else:
        return []
    is_new = now - user.date_joined < timedelta(days=NEW_DAYS)
    return found if is_new and places else found[:1]


def _place(user: User) -> Step:
    return Step(
        "Được phân công địa bàn", "Chưa được phân công địa bàn: nhờ {chiefs}.",
        (lambda: hamlets_of(user),),
    )  # fmt: skip


def _active(user: User) -> Rows:
    return lambda: ZaloGroup.objects.visible_to(user).filter(
        hamlet__in=ids_of_hamlets(user), status=Status.ACTIVE
    )


def _of_officer(user: User) -> list[Step]:
    def own() -> QuerySet[ZaloGroup]:
        rows = ZaloGroup.objects.visible_to(user).filter(hamlet__in=ids_of_hamlets(user))
        return rows.exclude(status=Status.CLOSED)

    return [
        Step("Nhóm Zalo của địa bàn", "Lập nhóm thường, hoặc nhóm của Zalo OA.", (own,),
             "groups_zalogroup_add", "groups.add_zalogroup"),
        Step("Cho nhóm hoạt động", "Quy chế của ấp được thống nhất, rồi bấm Cho hoạt động.",
             (_active(user),), "groups_zalogroup_start", of=own,
             others="Khi đã có nhóm."),
        Step("Bài đầu tiên", "Soạn một bài, hoặc đăng tay bài chỉ huy đã duyệt.",
             (lambda: Broadcast.objects.filter(created_by=user, submitted_at__isnull=False),
              lambda: Delivery.objects.filter(posted_by=user)), "broadcasts_broadcast_add",
             "broadcasts.add_broadcast"),
    ]  # fmt: skip


def _of_head(user: User) -> list[Step]:
    people = lambda: Member.objects.visible_to(user).active()  # noqa: E731 -- asked twice
    place = PEOPLE_OF_A_LIST - 1
    return [
        Step("Bà con trong ấp", "Ghi thử một người để biết cần những gì.", (people,),
             "groups_member_add", "groups.add_member"),
        Step("Danh sách của ấp", "Tải tệp Excel, sổ hộ: máy đọc, xem trước rồi mới nhập.",
             (lambda: MemberImport.objects.visible_to(user).filter(
                 state=MemberImport.State.COMMITTED),
              lambda: people().order_by("pk")[place : place + 1]),
             "groups_memberimport_upload", "groups.import_member"),
        Step("Nhóm Zalo của ấp", "Xem nhóm còn thiếu bước nào; cán bộ phụ trách cho hoạt động.",
             (_active(user),), "groups_zalogroup_changelist", "groups.view_zalogroup"),
        _roll(user),
    ]  # fmt: skip


def _of_leader(user: User) -> list[Step]:
    people = lambda: Member.objects.filter(team__in=ids_of_teams(user)).active()  # noqa: E731 -- short
    return [
        Step("Được ghi là tổ trưởng",
             "Chưa được ghi là tổ trưởng của tổ nào: nhờ cán bộ phụ trách ấp hoặc {chiefs}.",
             (lambda: teams_of(user),)),
        Step("Bà con trong tổ", "Cán bộ hoặc trưởng ấp ghi bà con vào tổ.", (people,)),
        Step("Nhóm Zalo của tổ, của ấp", "Cán bộ phụ trách lập và cho hoạt động.",
             (lambda: roll_groups(user).filter(status=Status.ACTIVE),)),
        _roll(user),
    ]  # fmt: skip


def _roll(user: User) -> Step:
    """Called once by this account, or known from Zalo or a list already."""
    return Step(
        "Điểm danh nhóm", "Tích ai đang ở trong nhóm.",
        (lambda: AuditEvent.objects.filter(actor=user, action="group.roll_called"),
         lambda: Membership.objects.joined().filter(
             member__in=Member.objects.visible_to(user).values("pk"))),
        "groups_zalogroup_roll", "groups.call_roll", "Khi nhóm đã hoạt động.",
        of=lambda: roll_groups(user).filter(status=Status.ACTIVE),
    )  # fmt: skip
