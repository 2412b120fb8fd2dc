"""Consent of residents: given on paper, written down here, taken back as easily.

The history (`ConsentRecord`) and the current state on the member move together, here alone. An
import does not set it by itself: somebody states the paper and the notice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow import services as workflow
from accounts.workflow.services import lock_for, lock_rows_for, sees
from groups.places.models import Officer
from groups.residents.consent.models import ConsentNotice, ConsentRecord
from groups.residents.models import Member

BATCH = 1000
# So many people are named in a refusal.
NAMED = 5


@dataclass(frozen=True)
class SignedConsent:
    """A signed consent: who collected which agreement, to which notice, on which day."""

    notice: ConsentNotice
    basis: str
    given_on: date
    collected_by: Officer
    evidence: str = ""

    @property
    def given_at(self) -> datetime:
        """The paper has a day and no hour: the start of that day."""
        return timezone.make_aware(datetime.combine(self.given_on, time.min))


def _check_paper(signed: SignedConsent, by: User) -> None:
    commune = signed.notice.commune_id
    if not sees(by, signed.notice):
        raise NotAllowed("Tài khoản này không dùng được bản thông báo đã chọn.")
    if signed.notice.purpose != ConsentNotice.Purpose.MEMBERSHIP:
        raise NotAllowed("Bản này chỉ dùng cho việc liên kết Zalo, không ghi theo giấy.")
    if signed.basis not in Member.Consent.values or signed.basis == Member.Consent.NONE:
        raise NotAllowed("Hãy chọn người dân đồng ý bằng cách nào.")
    if signed.given_on > timezone.localdate():
        raise NotAllowed("Ngày đồng ý không thể sau hôm nay.")
    if signed.given_on < signed.notice.valid_from:
        raise NotAllowed(
            f"Bản “{signed.notice}” dùng từ ngày {signed.notice.valid_from:%d/%m/%Y}, sau ngày "
            "đồng ý. Hãy chọn bản đã đọc cho người dân nghe khi đó."
        )
    if signed.collected_by.commune_id != commune:
        raise NotAllowed("Người lấy ý kiến không thuộc xã này.")


@transaction.atomic
def give(members: Iterable[int], *, signed: SignedConsent, by: User) -> int:
    """Write down that these people (ids) agreed; returns for how many it is new.

    Who agreed to the same notice before stays as recorded then; people out of sight are left
    alone. A person who had withdrawn is active again by a later paper alone. Raises NotAllowed.
    """
    _check_paper(signed, by)
    agreeing = lock_rows_for(
        Member.objects.filter(pk__in=list(members)), by, permission="groups.add_consentrecord",
        denied="Tài khoản này không ghi được sự đồng ý của người dân.",
    )  # fmt: skip
    if any(member.hamlet.commune_id != signed.notice.commune_id for member in agreeing):
        raise NotAllowed("Bản thông báo là của xã khác.")
    if gone := [member for member in agreeing if member.status == Member.Status.LEFT]:
        raise NotAllowed(
            f"Đã chuyển đi: {_named(gone)}. Hãy bỏ chọn, hoặc ghi tham gia trở lại ở trang "
            "người đó."
        )
    if unwilling := _withdrew_after(signed.given_on, agreeing):
        raise NotAllowed(
            f"Đã rút đồng ý sau ngày ghi trên giấy: {_named(unwilling)}. Giấy cũ không còn giá trị "
            "với họ; hãy bỏ chọn, hoặc ghi theo giấy ký sau ngày rút."
        )
    has_it = ConsentRecord.objects.in_force().filter(notice=signed.notice, member__in=agreeing)
    known = set(has_it.values_list("member_id", flat=True))
    new = [member for member in agreeing if member.pk not in known]
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(
                member=member,
                notice=signed.notice,
                basis=signed.basis,
                given_at=signed.given_at,
                collected_by=signed.collected_by,
                evidence=signed.evidence,
                recorded_by=by,
            )
            for member in new
        ],
        batch_size=BATCH,
    )
    _state(signed, [member.pk for member in new])
    if new:
        audit.record(
            "consent.given",
            by=by,
            target=new[0] if len(new) == 1 else None,
            commune=signed.notice.commune,
            rows=len(new),
            notice=signed.notice.version,
        )
    return len(new)


def _withdrew_after(day: date, members: list[Member]) -> list[Member]:
    """Members who withdrew on a later day: an earlier consent form does not bind them."""
    records = ConsentRecord.objects.of_membership().filter(
        member__in=members, withdrawn_at__isnull=False
    )
    last = dict(records.order_by("withdrawn_at").values_list("member", "withdrawn_at"))
    for member in members:
        if member.status == Member.Status.WITHDRAWN and member.ended_at is not None:
            last.setdefault(member.pk, member.ended_at)
    return [
        member
        for member in members
        if member.pk in last and timezone.localdate(last[member.pk]) > day
    ]


def _named(members: list[Member]) -> str:
    more = f" và {len(members) - NAMED} người nữa" if len(members) > NAMED else ""
    return ", ".join(member.full_name for member in members[:NAMED]) + more


def _state(signed: SignedConsent, ids: list[int]) -> None:
    """Write a paper onto members, unless they agreed to something later still."""
    later = ConsentRecord.objects.in_force().filter(member__in=ids, given_at__gt=signed.given_at)
    rows = Member.objects.filter(pk__in=ids).exclude(pk__in=later.order_by().values("member"))
    rows.update(
        consent_basis=signed.basis,
        consent_version=signed.notice.version,
        consent_given_at=signed.given_at,
        consent_collected_by=signed.collected_by,
    )
    Member.objects.filter(pk__in=ids, status=Member.Status.WITHDRAWN).update(
        status=Member.Status.ACTIVE, ended_at=None
    )


@transaction.atomic
def withdraw(member: Member, *, by: User, withdrawn_on: date | None = None) -> Member:
    """A person takes the agreement back: the history keeps both, the state says none.

    Status and places in groups are the business of `groups.personal_data.erasure.withdraw`. Raises
    NotAllowed.
    """
    lock_for(
        member, by, permission="groups.change_consentrecord",
        denied="Tài khoản này không ghi được sự đồng ý của người dân.",
        unseen="Tài khoản này không có quyền với người này.",
    )  # fmt: skip
    now = timezone.now()
    records = ConsentRecord.objects.in_force().filter(member=member)
    if withdrawn_on is not None and withdrawn_on > timezone.localdate(now):
        raise NotAllowed("Ngày rút đồng ý không thể sau hôm nay.")
    moment = (
        now
        if withdrawn_on in (None, timezone.localdate(now))
        else timezone.make_aware(datetime.combine(withdrawn_on, time.max))
    )
    if records.filter(given_at__gt=moment).exists():
        raise NotAllowed("Ngày rút đồng ý phải sau ngày đồng ý.")
    records.update(withdrawn_at=moment, withdrawn_recorded_by=by)
    _clear([member.pk])
    audit.record("consent.withdrawn", by=by, target=member, commune=member.hamlet.commune)
    return member


def _clear(members: Iterable[int]) -> None:
    Member.objects.filter(pk__in=members).update(
        consent_basis=Member.Consent.NONE,
        consent_version="",
        consent_given_at=None,
        consent_collected_by=None,
    )


def restate(members: Iterable[int]) -> None:
    """Write the agreement that counts now (the newest one in force) onto the members.

    People without any record keep what is written: it may come from before the history.
    """
    ids = list(members)
    newest = (
        ConsentRecord.objects.in_force()
        .filter(member__in=ids)
        .order_by("member_id", "-given_at", "-pk")
        .distinct("member_id")
        .select_related("notice", "member")
    )
    stated = []
    for record in newest:
        member = record.member
        member.consent_basis = record.basis
        member.consent_version = record.notice.version
        member.consent_given_at = record.given_at
        member.consent_collected_by_id = record.collected_by_id
        stated.append(member)
    Member.objects.bulk_update(
        stated,
        ["consent_basis", "consent_version", "consent_given_at", "consent_collected_by"],
        batch_size=BATCH,
    )
    known = {member.pk for member in stated}
    with_history = ConsentRecord.objects.of_membership().filter(member__in=ids)
    with_history = with_history.exclude(member__in=known)
    _clear(list(with_history.values_list("member_id", flat=True).distinct()))


@transaction.atomic
def revise(notice: ConsentNotice, *, by: User, **values: object) -> ConsentNotice:
    """Change a notice that nobody has agreed to yet. Raises NotAllowed."""
    lock_for(notice, by, permission="groups.change_consentnotice")
    if is_used(notice):
        raise NotAllowed("Đã có người đồng ý với bản này nên không sửa được. Hãy lập bản mới.")
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save()
    workflow.record(notice, "notice_changed", by=by, fields=sorted(values))
    return notice


def is_used(notice: ConsentNotice) -> bool:
    """Whether somebody has agreed to it, so that it must stay as it is."""
    named = Q(consent_version=notice.version, hamlet__commune=notice.commune_id)
    return notice.records.exists() or (
        bool(notice.version)
        and Member.objects.filter(named).exclude(consent_basis=Member.Consent.NONE).exists()
    )


def record_in_words(record: ConsentRecord) -> str:
    """One agreement, and its withdrawal, as a sentence. The paper has a day and no hour."""
    given = timezone.localtime(record.given_at)
    words = f"{given:%d/%m/%Y}, {record.get_basis_display().lower()}, {record.notice}."
    if record.collected_by is not None:
        words += f" {record.collected_by.full_name} lấy ý kiến."
    if record.withdrawn_at is None:
        return words
    return f"{words} Rút ngày {timezone.localtime(record.withdrawn_at):%d/%m/%Y}."


def in_words(member: Member) -> str:
    """The current state as a sentence for the page of the member."""
    if member.consent_basis == Member.Consent.NONE or member.consent_given_at is None:
        if member.status == Member.Status.WITHDRAWN:
            return "Đã rút đồng ý. Không được dùng thông tin của người này để liên lạc."
        return "Chưa có. Chưa ghi được giấy tờ nào cho thấy người này đã đồng ý."
    day = timezone.localtime(member.consent_given_at)
    notice = f", {member.consent_version}" if member.consent_version else ""
    who = member.consent_collected_by
    collected = f" {who.full_name} lấy ý kiến." if who is not None else ""
    basis = member.get_consent_basis_display()
    return f"Đã đồng ý ngày {day:%d/%m/%Y} ({basis}{notice}).{collected}"
