"""Before a model admin: rows of a commune, and rows that have a page of their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class HomeForm(forms.ModelForm):
    """Gives a new row the commune of the account: `home`, set by `OwnCommune`."""

    home: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.home is not None and self.instance.pk is None:
            self.instance.commune = self.home


class OwnCommune:
    """The field `commune` is shown to city-wide accounts adding a row, and to nobody else.

    `home` of the form class is the commune of the account.
    """

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if obj is None and request.user.commune_id is None:  # type: ignore[union-attr]
            return fieldsets
        return [
            (name, {**options, "fields": [one for one in options["fields"] if one != "commune"]})
            for name, options in fieldsets
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.home = request.user.commune  # type: ignore[union-attr]
        return form


class OwnPage:
    """Rows are read on a page of their own, to which saving leads, and are never deleted.

    So does the form of a row that the account may not change.
    """

    page_name = ""
    added = ""
    changed = ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        model_admin: Any = self
        row = model_admin.get_object(request, object_id) if object_id else None
        is_visible = row is not None and model_admin.has_view_permission(request, row)
        if is_visible and not model_admin.has_change_permission(request, row):
            return redirect(self.page_name, row.pk)
        answer: HttpResponse = super().changeform_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        return answer

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return self.after_saving(request, obj, self.added or self.changed)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.after_saving(request, obj, self.changed)

    def after_saving(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        return redirect(self.page_name, row.pk)
