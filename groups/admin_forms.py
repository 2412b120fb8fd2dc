"""Forms of the admin that are more than a list of fields."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminTextareaWidget
from accounts.services import NotAllowed
from groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities import Capability, may


class DayInput(forms.DateInput):
    """The date picker of the phone or the browser itself."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "by-input max-w-2xl"}, format="%Y-%m-%d")


class BareFields:
    """Before a model admin: nothing to add or change beside a choice, the own picker for a day."""

    day_fields: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.day_fields:
            return db_field.formfield(widget=DayInput())
        made = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(getattr(made, "widget", None), RelatedFieldWidgetWrapper):
            made.widget = made.widget.widget
        return made


class OneButton:
    """Before a model admin whose rows are saved once and then read on a page of their own."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
        return answer


class SaysRefusals:
    """Before a model admin that saves by a service: its refusal stands over the form, fetched anew.

    What a form can know beforehand it refuses itself, with what was typed.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
        return answer


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
