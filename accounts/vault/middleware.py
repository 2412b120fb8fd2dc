"""Pages of tips are answered by the vault, and calls to it go in the name of a session."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.vault import relay, sealing
from accounts.vault.calls import acting_as, current
from accounts.vault.errors import VaultAway, VaultRefused
from accounts.vault.pages import page_of
from accounts.views import vault_refused

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PagesOfTipsMiddleware:
    """Hands a request for a page of tips to the vault, whose response goes on as it is. One of
    nobody web answers itself, so that it takes no officer's place.

    Stands before all that reads the session. What stands before it adds nothing to a response that
    has it already, as those of the vault do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if current() is not None or (page := page_of(request)) is None:
            return self.get_response(request)
        try:
            if not settings.VAULT_SOCKET and sealing.is_vault():
                return relay.answered_here(request, page, self.get_response)
            relay.size_of(request)  # before anything is read for it
            if page.is_public or relay.names_account(request):
                return relay.forwarded(request, page)
        except (VaultAway, VaultRefused) as refusal:
            return _refused(request, refusal)
        return self.get_response(request)  # to sign in: nothing opens in web


class VaultSessionMiddleware:
    """Stands behind all that ends a session or takes its account away for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        key = request.session.session_key if user is not None else ""
        if (call := current()) is not None and call.page is not None:
            call.page.begin(user, changes=request.method not in SAFE)
        with acting_as(key or ""):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what the vault refuses where the page does not."""
        is_of_vault = isinstance(error, VaultAway | VaultRefused)
        return _refused(request, error) if is_of_vault else None


def _refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    return vault_refused(request, str(refusal), is_away=isinstance(refusal, VaultAway))
