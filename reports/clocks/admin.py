"""Admin of clock rules: read by the police, changed by a version from a day on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, display, nobody_may
from reports.clocks import changes
from reports.clocks.models import ClockRule
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport


class NewVersionForm(forms.ModelForm):
    """The rule, its new length, first day and basis; the rest is as it was."""

    instead_of = forms.ModelChoiceField(ClockRule.objects.none(), label=_("thời hạn cần đổi"))

    class Meta:
        model = ClockRule
        fields = ["instead_of", "amount", "remind_before", "valid_from", "legal_basis", "note"]
        help_texts = {
            "amount": _("Theo đơn vị của thời hạn đang áp dụng: giờ, ngày hoặc ngày làm việc."),
            "remind_before": _(
                "Các mốc nhắc trước hạn, cách nhau dấu phẩy: số giờ, hoặc số ngày làm việc."
            ),
            "valid_from": _("Từ ngày mai trở đi. Phản ánh nhận trước ngày này giữ thời hạn cũ."),
        }

    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead_of"].queryset = ClockRule.objects.visible_to(self.user).filter(
            valid_to=None
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rule, first = cleaned.get("instead_of"), cleaned.get("valid_from")
        if rule is not None and first is not None and cleaned.get("amount"):
            try:
                changes.check(
                    rule, by=self.user, amount=cleaned["amount"], valid_from=first,
                    legal_basis=cleaned.get("legal_basis", ""),
                )  # fmt: skip
            except NotAllowed as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return cleaned


@admin.register(ClockRule)
class ClockRuleAdmin(ScopedModelAdmin):
    list_display = ["name", "stage", "shown_amount", "whose", "source", "shown_span"]
    list_filter = ["stage", "is_legal"]
    list_select_related = ["commune"]
    search_fields = ["name", "legal_basis"]
    search_help_text = _("Tìm theo tên thời hạn, căn cứ")
    ordering = ["stage", "code", "-valid_from"]
    actions = None
    readable = [
        "name", "stage", "shown_amount", "starts_from", "shown_kinds", "for_grave", "for_remote",
        "remind_before", "may_pause", "may_extend", "whose", "is_legal", "legal_basis", "note",
        "valid_from", "valid_to",
    ]  # fmt: skip
    readonly_fields = ["shown_amount", "shown_kinds", "whose"]

    @display(description=_("thời hạn"), ordering="amount")
    def shown_amount(self, rule: ClockRule) -> str:
        return f"{rule.amount} {rule.get_unit_display()}"

    @display(description=_("loại tin"))
    def shown_kinds(self, rule: ClockRule) -> str:
        labels = dict(TipReport.Kind.choices)
        return "; ".join(str(labels[kind]) for kind in rule.kinds) or "Mọi loại"

    @display(description=_("do"), ordering="is_legal")
    def source(self, rule: ClockRule) -> str:
        return "Luật định" if rule.is_legal else "Tự đặt"

    @display(description=_("áp dụng"), ordering="valid_from")
    def shown_span(self, rule: ClockRule) -> str:
        until = f" đến {rule.valid_to:%d/%m/%Y}" if rule.valid_to else ""
        return f"từ {rule.valid_from:%d/%m/%Y}{until}"

    @display(description=_("của"))
    def whose(self, rule: ClockRule) -> str:
        return str(rule.commune or "Dùng chung")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readable if obj is not None else NewVersionForm.Meta.fields

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, **kwargs)
        form = super().get_form(request, obj, **{**kwargs, "form": NewVersionForm})
        form.user = request.user
        return form

    has_change_permission = has_delete_permission = nobody_may

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changes.put_in_force(obj, instead_of=form.cleaned_data["instead_of"], by=request.user)
