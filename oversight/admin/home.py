"""Forms and admins whose new rows belong to the commune of whoever writes them."""

from typing import Any

from django import forms
from django.http import HttpRequest


class HomeForm(forms.ModelForm):
    """A form whose new row belongs to the commune of whoever fills it in; the service refuses."""

    home: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.home is not None and self.instance.pk is None
        if is_new and hasattr(self.instance, "commune_id"):
            self.instance.commune = self.home

    def refusals(self) -> dict[str, list[str]]:
        return {}

    def _get_validation_exclusions(self) -> set[str]:
        """What must be unique in a commune is asked for with the commune, which no form shows."""
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return left_out - {"commune"} if self.home is not None else left_out

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        for name, sentences in self.refusals().items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


class AtHome:
    """Before a model admin: rows of the own commune, and what is there once is asked in words."""

    form: Any = HomeForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new row belongs to the commune of the account; one of the whole city has none."""
        may = super().has_add_permission(request)  # type: ignore[misc]
        return bool(may and request.user.commune_id is not None)  # type: ignore[union-attr]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.home = getattr(obj or request.user, "commune", None)
        return form
