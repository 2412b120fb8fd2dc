"""A list filter whose choices are named querysets."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest


class WorkFilter(admin.SimpleListFilter):
    """Each work by its value in the address: its label, and the rows it leaves."""

    parameter_name = "viec"
    works: ClassVar[dict[str, tuple[Any, Callable[[Any, HttpRequest], Any]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _rows) in self.works.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        return self.works[value][1](queryset, request) if value in self.works else queryset
