"""Bar officers from tips about themselves or their relatives."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import record, require, require_going_on, sees
from reports.redaction.services import names_of_officers
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport, barred_as
from reports.tips.services import leave_unowned
from reports.vault.models import IdentityOpening, Reporter, index_of_telling
from reports.work.models import TipConflict, TipEvent, TipHelper


def told_together(tips: Sequence[TipReport]) -> set[int]:
    """Return the ids of tips split from these, and of those that these were split from."""
    indexes = set(Reporter.objects.filter(tip__in=tips).values_list("told_with", flat=True))
    same_time = TipReport.objects.filter(
        commune__in={one.commune_id for one in tips},
        received_at__in={one.received_at for one in tips},
    )
    found = {one.pk for one in same_time.only("uuid") if index_of_telling(one) in indexes}
    split = Reporter.objects.filter(told_with__in=[index_of_telling(one) for one in tips])
    return found.union(split.values_list("tip", flat=True))


def other_matters(tip: TipReport) -> set[int]:
    """Return the ids of all other tips split from the same report."""
    known: set[int] = set()
    more = {tip.pk}
    while more:
        known |= more
        rows = TipReport.objects.filter(pk__in=more)
        more = told_together(list(rows.only("uuid", "commune", "received_at"))) - known
    return known - {tip.pk}


BACKEND = "django.contrib.auth.backends.ModelBackend"


@transaction.atomic
def add(tip: TipReport, *, user: User, by: User) -> TipConflict:
    """Bar an account from a tip everywhere, from now on. Raises NotAllowed.

    It loses ownership, help and openings of the identity.
    """
    kin = _lock_kin(tip)
    require(tip, by, permission="reports.triage_tipreport")
    require_going_on(tip)
    if user.pk == by.pk:
        raise NotAllowed("Không tự ghi cho chính mình. Hãy báo chỉ huy ghi.")
    if user.commune_id not in (None, tip.commune_id):
        raise NotAllowed("Tài khoản này thuộc xã khác.")
    if TipConflict.objects.filter(tip=tip, user=user).exists():
        raise NotAllowed("Đã ghi người này không được biết phản ánh.")
    for one in kin:
        _shut_out(one, user, by=by)
    tip.refresh_from_db()
    return TipConflict.objects.get(tip=tip, user=user)


@transaction.atomic
def lift(conflict: TipConflict, *, by: User) -> None:
    """Lift a bar made by mistake: the account sees what it may see otherwise. Raises NotAllowed.

    The one it is about does not see the tip, so nobody lifts their own.
    """
    user = conflict.user
    kin = _lock_kin(conflict.tip)
    require(conflict.tip, by, permission="reports.triage_tipreport")
    if user.pk == by.pk:
        raise NotAllowed("Không tự bỏ ghi cho chính mình.")
    gone, _by_model = TipConflict.objects.filter(tip__in=kin, user=user).delete()
    if not gone:
        raise NotAllowed("Người này đã được bỏ ghi từ trước.")
    for one in kin:
        record(one, TipEvent.Kind.CONFLICT_LIFTED, by=by)


def note_named(tip: TipReport, *texts: str, at: datetime | None = None) -> list[User]:
    """Shut out the accounts whose full names stand in the words of a tip; call in a transaction.

    `at` is the quarter of an hour in which the words came. Returns who was shut out.
    """
    accounts = list(User.objects.filter(commune=tip.commune_id).select_related("officer"))
    found = named_in("\n".join(text for text in texts if text), accounts)
    if not found:
        return []
    kin = _lock_kin(tip)
    known = set(TipConflict.objects.filter(tip=tip).values_list("user", flat=True))
    new = [user for user in found if user.pk not in known]
    for user in new:
        for one in kin:
            _shut_out(one, user, at=at or tip.received_at)
    tip.refresh_from_db()
    return new


def named_in(text: str, users: Sequence[User]) -> list[User]:
    """The accounts whose full name stands in a text, by the name of account or officer."""
    names: dict[tuple[int, str], str] = {}
    for user in users:
        officer = getattr(user, "officer", None)
        names[user.pk, "account"] = user.get_full_name()
        names[user.pk, "officer"] = officer.full_name if officer else ""
    found = {pk for pk, _whence in names_of_officers(text, names)}
    return [user for user in users if user.pk in found]


def share(tip: TipReport, *, by: User) -> None:
    """Bar the accounts of one linked tip from all of them."""
    kin = _lock_kin(tip)
    users = User.objects.filter(pk__in=TipConflict.objects.filter(tip__in=kin).values("user"))
    for user in users:
        for one in kin:
            _shut_out(one, user, by=by)


def barred_tips_of(user: User) -> Iterable[int]:
    """Return the ids of the tips from which this account is barred."""
    named = TipConflict.objects.filter(user=user.pk).values_list("tip", flat=True)
    lines = TipReport.objects.filter(barred__contains=[barred_as(user.pk)])
    return [*named, *lines.values_list("pk", flat=True)]


def nobody_left(tip: TipReport) -> bool:
    """Whether no chief of the commune sees this tip: a superior is needed.

    An officer who still does could have shut the chiefs out, or works under whom it is about.
    """
    chiefs = User.objects.with_perm(
        "reports.view_all_tipreports", backend=BACKEND, include_superusers=False
    ).filter(commune=tip.commune_id)
    return not any(sees(user, tip) for user in chiefs)


def without_anybody() -> int:
    """Count the open tips that no chief of their commune sees; a number and nothing else."""
    named = TipReport.objects.open().filter(pk__in=TipConflict.objects.values("tip"))
    return sum(nobody_left(tip) for tip in named)


def _lock_kin(tip: TipReport) -> list[TipReport]:
    """The tip and all that are linked with it, locked in one order for all, read anew."""
    rows = TipReport.objects.filter(pk__in=_kin(tip))
    kin = list(rows.select_for_update(of=("self",)).order_by("pk"))
    tip.refresh_from_db()
    return [one for one in kin if one.emptied_at is None]


def _kin(tip: TipReport) -> set[int]:
    kin: set[int] = set()
    more = {tip.pk}
    while more:
        kin |= more
        tips = TipReport.objects.filter(pk__in=more)
        rows = list(tips.only("uuid", "commune", "received_at", "duplicate_of"))
        mains = {row.duplicate_of_id or row.pk for row in rows}
        linked = TipReport.objects.filter(
            Q(pk__in=mains) | Q(duplicate_of__in=mains) | Q(pk__in=told_together(rows))
        )
        more = set(linked.values_list("pk", flat=True)) - kin
    return kin


def _shut_out(
    tip: TipReport, user: User, *, by: User | None = None, at: datetime | None = None
) -> None:
    when = at or timezone.now()
    _row, is_new = TipConflict.objects.get_or_create(
        tip=tip, user=user, defaults={"added_by": by, "added_at": when}
    )
    if not is_new:
        return
    TipHelper.objects.filter(tip=tip, user=user).delete()
    openings = IdentityOpening.objects.filter(tip=tip, asked_by=user)
    openings.filter(state__in=["asked", "approved"]).update(state=IdentityOpening.State.ENDED)
    if tip.owner_id == user.pk:
        leave_unowned(tip)
    record(tip, TipEvent.Kind.CONFLICT_ADDED, by=by, at=at)
