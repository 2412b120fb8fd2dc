"""Forms and admins of rows that belong to the commune of their author."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils import timezone

from groups.admin_mixins import DayInput
from groups.models import Hamlet
from reports.register.days import FIRST_YEAR, LAST_YEAR


class HomeForm(forms.ModelForm):
    """A form whose new row gets the commune of the account; the service may refuse."""

    home: Any = None
    reader: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if self.home is not None and is_new and hasattr(self.instance, "commune_id"):
            self.instance.commune = self.home

    def refusals(self) -> dict[str, list[str]]:
        return {}

    def _get_validation_exclusions(self) -> set[str]:
        """Keep `commune` in the uniqueness checks, although no form shows it."""
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
    """Mixin before a model admin: rows of the own commune."""

    form: Any = HomeForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only accounts of a commune add rows."""
        may = super().has_add_permission(request)  # type: ignore[misc]
        return bool(may and request.user.commune_id is not None)  # type: ignore[union-attr]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.home = getattr(obj or request.user, "commune", None)
        return form


# Names of hamlets are public: forms of direction offer those of the whole commune.


def hamlets_for(user: Any) -> Any:
    """Today's hamlets of the account's commune; none without a commune."""
    if not user.is_active or user.commune_id is None:
        return Hamlet.objects.none()
    today = timezone.localdate()
    return Hamlet.objects.of_commune(user.commune_id).valid_on(today).order_by("code")


class OffersHamlets:
    """Mixin before an admin whose form has a `hamlet` field."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "hamlet" and field is not None:
            field.queryset = hamlets_for(request.user)
        return field


# A day of a form, within the years that can be counted with.


FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
TOO_FAR = f"Hãy ghi ngày từ năm {FIRST_YEAR} đến năm {LAST_YEAR}."


class DayField(forms.DateField):
    """A day within FIRST_YEAR–LAST_YEAR; dates near the ends of the calendar break arithmetic."""

    default_validators = (
        MinValueValidator(FIRST_DAY, TOO_FAR), MaxValueValidator(LAST_DAY, TOO_FAR)
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), **kwargs)
