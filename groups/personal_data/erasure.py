"""Personal data that goes for good: the row of a person, and all else that would name them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.duplicates.models import DistinctPair, MemberMerge
from groups.linking import services as linking
from groups.member_import import erased_people, national_ids
from groups.member_import.models import MemberImport, MemberImportFile, MemberImportRow, NationalId
from groups.member_import.planning import count
from groups.personal_data.models import DataRequest
from groups.residents import purge_period
from groups.residents.consent import services as consent
from groups.residents.consent.models import ConsentRecord
from groups.residents.models import Member, Membership
from groups.residents.spells.models import Source
from groups.residents.spells.sources import recorded_as
from vietnamese.text import digits_of, fold, sort_key

BLANK_NAME = "Đã xóa"
CODE_LENGTH = Member._meta.get_field("household_code").max_length


def blank(ids: list[int], *, with_files: bool) -> None:
    """Blank these people. `with_files` removes the uploaded lists that name them as well.

    Without it lists go when their own time is over. Call in a transaction.
    """
    _forget_lists([*ids, *absorbed_by(ids)], with_files=with_files)
    delete_absorbed(ids)
    _forget_history(ids)
    _free_households(ids)
    DistinctPair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    ConsentRecord.objects.filter(member__in=ids).update(evidence="")
    NationalId.objects.filter(member__in=ids).delete()
    linking.forget(ids)
    Member.objects.filter(reached_through__in=ids).update(reached_through=None)
    Member.objects.filter(pk__in=ids).update(
        full_name=BLANK_NAME,
        sort_key=sort_key(BLANK_NAME),
        search_text=fold(BLANK_NAME),
        birth_year=None,
        birth_date=None,
        phone="",
        address="",
        household_code="",
        zalo_name="",
        reached_through=None,
        consent_basis=Member.Consent.NONE,
        consent_version="",
        consent_given_at=None,
        consent_collected_by=None,
        status=Member.Status.ANONYMISED,
    )


def absorbed_by(ids: list[int]) -> list[int]:
    """All rows that were absorbed by these, by those again, and so on."""
    found = list(Member.objects.filter(merged_into__in=ids).values_list("pk", flat=True))
    return [*found, *absorbed_by(found)] if found else []


def delete_absorbed(ids: list[int]) -> None:
    """Delete whatever was absorbed by these rows, the deepest first."""
    absorbed = list(Member.objects.filter(merged_into__in=ids).values_list("pk", flat=True))
    if absorbed:
        delete_absorbed(absorbed)
        _forget_rows(absorbed)
        Member.objects.filter(pk__in=absorbed).delete()
    MemberMerge.objects.filter(survivor__in=ids).delete()


def delete_row(row: Member) -> None:
    """Delete an absorbed row that can no longer be taken out again, and what it absorbed."""
    delete_absorbed([row.pk])
    _forget_rows([row.pk])
    row.delete()


def _forget_rows(ids: list[int]) -> None:
    MemberImportRow.objects.filter(member__in=ids).delete()
    _forget_history(ids)


def _forget_lists(ids: list[int], *, with_files: bool) -> None:
    """Lines of uploaded lists that became these people, or that say the same name and phone, or
    without a phone the same name and birth."""
    same = Member.objects.filter(
        pk__in=ids, hamlet=OuterRef("batch__hamlet"), search_text=OuterRef("search_text")
    )
    same_birth = same.filter(birth_year=OuterRef("birth_year"))
    says_the_same = (
        ~Q(phone="") & Exists(same.filter(phone=OuterRef("phone")))
        | Q(phone="") & Exists(same_birth)
        | Exists(same_birth.filter(phone=""))
    )
    rows = MemberImportRow.objects.filter(
        Q(member__in=ids) | says_the_same & ~Q(batch__state=MemberImport.State.COMMITTING)
    )
    found = dict(rows.order_by().values_list("pk", "batch"))
    MemberImportRow.objects.filter(pk__in=list(found)).delete()
    MemberImportRow.objects.filter(proxy_id__in=ids).update(zalo=None, proxy_id=None)
    batches = MemberImport.objects.filter(pk__in=set(found.values()))
    for batch in batches.filter(state=MemberImport.State.PREVIEW):
        count(batch)
        batch.save(update_fields=["counts", "rows_total"])
    if with_files:
        MemberImportFile.objects.filter(batch__in=batches).delete()


def _forget_history(ids: list[int]) -> None:
    """The admin's history under which rows of these people were written."""
    _unname(Member, ids)
    for relation in Member._meta.related_objects:
        model = relation.field.model
        if model is not Member:
            hanging = model._base_manager.filter(**{f"{relation.field.name}__in": ids})
            _unname(model, hanging.values_list("pk", flat=True))


def _unname(model: type[models.Model], ids: Iterable[int]) -> None:
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(pk) for pk in ids],
    ).update(object_repr=BLANK_NAME)


