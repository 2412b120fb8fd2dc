"""Staff accounts."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.communes.models import Commune
from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.users.roles import Role, group_names
from accounts.workflow.declaration import Workflow


class UserQuerySet(CommuneScopedQuerySet):
    """Questions about accounts."""

    def with_roles(self, roles: Iterable[str]) -> Self:
        """Accounts that have one of these roles (members or values of `Role`), each once."""
        groups = Group.objects.filter(user=OuterRef("pk"), name__in=group_names(roles))
        return self.filter(Exists(groups))

    def chiefs_of(self, commune_id: int | None) -> Self:
        """Accounts in use of the chief and the deputies of a commune."""
        rows = self.filter(commune=commune_id, is_active=True).with_roles([Role.CHIEF])
        return rows.order_by("pk")


def in_words(chiefs: Iterable["User"]) -> str:
    """Some chiefs by name, to be asked for something."""
    return " hoặc ".join(map(str, chiefs)) or "chỉ huy Công an xã"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts, with the scope of a commune."""


class User(AbstractUser):
    """An account. `username` is the login; only a city-wide account has no commune."""

    workflow: ClassVar[Workflow] = Workflow(
        subject="account",
        denied="Chỉ quản trị cấp cao nhất mới được thay đổi tài khoản này.",
        no_key=True,
        commune="",
    )

    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name=_("xã, phường"),
        related_name="users",
        null=True,
        blank=True,
        help_text=_("Chỉ tài khoản cấp thành phố mới để trống."),
    )
    must_change_password = models.BooleanField(
        _("phải đổi mật khẩu khi đăng nhập"),
        default=False,
        help_text=_("Bật khi cấp mật khẩu tạm."),
    )
    session_epoch = models.PositiveIntegerField(_("đợt phiên"), default=0, editable=False)

    objects = UserManager()  # type: ignore[misc]
    commune_lookup: ClassVar[str] = "commune"

    class Meta(AbstractUser.Meta):
        verbose_name = _("tài khoản")  # type: ignore[assignment]
        verbose_name_plural = _("tài khoản")  # type: ignore[assignment]
        ordering = ["username"]
        permissions = [
            ("guarded_account", "Phải đăng nhập hai bước, tự thoát khi để lâu không dùng"),
            ("police_account", "Chỉ cài bước hai khi chỉ huy cho phép"),
            ("reset_second_factor", "Đặt lại bước hai, báo mất điện thoại thay người khác"),
            ("vouch_police_account", "Cho tài khoản công an cài bước hai"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()

    @cached_property
    def keeps_calendar(self) -> bool:
        """Whether the shared list of days off is this account's: the city's, or the only commune's.

        Asked for several times on each page.
        """
        if self.commune_id is None:
            return True
        return not Commune.objects.exclude(pk=self.commune_id).exists()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Binds sessions to password and `session_epoch`: raising the epoch ends them all."""
        salt = f"accounts.User.session:{self.session_epoch}"
        return salted_hmac(salt, self.password, secret=secret, algorithm="sha256").hexdigest()
