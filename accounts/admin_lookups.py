"""What may be asked of a list in its address."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


def tells_much(field: Any) -> bool:
    """Whether a column, asked piece by piece, tells more than a choice, a number or a date.

    So does a relation that comes from elsewhere, and a moment of which the page shows the hour or
    the day. Lists and objects break on what is no list.
    """
    if field is None:
        return False
    if not field.concrete:
        return True
    is_free = isinstance(field, models.CharField | models.TextField) and not field.choices
    others = ArrayField | models.JSONField | models.UUIDField | models.DateTimeField
    return is_free or isinstance(field, others)
