"""Requests of residents about their own data: taken in, acknowledged, carried out or refused."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.communes.working_days import add_working_days
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record, sees
from groups.personal_data import erasure, occasions
from groups.personal_data.erasure import refuse_naming
from groups.personal_data.models import DataRequest
from groups.residents.models import Member
from vietnamese.text import local_phone

Kind, Status = DataRequest.Kind, DataRequest.Status
SETTLES = "groups.settle_datarequest"
SAID_ON_ZALO = "Người này rút đồng ý trong phần cài đặt của Zalo."
BY_VISIT = "Gặp tại ấp"
# What is done by hand and only recorded here.
BY_HAND = (Kind.ACCESS, Kind.CORRECT, Kind.RESTRICT, Kind.OBJECT)


def set_due_dates(request: DataRequest) -> DataRequest:
    """The last days by law, counted from the day it was received, which is not counted."""
    day = timezone.localdate(request.received_at)
    request.acknowledge_by = add_working_days(day, DataRequest.ACKNOWLEDGE_WORKING_DAYS)
    request.due_on = day + timedelta(days=DataRequest.DAYS[request.kind])
    return request


def clock_in_words(request: DataRequest, today: date) -> str:
    """How much time is left, for a list and a page."""
    if not request.is_open:
        return f"Xong ngày {timezone.localtime(request.closed_at):%d/%m/%Y}"
    what = "Báo đã nhận" if request.status == Status.RECEIVED else "Làm xong"
    day = request.next_due
    if day < today:
        return f"Quá hạn {(today - day).days} ngày ({what.lower()} trước {day:%d/%m/%Y})"
    if day == today:
        return f"{what} trong hôm nay"
    return f"{what} chậm nhất {day:%d/%m/%Y}, còn {(day - today).days} ngày"


@transaction.atomic
def receive(request: DataRequest, *, by: User) -> DataRequest:
    """Write down a new request; its hamlet is the one of its member. Raises NotAllowed."""
    if not by.has_perm("groups.add_datarequest"):
        raise NotAllowed("Tài khoản này không ghi được yêu cầu.")
    if request.received_at > timezone.now():
        raise NotAllowed("Ngày giờ nhận không thể ở tương lai.")
    if request.hamlet is not None and not sees(by, request.hamlet):
        raise NotAllowed("Tài khoản này không phụ trách ấp đã chọn.")
    if request.member is not None:
        if not sees(by, request.member):
            raise NotAllowed("Tài khoản này không xem được người này.")
        request.hamlet = request.member.hamlet
    if request.hamlet is not None:
        request.commune = request.hamlet.commune
    elif request.commune_id is None and by.commune is not None:
        request.commune = by.commune
    if request.commune_id is None:
        raise NotAllowed("Hãy chọn thành viên hoặc ấp, để biết yêu cầu thuộc xã nào.")
    request.recorded_by = by
    set_due_dates(request).save()
    record(request, "received", by=by, kind=request.kind)
    occasions.follow(request)
    return request


@transaction.atomic
def receive_from_zalo(member: Member, *, at: datetime) -> DataRequest:
    """A member withdrew on Zalo itself: a request with the clock of the law, recorded by nobody.

    One that is open already stays the only one.
    """
    rows = DataRequest.objects.open().filter(
        member=member, kind=Kind.WITHDRAW, channel=DataRequest.Channel.ZALO
    )
    if (waiting := rows.first()) is not None:
        return waiting
    request = DataRequest(
        commune=member.hamlet.commune,
        hamlet=member.hamlet,
        member=member,
        kind=Kind.WITHDRAW,
        channel=DataRequest.Channel.ZALO,
        person_name=member.full_name,
        contact=local_phone(member.phone) or member.address or BY_VISIT,
        detail=SAID_ON_ZALO,
        received_at=min(at, timezone.now()),
    )
    set_due_dates(request).save()
    record(request, "received", kind=request.kind)
    occasions.follow(request)
    return request


def _acknowledge(request: DataRequest) -> None:
    if request.status == Status.RECEIVED:
        request.status, request.acknowledged_at = Status.ACKNOWLEDGED, timezone.now()


@transaction.atomic
def acknowledge(request: DataRequest, *, by: User) -> DataRequest:
    """The person was told that the request came in. Raises NotAllowed."""
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    if request.status != Status.RECEIVED:
        raise NotAllowed("Đã báo cho người yêu cầu rồi.")
    _acknowledge(request)
    request.save()
    record(request, "acknowledged", by=by)
    occasions.follow(request)
    return request


@transaction.atomic
def extend(request: DataRequest, *, by: User, reason: str) -> DataRequest:
    """Put the last day off once, by as many days again, with a reason. Raises NotAllowed."""
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    if request.extension_reason:
        raise NotAllowed("Yêu cầu này đã gia hạn một lần, không gia hạn nữa.")
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do gia hạn; lý do này phải báo cho người yêu cầu.")
    if timezone.localdate() > request.due_on:
        raise NotAllowed("Đã quá hạn, không gia hạn được nữa.")
    refuse_naming(reason, request)
    _acknowledge(request)
    request.due_on, request.extension_reason = request.extended_due(), reason.strip()[:500]
    request.save()
    record(request, "extended", by=by, text=reason)
    occasions.follow(request)
    return request


@transaction.atomic
def link(request: DataRequest, member: Member, *, by: User) -> DataRequest:
    """Say which person of the list asks. Raises NotAllowed."""
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    if not sees(by, member):
        raise NotAllowed("Tài khoản này không xem được người này.")
    if member.hamlet.commune_id != request.commune_id:
        raise NotAllowed("Người này thuộc xã khác.")
    request.member, request.hamlet = member, member.hamlet
    request.save()
    record(request, "linked", by=by, member=member.pk)
    return request


@transaction.atomic
def unlink(request: DataRequest, *, by: User) -> DataRequest:
    """The person of the list was not the one who asks; the place stays. Raises NotAllowed."""
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    before, request.member = request.member_id, None
    request.save()
    record(request, "unlinked", by=by, member=before)
    return request


@transaction.atomic
def carry_out(request: DataRequest, *, by: User, result: str = "") -> DataRequest:
    """Do what was asked and close the request.

    Withdrawing and deleting happen here; the others were done by a person, and `result` says
    what was done. Raises NotAllowed.
    """
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    member = request.member
    if member is None and not result.strip():
        raise NotAllowed(
            "Hãy chọn người này trong danh sách thành viên trước. Nếu xã không giữ dữ liệu nào về "
            "họ, hãy ghi câu đó vào ô kết quả."
        )
    if request.kind in BY_HAND and not result.strip():
        raise NotAllowed("Hãy ghi đã làm gì và đã trả lời người yêu cầu thế nào.")
    if member is not None and member.status != Member.Status.ANONYMISED:
        _do(request, member, by)
    return _close(request, Status.DONE, by=by, result=result.strip()[:500])


def _do(request: DataRequest, member: Member, by: User) -> None:
    """Do the part of a request that the portal can do itself."""
    if request.kind == Kind.WITHDRAW and member.status != Member.Status.WITHDRAWN:
        erasure.withdraw(member, by=by)
    elif request.kind == Kind.DELETE:
        erasure.anonymise(member, by=by, reason=f"Yêu cầu số {request.pk}")


@transaction.atomic
def refuse(request: DataRequest, *, by: User, reason: str) -> DataRequest:
    """Say no, with the reason that the person is told. Raises NotAllowed."""
    lock_for(request, by, permission=SETTLES, only=DataRequest.OPEN)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do từ chối; lý do này phải báo cho người yêu cầu.")
    refuse_naming(reason, request)
    return _close(request, Status.REFUSED, by=by, refusal_reason=reason.strip()[:500])


def _close(request: DataRequest, status: str, *, by: User, **words: str) -> DataRequest:
    _acknowledge(request)
    request.status, request.closed_at, request.handled_by = status, timezone.now(), by
    for name, text in words.items():
        setattr(request, name, text)
    request.save()
    reason = words.get("refusal_reason", "")
    record(request, status, by=by, text=reason, kind=request.kind)
    occasions.follow(request)
    return request
