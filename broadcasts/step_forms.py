"""Steps of posts and articles: answers to findings of the gate, and refusals by the gate."""

from typing import Any

from django import forms

from accounts.step_pages.forms import StepForm
from accounts.step_pages.pages import StepPage
from broadcasts import findings
from broadcasts.services.gate import GateBlocked


class SubmitForm(StepForm):
    """Adds `reasons` by rule, from the boxes beside the findings."""

    def clean(self) -> dict[str, Any]:
        return {"reasons": findings.reasons_in(self.data)}


class ApproveForm(StepForm):
    """The hash of the content on the page; adds the confirmed findings as `confirmations`."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["seen"].initial = row.content_hash

    def clean(self) -> dict[str, Any]:
        confirmed = self.data.getlist("confirm")  # type: ignore[attr-defined]
        return {"seen_hash": self.cleaned_data.get("seen", ""), "confirmations": confirmed}


class ContentPage(StepPage):
    def sentences(self, refusal: Exception) -> list[str]:
        if isinstance(refusal, GateBlocked):
            return [findings.refusal_words(refusal)]
        return list(super().sentences(refusal))
