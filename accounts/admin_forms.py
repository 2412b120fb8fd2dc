"""Forms of the admin that are more than a list of fields."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.admin_base import AdminOwnPasswordChangeForm
from accounts.models import User


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """The old password once, a new and different one twice."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        new = data.get("new_password1")
        if new and new == data.get("old_password"):
            raise ValidationError(
                _("Mật khẩu mới trùng với mật khẩu đang dùng. Hãy đặt một mật khẩu khác.")
            )
        return data

    def save(self, commit: bool = True) -> User:
        return services.change_own_password(self.user, self.cleaned_data["new_password1"])
