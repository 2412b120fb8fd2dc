"""On which days an account passed something on: all that it may ever know of it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import PaddedTextField
from accounts.models import User
from reports.querysets import NobodysQuerySet


class PassedOnDays(models.Model):
    """The days on which an account passed tips on, one row an account, written as it does so.

    No tip is named and none is asked, so what becomes of a tip changes nothing here. The days are
    sealed at one length: in clear they would say through whom a tip came of which one line is left.
    The row is there from the first look at the page, whether or not anything was passed on.
    """

    KEEP_DAYS: ClassVar[int] = 90
    SHOWN: ClassVar[int] = 20  # as many as one padded length holds

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="+", editable=False
    )
    days = PaddedTextField(_("những ngày đã chuyển tin"), purpose="words", blank=True)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("những ngày đã chuyển tin")
        verbose_name_plural = _("những ngày đã chuyển tin")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
