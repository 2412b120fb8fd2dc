"""A read-only relation on a form is a link only where the account may open the row behind it."""

from typing import Any

import unfold.forms
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from unfold.fields import UnfoldAdminReadonlyField


def may_open(site: Any, request: HttpRequest, row: Model) -> bool:
    """Whether the admin site has a form of this model, and the account the right to view it."""
    model_admin = site._registry.get(type(row))
    return model_admin is not None and model_admin.has_view_permission(request, row)


class _OpenableRelation(UnfoldAdminReadonlyField):
    def get_admin_url(self, remote_field: Any, remote_obj: Any) -> Any:
        """The field as the theme draws it; a name without a link where the door is shut."""
        request = getattr(self.form, "request", None)
        if request and not may_open(self.model_admin.admin_site, request, remote_obj):
            return str(remote_obj)
        return super().get_admin_url(remote_field, remote_obj)


# The theme has no setting for the class of a read-only field.
unfold.forms.UnfoldAdminReadonlyField = _OpenableRelation  # type: ignore[misc]


class OpenableRelations(BaseModelAdmin):
    """Before a model admin or an inline: its forms know the request."""

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.request = request
        return form

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form.request = request
        return formset
