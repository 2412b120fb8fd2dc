"""Pages of our own in the admin: their addresses, who opens them, which row they are about."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from accounts.workflow.declaration import NotAllowed

type View = Callable[..., HttpResponse]
type Rows = Callable[[HttpRequest], Any]
_DIGITS = 18  # as many as surely fit into the number of a row


def own_pages(
    site: Any, prefix: str, pages: Mapping[str, tuple[Any, ...]], *needs: str,
    row: str = "", rows: Rows | None = None,
) -> list[URLPattern]:  # fmt: skip
    """Addresses of pages, each by its route: the view, its name, what it needs beside `needs`.

    The name follows the prefix (`groups_handover` and `show` → `groups_handover_show`).
    """
    return [
        path(
            route,
            site.admin_view(guarded(site, view, *needs, *more, row=row, rows=rows)),
            name=f"{prefix}_{name}",
        )
        for route, (view, name, *more) in pages.items()
    ]


def guarded(site: Any, view: View, *needs: str, row: str = "", rows: Rows | None = None) -> View:
    """The view for accounts with all these permissions; it gets the site as `site`.

    Instead of the `pk` of its address it gets the one of `rows` by the name `row`; 404 for one that
    this account does not see, as if it were not there.
    """

    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perms(needs):
            raise PermissionDenied
        request.current_app = site.name  # type: ignore[attr-defined]
        if rows is not None and "pk" in kwargs:
            kwargs[row] = get_object_or_404(rows(request), pk=kwargs.pop("pk"))
        return view(request, site=site, **kwargs)

    return wrapped


def attempt[Made](request: HttpRequest, act: Callable[[], Made], done: str = "") -> Made | None:
    """Call a service and say `done`; after a refusal say that, and return None."""
    try:
        made = act()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return None
    if done:
        messages.success(request, done)
    return made


def try_out[Made](act: Callable[[], Made]) -> tuple[Made | None, str]:
    """Call a service: what it returns and no sentence, or None and the sentence of its refusal."""
    try:
        return act(), ""
    except NotAllowed as refusal:
        return None, str(refusal)


def reason_in(request: HttpRequest) -> str:
    """The reason of an act, from the field of `step_pages/reason.html`. Raises NotAllowed."""
    if not (reason := request.POST.get("ly-do", "").strip()[:300]):
        raise NotAllowed("Hãy ghi lý do.")
    return reason


def number_of(text: str | None) -> int:
    """The number of a row in what a browser sent; 0, which no row has, for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= _DIGITS else 0
