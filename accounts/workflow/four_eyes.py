"""Four eyes: an approval covers named fields, and nobody approves what they wrote.

Writers of a row are its author and each account that submitted or edited it since the last
approval: what was written before, a second person has approved. The database refuses an approver
who is on the list.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.users.fields import user_field
from accounts.users.models import User


class Approvable(models.Model):
    """A text that one account writes and another approves."""

    # What an approval covers, in the order of the hash; files by their digests.
    approved_fields: ClassVar[tuple[str, ...]] = ()
    # Covered too, under a tag, once the first of them is filled: hashes from before stay the same.
    approved_when_filled: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Covered through a digest among the approved fields.
    digested_fields: ClassVar[tuple[str, ...]] = ()
    # Of all these, what no edit changes: it is computed, or fixed at the start.
    unedited_fields: ClassVar[tuple[str, ...]] = ()
    # Where the text comes from and who wrote it: not covered, and shared by its copies.
    origin_fields: ClassVar[tuple[str, ...]] = ()
    # How far this one row is.
    delivery_fields: ClassVar[tuple[str, ...]] = ()

    # Ids of accounts, written by `add_writer` alone.
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người soạn"), related_name="+"
    )
    created_at = models.DateTimeField(_("soạn lúc"), auto_now_add=True)
    last_edited_by = user_field(_("người sửa cuối"))
    submitted_by = user_field(_("người trình"))
    submitted_at = models.DateTimeField(_("trình lúc"), null=True, blank=True)
    # Reasons and confirmations by the key of the finding that they answer.
    gate_answers = models.JSONField(default=dict, blank=True, editable=False)
    approved_by = user_field(_("người duyệt"))
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)
    approved_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="%(class)s_approver_is_not_author",
                violation_error_message=_("Người soạn không được tự duyệt bài của mình."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(last_edited_by=None)
                | ~Q(approved_by=F("last_edited_by")),
                name="%(class)s_approver_is_not_last_editor",
                violation_error_message=_("Người sửa bài sau cùng không được duyệt bài đó."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(writers__contains=[F("approved_by")]),
                name="%(class)s_approver_wrote_nothing",
                violation_error_message=_(
                    "Người đã soạn, sửa hoặc trình bài không được duyệt bài đó. Hãy nhờ người khác "
                    "duyệt."
                ),
            ),
        ]

    @classmethod
    def hashed_fields(cls) -> tuple[str, ...]:
        """Fields that enter the hash by themselves."""
        later = [name for names in cls.approved_when_filled.values() for name in names]
        return (*cls.approved_fields, *later)

    @classmethod
    def edited_fields(cls) -> tuple[str, ...]:
        """The fields that an edit may change: all of them are covered by the approval."""
        covered = (*cls.hashed_fields(), *cls.digested_fields)
        return tuple(name for name in covered if name not in cls.unedited_fields)

    def approved_values(self) -> dict[str, Any]:
        """The values that an approval covers, by field, as JSON."""
        return {name: self._plain(name) for name in self.hashed_fields()}

    def compute_hash(self) -> str:
        """SHA-256 (hex) over all that an approval covers."""
        content = [self._plain(name) for name in self.approved_fields]
        for tag, names in self.approved_when_filled.items():
            values = [self._plain(name) for name in names]
            if values[0]:
                content.append([tag, *values])
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def _plain(self, name: str) -> Any:
        value = getattr(self, self._meta.get_field(name).attname)  # type: ignore[union-attr]
        if isinstance(value, datetime):
            return value.timestamp()
        return sorted(value) if isinstance(value, list) else value


def written_by_others[Rows: models.QuerySet[Any]](rows: Rows, user: Any) -> Rows:
    """Rows of an `Approvable` of which the account wrote nothing."""
    return (
        rows.exclude(created_by=user)
        .exclude(last_edited_by=user)
        .exclude(submitted_by=user)
        .exclude(writers__contains=[user.pk])
    )


def add_writer(row: Any, user: Any) -> None:
    """Count an account among the writers of a row; saves nothing."""
    if user.pk not in row.writers:
        row.writers = [*row.writers, user.pk]


def restart_writers(row: Any) -> None:
    """Leave the author alone on the list, as an approved row is edited; saves nothing."""
    row.writers = [row.created_by_id]


def is_writer(user: Any, *writers: int | None) -> bool:
    """Whether an account is one of those who wrote, by their ids."""
    return user.pk in writers


def ids_of_writers(row: Any) -> set[int]:
    """The accounts that wrote since the last approval: none of them approves."""
    ids = {row.created_by_id, row.last_edited_by_id, row.submitted_by_id, *row.writers}
    return ids - {None}


def names_of_writers(row: Any) -> list[str]:
    """The same by name."""
    users = User.objects.filter(pk__in=ids_of_writers(row))
    users = users.order_by("last_name", "first_name", "pk")
    return [str(user) for user in users]
