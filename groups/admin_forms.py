"""Forms of the admin that are more than a list of fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminTextareaWidget
from groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities import Capability, may

# What a form shows that is saved once and then read on a page of its own.
ONE_BUTTON = {"show_save_and_add_another": False, "show_save_and_continue": False}


class DayInput(forms.DateInput):
    """The date picker of the phone or the browser itself."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "by-input max-w-2xl"}, format="%Y-%m-%d")


class ReasonForm(forms.Form):
    """Why: kept in the audit trail."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip


class ZaloGroupForm(forms.ModelForm):
    """A new group of the account needs an account that Zalo lets post into groups."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        place = cleaned.get("hamlet") or cleaned.get("commune")
        commune_id = getattr(place, "commune_id", None) or getattr(place, "pk", None)
        if self.instance.pk is None and cleaned.get("kind") == ZaloGroup.Kind.OA and commune_id:
            account = zalo.account_for(commune_id)
            answer = may(account, Capability.GROUPS)
            if account is not None and answer.is_no:
                raise ValidationError({"kind": answer.sentence})
        return cleaned
