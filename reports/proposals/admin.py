"""Pages on which a person decides whether words speak of the officer whom they name."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    display,
    visible_object,
)
from accounts.step_pages.declaration import Step, text_form
from accounts.step_pages.pages import StepPage
from reports.proposals import deciders, services
from reports.proposals.models import ConflictProposal
from reports.tips.models import TipReport

TONES = {"waiting": "warning", "confirmed": "danger", "lifted": "success"}
_REASON = text_form("Vì sao", name="reason", rows=3, longest=500, missing="Hãy ghi vì sao.")

STEPS = {
    "dung": Step(
        "Lời nói về người này", "Đã ghi. Người này không thấy phản ánh ở bất kỳ trang nào.",
        lambda row, by, data: services.confirm(row, by=by, reason=data["reason"]),
        lambda row, user: deciders.may_decide(user, row), _REASON,
        hint="Người này bị nói tới, hoặc là người nhà của người bị nói tới. Người này thôi phụ "
        "trách và không thấy phản ánh nữa.",
        tone="primary", button="Không cho người này biết",
    ),
    "khong": Step(
        "Không liên quan", "Đã ghi. Người này xem và làm phản ánh như trước.",
        lambda row, by, data: services.lift(row, by=by, reason=data["reason"]),
        lambda row, user: deciders.may_decide(user, row), _REASON,
        hint="Chỉ cảm ơn, nhắn gửi, hoặc trùng tên với người khác.", button="Cho xem bình thường",
    ),
}  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    rows = ConflictProposal.objects.visible_to(request.user).filter(follows=None)
    return rows.select_related("tip__commune", "tip__hamlet", "user", "decided_by", "message")


def _show(request: HttpRequest, row: ConflictProposal) -> dict[str, Any]:
    """The words, for accounts that may read them; each look is recorded."""
    words: list[str] = []
    if request.user.has_perm("reports.read_sealed_words"):
        audit.record("conflictproposal.read", by=request.user, target=row, commune=row.tip.commune)  # type: ignore[arg-type]
        texts = row.tip.sealed_texts.order_by("at", "pk")
        words = [row.message.text] if row.message else [text.text for text in texts]
        with_it = row.followers.select_related("message").order_by("message")
        words += [one.message.text for one in with_it if one.message and one.message.text]
    tip = TipReport.objects.visible_to(request.user).filter(pk=row.tip_id).first()
    return {
        "tip": tip,
        "words": words,
        "tone": {"waiting": "warn", "confirmed": "bad", "lifted": "good"}[row.state],
        "is_mine": deciders.may_decide(request.user, row),  # type: ignore[arg-type]
    }


PAGE = StepPage(
    "reports_conflictproposal", "reports.view_conflictproposal", _rows, _show, STEPS,
    "reports/tip/named.html",
)  # fmt: skip


@admin.register(ConflictProposal)
class ConflictProposalAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    list_display = ["tip", "user", "what", "shown_state", "level", "due_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["tip", "user", "decided_by"]
    search_fields = ["tip__code"]
    search_help_text = _("Tìm theo mã phản ánh")
    ordering = ["-state", "due_at"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(follows=None)

    @display(description=_("đang giữ lại"))
    def what(self, row: ConflictProposal) -> str:
        return "Phản ánh" if row.message_id is None else "Lời nói thêm"

    @display(description=_("quyết định"), ordering="state", label=TONES)
    def shown_state(self, row: ConflictProposal) -> tuple[str, str]:
        return row.state, str(row.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        return [*PAGE.urls(self.admin_site), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if object_id is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        row = visible_object(self, request, object_id)
        return redirect(reverse("admin:reports_conflictproposal_show", args=[row.pk]))
