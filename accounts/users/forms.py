"""The form of an account: one role, chosen by what it may do."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.users.role_words import may

ONE_ROLE = _("Mỗi tài khoản một vai trò. Người làm hai việc thì lập hai tài khoản.")


class RoleSelect(forms.RadioSelect):
    """Radio buttons over a field of several values; what a browser sends is still a list."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        return render_to_string("accounts/role_select.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        made = super().create_option(name, value, label, *args, **kwargs)
        made["may"] = may(str(label))
        return made


class RolesSelect(RoleSelect):
    """The same for an account that already has several: each may be given up."""

    input_type = "checkbox"
    allow_multiple_selected = True


class AccountForm(forms.ModelForm):
    """A new account gets one role; one with several keeps them until some are given up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: set[Group] = set(self.instance.groups.all()) if self.instance.pk else set()
        if (field := self.fields.get("groups")) is None:
            return
        widget = RolesSelect() if len(self.held) > 1 else RoleSelect()
        field.widget, widget.choices = widget, field.choices  # type: ignore[attr-defined]
        field.label, field.help_text = _("Vai trò"), ONE_ROLE

    def clean_groups(self) -> Any:
        chosen = self.cleaned_data["groups"]
        if len(chosen) > 1 and not set(chosen) <= self.held:
            raise ValidationError(ONE_ROLE)
        return chosen
