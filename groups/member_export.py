"""The one door by which a list of members leaves: with a reason, a watermark and an audit event."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from groups.models import Member
from groups.querysets import MemberQuerySet
from groups.sheets import Workbook, watermark
from groups.vietnamese import local_phone, masked_phone

SHORTEST_REASON = 10
MOST_ROWS = 50_000
MOST_PRINTED = 2_000
HEADINGS = (
    "STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại", "Ấp, khu phố", "Tổ", "Địa chỉ",
    "Mã hộ", "Đại diện hộ", "Sự đồng ý", "Trạng thái",
)  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """What may be handed over: the watermark and the lines, as text."""

    mark: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


def _birth(member: Member, in_full: bool) -> str:
    if in_full and member.birth_date is not None:
        return f"{member.birth_date:%d/%m/%Y}"
    year = member.birth_date.year if member.birth_date else member.birth_year
    return str(year or "")


def _line(number: int, member: Member, in_full: bool) -> tuple[str, ...]:
    """Of who took the agreement back no way to reach them leaves the portal."""
    in_full = in_full and member.status != Member.Status.WITHDRAWN
    return (
        str(number),
        member.full_name,
        _birth(member, in_full),
        str(member.get_gender_display()) if member.gender else "",
        local_phone(member.phone) if in_full else masked_phone(member.phone),
        str(member.hamlet),
        member.team.name if member.team else "",
        member.address if in_full else "",
        member.household_code if in_full else "",
        "x" if member.is_representative else "",
        str(member.get_consent_basis_display()),
        str(member.get_status_display()),
    )


def _lines(rows: MemberQuerySet, in_full: bool) -> Iterator[tuple[str, ...]]:
    ordered = rows.select_related("hamlet", "team").order_by("hamlet__code", "sort_key", "pk")
    for number, member in enumerate(ordered.iterator(chunk_size=1000), 1):
        yield _line(number, member, in_full)


@transaction.atomic
def take(
    rows: MemberQuerySet,
    *,
    by: User,
    reason: str,
    filters: str = "",
    in_full: bool = False,
    is_print: bool = False,
) -> Listing:
    """Hand over these members, as far as the account may see them, and write down why.

    Raises NotAllowed with a sentence.
    """
    if not by.has_perm("groups.export_member"):
        raise NotAllowed("Tài khoản này không được lấy danh sách thành viên ra khỏi cổng.")
    if in_full and not by.has_perm("groups.reveal_member"):
        raise NotAllowed("Tài khoản này không được lấy đủ số điện thoại, ngày sinh, địa chỉ.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotAllowed("Hãy ghi rõ lý do lấy danh sách, ít nhất mười chữ cái.")
    visible = rows.filter(pk__in=Member.objects.visible_to(by).values("pk"))
    most = MOST_PRINTED if is_print else MOST_ROWS
    count = visible.order_by()[: most + 1].count()
    if count > most:
        raise NotAllowed(
            f"Danh sách dài hơn {most:,} người. Hãy lọc theo ấp rồi lấy từng phần.".replace(
                ",", "."
            )
        )
    commune: Commune | None = by.commune
    lines = list(_lines(visible, in_full))
    audit.record(
        "member.printed" if is_print else "member.exported",
        by=by,
        commune=commune,
        reason=reason.strip()[:500],
        rows=len(lines),
        filters=filters[:300],
        is_masked=not in_full,
    )
    return Listing(watermark(commune, by), HEADINGS, lines)


def workbook(listing: Listing) -> bytes:
    """The list as an .xlsx file."""
    book = Workbook(listing.mark)
    book.add_sheet("Thành viên", listing.headings, listing.rows)
    return book.content()