def _free_households(ids: list[int]) -> None:
    """A household that bears its head's name as a code keeps together under a number."""
    heads = Member.objects.filter(pk__in=ids).values_list("pk", "hamlet", "full_name")
    for pk, hamlet, name in heads:
        mates = Member.objects.filter(hamlet=hamlet).exclude(pk__in=ids)
        mates.filter(household_code__iexact=name[:CODE_LENGTH]).update(household_code=f"Hộ số {pk}")


# Reasons go into the audit trail, from which nothing is ever taken out: they name nobody.


# From so many digits on a number is somebody's; fewer are a house or a file.
DIGITS_OF_A_PHONE = 9


def refuse_naming(reason: str, person: Member | DataRequest) -> None:
    """Raises NotAllowed where a reason gives the name or the phone of the person it is about."""
    if isinstance(person, DataRequest):
        names, phones = {person.person_name}, {person.contact}
        if person.member is not None:
            names.add(person.member.full_name)
            phones.add(person.member.phone)
    else:
        names, phones = {person.full_name}, {person.phone}
    names.discard(BLANK_NAME)
    if _has_name(reason, names) or _has_phone(reason, phones):
        raise NotAllowed(
            "Lý do nằm lại trong nhật ký kể cả khi thông tin đã xóa. Hãy viết không có tên và số "
            "điện thoại của người này, ví dụ: “theo yêu cầu số 12”."
        )


def _has_name(reason: str, names: set[str]) -> bool:
    """A name of one word says too little: it is a word of the language as often."""
    text = f" {' '.join(_words(reason))} "
    return any(f" {' '.join(_words(name))} " in text for name in names if " " in name)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()


def _has_phone(reason: str, phones: set[str]) -> bool:
    digits = digits_of(reason)
    tails = (digits_of(phone)[-DIGITS_OF_A_PHONE:] for phone in phones)
    return any(len(tail) == DIGITS_OF_A_PHONE and tail in digits for tail in tails)


# The end of a membership: leaving, taking the agreement back, and the data going for good.


BATCH = 500
CHANGES = "groups.change_member"
Status = Member.Status


def _end(member: Member, status: str, day: date, by: User | None = None) -> None:
    # Who left and then withdraws is not kept longer for it.
    member.status, member.ended_at = status, member.ended_at or timezone.now()
    member.save(update_fields=["status", "ended_at"])
    open_states = (Membership.State.JOINED, Membership.State.INVITED)
    with recorded_as(Source.HAND, by=by, on=day):
        member.memberships.filter(state__in=open_states).update(
            state=Membership.State.LEFT, left_on=day
        )
        member.passes_on_to.update(reached_through=None)
    linking.forget([member.pk], by=by)


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
    if member.status != Status.ANONYMISED:
        _mark(member)
    blank([member.pk], with_files=True)
    member.refresh_from_db()
    record(member, "anonymised", by=by, text=reason)
    return member


def _mark(member: Member, on: date | None = None) -> None:
    """Have no list bring them back, under this name or under one that was merged into it."""
    absorbed = Member.objects.filter(pk__in=absorbed_by([member.pk])).select_related("team")
    erased_people.remember(member, absorbed=absorbed, on=on)


def purge_moment(now: datetime | None = None) -> datetime:
    """Moment before which an ended membership is anonymised."""
    return (now or timezone.now()) - timedelta(days=purge_period.purge_days())


def start_clocks() -> int:
    """Start the clock of members set to left or withdrawn by another way than `leave`; have a
    changed period confirmed.
    """
    purge_period.have_confirmed()
    return Member.objects.filter(status__in=Member.ENDED, ended_at=None).update(
        ended_at=timezone.now()
    )


def expired() -> QuerySet[Member]:
    """Members whose personal data is due to go; used by the retention rule."""
    return Member.objects.ended_before(purge_moment())


def purge(rows: QuerySet[Member]) -> int:
    """Anonymise in batches; each is one transaction, with one audit event a commune."""
    done = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _purge_batch(ids)
    return done


@transaction.atomic
def _purge_batch(ids: list[int]) -> int:
    locked = list(
        Member.objects.filter(pk__in=ids, status__in=Member.ENDED)
        .select_for_update(of=("self",))
        .select_related("hamlet__commune")
    )
    for member in locked:
        if member.status == Status.WITHDRAWN and member.ended_at is not None:
            _mark(member, timezone.localdate(member.ended_at))  # who moved away may come back
    blank([member.pk for member in locked], with_files=False)
    counts = Counter(member.hamlet.commune for member in locked)
    for commune, rows in counts.items():
        audit.record("member.anonymised", commune=commune, rows=rows)
    return len(locked)


def expired_merges() -> QuerySet[Member]:
    """Absorbed rows that can no longer be taken out again."""
    return Member.objects.filter(status=Status.MERGED, merge__undo_until__lt=timezone.now())


def purge_absorbed(rows: QuerySet[Member]) -> int:
    """Delete absorbed rows, each after those that it had absorbed itself."""
    done = 0
    for row in rows.order_by("merge__merged_at"):
        with transaction.atomic():
            delete_row(row)
        done += 1
    return done
