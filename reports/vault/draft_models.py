"""Half-typed texts about tips, sealed to the vault."""

from collections.abc import Hashable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.form_drafts.models import Draft
from accounts.key_fields import optional_key
from accounts.vault.fields import VaultTextField
from accounts.vault.rows import SealedRow
from reports.tips.models import TipReport


class TipDraft(Draft, SealedRow):  # type: ignore[django-manager-missing]
    """A draft of a form about a tip: of work on `tip`, or of a tip that is written down (none yet).

    The vault opens it for its account alone, while that may use the form; hung on another account,
    tip or form it does not open. Names and phones of reporters are not part of it.
    """

    KEEP_DAYS: ClassVar[int] = 7

    tip = optional_key(
        TipReport, _("phản ánh"), related_name="drafts", on_delete=models.CASCADE, editable=False
    )
    fields = VaultTextField(_("nội dung"), purpose="words", editable=False)

    vault_binds: ClassVar[tuple[str, ...]] = ("account_id", "tip_id", "address")
    vault_counted: ClassVar[str] = "counted_as"

    class Meta:
        verbose_name = _("bản đang ghi về phản ánh")
        verbose_name_plural = _("bản đang ghi về phản ánh")
        default_permissions = ()
        # read when a form opens
        indexes = [models.Index(fields=["account", "address"], name="tipdraft_of_form")]

    @property
    def counted_as(self) -> Hashable:
        """The tip; drafts of tips that are not there yet count one by one."""
        return self.tip_id or (self._meta.db_table, self.pk)
