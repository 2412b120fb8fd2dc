"""Absences with a stand-in, and the right to approve that a chief may lend for these days."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin.asking import Asking, alone
from accounts.scoped_admin.request_cache import ahead, once
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Absence
from duty.shifts.editing import require_fit

WRITE: Final = "duty.write_absence"
# The one right that an absent person may lend.
LENT: Final = "broadcasts.approve_broadcast"
GUARDED: Final = ("accounts.police_account", "accounts.guarded_account")
LONGEST: Final = timedelta(days=60)


def has_by_role(user: User, permission: str) -> bool:
    """Whether an account holds a right itself, and not by an absence."""
    return ModelBackend().has_perm(user, permission)


def why_no_stand_in(person: User, stand_in: User) -> str:
    """Sentence why an account cannot be lent the right to approve; blank where it can."""
    if not has_by_role(person, LENT):
        return f"{person} không có quyền duyệt bài nên không ủy quyền được."
    if stand_in.commune_id != person.commune_id:
        return "Người được ủy quyền phải thuộc cùng xã, phường."
    if not all(has_by_role(stand_in, right) for right in GUARDED):
        return (
            f"{stand_in} không phải tài khoản công an có bảo vệ hai bước nên không nhận ủy quyền."
        )
    return ""


@transaction.atomic
def write_absence(
    commune: Commune, *, person: User, stand_in: User, starts_at: datetime, ends_at: datetime,
    may_approve: bool, by: User,
) -> Absence:  # fmt: skip
    """Write down who is away, from when to when, and who stands in. Raises NotAllowed."""
    if by.commune_id not in {None, commune.pk} or not has_by_role(by, WRITE):
        raise NotAllowed(Absence.workflow.denied)
    if person.commune_id != commune.pk:
        raise NotAllowed("Người này không phải của xã, phường này.")
    _require_times(starts_at, ends_at)
    if person.pk == stand_in.pk:
        raise NotAllowed("Người thay phải là người khác.")
    require_fit(stand_in, commune)
    list(User.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=[person.pk, stand_in.pk]).order_by("pk"))  # fmt: skip
    away = Absence.objects.of_commune(commune).between(starts_at, ends_at)
    if away.filter(person=person).exists():
        raise NotAllowed(
            f"{person} đã có ngày nghỉ ghi trong khoảng này. Hãy kết thúc lần đó trước."
        )
    if away.filter(person=stand_in).exists():
        raise NotAllowed(f"{stand_in} cũng nghỉ trong khoảng này. Hãy chọn người thay khác.")
    if may_approve and (why := why_no_stand_in(person, stand_in)):
        raise NotAllowed(why)
    absence = Absence.objects.create(
        commune=commune, person=person, stand_in=stand_in, starts_at=starts_at, ends_at=ends_at,
        may_approve=may_approve, written_by=by,
    )  # fmt: skip
    workflow.record(
        absence, "written", by=by, starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat(),
        may_approve=may_approve,
    )  # fmt: skip
    return absence


def _require_times(starts_at: datetime, ends_at: datetime) -> None:
    now = timezone.now()
    if ends_at <= starts_at or ends_at <= now:
        raise NotAllowed("Ngày nghỉ phải kết thúc sau khi bắt đầu, và sau lúc này.")
    if starts_at < now - timedelta(days=1):
        raise NotAllowed("Không ghi lùi ngày nghỉ về trước hôm qua.")
    if ends_at - starts_at > LONGEST:
        raise NotAllowed(f"Mỗi lần ghi nhiều nhất {LONGEST.days} ngày; hết hạn thì ghi tiếp.")


@transaction.atomic
def end_absence(absence: Absence, *, by: User, reason: str = "") -> Absence:
    """End an absence before its day, and with it what was lent. Raises NotAllowed."""
    workflow.lock_for(absence, by, permission=lambda row, user: has_by_role(user, WRITE))
    now = timezone.now()
    if absence.ended_at is not None or absence.ends_at <= now:
        raise NotAllowed("Ngày nghỉ này đã kết thúc.")
    absence.ended_at = now
    absence.save(update_fields=["ended_at"])
    workflow.record(absence, "ended", by=by, text=reason)
    return absence


def mandates(user: Any, now: datetime | None = None) -> list[Absence]:
    """Absences that lend this account the right to approve at this moment.

    None for an account that is off, not guarded or of another commune; none where the absent person
    is off or has lost the right.
    """
    return alone(_mandates_asked(user, now or timezone.now()))


def _mandates_asked(user: Any, now: datetime) -> Asking[list[Absence]]:
    if not user.is_active or user.commune_id is None:
        return []
    rows = yield _lent_to(user, now)
    if not rows or not all(has_by_role(user, right) for right in GUARDED):
        return []
    return [one for one in rows if has_by_role(one.person, LENT)]


@ahead("mandate")
def mandate_asked(user: Any) -> Asking[bool] | None:
    """Whether an absence lends this account the right to approve; None where its role gives it."""
    return None if has_by_role(user, LENT) else _is_lent(user)


def _is_lent(user: Any) -> Asking[bool]:
    return bool((yield from _mandates_asked(user, timezone.now())))


def _lent_to(user: User, now: datetime) -> QuerySet[Absence]:
    rows = Absence.objects.at(now).filter(
        stand_in=user.pk, may_approve=True, commune=user.commune_id,
        person__is_active=True, person__commune=user.commune_id,
    )  # fmt: skip
    return rows.select_related("person").order_by("starts_at", "pk")


def lent_approval(user: Any) -> Absence | None:
    """The absence by which an account may approve; None where it holds the right itself."""
    if has_by_role(user, LENT):
        return None
    return next(iter(mandates(user)), None)


def words_of(absence: Absence) -> str:
    """The mandate in words, for the page of a decision and for the trail."""
    start, end = timezone.localtime(absence.starts_at), timezone.localtime(absence.ends_at)
    return f"theo ủy quyền của {absence.person} từ {start:%H:%M %d/%m/%Y} đến {end:%H:%M %d/%m/%Y}"


class StandInBackend(BaseBackend):
    """Adds to the rights of a role the one that an absence lends, for as long as it lasts."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if perm != LENT or obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return False
        return once("mandate", user_obj, lambda: bool(mandates(user_obj)))
