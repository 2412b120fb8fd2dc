"""Comparing Zalo's groups with ours: by night, or by a button.

`differences` says what differs and calls nobody.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import work_budget
from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.work_budget import UNLIMITED, WorkBudget
from duty.models import DutySettings
from groups.oa_groups import differences, participants
from groups.oa_groups.creation import UNCERTAIN
from groups.oa_groups.differences import Difference
from groups.oa_groups.models import (
    GroupAtZalo,
    GroupCreation,
    GroupReconciliation,
    ReconciliationLine,
)
from groups.places.models import Officer
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities.states import Capability, may
from zalo.client.errors import ZaloError, ZaloRejected
from zalo.client.types import GroupDetail, GroupPerson, GroupSummary
from zalo.models import OfficialAccount
from zalo.services import account_for

# One comparison from its first call to its last: group by group, in steps, so that it can be taken
# up again.
#
# What was read of people is compared with the members whose Zalo id is known, and dropped.


logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
State = GroupReconciliation.State
Kind = ReconciliationLine.Kind


def run(run_id: int, budget: WorkBudget = UNLIMITED) -> None:
    """Do one comparison, from where it stopped; a failure of Zalo is tried again by the sweep.

    A spent budget calls a worker for the next step.
    """
    held = _claim(run_id)
    if held is None:
        return
    account = zalo.account_for(held.commune_id)
    if account is None:
        _end(held, State.FAILED, "Xã chưa kết nối tài khoản Zalo OA.")
        return
    try:
        is_whole = _compare(held, account, budget)
    except (ZaloError, SoftTimeLimitExceeded) as error:
        if work_budget.is_stopping():  # the worker did not wait for Zalo
            _go_on_later(held)
        elif isinstance(error, ZaloError):
            _give_way(held, error)
        else:
            raise
    else:
        if is_whole:
            _end(held, State.DONE, "")
        else:
            _go_on_later(held)


def _claim(run_id: int) -> GroupReconciliation | None:
    waiting = GroupReconciliation.objects.filter(pk=run_id, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, beat_at=timezone.now(), attempts=F("attempts") + 1):
        return None
    return GroupReconciliation.objects.select_related("commune").get(pk=run_id)


def _end(held: GroupReconciliation, state: str, problem: str) -> None:
    GroupReconciliation.objects.filter(pk=held.pk).update(
        state=state, problem=problem[:255], finished_at=timezone.now()
    )


def _go_on_later(held: GroupReconciliation) -> None:
    """The next step begins at the groups that this one left; failures are counted anew."""
    GroupReconciliation.objects.filter(pk=held.pk).update(
        state=State.WAITING, beat_at=timezone.now(), attempts=0
    )
    enqueue(RECONCILE, held.pk)


def _give_way(held: GroupReconciliation, error: ZaloError) -> None:
    """Zalo could not be asked: later again, a few times, then a person is told."""
    if isinstance(error, ZaloRejected) or held.attempts >= MOST_ATTEMPTS:
        _end(held, State.FAILED, str(error))
        return
    GroupReconciliation.objects.filter(pk=held.pk).update(
        state=State.WAITING, beat_at=timezone.now(), problem=str(error)[:255]
    )


def _compare(held: GroupReconciliation, account: OfficialAccount, budget: WorkBudget) -> bool:
    """Compare group by group, one at least; returns whether none is left for another step."""
    if not held.groups_seen:
        zalo.refresh_assets(account, paced=True)
    listed = zalo.list_groups(account, paced=True)
    ours = _ours(held)
    GroupReconciliation.objects.filter(pk=held.pk).update(groups_seen=len(listed))
    _note_new(held, listed, ours)
    by_id = {summary.group_id: summary for summary in listed}
    for group in _in_turn(ours.values(), held):
        if group.zalo_group_id in by_id:
            _look(held, account, group, by_id[group.zalo_group_id])
        else:
            _note_gone(held, group)
        GroupReconciliation.objects.filter(pk=held.pk).update(beat_at=timezone.now())
        if budget.is_spent:
            return False
    return True


def _ours(held: GroupReconciliation) -> dict[str, ZaloGroup]:
    rows = (
        ZaloGroup.objects.of_commune(held.commune_id)
        .exclude(zalo_group_id="")
        .select_related("hamlet__commune", "commune", "owner", "officer_inside", "at_zalo__asset")
    )
    return {group.zalo_group_id: group for group in rows}


def _in_turn(groups: Iterable[ZaloGroup], held: GroupReconciliation) -> list[ZaloGroup]:
    """Groups that an event named first, then the longest unseen; none that this run has seen."""

    def order(group: ZaloGroup) -> tuple[bool, float]:
        row = getattr(group, "at_zalo", None)
        seen = row.checked_at.timestamp() if row is not None and row.checked_at else 0.0
        return (row is None or not row.wants_look, seen)

    waiting = [
        group
        for group in groups
        if group.status != ZaloGroup.Status.CLOSED and not _is_seen(group, held)
    ]
    return sorted(waiting, key=order)


def _is_seen(group: ZaloGroup, held: GroupReconciliation) -> bool:
    row = getattr(group, "at_zalo", None)
    if row is None or row.checked_at is None or row.wants_look:
        return False
    return held.groups_seen > 0 and bool(row.checked_at >= held.created_at)


def _note_new(
    held: GroupReconciliation, listed: list[GroupSummary], ours: dict[str, ZaloGroup]
) -> None:
    ids = {summary.group_id for summary in listed}
    # The small group of those on duty is no group of residents: nobody is asked to adopt it.
    of_duty = DutySettings.objects.of_commune(held.commune_id).values_list("duty_group", flat=True)
    known = {*ours, *of_duty}
    differences.close_unlisted(held, ids, known)
    for summary in listed:
        if summary.group_id in known or not summary.group_id:
            continue
        theirs = f"{summary.name} ({summary.total_member} người)"
        found = Difference(Kind.NEW, "chưa có trong cổng", theirs, needs=True)
        differences.record_line(held, found, zalo_group_id=summary.group_id)


@transaction.atomic
def _note_gone(held: GroupReconciliation, group: ZaloGroup) -> None:
    row = zalo_state.row_of(group)
    if row.status != GroupAtZalo.Status.GONE:
        found = Difference(
            Kind.GONE, group.get_status_display(), "không còn trong danh sách", needs=True
        )
        differences.record_line(held, found, group=group)
    zalo_state.lose(group)
    GroupAtZalo.objects.filter(group=group).update(checked_at=timezone.now(), wants_look=False)


def _look(
    held: GroupReconciliation,
    account: OfficialAccount,
    group: ZaloGroup,
    summary: GroupSummary,
) -> None:
    """One group: its detail, its people, who waits; then everything is written at once."""
    group_id = group.zalo_group_id
    try:
        detail = zalo.group_detail(account, group_id, paced=True)
        people = zalo.group_people(account, group_id, paced=True) if detail.is_enabled else None
        waiting = None
        if detail.is_enabled and detail.settings.needs_approval:
            waiting = len(zalo.pending_people(account, group_id, paced=True))
    except ZaloRejected as error:
        if error.code not in (zalo_state.DISABLED, zalo_state.NOT_OURS):
            raise
        _note_refused(held, group, error.code, summary)
        return
    _write(held, account, group, detail, people, waiting)


@transaction.atomic
def _note_refused(
    held: GroupReconciliation, group: ZaloGroup, code: int | None, summary: GroupSummary
) -> None:
    if code == zalo_state.NOT_OURS:
        _note_gone(held, group)
        return
    row = zalo_state.row_of(group)
    if row.status != GroupAtZalo.Status.DISABLED:
        found = Difference(
            Kind.DISABLED, row.get_status_display(), "Bị khóa vì gói hết hạn; bài không gửi vào."
        )
        differences.record_line(held, found, group=group)
    zalo_state.note_refusal(group.zalo_group_id, code)
    values = {"deletes_on": summary.deletes_on} if summary.deletes_on else {}
    GroupAtZalo.objects.filter(group=group).update(
        checked_at=timezone.now(), wants_look=False, **values
    )


@transaction.atomic
def _write(
    held: GroupReconciliation,
    account: OfficialAccount,
    group: ZaloGroup,
    detail: GroupDetail,
    people: list[GroupPerson] | None,
    waiting: int | None,
) -> None:
    row = zalo_state.row_of(group)
    found: list[Difference | None] = [*differences.differences(group, row, detail)]
    ids = [person.user_id for person in people or ()]
    linked = len(participants.members_behind(group, ids))
    found.append(differences.heads(group, detail.total_member, linked))
    differences.close_settled(group, detail)
    zalo_state.keep(group, detail, account)
    if waiting is not None:
        zalo_state.keep_waiting(group, waiting)
    elif detail.is_enabled:
        zalo_state.keep_waiting(group, 0)
    if people is not None:
        found += _note_people(group, ids)
        found.append(_note_officer(group, set(ids)))
    for difference in filter(None, found):
        differences.record_line(held, difference, group=group)


def _note_people(group: ZaloGroup, ids: list[str]) -> list[Difference]:
    """Members of our list who came or went, as numbers; whoever is not on it is nobody."""
    now = timezone.now()
    joined = participants.note_people(group, ids, joined=True, at=now)
    inside = set(ids)
    here = [place.member for place in group.memberships.joined().select_related("member")]
    away = [one for one in participants.ids_of(group, here).values() if one not in inside]
    left = participants.note_people(group, away, joined=False, at=now)
    found = []
    if joined:
        found.append(Difference(Kind.JOINED, "chưa ghi là thành viên", f"{joined} người"))
    if left:
        found.append(Difference(Kind.LEFT, "ghi là đang tham gia", f"{left} người"))
    return found


def _note_officer(group: ZaloGroup, inside: set[str]) -> Difference | None:
    """Whether an officer whose Zalo id is known is in the group: nobody need say so by hand."""
    today = timezone.localdate()
    known: Officer | None = group.officer_inside
    if known is not None and known.zalo_user_id:
        is_in = known.zalo_user_id in inside
        fields = {"officer_inside": known, "officer_inside_on": today} if is_in else {
            "officer_inside": None, "officer_inside_on": None
        }  # fmt: skip
        ZaloGroup.objects.filter(pk=group.pk).update(**fields)
        if is_in:
            return None
        return Difference(
            Kind.OFFICER, f"{known.full_name} ở trong nhóm", "không có trong nhóm trên Zalo"
        )
    owner = group.owner
    if known is None and owner is not None and owner.is_active and owner.zalo_user_id in inside:
        ZaloGroup.objects.filter(pk=group.pk).update(officer_inside=owner, officer_inside_on=today)
        return Difference(
            Kind.OFFICER, "chưa xác nhận cán bộ trong nhóm", f"{owner.full_name} ở trong nhóm"
        )
    return None


# Which comparisons are due, and who wakes their worker when it is gone.


RECONCILE = "groups.tasks.reconcile_oa_groups"
NIGHTLY_FROM = time(3, 10)
MOST_STARTS = 6
FORGOTTEN, SILENT = timedelta(minutes=10), timedelta(minutes=15)


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
    """Reset runs whose worker is gone; wake those that wait too long."""
    stuck = GroupReconciliation.objects.stuck(now, waiting=FORGOTTEN, silent=SILENT)
    stuck.filter(attempts__gte=MOST_STARTS).update(
        state=State.FAILED, problem="Bị ngắt nhiều lần giữa chừng.", finished_at=now
    )
    ids = list(stuck.values_list("pk", flat=True))
    GroupReconciliation.objects.filter(pk__in=ids).update(state=State.WAITING, beat_at=now)
    return ids
