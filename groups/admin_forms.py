"""Forms of the admin that are more than a list of fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminTextareaWidget


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
