"""A day of a form, within the years that can be counted with."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from groups.admin_forms import DayInput
from reports.register.days import FIRST_YEAR, LAST_YEAR

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
