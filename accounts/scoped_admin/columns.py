"""Columns of lists that several admins have alike."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from accounts.scoped_admin.base import display


def choice_column(field: str, label: Any, tones: Mapping[Any, str]) -> Any:
    """A column of a list with the choice of a field in words, in the tone of its value."""

    @display(description=label, ordering=field, label=dict(tones))  # type: ignore[untyped-decorator]
    def column(_admin: Any, row: models.Model) -> tuple[str, str]:
        return getattr(row, field), getattr(row, f"get_{field}_display")()

    return column
