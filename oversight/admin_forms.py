"""Forms and admins whose new rows belong to the commune of whoever writes them."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from groups.admin_mixins import DayInput
from groups.models import Hamlet
from oversight.form_versions import seen_of
from reports.register.days import FIRST_YEAR, LAST_YEAR


class HomeForm(forms.ModelForm):
    """A form whose new row belongs to the commune of whoever fills it in; the service refuses.

    A row that is there tells in `seen` over which values the form was filled in: what somebody else
    saved meanwhile is named before it is overwritten.
    """

    home: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if self.home is not None and is_new and hasattr(self.instance, "commune_id"):
            self.instance.commune = self.home
        self._asked = [] if is_new else [name for name in self.fields if name in self.initial]
        if self._asked:
            self.fields["seen"] = forms.CharField(
                required=False, initial=self._stored(), widget=forms.HiddenInput()
            )

    def _stored(self) -> str:
        return seen_of(*(_words(self.initial[name]) for name in self._asked))

    def refusals(self) -> dict[str, list[str]]:
        return {}

    def _get_validation_exclusions(self) -> set[str]:
        """What must be unique in a commune is asked for with the commune, which no form shows."""
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return left_out - {"commune"} if self.home is not None else left_out

    def _changed_by_others(self) -> list[str]:
        """What another one saved since this page was opened, where this form says otherwise."""
        seen = self.data.get(self.add_prefix("seen"), "")
        if not seen or seen == self._stored():
            return []
        seen_before, stored = seen.split(","), self._stored().split(",")
        both = zip(self._asked, seen_before, stored, strict=False)
        late = [name for name, was, now in both if was != now and name in self.changed_data]
        return [f"“{self.fields[name].label}”" for name in late]

    def clean(self) -> dict[str, Any] | None:
        if self._asked and (late := self._changed_by_others()):
            self.add_error(
                None,
                f"Người khác vừa sửa: {', '.join(late)}. Hãy mở lại trang ở thẻ khác để xem bản "
                "đang lưu. Muốn lưu theo lời của mình, hãy lưu lần nữa.",
            )
            sent = cast("QueryDict", self.data).copy()
            sent[self.add_prefix("seen")] = self._stored()
            self.data = sent
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        for name, sentences in self.refusals().items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def _words(value: Any) -> str:
    """A value as `seen_of` takes it: rows by their keys, whatever their order."""
    if isinstance(value, list):
        return " ".join(sorted(str(one.pk if isinstance(one, Model) else one) for one in value))
    return "" if value is None else str(value)


class AtHome:
    """Before a model admin: rows of the own commune, and what is there once is asked in words."""

    form: Any = HomeForm
    change_form_before_template = "oversight/seen.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new row belongs to the commune of the account; one of the whole city has none."""
        may = super().has_add_permission(request)  # type: ignore[misc]
        return bool(may and request.user.commune_id is not None)  # type: ignore[union-attr]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.home = getattr(obj or request.user, "commune", None)
        return form


# Hamlets in forms of those who direct: their names are public, the whole commune is offered.


def hamlets_for(user: Any) -> Any:
    """The hamlets of today of an account's commune; none for an account without one."""
    if not user.is_active or user.commune_id is None:
        return Hamlet.objects.none()
    today = timezone.localdate()
    return Hamlet.objects.of_commune(user.commune_id).valid_on(today).order_by("code")


class OffersHamlets:
    """Before an admin class whose form names a hamlet of the commune."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "hamlet" and field is not None:
            field.queryset = hamlets_for(request.user)
        return field


# A day of a form, within the years that can be counted with.


FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
TOO_FAR = f"Hãy ghi ngày từ năm {FIRST_YEAR} đến năm {LAST_YEAR}."


class DayField(forms.DateField):
    """A day, by the calendar of the phone or the browser; none that is a slip of the keys.

    Spans around the first and last days of the calendar itself cannot be counted with.
    """

    default_validators = (
        MinValueValidator(FIRST_DAY, TOO_FAR), MaxValueValidator(LAST_DAY, TOO_FAR)
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), **kwargs)
