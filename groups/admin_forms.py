"""Forms of the admin that are more than a list of fields."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminTextareaWidget
from groups.models import Member


class ReasonForm(forms.Form):
    """Why: kept in the audit trail."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip


class MemberForm(forms.ModelForm):
    """A consent that is entered without its time was given now."""

    class Meta:
        model = Member
        fields = "__all__"  # noqa: DJ007 -- the admin's fieldsets name them

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        has_consent = data.get("consent_basis") not in (None, Member.Consent.NONE)
        if has_consent and not data.get("consent_given_at") and "consent_given_at" in self.fields:
            data["consent_given_at"] = timezone.now()
        return data
