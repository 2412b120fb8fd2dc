"""Forms of the admin that are more than a list of fields."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.scoped_admin.base import UnfoldAdminTextareaWidget
from accounts.scoped_admin.mixins import SaysRefusals as SaysRefusals
from accounts.services import NotAllowed
from accounts.users.models import in_words
from groups.places.models import HamletAssignment
from groups.places.querysets import hamlets_served_by
from groups.residents.models import Member, Membership
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold
from zalo import services as zalo
from zalo.capabilities.states import Capability, may


class DayInput(forms.DateInput):
    """The date picker of the phone or the browser itself."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "by-input max-w-2xl"}, format="%Y-%m-%d")


class OwnDayPicker:
    """Before a model admin: the own picker for the fields of a day."""

    day_fields: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.day_fields:
            return db_field.formfield(widget=DayInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class BareFields(OwnDayPicker):
    """Before a model admin: nothing to add or change beside a choice, the own picker for a day."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        made = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(made, "widget", None), RelatedFieldWidgetWrapper):
            made.widget = made.widget.widget
        return made


class OneButton:
    """Before a model admin whose rows are saved once and then read on a page of their own."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)


class LinesLeadToPages:
    """Before a model admin: its rows have a page, `line_page`.

    A line of the list leads there, and so does the form of a row that may only be looked at.
    """

    line_page = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        page = f"admin:{self.line_page}"

        class Lines(super().get_changelist(request, **kwargs)):
            def url_for_result(self, result: Any) -> str:
                return reverse(page, args=[result.pk])

        return Lines

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id else None
        is_seen = row is not None and self.has_view_permission(request, row)
        if is_seen and not self.has_change_permission(request, row):
            return redirect(f"admin:{self.line_page}", row.pk)
        return super().changeform_view(request, object_id, *args, **kwargs)


def has_place(request: HttpRequest) -> bool:
    """Whether the account sees all hamlets, covers one or leads a team there; asked once a page."""
    user: Any = request.user
    if user.has_perm("groups.view_all_hamlets") or user.commune_id is None:
        return True
    if not hasattr(request, "_has_place"):
        request._has_place = hamlets_served_by(user).exists()  # type: ignore[attr-defined]
    found: bool = request._has_place  # type: ignore[attr-defined]
    return found


class AddedInOwnPlace:
    """Before a model admin of rows of hamlets: who has no place adds none.

    An empty list says whom to ask for a place.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        may: bool = super().has_add_permission(request)  # type: ignore[misc]
        return may and has_place(request)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        made: Any = super().get_changelist_instance(request)  # type: ignore[misc]
        if not has_place(request):
            chiefs = User.objects.chiefs_of(request.user.commune_id)[:2]  # type: ignore[union-attr]
            made.nothing_because = (
                f"Tài khoản này chưa được phân công địa bàn: nhờ {in_words(chiefs)}."
            )
        return made  # type: ignore[no-any-return]


class ReasonForm(forms.Form):
    """Why: kept in the audit trail."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip


CAPACITY = _(
    "Nhóm thường: Zalo cho nhiều nhất 1000 người. Nhóm của Zalo OA: theo gói đã mua (10, 50, 100, "
    "1000); tạo nhóm trên Zalo hoặc đối chiếu thì máy tự ghi."
)


class ZaloGroupForm(forms.ModelForm):
    """A new group of the account needs an account that Zalo lets post into groups."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "capacity" in self.fields:
            self.fields["capacity"].help_text = CAPACITY

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        kind, capacity = cleaned.get("kind") or self.instance.kind, cleaned.get("capacity")
        most = ZaloGroup(kind=kind).capabilities.most_people
        if capacity and capacity > most:
            raise ValidationError({"capacity": f"Zalo cho một nhóm nhiều nhất {most} người."})
        place = cleaned.get("hamlet") or cleaned.get("commune")
        commune_id = getattr(place, "commune_id", None) or getattr(place, "pk", None)
        if self.instance.pk is None and cleaned.get("kind") == ZaloGroup.Kind.OA and commune_id:
            account = zalo.account_for(commune_id)
            answer = may(account, Capability.GROUPS)
            if account is not None and answer.is_no:
                raise ValidationError({"kind": answer.sentence})
        return cleaned


def do(request: HttpRequest, act: Callable[[], Any], done: str | Callable[[Any], str]) -> bool:
    """Do it and show the result or the refusal as a message; returns whether it was done."""
    try:
        made = act()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done(made) if callable(done) else done)
    return True


# Searching as names are stored: without marks, in small letters.


class FoldedSearchMixin:
    """For lists whose `search_fields` are columns named `search_text`."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))


# Forms that decide who sees whom, or where posts go, leave a line in the audit trail.


class TracedAdmin:
    """For the admin of a row of the place: what was added, changed or deleted by form, and by whom.

    `trail` is the first half of the action (`hamlet` → `hamlet.changed`). A save without a change
    leaves nothing.
    """

    trail = ""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Writes what was changed: a merger or a pause of the same moment is not undone."""
        if change:
            obj.save(update_fields=self.written(obj, set(form.changed_data)))
        else:
            super().save_model(request, obj, form, change)

    def written(self, obj: Any, changed: set[str]) -> set[str]:
        """The columns of a save: those that were changed, and what is derived from a name."""
        columns = obj._meta.concrete_fields
        derived = {one.name for one in columns if hasattr(one, "derive")}
        is_named = bool(changed & {"name", "full_name"})
        return ({one.name for one in columns} & changed) | (derived if is_named else set())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        lines = [
            str(row)
            for formset in formsets
            if formset.model is HamletAssignment
            for row in [
                *formset.new_objects,
                *(row for row, _fields in formset.changed_objects),
                *formset.deleted_objects,
            ]
        ]
        if form.changed_data or lines or not change:
            self._trace(request, "changed" if change else "added", form.instance,
                       **({"fields": form.changed_data} if change else {}),
                       **({"assignments": lines} if lines else {}))  # fmt: skip

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._trace(request, "deleted", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self._trace(request, "deleted", row)
        super().delete_queryset(request, queryset)

    def _trace(self, request: HttpRequest, verb: str, row: Any, **details: Any) -> None:
        by: Any = request.user
        audit.record(f"{self.trail}.{verb}", by=by, target=row, commune=commune_of(row), **details)


class TracedPlacesMixin:
    """Places in groups in the table below a form: a line of the trail for each member."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            changed = [row for row, _fields in formset.changed_objects]
            touched = [*formset.new_objects, *changed, *formset.deleted_objects]
            for member, places in Counter(row.member for row in touched).items():
                note_place(request, member, places)


def note_place(request: HttpRequest, member: Member, places: int = 1) -> None:
    """Places in groups of a member were written, changed or deleted."""
    by: Any = request.user
    audit.record(
        "member.place_changed", by=by, target=member, commune=member.hamlet.commune, groups=places
    )


def commune_of(row: Any) -> Commune | None:
    """The commune that a row of the place reaches, directly or through its hamlet."""
    commune: Commune | None = getattr(row, "commune", None)
    if commune is None and getattr(row, "hamlet", None) is not None:
        commune = row.hamlet.commune
    return commune
