"""Which comparisons are due, and who wakes their worker when it is gone."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.enqueue import enqueue
from accounts.models import Commune, User
from accounts.services import NotAllowed
from groups.models import GroupCreation, GroupReconciliation, ZaloGroup
from groups.services.oa_making import UNCERTAIN
from zalo.capabilities import Capability, may
from zalo.models import OfficialAccount
from zalo.services import account_for

RECONCILE = "groups.tasks.reconcile_oa_groups"
NIGHTLY_FROM = time(3, 10)
MOST_STARTS = 6
FORGOTTEN, SILENT = timedelta(minutes=10), timedelta(minutes=15)
State = GroupReconciliation.State


def request(commune: Commune, *, by: User) -> GroupReconciliation:
    """Compare now, by a button. Raises NotAllowed, also while one is under way."""
    is_own = by.commune_id in (None, commune.pk)
    if not (by.has_perms(["groups.run_oa_group", "groups.view_all_hamlets"]) and is_own):
        raise NotAllowed("Tài khoản này không có quyền đối chiếu các nhóm của xã.")
    account = account_for(commune.pk)
    answer = may(account, Capability.GROUPS)
    if account is None or answer.is_no:
        raise NotAllowed(answer.sentence)
    try:
        with transaction.atomic():
            opened = GroupReconciliation.objects.create(commune=commune, asked_by=by)
            audit.record("group.compared", by=by, target=opened, commune=commune)
    except IntegrityError:
        raise NotAllowed("Đang có một lần đối chiếu chưa xong. Hãy chờ vài phút.") from None
    enqueue(RECONCILE, opened.pk)
    return opened


def tick(now: datetime | None = None) -> int:
    """Open what is due tonight, wake what was forgotten; returns how many were woken.

    Attempts to make a group whose process ended before the answer was kept become uncertain.
    """
    moment = now or timezone.now()
    GroupCreation.objects.abandoned(moment).update(
        state=GroupCreation.State.UNCERTAIN, problem=UNCERTAIN
    )
    woken = _open_tonight(moment) + _take_up(moment)
    for run_id in woken:
        enqueue(RECONCILE, run_id)
    return len(woken)


def _open_tonight(now: datetime) -> list[int]:
    local = timezone.localtime(now)
    if local.time() < NIGHTLY_FROM:
        return []
    done = GroupReconciliation.objects.filter(day=local.date(), is_nightly=True)
    busy = GroupReconciliation.objects.open()
    accounts = (
        OfficialAccount.objects.connected()
        .filter(needs_consent=False)
        .exclude(commune__in=done.values("commune"))
        .exclude(commune__in=busy.values("commune"))
        .select_related("commune")
    )
    return [
        run_id
        for account in accounts
        if _has_groups(account) and (run_id := _open(account, local)) is not None
    ]


def _has_groups(account: OfficialAccount) -> bool:
    """An account that may own none, and of which we have none, is not asked every night."""
    answer = may(account, Capability.GROUPS)
    of_the_account = ZaloGroup.objects.of_commune(account.commune_id).exclude(zalo_group_id="")
    return not answer.is_no and (answer.state == "yes" or of_the_account.exists())


def _open(account: OfficialAccount, local: datetime) -> int | None:
    try:
        with transaction.atomic():
            row = GroupReconciliation.objects.create(
                commune_id=account.commune_id, day=local.date(), is_nightly=True
            )
    except IntegrityError:
        return None  # another tick was quicker
    return row.pk


def _take_up(now: datetime) -> list[int]:
    """Those whose worker is gone wait again; those that wait too long are woken."""
    stuck = GroupReconciliation.objects.stuck(now, waiting=FORGOTTEN, silent=SILENT)
    stuck.filter(attempts__gte=MOST_STARTS).update(
        state=State.FAILED, problem="Bị ngắt nhiều lần giữa chừng.", finished_at=now
    )
    ids = list(stuck.values_list("pk", flat=True))
    GroupReconciliation.objects.filter(pk__in=ids).update(state=State.WAITING, beat_at=now)
    return ids
