"""Steps of posts and articles: answers to findings of the gate, and refusals by the gate."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from accounts.step_pages.forms import StepForm
from accounts.step_pages.pages import StepPage
from broadcasts import findings
from broadcasts.services.gate import GateBlocked


class SubmitForm(StepForm):
    """Adds `reasons` by rule, from the boxes beside the findings, or one reason for all."""

    def clean(self) -> dict[str, Any]:
        return {"reasons": findings.reasons_in(self.data) or self.data.get("reason", "")[:1000]}


class ApproveForm(StepForm):
    """The hash of the content on the page; adds the confirmed findings as `confirmations`."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["seen"].initial = row.content_hash

    def clean(self) -> dict[str, Any]:
        confirmed = self.data.getlist("confirm")  # type: ignore[attr-defined]
        return {"seen_hash": self.cleaned_data.get("seen", ""), "confirmations": confirmed}


class ContentPage(StepPage):
    """A page whose context has the `hits` of the gate; adds them as `findings` with their boxes."""

    def respond(
        self, request: HttpRequest, site: Any, row: Any, context: Mapping[str, Any]
    ) -> HttpResponse:
        usable = {offer.name for offer in (*context["asks"], *context["presses"])}
        found = findings.look(row, context["hits"], usable)
        return super().respond(request, site, row, {**context, "findings": found})

    def sentences(self, refusal: Exception) -> list[str]:
        if isinstance(refusal, GateBlocked):
            return [findings.refusal_words(refusal)]
        return list(super().sentences(refusal))
