"""The end of a membership: leaving, taking the agreement back, and the data going for good."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups import consent, erasure, national_ids
from groups.linking import links
from groups.models import Member, Membership, NationalId
from groups.reasons import refuse_naming

BATCH = 500
CHANGES = "groups.change_member"
Status = Member.Status


def _end(member: Member, status: str, day: date, by: User | None = None) -> None:
    # Who left and then withdraws is not kept longer for it.
    member.status, member.ended_at = status, member.ended_at or timezone.now()
    member.save(update_fields=["status", "ended_at"])
    open_states = (Membership.State.JOINED, Membership.State.INVITED)
    member.memberships.filter(state__in=open_states).update(
        state=Membership.State.LEFT, left_on=day
    )
    member.passes_on_to.update(reached_through=None)
    links.forget([member.pk], by=by)


@transaction.atomic
def leave(member: Member, *, by: User, reason: str = "") -> Member:
    """A person moved away or no longer takes part; the places in groups end with it.

    After `MEMBER_PURGE_DAYS` the personal data goes by itself. Raises NotAllowed.
    """
    lock_for(member, by, permission=CHANGES)
    if member.status != Status.ACTIVE:
        raise NotAllowed("Người này đã thôi tham gia.")
    refuse_naming(reason, member)
    _end(member, Status.LEFT, timezone.localdate(), by)
    record(member, "left", by=by, text=reason)
    return member


@transaction.atomic
def come_back(member: Member, *, by: User) -> Member:
    """A person who left takes part again; the places in groups are entered anew.

    Who withdrew comes back by agreeing again (`consent.give`) only. Raises NotAllowed.
    """
    lock_for(member, by, permission=CHANGES)
    if member.status == Status.WITHDRAWN:
        raise NotAllowed(
            "Người này đã rút đồng ý. Khi họ đồng ý lại, hãy ghi lần đồng ý mới; không tự mở lại."
        )
    if member.status != Status.LEFT:
        raise NotAllowed("Người này đang tham gia.")
    member.status, member.ended_at = Status.ACTIVE, None
    member.save(update_fields=["status", "ended_at"])
    record(member, "came_back", by=by)
    return member


@transaction.atomic
def record_national_id(member: Member, *, by: User, number: str = "") -> Member:
    """Write down the number, in place of another; none takes it away. Raises NotAllowed."""
    lock_for(member, by, permission=CHANGES)
    if number and not national_ids.are_kept():
        raise NotAllowed("Cổng này không lưu số căn cước.")
    if number and not national_ids.is_number(number):
        raise NotAllowed("Số căn cước có 12 chữ số. Hãy xem lại giấy tờ.")
    if member.status in Member.HIDDEN:
        raise NotAllowed("Người này không còn trong danh sách.")
    NationalId.objects.filter(member=member).delete()
    if number:
        national_ids.new(member.pk, number).save()
    record(member, "national_id_recorded", by=by, is_kept=bool(number))
    return member


@transaction.atomic
def withdraw(member: Member, *, by: User, withdrawn_on: date | None = None) -> Member:
    """A person takes the agreement back: no consent, no place in a group. Raises NotAllowed."""
    lock_for(member, by, permission=CHANGES)
    if member.status == Status.WITHDRAWN:
        raise NotAllowed("Người này đã rút đồng ý.")
    member = consent.withdraw(member, by=by, withdrawn_on=withdrawn_on)
    member.refresh_from_db()
    _end(member, Status.WITHDRAWN, timezone.localdate(), by)
    return member


@transaction.atomic
def anonymise(member: Member, *, by: User | None = None, reason: str = "") -> Member:
    """Blank everything that tells who it was, for good; figures and places in groups stay.

    `by` None is the retention task, which has no account. Raises NotAllowed.
    """
    if by is not None:
        lock_for(member, by, permission=CHANGES)
        refuse_naming(reason, member)
    if member.status == Status.MERGED:
        raise NotAllowed("Dòng này đã gộp vào người khác. Hãy xóa ở người được giữ lại.")
    if member.status == Status.ACTIVE:
        _end(member, Status.LEFT, timezone.localdate(), by)
    erasure.blank([member.pk], with_files=True)
    member.refresh_from_db()
    record(member, "anonymised", by=by, text=reason)
    return member


def purge_moment(now: datetime | None = None) -> datetime:
    """Who ended before this moment is anonymised."""
    return (now or timezone.now()) - timedelta(days=settings.MEMBER_PURGE_DAYS)


def start_clocks() -> int:
    """Who was set to left or withdrawn by another way than `leave` gets a start of the clock."""
    return Member.objects.filter(status__in=Member.ENDED, ended_at=None).update(
        ended_at=timezone.now()
    )


def expired() -> QuerySet[Member]:
    """Those whose personal data is to go now; used by the retention rule."""
    return Member.objects.ended_before(purge_moment())


def purge(rows: QuerySet[Member]) -> int:
    """Anonymise in batches; each is one transaction, with one audit event a commune."""
    done = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _purge_batch(ids)
    return done


@transaction.atomic
def _purge_batch(ids: list[int]) -> int:
    taken = list(
        Member.objects.filter(pk__in=ids, status__in=Member.ENDED)
        .select_for_update(of=("self",))
        .select_related("hamlet__commune")
    )
    erasure.blank([member.pk for member in taken], with_files=False)
    counts = Counter(member.hamlet.commune for member in taken)
    for commune, rows in counts.items():
        audit.record("member.anonymised", commune=commune, rows=rows)
    return len(taken)


def expired_merges() -> QuerySet[Member]:
    """Absorbed rows that can no longer be taken out again."""
    return Member.objects.filter(status=Status.MERGED, merge__undo_until__lt=timezone.now())


def purge_absorbed(rows: QuerySet[Member]) -> int:
    """Delete absorbed rows, each after those that it had absorbed itself."""
    done = 0
    for row in rows.order_by("merge__merged_at"):
        with transaction.atomic():
            erasure.delete_row(row)
        done += 1
    return done
