"""The text that names a row, for its occasions and for lists of work alike."""

from django.db import models


def subject_of(row: models.Model) -> str:
    """The text that names a row, for the key of a matter and for an occasion alike."""
    return f"{row._meta.label_lower}:{row.pk}"
