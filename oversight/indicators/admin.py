"""Admin of the targets of the indicators."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin
from oversight.admin_forms import AtHome
from oversight.indicators.models import Target


@admin.register(Target)
class TargetAdmin(AtHome, ScopedModelAdmin):
    """Targets of the one page, the newest first."""

    list_display = ["indicator", "shown_value", "shape", "first", "last", "document"]
    list_filter = ["indicator"]
    fields = ["indicator", "value", "shape", "begins_with", "first", "last", "document"]
    actions = None

    @admin.display(description=_("mục tiêu"), ordering="value")
    def shown_value(self, row: Target) -> str:
        return row.percentage
