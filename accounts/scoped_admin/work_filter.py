"""A list filter whose choices are named querysets."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest


class WorkFilter(admin.SimpleListFilter):
    """Each work by its value in the address: its label, and the rows it leaves.

    A value that no work has is as good as none: the list is whole, and “all” stands as chosen.
    """

    parameter_name = "viec"
    works: ClassVar[dict[str, tuple[Any, Callable[[Any, HttpRequest], Any]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _rows) in self.works.items()]

    def value(self) -> str | None:
        value = super().value()
        return value if value in self.works else None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else self.works[value][1](queryset, request)
