"""Middleware: content policy, limits of sessions, passwords, the second step."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.sign_in import second_factor, sessions
from accounts.views import bad_request, redirect_via, session_expired, way_back

GetResponse = Callable[[HttpRequest], HttpResponse]


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


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
            asked_by_view = getattr(response, "_csp_update", None) or {}
            response._csp_update = (  # type: ignore[attr-defined]
                settings.ADMIN_CONTENT_SECURITY_POLICY | asked_by_view
            )
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


class SessionLimitMiddleware:
    """Ends a session that is too old, or was left alone too long, and says so.

    Inside the admin with a page that leads back; elsewhere the request goes on without an account.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.is_over(request):
                sessions.expire(request)
                if _is_admin(request) and request.path != reverse("admin:login"):
                    return session_expired(request)
            else:
                sessions.touch(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Nobody who owes the second step is anybody: the admin leads there, all else sees no account.

    The change of a temporary password comes first.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not second_factor.is_owed(request):
            return self.get_response(request)
        if not _is_admin(request):
            request.user = AnonymousUser()
            return self.get_response(request)
        allowed = {"login", "logout", "jsi18n", "second_step", "enrol_second_factor", "passkeys"}
        if request.user.is_authenticated and request.user.must_change_password:
            allowed.add("password_change")
        if request.path in {reverse(f"admin:{name}") for name in allowed}:
            return self.get_response(request)
        return redirect_via("second_step", way_back(request))
