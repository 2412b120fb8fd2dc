"""The one door by which a list of members leaves: with a reason, a watermark and an audit event."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from accounts.alarms import raise_alarm
from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.scoped_admin.pages import try_out
from accounts.services import NotAllowed
from documents.new_workbook import XLSX
from groups.export_workbooks import Workbook, watermark
from groups.places.models import Hamlet
from groups.residents.forms import ExportForm
from groups.residents.models import Member
from groups.residents.querysets import MemberQuerySet
from groups.residents.question_pages import NAMED, ask_page, carried_on
from vietnamese.text import fold, local_phone, masked_phone

SHORTEST_REASON = 10
MOST_ROWS = 50_000
MOST_PRINTED = 2_000
HEADINGS = (
    "STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại", "Ấp, khu phố", "Tổ", "Địa chỉ",
    "Mã hộ", "Đại diện hộ", "Sự đồng ý", "Trạng thái",
)  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """Content of an export: the watermark and the lines, as text."""

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
def export(
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
    raise_alarm("people_exported", by, by=by)
    return Listing(watermark(commune, by), HEADINGS, lines)


def workbook(listing: Listing) -> bytes:
    """The list as an .xlsx file."""
    book = Workbook(listing.mark)
    book.add_sheet("Thành viên", listing.headings, listing.rows)
    return book.content()


# Taking a list of members out of the portal: as a file or on paper, always with a reason.


def sheet_response(content: bytes, name: str) -> HttpResponse:
    """A workbook to be saved, never kept by a cache; its name is made of plain letters only."""
    plain = get_valid_filename(fold(name).replace(" ", "-")) or "danh-sach"
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{plain[:80]}.xlsx"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def filters_in_words(request: HttpRequest) -> str:
    """Filters of the list in words. A search is named and not repeated: it is a name or a phone."""
    words = []
    for name, value in request.GET.items():
        if name == "q" and value.strip():
            words.append("có tìm theo tên hoặc số điện thoại")
        elif name.startswith("hamlet__id"):
            hamlets = Hamlet.objects.visible_to(request.user).filter(
                pk__in=[part for part in value.split(",") if part.isdecimal()]
            )
            words += [str(hamlet) for hamlet in hamlets]
        elif name.startswith("status"):
            words.append(f"trạng thái {dict(Member.Status.choices).get(value, value)}")
        elif name.startswith("consent_basis"):
            words.append(f"sự đồng ý {dict(Member.Consent.choices).get(value, value)}")
        elif name == "nhom":
            words.append("đã rời mọi nhóm")
        elif name.startswith("is_representative"):
            words.append("đại diện hộ" if value in ("1", "True") else "không là đại diện hộ")
    return ", ".join(words)


class ListTakingMixin:
    """The action of the list; it needs `groups.export_member`."""

    def has_take_list_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("groups.export_member")

    @admin.action(description=_("Lấy danh sách đã chọn ra tệp hoặc in"), permissions=["take_list"])
    def take_list(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        named = list(queryset.select_related("hamlet")[:NAMED])
        if not named:
            return None
        form = ExportForm(
            request.POST if "shape" in request.POST or "reason" in request.POST else None,
            may_reveal=request.user.has_perm("groups.reveal_member"),
        )
        refusal = ""
        if form.is_bound and form.is_valid():
            asked = form.cleaned_data
            answer, refusal = try_out(lambda: self._handed_over(request, queryset, asked))
            if answer is not None:
                return answer
        return ask_page(
            self, request, title="Lấy danh sách thành viên", back_url=request.get_full_path(),
            sentence="Mỗi trang mang tên người lấy và ngày giờ. Việc lấy danh sách, lý do và số "
            "người được ghi vào nhật ký.",
            form=form, button="Lấy danh sách", people=named, count=queryset.count(),
            hidden_count=-len(named), carried=carried_on(request, "take_list"), refusal=refusal,
        )  # fmt: skip

    def _handed_over(
        self, request: HttpRequest, queryset: Any, asked: dict[str, Any]
    ) -> HttpResponse:
        is_print = asked["shape"] == "print"
        listing = export(
            queryset.order_by(),
            by=request.user,
            reason=asked["reason"],
            filters=filters_in_words(request),
            in_full=asked.get("in_full", False),
            is_print=is_print,
        )
        if not is_print:
            return sheet_response(workbook(listing), f"thanh-vien-{timezone.localdate():%Y%m%d}")
        context = {
            "listing": listing,
            "mark": listing.mark,
            "reason": asked["reason"],
            "now": timezone.localtime(),
        }
        response = TemplateResponse(request, "groups/people/print_list.html", context)
        response["Cache-Control"] = "no-store"
        return response
