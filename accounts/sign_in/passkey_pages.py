"""Pages of passkeys: one's own, signing in with one, and the offer of a second step."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.services import NotAllowed
from accounts.sign_in import devices, passkeys, second_factor, sessions
from accounts.sign_in.pages import (
    current_user,
    has_shown_code,
    mark_passed,
    next_of,
    recovery_page,
    show_page,
    signed_in,
    verified,
)
from accounts.users.roles import MODEL_BACKEND
from accounts.views import redirect_via

PAGE = "admin:passkeys"


def urls() -> list[Any]:
    """Addresses under the admin."""
    return [
        path("khoa-truy-cap/", own_passkeys, name="passkeys"),
        path("khoa-truy-cap/<int:pk>/bo/", remove, name="remove_passkey"),
        path("dang-nhap-khoa/", sign_in, name="passkey_sign_in"),
        path("moi-cai-buoc-hai/", offer, name="offer_second_step"),
    ]


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: it stands for the password and for the second step."""
    try:
        user = passkeys.use(request.POST.get("answer", ""), passkeys.Site.of(request))
    except second_factor.WrongCode as wrong:
        return show_page(request, "passkey_refused", sentence=str(wrong), next=next_of(request))
    login(request, user, backend=MODEL_BACKEND)
    mark_passed(request)
    return devices.remember(request, redirect(next_of(request)), user)


def _add(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        user = sessions.lock_account(request)
        codes = passkeys.add(
            user,
            request.POST.get("answer", ""),
            passkeys.Site.of(request),
            name=sessions.browser_words(request.headers.get("User-Agent", "")),
            has_shown_code=has_shown_code(request),
        )
        sessions.end_all(user, keep=request)
    mark_passed(request)
    if codes:
        return devices.remember(request, recovery_page(request, codes, is_first=True), user)
    return devices.remember(request, redirect(PAGE), user)


@signed_in
def own_passkeys(request: HttpRequest) -> HttpResponse:
    """One's own passkeys, and a button for a new one, once a code was given where there is one."""
    user, error = current_user(request), ""
    factor = second_factor.of(user)
    has_one = factor.is_set_up or factor.lost_at is not None
    if second_factor.is_owed(request) and has_one and not has_shown_code(request):
        return redirect_via("second_step", request.get_full_path())
    if request.method == "POST":
        try:
            return _add(request)
        except (second_factor.WrongCode, NotAllowed, sessions.SessionEnded) as refusal:
            error = str(refusal)
    return _list(request, user, error)


def _list(request: HttpRequest, user: Any, error: str) -> HttpResponse:
    try:
        second_factor.check_may_enrol(user, has_shown_code=has_shown_code(request))
    except NotAllowed as refusal:
        refused = str(refusal)
    else:
        refused = ""
    is_owed = second_factor.is_owed(request)
    return show_page(
        request,
        "passkeys",
        error=error,
        refused=refused,
        asks_code=second_factor.of(user).is_set_up and bool(refused),
        must=is_owed,
        rows=[] if is_owed else user.passkeys.all(),
        options="" if refused else passkeys.options_to_add(user, passkeys.Site.of(request)),
        next=next_of(request),
    )


@verified
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away; a session left open is not enough for that."""
    user = current_user(request)
    passkey = get_object_or_404(user.passkeys, pk=pk)
    if not has_shown_code(request):
        return redirect(f"{reverse('admin:second_step')}?doi=khoa")
    try:
        passkeys.remove(passkey, by=user)
    except NotAllowed as refusal:
        return _list(request, user, str(refusal))
    return redirect(PAGE)


@verified
@require_GET
def offer(request: HttpRequest) -> HttpResponse:
    """The two ways to a second step, and “later”: for who need not have one."""
    return show_page(request, "offer_second_step", next=next_of(request))


def after_password(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a good password: the device is known from now on, a second step is offered."""
    if second_factor.is_owed(request):
        return response
    user, going_on = current_user(request), response["Location"]
    is_on_the_way = going_on.startswith((reverse("admin:enrol_second_factor"), reverse(PAGE)))
    if not is_on_the_way and passkeys.is_to_be_offered(user):
        response = redirect_via("offer_second_step", going_on)
    return devices.remember(request, response, user)


def login_context(request: HttpRequest) -> dict[str, Any]:
    """Context of the sign-in page beyond the password."""
    return {
        "passkey_options": passkeys.options_to_use(passkeys.Site.of(request)),
        "session_hours": round(settings.SESSION_HOURS),
        "session_idle_minutes": round(settings.SESSION_IDLE_MINUTES),
    }
