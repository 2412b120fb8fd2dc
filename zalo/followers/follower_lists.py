"""Reading the list of followers, beyond the ten thousand that Zalo lists at once.

The list is read page by page with the row `FollowerSync` as its memory, so that whoever comes next
goes on where the last one stopped. What is too long is cut by the days of last interaction, again
and again, and read from the oldest days on: who writes meanwhile moves to a later part and is not
missed. Only a reading that saw everybody says who no longer follows.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.work_budget import WorkBudget
from zalo.capabilities.services import family_of, other_than, used
from zalo.capabilities.states import Capability
from zalo.client.api import LAST_OFFSET, USERS_A_PAGE, EndpointFamily, ZaloClient
from zalo.client.errors import ZaloRejected, ZaloWrongEndpoint
from zalo.client.types import UserPage
from zalo.followers import quota
from zalo.followers.models import Follower, FollowerSync, index_of
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.pager import Pager
from zalo.pacing.services import call, update, wait_for_idle_slot

State = FollowerSync.State
MOST_LISTED: Final = LAST_OFFSET + USERS_A_PAGE - 1
FIRST_DAY: Final = date(2013, 1, 1)
"""No Official Account is older."""


def start(account: OfficialAccount, *, by: User | None = None) -> FollowerSync:
    """Have the list read anew by a worker; `by` is who pressed the button.

    Raises NotAllowed where the account may not see its list, or is being read already.
    """
    if by is not None and not by.has_perm("zalo.sync_follower"):
        raise NotAllowed("Tài khoản này không đọc lại được danh sách người quan tâm.")
    return _followers.open(account, by=by, noted={}, slices=[_part()])


def start_all() -> int:
    """Start a reading of the list of every account that may; called by the nightly task."""
    started = 0
    for account in OfficialAccount.objects.connected().filter(needs_consent=False):
        try:
            start(account)
        except NotAllowed:
            continue
        started += 1
    return started


class _Followers(Pager[FollowerSync]):
    model, task = FollowerSync, "zalo.tasks.read_followers"
    capability, audited = Capability.FOLLOWERS, "zalo.followers_read"
    busy = "Danh sách này đang được đọc. Hãy chờ lần đọc đó xong."
    endless = "Đọc mãi không hết, hệ thống sẽ đọc lại từ đầu vào đêm sau."

    def read(self, row: FollowerSync, budget: WorkBudget) -> None:
        while row.slices and not budget.is_spent:
            _read_page(row)
        if not row.slices:
            _conclude(row)
            quota.refresh(row.account)
            quota.learn_broadcasts(row.account)

    def finish(self, row: FollowerSync, state: str, problem: str, **values: Any) -> None:
        super().finish(row, state, problem, slices=[], **values)


_followers = _Followers()
resume_stale, read_on = _followers.resume_stale, _followers.read_on


def _read_page(sync: FollowerSync) -> None:
    """Read one page and keep it with the place where to go on. Raises LostReading."""
    part = sync.slices[0]
    is_cut = False
    try:
        page, family = _ask(sync.account, part)
    except ZaloRejected as error:
        if part["offset"] <= LAST_OFFSET or error.is_account_wide:
            raise
        page, family, is_cut = UserPage(part["total"], ()), EndpointFamily.V2, True
    if part["total"] is None:
        part["total"] = page.total
        if sync.expected is None:
            sync.expected = page.total
        if page.total > MOST_LISTED and family is EndpointFamily.V3 and (halves := _halves(part)):
            sync.slices = [*halves, *sync.slices[1:]]
            _save(sync, [])
            return
    part["offset"] += len(page.user_ids)
    if family is EndpointFamily.V3 and LAST_OFFSET < part["offset"] < page.total:
        is_cut = True
    if not page.user_ids or part["offset"] >= page.total or is_cut:
        sync.slices = sync.slices[1:]
    if is_cut:
        sync.problem = (
            "Danh sách dài hơn mức Zalo cho đọc nên không biết hết ai đã bỏ quan tâm; hệ thống "
            "dựa vào thông báo của Zalo."
        )
    _save(sync, page.user_ids)


def _ask(account: OfficialAccount, part: dict[str, Any]) -> tuple[UserPage, EndpointFamily]:
    """One page, in a slot that no post wants, in the family in which this account lists people."""
    known = account.users_family
    unknown = OfficialAccount.EndpointFamily.UNKNOWN
    family = family_of(account) if known == unknown else EndpointFamily(known)
    wait_for_idle_slot(account)
    with used(account, Capability.FOLLOWERS):
        try:
            page = call(account, partial(_page, part=part, family=family), "followers")
        except ZaloWrongEndpoint:
            family = other_than(family)
            page = call(account, partial(_page, part=part, family=family), "followers")
    if known != family:
        update(account, users_family=family.value)
    return page, family


def _page(client: ZaloClient, *, part: dict[str, Any], family: EndpointFamily) -> UserPage:
    days = None
    if part["first"]:
        days = (date.fromisoformat(part["first"]), _last_day(part))
    return client.followers(part["offset"], USERS_A_PAGE, family=family, interacted=days)


@transaction.atomic
def _save(sync: FollowerSync, user_ids: Sequence[str]) -> None:
    _followers.beat(sync)
    if user_ids:
        sync.seen += _record_page(sync.account, user_ids, sync.started_at)
    sync.save(update_fields=["slices", "expected", "seen", "problem"])


def _record_page(account: OfficialAccount, user_ids: Sequence[str], at: datetime) -> int:
    """These people stood in the list that was begun at `at`; returns how many are news to it.

    An event that is newer than the list stays; who withdrew is seen, and stays blank.
    """
    ids = {index_of(one): one for one in user_ids}
    rows = Follower.objects.filter(account=account, user_index__in=list(ids))
    known = set(rows.values_list("user_index", flat=True))
    Follower.objects.bulk_create(
        [
            Follower(
                account=account,
                zalo_user_id=one,
                user_index=index,
                is_following=True,
                followed_at=at,
                source=Follower.Source.LIST,
            )
            for index, one in ids.items()
            if index not in known
        ],
        ignore_conflicts=True,
    )
    is_behind = Q(withdrawn_at=None, is_following=False) & (
        Q(unfollowed_at=None) | Q(unfollowed_at__lt=at)
    )
    return rows.filter(Q(listed_at=None) | Q(listed_at__lt=at)).update(
        listed_at=at,
        followed_at=Case(
            When(is_behind, then=Value(at)), default=F("followed_at"), output_field=DateTimeField()
        ),
        is_following=Case(When(is_behind, then=Value(True)), default=F("is_following")),
    )


def _conclude(sync: FollowerSync) -> None:
    """Everything is read: who was not seen no longer follows, if everybody else was."""
    expected = sync.expected or 0
    following = Follower.objects.filter(account=sync.account, is_following=True)
    if not sync.problem and sync.seen < expected:
        # Some may have left while it was read.
        page, _family = _ask(sync.account, _part())
        expected = min(expected, page.total)
    if not sync.problem and sync.seen < expected:
        sync.problem = (
            f"Zalo báo có {expected} người nhưng chỉ cho đọc {sync.seen} người, nên chưa kết luận "
            "được ai đã bỏ quan tâm."
        )
    if not sync.problem and expected == 0 and following.exists():
        sync.problem = (
            "Zalo báo không còn ai quan tâm, khác hẳn những gì hệ thống biết. Hãy xem trên trang "
            "quản lý OA."
        )
    if sync.problem:
        _followers.finish(sync, State.INCOMPLETE, sync.problem)
        return
    unseen = following.filter(Q(listed_at=None) | Q(listed_at__lt=sync.started_at))
    with transaction.atomic():
        gone = unseen.filter(followed_at__lt=sync.started_at).update(
            is_following=False, unfollowed_at=sync.started_at
        )
        _followers.finish(sync, State.COMPLETE, "", unfollowed=gone)


def _part(first: date | None = None, last: date | None = None) -> dict[str, Any]:
    """A part of the list: the days of last interaction (none: all; no last: until today)."""
    return {
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "offset": 0,
        "total": None,
    }


def _last_day(part: dict[str, Any]) -> date:
    return date.fromisoformat(part["last"]) if part["last"] else timezone.localdate()


def _halves(part: dict[str, Any]) -> list[dict[str, Any]]:
    """A part in two, the older days first; empty where it is a single day."""
    first = date.fromisoformat(part["first"]) if part["first"] else FIRST_DAY
    last = _last_day(part)
    if first >= last:
        return []
    middle = first + (last - first) // 2
    end = date.fromisoformat(part["last"]) if part["last"] else None
    return [_part(first, middle), _part(middle + timedelta(days=1), end)]
