"""The second step, and where an account is signed in."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.encryption.services import blind_index
from accounts.users.models import User


def _letters(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


class SecondFactor(models.Model):
    """The second step of an account's sign-in: the sealed seed of an authenticator app.

    Enrolled once `confirmed_at` is set. Reported lost: nothing but a recovery code or a reset by an
    authorised person leads on. `permitted_until`: until when a police account may enrol.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="second_factor"
    )
    seed = EncryptedTextField(_("khóa sinh mã"), blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("cài lúc"), null=True, blank=True)
    lost_at = models.DateTimeField(_("báo mất lúc"), null=True, blank=True)
    drift = models.SmallIntegerField(_("lệch giờ của điện thoại"), default=0)
    last_step = models.BigIntegerField(_("mã dùng gần nhất"), default=0)
    failures = models.PositiveIntegerField(_("số lần sai liên tiếp"), default=0)
    failed_at = models.DateTimeField(_("sai lần cuối lúc"), null=True, blank=True)
    permitted_until = models.DateTimeField(_("được cài đến"), null=True, blank=True)
    # Keyed hash of the code on the sheet that one of the first two accounts of a commune was given.
    first_code = models.CharField(max_length=64, blank=True, editable=False)
    reset_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("người đặt lại"),
        related_name="+",
        null=True,
        blank=True,
    )
    reset_at = models.DateTimeField(_("đặt lại lúc"), null=True, blank=True)
    reset_reason = models.TextField(_("lý do đặt lại"), blank=True)
    told_at = models.DateTimeField(_("đã báo cho chủ tài khoản lúc"), null=True, blank=True)
    offered_at = models.DateTimeField(_("đã mời cài lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("bước xác thực thứ hai")
        verbose_name_plural = _("bước xác thực thứ hai")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | (~Q(seed="") & Q(lost_at=None)),
                name="second_factor_confirmed_has_seed",
                violation_error_message=_("Bước hai đã cài thì phải có khóa và không bị báo mất."),
            ),
            models.CheckConstraint(
                condition=Q(reset_at=None) | (Q(reset_by__isnull=False) & ~Q(reset_reason="")),
                name="second_factor_reset_has_author",
                violation_error_message=_("Đặt lại bước hai phải có người làm và lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"Bước hai của {self.user}"

    def recovery_digest(self, code: str) -> str:
        """Keyed hash of a recovery code, whatever its capitals and strokes."""
        return blind_index(_letters(code), purpose=f"recovery-code:{self.uuid}")

    def first_digest(self, code: str) -> str:
        """Keyed hash of a code of the first days."""
        return blind_index(_letters(code), purpose=f"first-code:{self.uuid}")

    @property
    def is_enrolled(self) -> bool:
        """Whether an authenticator app opens."""
        return self.confirmed_at is not None

    @property
    def is_set_up(self) -> bool:
        """Whether an app or a passkey opens."""
        return self.is_enrolled or self.user.passkeys.exists()

    @property
    def reset_sentence(self) -> str:
        """By whom, when and why the second step was reset."""
        at = timezone.localtime(self.reset_at)
        return (
            f"{self.reset_by} đã đặt lại bước hai của tài khoản này lúc {at:%H:%M %d/%m/%Y}. "
            f"Lý do: {self.reset_reason}. Nếu không phải đồng chí nhờ, hãy báo ngay cho chỉ huy."
        )


class Passkey(models.Model):
    """A key in a phone, a computer or a stick, which its owner unlocks by finger, face or PIN.

    Only its public half is here. It opens on the portal's own address alone, so that nobody can
    be talked into giving it away.
    """

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="passkeys"
    )
    name = models.CharField(_("cài trên"), max_length=60)
    # In the letters that browsers write it in.
    credential_id = models.CharField(_("mã khóa"), max_length=1400, unique=True, editable=False)
    public_key = models.BinaryField(_("khóa công khai"), editable=False)
    uses = models.PositiveBigIntegerField(_("số lần dùng, theo máy giữ khóa"), default=0)
    made_at = models.DateTimeField(_("cài lúc"))
    used_at = models.DateTimeField(_("dùng gần nhất"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("khóa truy cập")
        verbose_name_plural = _("khóa truy cập")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"Khóa truy cập của {self.user} ({self.name})"


class RecoveryCode(models.Model):
    """One code on paper for the day the phone is gone: kept as a keyed hash, good for one use."""

    factor = models.ForeignKey(
        SecondFactor,
        models.CASCADE,
        verbose_name=_("bước xác thực thứ hai"),
        related_name="recovery_codes",
    )
    digest = models.CharField(_("dấu của mã"), max_length=64, editable=False)
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "factor__user__commune"

    class Meta:
        verbose_name = _("mã dự phòng")
        verbose_name_plural = _("mã dự phòng")
        constraints = [
            models.UniqueConstraint(
                fields=["factor", "digest"],
                name="recovery_code_unique",
                violation_error_message=_("Mã dự phòng bị trùng."),
            ),
        ]

    def __str__(self) -> str:
        return f"Mã dự phòng của {self.factor.user}"


class SignIn(models.Model):
    """One session of an account, for its owner to look at: when, and roughly which browser.

    It tells nobody in: whether a session still counts is decided by `accounts.sign_in.sessions`.
    """

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="sign_ins"
    )
    started_at = models.DateTimeField(_("đăng nhập lúc"))
    seen_at = models.DateTimeField(_("dùng gần nhất"))
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    browser = models.CharField(_("trình duyệt"), max_length=60)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("phiên đăng nhập")
        verbose_name_plural = _("phiên đăng nhập")
        ordering = ["-seen_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("started_at")),
                name="sign_in_seen_after_start",
                violation_error_message=_("Phiên không thể dùng trước lúc đăng nhập."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.browser}"
