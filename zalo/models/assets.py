"""Places for groups that an account has paid for, as Zalo tells them."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zalo.models.accounts import OfficialAccount
from zalo.querysets import GroupAssetQuerySet


class GroupAsset(models.Model):
    """One paid place for a group: how many people it holds, until when, which group has it.

    Rows are written from Zalo's answer alone; nothing here buys or renews. A place that Zalo no
    longer names has `gone_at`.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available", _("Còn trống")
        USED = "used", _("Đang dùng")

    account = models.ForeignKey(
        OfficialAccount, models.PROTECT, verbose_name=_("tài khoản OA"), related_name="group_assets"
    )
    asset_id = models.CharField(_("mã gói"), max_length=64)
    product_type = models.CharField(_("loại gói"), max_length=20, blank=True)
    capacity = models.PositiveIntegerField(_("sức chứa"), default=0)
    quota_type = models.CharField(_("nguồn gói"), max_length=20, blank=True)
    valid_through = models.DateField(_("dùng đến hết ngày"), null=True, blank=True)
    is_auto_renewed = models.BooleanField(_("tự gia hạn"), default=False)
    status = models.CharField(_("tình trạng"), max_length=10, choices=Status)
    used_by = models.CharField(_("mã nhóm đang dùng"), max_length=64, blank=True)
    seen_at = models.DateTimeField(_("Zalo cho biết lúc"))
    gone_at = models.DateTimeField(_("không còn từ"), null=True, blank=True)

    objects = GroupAssetQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("gói nhóm của OA")
        verbose_name_plural = _("gói nhóm của OA")
        ordering = ["valid_through", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "asset_id"],
                name="groupasset_once_per_account",
                violation_error_message=_("Gói này đã có trong danh sách của tài khoản."),
            ),
            models.CheckConstraint(
                condition=~Q(asset_id=""),
                name="groupasset_has_id",
                violation_error_message=_("Gói nhóm phải có mã do Zalo cấp."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said_capacity} (mã …{self.asset_id[-6:]})"

    @property
    def said_capacity(self) -> str:
        """How many people, in words."""
        if not self.capacity:
            return f"Gói {self.product_type or 'nhóm'}"
        return f"Gói {self.capacity} người"

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_through is not None and self.valid_through < today
