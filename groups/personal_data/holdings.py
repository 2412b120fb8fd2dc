"""Everything that the portal holds about one person, for that person to see."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.audit.words import action_words
from accounts.models import AuditEvent, User
from accounts.workflow.services import require, sees
from groups.duplicates.models import MemberMerge
from groups.export_workbooks import Workbook, watermark
from groups.linking import services as linking
from groups.member_import import national_ids
from groups.member_import.models import MemberImportRow
from groups.personal_data.erasure import absorbed_by, refuse_naming
from groups.residents.consent import services as consent
from groups.residents.models import Member
from vietnamese.text import local_phone

# Somebody whom the account that makes the copy may not see.
ELSEWHERE = "một người ở ấp khác"


@dataclass(frozen=True)
class Section:
    """One kind of data: lines of (what, value)."""

    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)


def _day(moment: object) -> str:
    return f"{moment:%d/%m/%Y}" if moment else ""


def _moment(moment: object) -> str:
    return f"{timezone.localtime(moment):%H:%M %d/%m/%Y}" if moment else ""  # type: ignore[arg-type]


def _about(member: Member) -> Section:
    team = member.team.name if member.team else ""
    values = (
        ("Họ và tên", member.full_name),
        ("Giới tính", str(member.get_gender_display())),
        ("Năm sinh", str(member.birth_year or "")),
        ("Ngày sinh", _day(member.birth_date)),
        ("Điện thoại", local_phone(member.phone)),
        ("Số căn cước", national_ids.in_full(member)),
        ("Tên trên Zalo", member.zalo_name),
        ("Tài khoản Zalo", linking.in_words(member)),
        ("Ấp, khu phố", str(member.hamlet)),
        ("Tổ", team),
        ("Địa chỉ", member.address),
        ("Mã hộ", member.household_code),
        ("Đại diện hộ", "Có" if member.is_representative else "Không"),
        ("Nhận tin qua", str(member.reached_through or "")),
        ("Trạng thái", str(member.get_status_display())),
        ("Sự đồng ý", consent.in_words(member)),
    )
    return Section("Thông tin của người này", [(name, value) for name, value in values if value])


def _absorbed(member: Member) -> Section:
    """Rows merged into this one; stored so that they can be split again."""
    lines = []
    survivors = [member.pk, *absorbed_by([member.pk])]
    merges = MemberMerge.objects.filter(survivor__in=survivors).select_related("absorbed")
    for merge in merges.order_by("merged_at"):
        row = merge.absorbed
        if row is not None:
            born = _day(row.birth_date) or str(row.birth_year or "")
            values = (
                row.full_name, born, local_phone(row.phone), row.address, row.household_code,
                row.zalo_name,
                national_ids.in_full(row),
            )  # fmt: skip
            lines.append(
                (f"Giữ đến {_day(merge.undo_until)}", ", ".join(word for word in values if word))
            )
    return Section("Dòng khác đã gộp vào", lines)


def _spells(member: Member) -> list[tuple[str, str]]:
    """Days of the past in groups and behind proxies, beside the present ones."""
    lines = [
        (f"Từng ở trong {row.group.name}", f"từ {_day(row.began_on)} đến {_day(row.ended_on)}")
        for row in member.spells.exclude(ended_on=None).select_related("group")
    ]
    proxied = member.proxy_spells.exclude(ended_on=None)
    lines += [
        ("Từng nhận tin qua người khác", f"từ {_day(row.began_on)} đến {_day(row.ended_on)}")
        for row in proxied
    ]
    return lines


def _groups(member: Member) -> Section:
    rows = member.memberships.select_related("group")
    return Section(
        "Nhóm Zalo",
        [
            *_spells(member),
            *(
                (
                    row.group.name,
                    f"{row.get_role_display()}, {row.get_state_display()}"
                    + (f", từ {_day(row.joined_on)}" if row.joined_on else "")
                    + (f", đến {_day(row.left_on)}" if row.left_on else ""),
                )
                for row in rows
            ),
        ],
    )


def _consents(member: Member) -> Section:
    rows = member.consents.select_related("notice", "collected_by")
    return Section(
        "Những lần đồng ý",
        [
            (
                f"Lần {number}",
                consent.record_in_words(row)
                + (f" Giấy tờ lưu ở: {row.evidence}." if row.evidence else ""),
            )
            for number, row in enumerate(rows, 1)
        ],
    )


def _requests(member: Member) -> Section:
    return Section(
        "Yêu cầu đã gửi",
        [
            (
                _moment(row.received_at),
                f"{row.get_kind_display()}: {row.get_status_display()}. {row.detail} {row.result}"
                f"{row.refusal_reason}".strip(),
            )
            for row in member.data_requests.all()
        ],
    )


def _rules(member: Member) -> Section:
    rows = member.acknowledgements.select_related("regulation")
    return Section(
        "Quy chế đã biết",
        [(_day(row.acknowledged_on), f"{row.regulation}, {row.get_way_display()}") for row in rows],
    )


def _lists(member: Member) -> Section:
    rows = MemberImportRow.objects.filter(member=member.pk).select_related("batch")
    return Section(
        "Danh sách đã nhập có người này",
        [(_moment(row.batch.created_at), f"Dòng {row.row} của danh sách ấp") for row in rows],
    )


def _looks(member: Member) -> Section:
    ids = [str(pk) for pk in (member.pk, *absorbed_by([member.pk]))]
    events = AuditEvent.objects.filter(target_type="groups.member", target_id__in=ids)
    return Section(
        "Những lần cán bộ xem hoặc sửa",
        [(_moment(event.at), action_words(event.action)) for event in events.order_by("-at")[:200]],
    )


PARTS = (_about, _absorbed, _groups, _consents, _requests, _rules, _lists, _looks)


@dataclass(frozen=True)
class Holdings:
    """The answer to “what do you hold about me?”."""

    member: Member
    mark: str
    sections: list[Section]


@transaction.atomic
def gather(member: Member, *, by: User, reason: str) -> Holdings:
    """Everything held about a person; leaves an audit event. Raises NotAllowed."""
    require(
        member, by, permission="groups.reveal_member",
        denied="Tài khoản này không xem được đủ thông tin của người này.",
    )  # fmt: skip
    refuse_naming(reason, member)
    rows = Member.objects.select_related(
        "hamlet__commune", "team", "reached_through", "consent_collected_by"
    )
    member = rows.get(pk=member.pk)
    through = member.reached_through
    if through is not None and not sees(by, through):
        member.reached_through = Member(full_name=ELSEWHERE)  # in this copy alone
    sections = [part(member) for part in PARTS]
    audit.record(
        "member.disclosed", by=by, target=member, commune=member.hamlet.commune,
        reason=reason.strip()[:500],
    )  # fmt: skip
    return Holdings(
        member, watermark(member.hamlet.commune, by), [part for part in sections if part.lines]
    )


def workbook(holdings: Holdings) -> bytes:
    """The same as a sheet."""
    rows = [
        (section.title, name, text) for section in holdings.sections for name, text in section.lines
    ]
    book = Workbook(holdings.mark)
    book.add_sheet("Dữ liệu", ("Loại", "Mục", "Nội dung"), rows)
    return book.content()
