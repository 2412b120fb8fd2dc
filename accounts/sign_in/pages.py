"""Forms of the admin that are more than a list of fields."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.encryption.services import DecryptionError, seal, unseal
from accounts.scoped_admin.base import AdminOwnPasswordChangeForm
from accounts.sign_in import devices, first_codes, first_days, passkeys, second_factor, sessions
from accounts.users.models import User
from accounts.vault.proofs import keys
from accounts.vault.proofs import operations as proof_operations
from accounts.views import redirect_via, safe_next


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """The old password once, a new and different one twice."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        new = data.get("new_password1")
        if new and new == data.get("old_password"):
            raise ValidationError(
                _("Mật khẩu mới trùng với mật khẩu đang dùng. Hãy đặt một mật khẩu khác.")
            )
        return data

    def save(self, commit: bool = True) -> User:
        return services.change_own_password(self.user, self.cleaned_data["new_password1"])


# The pages around one's own account: the second step, recovery codes, sessions, a lost phone.
#
# They stand outside the theme (docs/decisions/0030): big fields, few words, no script needed.


View = Callable[..., Any]
CHANGES = ("1", "khoa")  # of the app, of passkeys
PENDING_SEED = "pending_seed"
CODE_SHOWN_S = 600


def signed_in(view: View) -> View:
    """Any staff account that has passed the password; the second step may still be owed."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **asked: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_staff):
            return redirect_via("login", request.get_full_path())
        return view(request, **asked)

    return guarded


def verified(view: View) -> View:
    """Like `signed_in`, and nothing is owed."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, **asked: Any) -> HttpResponse:
        if second_factor.is_owed(request):
            return redirect_via("second_step", request.get_full_path())
        return view(request, **asked)

    return guarded


def show_page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    response = TemplateResponse(request, f"accounts/{name}.html", context)
    response["Cache-Control"] = "no-store"
    return response


def next_of(request: HttpRequest) -> str:
    """The address to go on to after this page."""
    return safe_next(request, request.POST.get("next") or request.GET.get("next", ""))


def _to_enrolment(request: HttpRequest) -> HttpResponse:
    return redirect_via("enrol_second_factor", next_of(request))


def has_shown_code(request: HttpRequest) -> bool:
    """Whether this session has just given a code; an old one does not bind a new phone."""
    shown_at = sessions.mark_of(request).get("code_shown_at", 0)
    return bool(timezone.now().timestamp() - shown_at < CODE_SHOWN_S)


def mark_passed(request: HttpRequest) -> None:
    """This session has passed; its key changes, so that an older copy of it is worth nothing."""
    request.session.cycle_key()
    sessions.write_mark(request, second_step_at=timezone.now().timestamp(), code_shown_at=0)


@signed_in
def second_step(request: HttpRequest) -> HttpResponse:
    """A code of the app, or one from the paper; then on to where one wanted to go."""
    factor = second_factor.of(current_user(request))
    changing = request.GET.get("doi", "") in CHANGES and factor.is_set_up
    if not (factor.is_set_up or factor.lost_at):
        return _to_enrolment(request)
    if not (second_factor.is_owed(request) or changing):
        return redirect(next_of(request))
    error = ""
    if request.method == "POST":
        try:
            _check_code_or_passkey(request, factor.user)
        except second_factor.WrongCode as wrong:
            error = str(wrong)
        else:
            if changing or factor.lost_at:
                sessions.write_mark(request, code_shown_at=timezone.now().timestamp())
                if request.GET.get("doi") == "khoa":
                    return redirect("admin:passkeys")
                return _to_enrolment(request)
            mark_passed(request)
            return devices.remember(request, redirect(next_of(request)), factor.user)
    return show_page(
        request,
        "second_step",
        error=error,
        next=next_of(request),
        is_lost=factor.lost_at is not None,
        is_paper=bool(error) and not request.POST.get("code", "").strip().isdecimal(),
        changing=changing,
        has_app=factor.is_enrolled,
        passkey_options=_options_to_use(request, factor.user),
    )


def _options_to_use(request: HttpRequest, user: User) -> str:
    if not user.passkeys.exists():
        return ""
    return passkeys.options_to_use(passkeys.Site.of(request), user)


def _check_code_or_passkey(request: HttpRequest, user: User) -> None:
    """Raises WrongCode where neither a good code nor a passkey of the account was sent."""
    if answer := request.POST.get("answer", ""):
        passkeys.use(answer, passkeys.Site.of(request), user)
    else:
        second_factor.verify(user, request.POST.get("code", ""))


def _pending_seed(request: HttpRequest) -> str:
    """The seed that this session offers, sealed inside it; kept so that a reload shows the same."""
    context = f"pending-seed:{request.user.pk}"
    try:
        return unseal(request.session.get(PENDING_SEED, ""), context=context)
    except DecryptionError:
        seed = second_factor.new_seed()
        request.session[PENDING_SEED] = seal(seed, context=context)
        return seed


