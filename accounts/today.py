"""The home page: short lists of what waits for this account today.

Each app registers functions that look at one question (“which posts wait for my approval?”) and
answer with a `WorkList`, or with None when the question is not this account's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True)
class WorkItem:
    """One line: what it is, where to open it, and a short note (time, hamlet)."""

    title: str
    url: str
    note: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class WorkList:
    """A short list for the home page. `count` is the whole number, `items` the first few."""

    title: str
    items: list[WorkItem]
    count: int
    url: str = ""
    empty: str = ""
    icon: str = "task_alt"
    order: int = 100
    actions: list[WorkItem] = field(default_factory=list)


Provider = Callable[[Any, datetime], WorkList | None]
_providers: list[Provider] = []


def work_list(provider: Provider) -> Provider:
    """Register a provider; used as a decorator, imported from an app's `ready`."""
    _providers.append(provider)
    return provider


def lists_for(user: Any, now: datetime) -> list[WorkList]:
    """The work lists of an account, in their order."""
    found = [made for provider in _providers if (made := provider(user, now)) is not None]
    return sorted(found, key=lambda made: made.order)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the work lists to the context of the admin's index page."""
    now = timezone.localtime()
    context["work_lists"] = lists_for(request.user, now)
    context["now"] = now
    return context
