"""What every request passes: the admin's content policy, and the change of a temporary password."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.views import bad_request

GetResponse = Callable[[HttpRequest], HttpResponse]


class NulMiddleware:
    """Answers 400 to an address with a NUL, which the database cannot compare with anything."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, ValueError("NUL in the address"))
        return self.get_response(request)


class AdminPolicyMiddleware:
    """Loosens the Content-Security-Policy inside the admin, as its theme needs, nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefix = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.prefix):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response


class PasswordChangeMiddleware:
    """Leads an account with a temporary password to the change page before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.must_change_password:
            allowed = {reverse(f"admin:{name}") for name in ("password_change", "logout", "jsi18n")}
            if request.path.startswith(reverse("admin:index")) and request.path not in allowed:
                return redirect("admin:password_change")
        return self.get_response(request)
