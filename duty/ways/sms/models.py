"""The phone by which a person is told."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.models import User


class OwnPhone(models.Model):
    """The phone that a person named for short messages, as E.164; sealed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("người"), related_name="own_phone"
    )
    phone = EncryptedTextField(_("số điện thoại"))

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("điện thoại nhận báo việc")
        verbose_name_plural = _("điện thoại nhận báo việc")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Điện thoại của tài khoản số {self.user_id}"
