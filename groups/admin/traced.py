"""Forms that decide who sees whom, or where posts go, leave a line in the audit trail."""

from collections import Counter
from typing import Any

from django.http import HttpRequest

from accounts import audit
from accounts.models import Commune
from groups.models import HamletAssignment, Member, Membership


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
            super().save_model(request, obj, form, change)  # type: ignore[misc]

    def written(self, obj: Any, changed: set[str]) -> set[str]:
        """The columns of a save: those that were changed, and what is derived from a name."""
        columns = obj._meta.concrete_fields
        derived = {one.name for one in columns if hasattr(one, "derive")}
        is_named = bool(changed & {"name", "full_name"})
        return ({one.name for one in columns} & changed) | (derived if is_named else set())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
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
            self._note(request, "changed" if change else "added", form.instance,
                       **({"fields": form.changed_data} if change else {}),
                       **({"assignments": lines} if lines else {}))  # fmt: skip

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._note(request, "deleted", obj)
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self._note(request, "deleted", row)
        super().delete_queryset(request, queryset)  # type: ignore[misc]

    def _note(self, request: HttpRequest, verb: str, row: Any, **details: Any) -> None:
        by: Any = request.user
        audit.record(f"{self.trail}.{verb}", by=by, target=row, commune=commune_of(row), **details)


class TracedPlacesMixin:
    """Places in groups in the table below a form: a line of the trail for each member."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)  # type: ignore[misc]
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
