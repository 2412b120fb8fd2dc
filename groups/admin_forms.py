"""Forms of the admin that are more than a list of fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminTextareaWidget


class ReasonForm(forms.Form):
    """Why: kept in the audit trail."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip
