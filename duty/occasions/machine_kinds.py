"""Kinds about the machine: access to Zalo, what does not leave, backup, disk, neighbours, the
people in the duty group."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, HealthSnapshot, User
from accounts.users.roles import MODEL_BACKEND, Role
from duty.models import DutyGroupCheck, DutySettings, Seat
from duty.neighbours import services as neighbours
from duty.neighbours.models import Neighbour
from duty.occasions.subjects import Subject, register, seen
from duty.occasions.watch import OF_HEALTH, REFUSED, waiting
from duty.roster import services as roster
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import alarm_of, health_url

# Chiefs and technical administrators: who decides over what leaves.
MINDS_THE_MACHINE: Final = "zalo.open_sending"
SETS_WAYS: Final = "duty.edit_kinds_of_occasion"


def _account(pk: int) -> OfficialAccount | None:
    return OfficialAccount.objects.filter(pk=pk, is_active=True).select_related("commune").first()


def _accounts_of(user: User) -> QuerySet[OfficialAccount] | None:
    may = user.has_perm("zalo.view_officialaccount")
    return OfficialAccount.objects.visible_to(user) if may else None


_accounts: Final = seen(_accounts_of)


def _account_page(user: User, pk: int) -> str:
    return health_url(OfficialAccount(pk=pk))


def _who_connects(pk: int, now: datetime) -> Iterable[int]:
    account = _account(pk)
    if account is None:
        return ()
    able = User.objects.with_perm(
        "zalo.connect_officialaccount", include_superusers=False, backend=MODEL_BACKEND
    )
    return able.filter(commune=account.commune_id).values_list("pk", flat=True)


def _has_alarm(*, is_refused: bool) -> Callable[[int], bool]:
    def stands(pk: int) -> bool:
        account = _account(pk)
        alarm = None if account is None else alarm_of(account, timezone.now())
        return alarm is not None and (alarm.kind in REFUSED) is is_refused

    return stands


def _is_stuck(pk: int) -> bool:
    account = _account(pk)
    return account is not None and account.commune_id in waiting(timezone.now()).stuck


def _minds(user: User, commune_id: int) -> bool:
    return user.commune_id == commune_id and user.has_perm(MINDS_THE_MACHINE)


def _minders(commune_id: int, now: datetime) -> list[int]:
    """Technical administrators of a commune, and its leader on duty."""
    technical = User.objects.with_roles([Role.TECH_ADMIN]).filter(
        commune=commune_id, is_active=True
    )
    leaders = roster.on_duty(Commune(pk=commune_id), Seat.LEADER, now)
    return [*technical.order_by("pk").values_list("pk", flat=True), *leaders]


def _health_page(user: User, pk: int) -> str:
    has_page = user.has_perm("accounts.view_healthsnapshot")
    return reverse("admin:accounts_healthsnapshot_page" if has_page else "admin:index")


def _is_amiss(part: str) -> Callable[[int], bool]:
    """An old snapshot says nothing: it is taken to be so still."""

    def stands(pk: int) -> bool:
        snapshot = HealthSnapshot.objects.first()
        if snapshot is None or snapshot.is_stale(timezone.now()):
            return True
        return not snapshot.values(part).get("ok", True)

    return stands


def _neighbours_of(user: User) -> QuerySet[Neighbour] | None:
    may = user.commune_id is not None and user.has_perm(MINDS_THE_MACHINE)
    return Neighbour.objects.filter(commune=user.commune_id) if may else None


def _neighbour_commune(pk: int) -> int:
    return Neighbour.objects.filter(pk=pk).values_list("commune", flat=True).first() or 0


def _check(pk: int) -> DutyGroupCheck | None:
    return DutyGroupCheck.objects.filter(pk=pk).first()


def _checks_of(user: User) -> QuerySet[DutyGroupCheck] | None:
    may = user.commune_id is not None and user.has_perm(SETS_WAYS)
    return DutyGroupCheck.objects.filter(commune=user.commune_id) if may else None


def _leaders(pk: int, now: datetime) -> list[int]:
    check = _check(pk)
    return [] if check is None else roster.leaders_at(check.commune_id, now)


def _has_strangers(pk: int) -> bool:
    """Findings of the last look at the group that is set now."""
    check = _check(pk)
    return (
        check is not None and check.needs_a_person
        and DutySettings.objects.filter(
            commune=check.commune_id, duty_group=check.duty_group
        ).exists()
    )  # fmt: skip


for _kind, _is_refused in (("zalo_consent", False), ("zalo_refuses", True)):
    register(
        _kind,
        Subject(
            among=_accounts,
            address=_account_page,
            stands=_has_alarm(is_refused=_is_refused),
            first=_who_connects,
        ),
    )
register(
    "nothing_leaves",
    Subject(among=_accounts, address=_account_page, stands=_is_stuck, first=_who_connects),
)
for _part, _kind in OF_HEALTH.items():
    register(
        _kind,
        Subject(
            may_open=_minds,
            address=_health_page,
            stands=_is_amiss(_part),
            first=_minders,
        ),
    )
register(
    "neighbour_silent",
    Subject(
        among=seen(_neighbours_of),
        address=_health_page,
        stands=lambda pk: neighbours.silent(timezone.now()).filter(pk=pk).exists(),
        first=lambda pk, now: _minders(_neighbour_commune(pk), now),
    ),
)
register(
    "duty_group_people",
    Subject(
        among=seen(_checks_of),
        address=lambda user, pk: reverse("admin:duty_office_show"),
        stands=_has_strangers,
        first=_leaders,
    ),
)
