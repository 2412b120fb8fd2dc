"""Taking a list of members out of the portal: as a file or on paper, always with a reason."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from accounts.services import NotAllowed
from groups import member_export
from groups.admin.ask import SHOWN, ask_page, carried_on
from groups.admin.people_forms import ExportForm
from groups.models import Hamlet, Member
from groups.vietnamese import fold

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    """What the list was narrowed to. A search is said to be there and not repeated: it is a name
    or a phone."""
    said = []
    for name, value in request.GET.items():
        if name == "q" and value.strip():
            said.append("có tìm theo tên hoặc số điện thoại")
        elif name.startswith("hamlet__id"):
            hamlets = Hamlet.objects.visible_to(request.user).filter(
                pk__in=[part for part in value.split(",") if part.isdecimal()]
            )
            said += [str(hamlet) for hamlet in hamlets]
        elif name.startswith("status"):
            said.append(f"trạng thái {dict(Member.Status.choices).get(value, value)}")
        elif name.startswith("consent_basis"):
            said.append(f"sự đồng ý {dict(Member.Consent.choices).get(value, value)}")
        elif name == "nhom":
            said.append("đã rời mọi nhóm")
        elif name.startswith("is_representative"):
            said.append("đại diện hộ" if value in ("1", "True") else "không là đại diện hộ")
    return ", ".join(said)


class ListTakingMixin:
    """The action of the list; it needs `groups.export_member`."""

    def has_take_list_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("groups.export_member")  # type: ignore[union-attr]

    @admin.action(description=_("Lấy danh sách đã chọn ra tệp hoặc in"), permissions=["take_list"])
    def take_list(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        shown = list(queryset.select_related("hamlet")[:SHOWN])
        if not shown:
            return None
        form = ExportForm(
            request.POST if "shape" in request.POST or "reason" in request.POST else None,
            may_reveal=request.user.has_perm("groups.reveal_member"),  # type: ignore[union-attr]
        )
        refusal = ""
        if form.is_bound and form.is_valid():
            try:
                return self._handed_over(request, queryset, form.cleaned_data)
            except NotAllowed as refused:
                refusal = str(refused)
        return ask_page(
            self, request, title="Lấy danh sách thành viên", back_url=request.get_full_path(),
            sentence="Mỗi trang mang tên người lấy và ngày giờ. Việc lấy danh sách, lý do và số "
            "người được ghi vào nhật ký.",
            form=form, button="Lấy danh sách", people=shown, count=queryset.count(),
            hidden_count=-len(shown), carried=carried_on(request, "take_list"), refusal=refusal,
        )  # fmt: skip

    def _handed_over(
        self, request: HttpRequest, queryset: Any, asked: dict[str, Any]
    ) -> HttpResponse:
        is_print = asked["shape"] == "print"
        listing = member_export.take(
            queryset.order_by(),
            by=request.user,  # type: ignore[arg-type]
            reason=asked["reason"],
            filters=filters_in_words(request),
            in_full=asked.get("in_full", False),
            is_print=is_print,
        )
        if not is_print:
            return sheet_response(
                member_export.workbook(listing), f"thanh-vien-{timezone.localdate():%Y%m%d}"
            )
        context = {
            "listing": listing,
            "mark": listing.mark,
            "reason": asked["reason"],
            "now": timezone.localtime(),
        }
        response = TemplateResponse(request, "groups/people/print_list.html", context)
        response["Cache-Control"] = "no-store"
        return response
