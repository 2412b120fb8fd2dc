"""Hamlets in forms of those who direct: their names are public, the whole commune is offered."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from groups.models import Hamlet


def hamlets_for(user: Any) -> Any:
    """The hamlets of today of an account's commune; none for an account without one."""
    if not user.is_active or user.commune_id is None:
        return Hamlet.objects.none()
    today = timezone.localdate()
    return Hamlet.objects.of_commune(user.commune_id).valid_on(today).order_by("code")


class OffersHamlets:
    """Before an admin class whose form names a hamlet of the commune."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "hamlet" and field is not None:
            field.queryset = hamlets_for(request.user)
        return field
