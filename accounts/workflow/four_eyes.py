"""Four eyes: nobody approves what they wrote.

Writers of a row are its author, each account that submitted it and each that edited it. An approval
that an edit voids approves nothing, so nobody leaves the list: words of an earlier writer may still
stand in the text. The database refuses an approver who is on it.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Approvable(models.Model):
    """A text that one account writes and another approves; needs `created_by` and `approved_by`."""

    # Ids of accounts, written by `add_writer` alone.
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)

    class Meta:
        abstract = True


def approver_wrote_nothing(name: str) -> models.CheckConstraint:
    """Constraint of an `Approvable`."""
    return models.CheckConstraint(
        condition=Q(approved_by=None) | ~Q(writers__contains=[F("approved_by")]),
        name=name,
        violation_error_message=_(
            "Người đã soạn, sửa hoặc trình bài không được duyệt bài đó. Hãy nhờ người khác duyệt."
        ),
    )


def add_writer(row: Any, user: Any) -> None:
    """Count an account among the writers of a row; saves nothing."""
    if user.pk not in row.writers:
        row.writers = [*row.writers, user.pk]


def is_writer(user: Any, *writers: int | None) -> bool:
    """Whether an account is one of those who wrote, by their ids."""
    return user.pk in writers
