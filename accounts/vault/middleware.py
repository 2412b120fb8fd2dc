"""Calls to the vault go in the name of the session whose request is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.vault.calls import acting_as


class VaultSessionMiddleware:
    """Stands behind all that ends a session or takes its account away for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key if request.user.is_authenticated else ""
        with acting_as(key or ""):
            return self.get_response(request)
