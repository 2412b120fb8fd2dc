"""Bar officers from tips about themselves or their relatives."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import MODEL_BACKEND
from accounts.workflow.services import move, record, require, require_going_on, sees
from content_rules.courtesy import is_courteous
from reports.proposals.models import ConflictProposal
from reports.redaction.officers import officers_spoken_of
from reports.tips import occasions
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport, barred_as
from reports.tips.services import leave_unowned
from reports.vault.kin import kin_of
from reports.vault.models import IdentityOpening, Reporter, indexes_of_telling
from reports.work.models import TipConflict, TipEvent, TipHelper


def told_together(tips: Sequence[TipReport]) -> set[int]:
    """Return the ids of tips split from these, and of those that these were split from. In the
    vault."""
    indexes = set(Reporter.objects.filter(tip__in=tips).values_list("told_with", flat=True))
    same_time = TipReport.objects.filter(
        commune__in={one.commune_id for one in tips},
        received_at__in={one.received_at for one in tips},
    )
    told_at_once = same_time.only("uuid")
    found = {one.pk for one in told_at_once if not indexes.isdisjoint(indexes_of_telling(one))}
    asked = [index for one in tips for index in indexes_of_telling(one)]
    split = Reporter.objects.filter(told_with__in=asked)
    return found.union(split.values_list("tip", flat=True))


def other_matters(tip: TipReport) -> set[int]:
    """Return the ids of all other tips split from the same report. In the vault."""
    known: set[int] = set()
    more = {tip.pk}
    while more:
        known |= more
        rows = TipReport.objects.filter(pk__in=more)
        more = told_together(list(rows.only("uuid", "commune", "received_at"))) - known
    return known - {tip.pk}


def kin(tip: TipReport) -> tuple[set[int], int]:
    """Return `other_matters`, and how often one of them or the tip was split. In the vault."""
    others = other_matters(tip)
    return others, _splits({tip.pk, *others})


def _splits(tips: Iterable[int]) -> int:
    return TipEvent.objects.filter(tip__in=tips, kind=TipEvent.Kind.SPLIT).count()


NOT_BY_THIS_ACCOUNT = (
    "Lúc này tài khoản này chưa làm được bước đó với phản ánh này. Hãy nhờ một chỉ huy khác."
)


def add(tip: TipReport, *, user: User, by: User) -> TipConflict:
    """Bar an account from a tip everywhere, from now on. Raises NotAllowed.

    It loses ownership, help and openings of the identity. Tips split from the same words bar it
    too.
    """
    return with_kin(tip, lambda kin: _add(kin, tip, user, by))


def _add(kin: list[TipReport], tip: TipReport, user: User, by: User) -> TipConflict:
    _require_for_bars(tip, by)
    require_going_on(tip)
    if user.pk == by.pk:
        raise NotAllowed("Không tự ghi cho chính mình. Hãy báo chỉ huy ghi.")
    if user.commune_id not in (None, tip.commune_id):
        raise NotAllowed("Tài khoản này thuộc xã khác.")
    if TipConflict.objects.filter(tip=tip, user=user).exists():
        raise NotAllowed("Đã ghi người này không được biết phản ánh.")
    for one in kin:
        shut_out(one, user, by=by)
        occasions.follow_readers(one)
    tip.refresh_from_db()
    return TipConflict.objects.get(tip=tip, user=user)


def lift(conflict: TipConflict, *, by: User) -> None:
    """Lift a bar made by mistake: the account sees what it may see otherwise. Raises NotAllowed.

    The one it is about does not see the tip, so nobody lifts their own. At tips of the same words
    that the account may not sort the bar stays.
    """
    with_kin(conflict.tip, lambda kin: _lift(kin, conflict, by))


def _lift(kin: list[TipReport], conflict: TipConflict, by: User) -> None:
    user = conflict.user
    _require_for_bars(conflict.tip, by)
    kin = [one for one in kin if one.pk == conflict.tip_id or _may_bar(one, by)]
    if user.pk == by.pk:
        raise NotAllowed("Không tự bỏ ghi cho chính mình.")
    _require_decided(kin, user, by)
    gone, _by_model = TipConflict.objects.filter(tip__in=kin, user=user).delete()
    if not gone:
        raise NotAllowed("Người này đã được bỏ ghi từ trước.")
    for one in kin:
        record(one, TipEvent.Kind.CONFLICT_LIFTED, by=by)
        occasions.follow_readers(one)


def _require_for_bars(tip: TipReport, by: User) -> None:
    require(tip, by, permission="reports.triage_tipreport")
    require_unnamed(tip, by)


def _may_bar(tip: TipReport, by: User) -> bool:
    try:
        _require_for_bars(tip, by)
    except NotAllowed:
        return False
    return True


def _require_decided(kin: Sequence[TipReport], user: User, by: User) -> None:
    """Refuse a bar that still waits, and one confirmed to all but chiefs. Raises NotAllowed."""
    proposals = ConflictProposal.objects.filter(tip__in=kin, user=user).exclude(state="lifted")
    if any(row.state == ConflictProposal.State.WAITING for row in proposals):
        raise NotAllowed("Lời có tên người này đang chờ quyết định. Hãy quyết định ở trang đó.")
    if proposals and not by.has_perm("reports.view_all_tipreports"):
        raise NotAllowed("Chỉ huy đã xác nhận lời nói về người này. Hãy nhờ chỉ huy bỏ ghi.")
    for row in proposals.select_for_update(of=("self",)):
        move(row, row.State.LIFTED)
        row.decided_by, row.decided_at = by, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        record(row, "lifted", by=by)


def users_meant(commune_id: int, text: str) -> list[User]:
    """The accounts of the commune of which a text may speak otherwise than with courtesy.

    By the name of account or officer. A text that only thanks or addresses speaks of none.
    """
    users = list(User.objects.filter(commune=commune_id).select_related("officer"))
    names: dict[tuple[int, str], str] = {}
    for user in users:
        officer = getattr(user, "officer", None)
        names[user.pk, "account"] = user.get_full_name()
        names[user.pk, "officer"] = officer.full_name if officer else ""
    found = {pk for pk, _whence in officers_spoken_of(text, names)}
    if not found or is_courteous(text, set(names.values())):
        return []
    return [user for user in users if user.pk in found]


def is_named(tip: TipReport, user: User) -> bool:
    """Whether words of this tip are kept from the account, as they name it."""
    return ConflictProposal.objects.holding(user).filter(tip=tip).exists()


def require_unnamed(tip: TipReport, by: User) -> None:
    """Refuse an account that waiting words of the tip name. Raises NotAllowed, without the reason:
    that there are such words is nothing for this account."""
    if is_named(tip, by):
        raise NotAllowed(NOT_BY_THIS_ACCOUNT)


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
        "reports.view_all_tipreports", backend=MODEL_BACKEND, include_superusers=False
    ).filter(commune=tip.commune_id)
    return not any(sees(user, tip) for user in chiefs)


def without_anybody() -> int:
    """Count the open tips that no chief of their commune sees; a number and nothing else."""
    named = TipReport.objects.open().filter(pk__in=TipConflict.objects.values("tip"))
    return sum(nobody_left(tip) for tip in named)


TRIES = 3
BEING_SPLIT = "Phản ánh này đang được tách. Hãy bấm lại sau ít giây."


def with_kin[Result](tip: TipReport, act: Callable[[list[TipReport]], Result]) -> Result:
    """Do `act` in a transaction, with the tip and all that were split from the same words, locked
    in one order for all, read anew. Raises NotAllowed.

    Never what is linked with it: a stranger's duplicate changes nothing for the main tip. The vault
    says which they are before they are locked; whatever was split meanwhile has it asked again.
    """
    for _try in range(TRIES):
        asked = kin_of(tip)
        numbers = {tip.pk, *asked.tips}
        with transaction.atomic():
            rows = TipReport.objects.filter(pk__in=numbers)
            kin = list(rows.select_for_update(of=("self",)).order_by("pk"))
            if _splits(numbers) == asked.splits:
                tip.refresh_from_db()
                return act([one for one in kin if one.emptied_at is None])
    raise NotAllowed(BEING_SPLIT)


def shut_out(
    tip: TipReport, user: User, *, by: User | None = None, at: datetime | None = None
) -> None:
    when = at or timezone.now()
    _row, is_new = TipConflict.objects.get_or_create(
        tip=tip, user=user, defaults={"added_by": by, "added_at": when}
    )
    if not is_new:
        return
    TipHelper.objects.filter(tip=tip, user=user).delete()
    tip.drafts.filter(account=user).delete()
    openings = IdentityOpening.objects.filter(tip=tip, asked_by=user)
    openings.filter(state__in=["asked", "approved"]).update(state=IdentityOpening.State.ENDED)
    if tip.owner_id == user.pk:
        leave_unowned(tip)
    record(tip, TipEvent.Kind.CONFLICT_ADDED, by=by, at=at)