@signed_in
def enrol(request: HttpRequest) -> HttpResponse:
    """The QR code and the key, a code to prove that the app has it, then the recovery codes."""
    user, has_code = current_user(request), has_shown_code(request)
    factor, error = second_factor.of(user), ""
    is_reset = factor.permitted_until is not None and factor.reset_at is not None
    reset_sentence = factor.reset_sentence if is_reset else ""
    if request.method == "POST" and "own_code" in request.POST:
        return _use_first_codes(request, user)
    try:
        second_factor.check_may_enrol(user, has_shown_code=has_code)
        seed = _pending_seed(request)
        if request.method == "POST":
            with transaction.atomic():
                user = sessions.lock_account(request)
                codes = second_factor.enrol(
                    user, seed, request.POST.get("code", ""), has_shown_code=has_code
                )
                sessions.end_all(user, keep=request)
            del request.session[PENDING_SEED]
            mark_passed(request)
            return devices.remember(request, recovery_page(request, codes, is_first=True), user)
    except sessions.SessionEnded as ended:
        return show_page(request, "enrol_refused", sentence=str(ended))
    except services.NotAllowed as refusal:
        if factor.is_set_up:
            return redirect(_change_address())
        return show_page(
            request, "enrol_refused", sentence=str(refusal), is_lost=factor.lost_at is not None,
            takes_codes=first_days.takes_codes(user),
        )  # fmt: skip
    except second_factor.WrongCode as wrong:
        error = str(wrong)
    qr = segno.make(second_factor.address_of(user, seed), error="m", micro=False)
    return show_page(
        request,
        "enrol",
        error=error,
        next=next_of(request),
        told=reset_sentence,
        qr=qr.svg_data_uri(scale=5, border=3, light="#fff", nl=False),
        address=second_factor.address_of(user, seed),
        key=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        must=second_factor.is_owed(request),
    )


def _use_first_codes(request: HttpRequest, user: User) -> HttpResponse:
    """The two sheets of the first days, then on to the QR code."""
    try:
        first_codes.use(user, request.POST.get("own_code", ""), request.POST.get("other_code", ""))
    except second_factor.WrongCode as wrong:
        return show_page(request, "enrol_refused", sentence=str(wrong), takes_codes=True)
    return _to_enrolment(request)


def _change_address() -> str:
    return f"{reverse('admin:second_step')}?doi=1"


def recovery_page(
    request: HttpRequest, codes: list[str], *, is_first: bool = False
) -> HttpResponse:
    lines = [
        f"Bình Yên - mã dự phòng của {request.user} ({request.user.get_username()})",
        f"Tạo lúc {timezone.localtime():%H:%M %d/%m/%Y}. Mỗi mã dùng một lần.",
        *codes,
    ]
    return show_page(
        request,
        "recovery_codes",
        codes=codes,
        is_first=is_first,
        next=next_of(request),
        made_at=timezone.localtime(),
        file=f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}",
    )


@verified
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes, for a code of the app or an old one."""
    user, error = current_user(request), ""
    if not second_factor.of(user).is_set_up:
        return redirect("admin:own_account")
    if request.method == "POST":
        try:
            second_factor.verify(user, request.POST.get("code", ""))
        except second_factor.WrongCode as wrong:
            error = str(wrong)
        else:
            return recovery_page(request, second_factor.renew_recovery_codes(user))
    return show_page(request, "renew_codes", error=error)


@verified
def own_account(request: HttpRequest) -> HttpResponse:
    """How one signs in, where one is signed in, and the buttons for a bad day."""
    user = current_user(request)
    factor = second_factor.of(user)
    this = sessions.mark_of(request).get("id")
    return show_page(
        request,
        "own_account",
        factor=factor,
        is_set_up=factor.is_set_up,
        passkeys=list(user.passkeys.all()),
        codes_left=factor.recovery_codes.filter(used_at=None).count() if factor.pk else 0,
        must=user.has_perm("accounts.guarded_account"),
        may_prove=keys.may_have(user),
        proof_keys=list(keys.of(user)),
        sessions=[(row, row.pk == this) for row in sessions.open_of(user)[:20]],
        idle_minutes=round(settings.SESSION_IDLE_MINUTES),
        hours=round(settings.SESSION_HOURS),
        roles=", ".join(user.groups.values_list("name", flat=True)),
        change_address=_change_address(),
    )


@verified
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """One click and a confirmation: every session of one's own ends, this one too."""
    if request.method != "POST":
        return show_page(request, "confirm_sign_out")
    services.sign_out_everywhere(current_user(request))
    request.session.flush()
    return show_page(request, "signed_out_everywhere")


@verified
def lost_phone(request: HttpRequest) -> HttpResponse:
    """One's own phone is gone."""
    user = current_user(request)
    factor = second_factor.of(user)
    is_chiefs = services.password_is_a_chiefs(user)
    helper = "chỉ huy Công an xã" if is_chiefs else "quản trị kỹ thuật của xã"
    had_factor = factor.is_set_up
    if request.method != "POST":
        return show_page(request, "confirm_lost", had_factor=had_factor, helper=helper)
    has_keys = keys.of(user).exists()
    is_cut = not has_keys or proof_operations.end_own()  # while the session still counts
    second_factor.report_lost(user, by=user)
    request.session.flush()
    return show_page(
        request, "lost_done", had_factor=had_factor, helper=helper, has_keys=has_keys, is_cut=is_cut
    )


class OwnPasswordView(PasswordChangeView):
    """A new password ends every other session of the account."""

    form_class = OwnPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                sessions.lock_account(self.request)
                response = super().form_valid(form)
                sessions.end_all(form.user, keep=self.request)
        except sessions.SessionEnded as ended:
            form.add_error(None, str(ended))
            return self.form_invalid(form)
        return response


def current_user(request: HttpRequest) -> User:
    """The account itself, read afresh: what was cached with the request may be outdated."""
    return User.objects.select_related("commune").get(pk=request.user.pk)
