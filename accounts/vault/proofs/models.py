"""Keys by which officers prove to the vault that an act is theirs."""

import hashlib
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.services import DecryptionError
from accounts.users.models import User
from accounts.vault.fields import VaultTextField
from accounts.vault.proofs.marks import MARK, is_mark_of, mark_of
from accounts.vault.rows import SealedRow


class ProofKey(SealedRow):
    """A key of one account: an app of codes, or a passkey.

    `secret` is the seed of the app, or what is needed to verify the passkey; `mark` is made by the
    vault of all that says whose key it is. A row that somebody wrote or changed by SQL, or hung on
    another account, has no good mark and proves nothing.
    """

    class Kind(models.TextChoices):
        CODE = "code", _("Ứng dụng mã")
        PASSKEY = "passkey", _("Khóa truy cập")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="proof_keys"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    name = models.CharField(_("cài trên"), max_length=60, blank=True)
    secret = VaultTextField(_("khóa"), purpose="identity", editable=False)
    # Of a passkey, in the letters that browsers write it in.
    credential_id = models.CharField(_("mã khóa"), max_length=1400, blank=True, editable=False)
    made_at = models.DateTimeField(_("làm lúc"), default=timezone.now)
    used_at = models.DateTimeField(_("dùng gần nhất"), null=True, blank=True)
    ended_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    last_step = models.BigIntegerField(_("mã dùng gần nhất"), default=0)
    uses = models.PositiveBigIntegerField(_("số lần dùng, theo máy giữ khóa"), default=0)
    mark = models.CharField(max_length=MARK, editable=False)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"
    vault_binds: ClassVar[tuple[str, ...]] = ("user_id", "kind")
    is_written_by_vault: ClassVar[bool] = True

    class Meta:
        verbose_name = _("khóa chứng minh với kho niêm phong")
        verbose_name_plural = _("khóa chứng minh với kho niêm phong")
        ordering = ["made_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(kind="code", ended_at=None),
                name="proofkey_one_app",
                violation_error_message=_("Mỗi tài khoản có một ứng dụng mã."),
            ),
            models.UniqueConstraint(
                fields=["credential_id"],
                condition=~Q(credential_id=""),
                name="proofkey_passkey_once",
                violation_error_message=_("Khóa truy cập này đã được cài rồi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} của {self.user}"

    def _marked(self) -> tuple[Any, ...]:
        secret = hashlib.sha256(self.secret.encode()).hexdigest()
        return ("key", str(self.uuid), self.user_id, self.kind, self.credential_id, secret)

    def make_mark(self) -> None:
        self.mark = mark_of(*self._marked())

    @property
    def is_sound(self) -> bool:
        """Whether the vault made this row as it is."""
        try:
            return is_mark_of(self.mark, *self._marked())
        except DecryptionError:  # a secret of another row
            return False
