"""Choices in forms of the admin: what has no usual value is chosen, never first by chance."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

NOT_CHOSEN = ("", _("Hãy chọn"))


class AskedChoices:
    """Before a model admin: a field without a default begins empty, so that nobody forgets it."""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        is_asked = not db_field.blank and not db_field.has_default()
        is_listed = db_field.name not in self.radio_fields  # type: ignore[attr-defined]
        if is_asked and is_listed and "choices" not in kwargs:
            kwargs["choices"] = db_field.get_choices(blank_choice=[NOT_CHOSEN])
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]
