"""Demo: notices, agreements, data requests, duplicate residents."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import Commune, User
from accounts.workflow.services import sees
from groups.duplicates import services as duplicates
from groups.models import ConsentNotice, ConsentRecord, DataBreach, DataRequest, Hamlet, Member
from groups.personal_data import services as personal_data
from groups.personal_data.breaches import services as breaches
from groups.residents.consent.notice import default_text

FIRST, SECOND = "Thông báo 01", "Thông báo 02"
FIRST_DAYS, SECOND_DAYS = 95, 12
PURGE_DAYS = 90
MORE = "\n8. Người không dùng Zalo: có thể nhờ người thân báo lại.\n"
Kind, Channel = DataRequest.Kind, DataRequest.Channel
# (kind, days ago, channel, words, how far it went)
ASKED = (
    (Kind.CORRECT, 0, Channel.HAMLET, "Năm sinh ghi sai, đúng là 1958.", "received"),
    (Kind.WITHDRAW, 6, Channel.ZALO, "Không muốn ở trong nhóm nữa.", "received"),
    (Kind.ACCESS, 3, Channel.DESK, "Muốn biết xã đang giữ thông tin gì.", "acknowledged"),
    (Kind.DELETE, 24, Channel.LETTER, "Đã chuyển về quê, xin xóa tên.", "acknowledged"),
    (Kind.ACCESS, 8, Channel.DESK, "Xin bản in để đối chiếu.", "extended"),
    (Kind.ACCESS, 30, Channel.DESK, "Xin xem thông tin của mình.", "done"),
    (Kind.OBJECT, 40, Channel.PHONE, "Không cho gọi điện vào buổi tối.", "refused"),
)


def make_notices(commune: Commune, today: date) -> list[ConsentNotice]:
    """The first, to which most agreed, and a newer one that says more."""
    text = default_text(commune, today, purge_days=PURGE_DAYS)
    return [
        ConsentNotice.objects.create(
            commune=commune, version=version, text=text + more,
            valid_from=today - timedelta(days=days),
        )
        for version, days, more in ((FIRST, FIRST_DAYS, ""), (SECOND, SECOND_DAYS, MORE))
    ]  # fmt: skip


def make_agreements(commune: Commune, chief: User, random: Random, now: datetime) -> None:
    """The history behind what stands on each member; who withdrew keeps it, and nothing else."""
    first, _second = make_notices(commune, timezone.localdate(now))
    records, ended = [], []
    people = Member.objects.filter(hamlet__commune=commune)
    for member in people.select_related("hamlet", "consent_collected_by__user"):
        collector = member.consent_collected_by
        if member.consent_given_at is not None and collector is not None:
            is_out = member.status == Member.Status.WITHDRAWN
            records.append(
                ConsentRecord(
                    member=member, notice=first, basis=member.consent_basis,
                    given_at=member.consent_given_at, collected_by=collector,
                    recorded_by=collector.user or chief,
                    evidence=f"Hồ sơ {member.hamlet.code}, tờ {random.randrange(1, 40)}",
                    withdrawn_at=now - timedelta(days=5) if is_out else None,
                    withdrawn_recorded_by=(collector.user or chief) if is_out else None,
                )
            )  # fmt: skip
        if member.status in Member.ENDED:
            member.ended_at = now - timedelta(days=random.randrange(5, 80))
            ended.append(member)
    ConsentRecord.objects.bulk_create(records, batch_size=1000)
    Member.objects.bulk_update(ended, ["ended_at"])
    Member.objects.filter(pk__in=[row.pk for row in ended], status="withdrawn").update(
        consent_basis=Member.Consent.NONE, consent_version="", consent_given_at=None,
        consent_collected_by=None,
    )  # fmt: skip


def make_requests(hamlets: list[Hamlet], head: User, officer: User, now: datetime) -> None:
    """One of each way that a request goes, in the hamlets of one officer."""
    people = list(
        Member.objects.filter(hamlet__in=hamlets, status=Member.Status.ACTIVE)
        .exclude(phone="")
        .order_by("-pk")[10 : 10 + len(ASKED)]
    )
    for member, (kind, days, channel, words, end) in zip(people, ASKED, strict=True):
        by_head = channel == Channel.HAMLET and sees(head, member)
        row = DataRequest(
            commune=member.hamlet.commune, hamlet=member.hamlet, member=member, kind=kind,
            person_name=member.full_name, contact=f"0900 000 {700 + days:03d}", channel=channel,
            detail=words, recorded_by=head if by_head else officer,
            received_at=_in_office_hours(now, days),
        )  # fmt: skip
        personal_data.set_due_dates(row).save()
        if end != "received":
            _go_on(row, end, officer)


def _in_office_hours(now: datetime, days: int) -> datetime:
    moment = timezone.make_aware(
        datetime.combine(timezone.localdate(now) - timedelta(days=days), time(8, 20))
    )
    return min(moment, now)


def _go_on(row: DataRequest, end: str, officer: User) -> None:
    personal_data.acknowledge(row, by=officer)
    if end == "extended":
        personal_data.extend(row, by=officer, reason="Phải đối chiếu với sổ giấy của ấp.")
    if end == "done":
        personal_data.carry_out(row, by=officer, result="Đã in và trao tận tay tại trụ sở.")
    if end == "refused":
        personal_data.refuse(
            row, by=officer, reason="Xã không gọi điện; người gọi là tổ dân phố, đã chuyển ý kiến."
        )
    told_at = row.received_at + timedelta(days=1)
    rows = DataRequest.objects.filter(pk=row.pk, status__in=DataRequest.OPEN)
    rows.update(acknowledged_at=min(told_at, timezone.now()))


def make_remedied_breach(officer: User, chief: User, now: datetime) -> None:
    """A list that went to the wrong group: contained, judged, told and remedied."""
    found = _in_office_hours(now, 40)
    row = breaches.write_down(
        DataBreach(
            found_at=found, has_contacts=True, people_count=23,
            what="Gửi nhầm danh sách một tổ vào nhóm Zalo của ấp khác; đã thu hồi sau 10 phút.",
        ),
        by=officer,
    )  # fmt: skip
    breaches.contain(row, by=chief, contained="Đã thu hồi tin, nhắc người đã tải tệp xóa tệp.")
    breaches.assess(
        row, by=chief, is_harmful=True, reason="Danh sách có số điện thoại của người cao tuổi."
    )
    breaches.tell(
        row, by=chief, at=found + timedelta(hours=26), is_partly=False,
        how="Cổng thông tin quốc gia về bảo vệ dữ liệu cá nhân.",
    )  # fmt: skip
    breaches.close(row, by=chief, remedy="Danh sách chỉ còn gửi qua trang tải lên của cổng.")


# Whom a list does not bring back: to be tried with the name and the year.
ERASED, ERASED_YEAR = "Huỳnh Thị Xa Quê", 1958


def make_erased(hamlet: Hamlet, officer: User, now: datetime) -> None:
    """Somebody who asked to be erased, and was."""
    member = Member.objects.create(hamlet=hamlet, full_name=ERASED, birth_year=ERASED_YEAR)
    row = DataRequest(
        commune=hamlet.commune, hamlet=hamlet, member=member, kind=Kind.DELETE,
        person_name=ERASED, contact="0900 000 799", channel=Channel.DESK,
        detail="Không muốn có tên trong danh sách nữa.", recorded_by=officer,
        received_at=_in_office_hours(now, 15),
    )  # fmt: skip
    personal_data.set_due_dates(row).save()
    _go_on(row, "done", officer)


def make_twins(hamlet: Hamlet, officer: User) -> None:
    """Three names that stand twice: one pair waits, one is two people, one was joined."""
    rows = list(
        Member.objects.filter(hamlet=hamlet, status=Member.Status.ACTIVE)
        .exclude(phone="")
        .order_by("-pk")[30:36]
    )
    waiting, apart, joined = rows[:2], rows[2:4], rows[4:]
    woman, man = Member.Gender.FEMALE, Member.Gender.MALE
    phones = [row.phone for row in rows]
    _write(waiting[0], "Nguyễn Thị Hòa", 1957, woman, phones[0])
    _write(waiting[1], "Nguyễn Thị Hoà", 1957, woman, phones[0])
    _write(apart[0], "Lê Văn Tuấn", 1979, man, phones[2])
    _write(apart[1], "Lê Văn Tuấn", 1979, man, phones[3])
    duplicates.tell_apart(*apart, by=officer)
    _write(joined[0], "Phạm Quý Mùi", 1948, man, "")
    _write(joined[1], "Phạm Quí Mùi", 1948, man, phones[5])
    duplicates.merge(joined[0], joined[1], from_absorbed={"phone": True}, by=officer)


def _write(member: Member, name: str, year: int, gender: str, phone: str) -> None:
    member.full_name, member.birth_year, member.gender, member.phone = name, year, gender, phone
    member.save()
