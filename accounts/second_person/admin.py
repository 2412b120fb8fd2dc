"""Changes that take two in the admin, and rows whose form proposes instead of saving."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.row_page import OwnPage
from accounts.second_person import pages, services
from accounts.second_person.models import ChangeProposal
from accounts.second_person.rows import values_of
from accounts.second_person.table import is_guarded
from accounts.workflow.declaration import NotAllowed

State = ChangeProposal.State


@admin.register(ChangeProposal)
class ChangeProposalAdmin(ReadOnlyAdminMixin, OwnPage, ScopedModelAdmin):
    page_name = f"admin:{pages.PREFIX}_show"
    list_display = ["__str__", "state_label", "proposed_by", "decided_by", "proposed_at"]
    list_select_related = ["proposed_by", "decided_by"]
    list_filter = ["state"]
    actions = None

    state_label = choice_column(
        "state", _("tình trạng"),
        {
            State.WAITING: "warning", State.CONFIRMED: "info", State.DONE: "success",
            State.REFUSED: "danger", State.WITHDRAWN: "", State.EXPIRED: "",
        },
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return pages.PAGE.urls(self.admin_site, pages.MORE) + super().get_urls()


class SecondPersonRows:
    """Before a model admin: what is typed into the trusted columns goes to a second person.

    The row keeps its values; other columns are saved at once. A new row is made once it is
    confirmed. Before a commune has a chief there is nobody to confirm.
    """

    second_person = ""
    trusted: frozenset[str] = frozenset()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        touched = self.trusted & set(form.changed_data)
        if not is_guarded(obj.commune) or (change and not touched):
            super().save_model(request, obj, form, change)  # type: ignore[misc]
            return
        columns = {column.name for column in obj._meta.concrete_fields} - {"id"}
        new, old = values_of(obj, touched if change else columns), {}
        if change:
            stored = type(obj)._base_manager.get(pk=obj.pk)
            old = values_of(stored, touched)
            for name in touched:
                attname = obj._meta.get_field(name).attname
                setattr(obj, attname, getattr(stored, attname))
        answer: Any = request  # carries the result to the response of the form
        by: Any = request.user
        try:
            answer.proposal = services.propose(
                self.second_person, obj, new, by=by, commune=obj.commune, old=old
            )
        except NotAllowed as refusal:
            answer.proposal, answer.refusal = None, str(refusal)
        form.changed_data = [name for name in form.changed_data if name not in self.trusted]
        if change and form.changed_data:
            super().save_model(request, obj, form, change)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """A row that waits for a second person is not there yet."""
        return super().log_addition(request, obj, message) if obj.pk else None  # type: ignore[misc]

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        answer = _after_proposing(request)
        return answer or super().response_add(request, obj, *args)  # type: ignore[misc]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        answer = _after_proposing(request)
        return answer or super().response_change(request, obj)  # type: ignore[misc]


def _after_proposing(request: Any) -> HttpResponse | None:
    if not hasattr(request, "proposal"):
        return None
    if request.proposal is None:
        messages.error(request, request.refusal)
        return redirect(request.get_full_path())
    return pages.sent(request, request.proposal)
