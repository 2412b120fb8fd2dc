"""Combinations of filters that an account gave a name."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.saved_filters.querysets import SavedFilterQuerySet
from accounts.users.models import User


class SavedFilter(models.Model):
    """The choices in the filters of one list, for one account; never what was searched for."""

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="saved_filters"
    )
    # The label of the model that the list is of.
    listed = models.CharField(_("danh sách"), max_length=100)
    name = models.CharField(_("tên"), max_length=40)
    query = models.CharField(_("các lựa chọn"), max_length=500)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)

    objects = SavedFilterQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("bộ lọc đã lưu")
        verbose_name_plural = _("bộ lọc đã lưu")
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "listed", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("Danh sách này đã có bộ lọc mang tên đó."),
            ),
            models.UniqueConstraint(
                fields=["user", "listed", "query"],
                name="saved_filter_query_once",
                violation_error_message=_("Bộ lọc này đã được lưu với tên khác."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(query=""),
                name="saved_filter_says_something",
                violation_error_message=_("Bộ lọc phải có tên và có lựa chọn."),
            ),
            models.CheckConstraint(
                condition=~Q(query__regex=r"(^|&)q="),
                name="saved_filter_without_search",
                violation_error_message=_("Không lưu chữ tìm kiếm, vì có thể là tên người."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
