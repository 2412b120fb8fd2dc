"""Proofs of officers for an opening of the identity, as the vault verified them."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.vault.proofs.marks import MARK, is_mark_of, mark_of
from reports.tips.querysets import NobodysQuerySet
from reports.vault.models import IdentityOpening


class OpeningProof(models.Model):
    """That an officer proved one act on one opening to the vault.

    `mark` is made by the vault of all of it, and of the opening's tip and aim: a row written or
    changed by SQL, or hung on another opening, proves nothing.
    """

    class Act(models.TextChoices):
        ASK = "ask", _("Đề nghị")
        APPROVE = "approve", _("Duyệt")
        LOOK = "look", _("Xem")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    opening = models.ForeignKey(
        IdentityOpening, models.CASCADE, verbose_name=_("lần mở"), related_name="proofs"
    )
    act = models.CharField(_("việc"), max_length=10, choices=Act)
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("tài khoản"), related_name="+")
    key = models.UUIDField(_("bằng khóa"))
    at = models.DateTimeField(_("lúc"))
    mark = models.CharField(max_length=MARK, editable=False)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "opening__tip__commune"
    is_written_by_vault: ClassVar[bool] = True

    class Meta:
        verbose_name = _("chứng minh của lần mở danh tính")
        verbose_name_plural = _("chứng minh của lần mở danh tính")
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "act"],
                name="openingproof_once",
                violation_error_message=_("Việc này đã được chứng minh."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.opening}"

    @classmethod
    def of(cls, opening: IdentityOpening, act: str, user_id: int | None) -> "OpeningProof | None":
        """The sound proof of an act by this account; in the vault."""
        row = next((one for one in opening.proofs.all() if one.act == act), None)
        return row if row is not None and row.user_id == user_id and row.is_sound else None

    @classmethod
    def has_both(cls, opening: IdentityOpening, now: datetime) -> bool:
        """Whether two accounts have proven this very opening, which is within its 24 hours; in the
        vault, which asks this and not the state of the row."""
        asked = cls.of(opening, cls.Act.ASK, opening.asked_by_id)
        approved = cls.of(opening, cls.Act.APPROVE, opening.approved_by_id)
        if asked is None or approved is None or asked.user_id == approved.user_id:
            return False
        return asked.at <= approved.at and now < approved.at + timedelta(
            hours=IdentityOpening.HOURS
        )

    def _marked(self) -> tuple[Any, ...]:
        opening = self.opening
        return (
            "opening", str(opening.uuid), opening.tip_id, opening.aim, self.act, self.user_id,
            str(self.key), self.at.astimezone(UTC).isoformat(),
        )  # fmt: skip

    def make_mark(self) -> None:
        self.mark = mark_of(*self._marked())

    @property
    def is_sound(self) -> bool:
        """Whether the vault made this row as it is, for this opening as it is."""
        return is_mark_of(self.mark, *self._marked())
