"""Searching as names are stored: without marks, in small letters."""

from typing import Any

from django.http import HttpRequest

from groups.vietnamese import fold


class FoldedSearchMixin:
    """For lists whose `search_fields` are columns named `search_text`."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))  # type: ignore[misc]
