"""The second step of signing in: enrolling an authenticator app, checking codes, losing a phone.

Who may let an account enrol again is the heart of it: for a police account that is another chief
or a superuser, never the technical administrator, who can already issue a password
(docs/decisions/0041).
"""

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.audit import services as audit
from accounts.communes.models import Commune
from accounts.encryption.services import blind_index
from accounts.services import NotAllowed, password_is_a_chiefs, readable, void_password
from accounts.sign_in import sessions
from accounts.sign_in.models import RecoveryCode, SecondFactor
from accounts.users.models import User
from accounts.users.roles import KEEPERS, POLICE

ISSUER = "Bình Yên"
STEP_S, TOLERANCE = 30, 1
MAX_FAILURES, PAUSE = 5, timedelta(minutes=15)
RECOVERY_CODES = 10
PERMIT = timedelta(days=7)


class WrongCode(Exception):
    """The code does not open; the message is a sentence for the person."""


def is_owed(request: HttpRequest) -> bool:
    """Whether this session still has to pass (or to set up) the second step."""
    mark = sessions.mark_of(request)
    if not request.user.is_authenticated or mark.get("second_step_at"):
        return False
    if mark.get("asks_second_step"):
        return True
    return settings.SECOND_FACTOR_REQUIRED and request.user.has_perm("accounts.guarded_account")


def of(user: User) -> SecondFactor:
    """The second step of an account; an empty, unsaved one where there is none yet."""
    return SecondFactor.objects.filter(user=user).first() or SecondFactor(user=user)


def _locked(user: User) -> SecondFactor:
    """The second step for writing; the account is always locked before it."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    SecondFactor.objects.get_or_create(user=user)
    return SecondFactor.objects.select_for_update(of=("self",)).get(user=user)


# Enrolling


def new_seed() -> str:
    """A fresh seed, in the letters that authenticator apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def address_of(user: User, seed: str) -> str:
    """The `otpauth:` address in the QR code."""
    label, issuer = quote(f"{ISSUER}:{user.username}"), quote(ISSUER)
    return f"otpauth://totp/{label}?secret={seed}&issuer={issuer}&digits=6&period={STEP_S}"


def _totp(seed: str, drift: int = 0) -> TOTP:
    clock = TOTP(base64.b32decode(seed), step=STEP_S, drift=drift)
    clock.time = timezone.now().timestamp()
    return clock


def _needs_permit(user: User) -> bool:
    """A police account enrols with another's word, once there is a chief who could give it."""
    if user.is_superuser or not user.has_perm("accounts.police_account"):
        return False
    return user.commune is None or user.commune.vouching_since is not None


def check_may_enrol(user: User, *, has_shown_code: bool) -> None:
    """Raises NotAllowed with the sentence that says whom to ask.

    `has_shown_code`: this session has given a code of the app or a recovery code.
    """
    factor = of(user)
    if has_shown_code:
        return
    if factor.is_enrolled:
        raise NotAllowed("Hãy nhập mã xác thực đang dùng trước khi đổi sang điện thoại khác.")
    if factor.lost_at is not None:
        raise NotAllowed(
            "Điện thoại của tài khoản này đã báo mất. Hãy nhập một mã dự phòng, hoặc nhờ người có "
            "thẩm quyền đặt lại bước hai."
        )
    permitted = factor.permitted_until is not None and factor.permitted_until > timezone.now()
    if _needs_permit(user) and not permitted:
        raise NotAllowed(
            "Tài khoản công an phải được một chỉ huy khác cho phép trước khi cài bước hai. Hãy "
            "gặp chỉ huy, nhờ mở tài khoản này và bấm “Cho cài lại bước hai”."
        )


@transaction.atomic
def enrol(user: User, seed: str, code: str, *, has_shown_code: bool = False) -> list[str]:
    """Bind the app that knows `seed` to the account; returns the recovery codes, shown once.

    Raises NotAllowed, or WrongCode when the app's code does not fit.
    """
    check_may_enrol(user, has_shown_code=has_shown_code)
    clock = _totp(seed)
    if not clock.verify(_number(code), tolerance=TOLERANCE):
        raise WrongCode(
            "Mã chưa đúng. Hãy xem đúng dòng “Bình Yên” trong ứng dụng và nhập mã đang hiện; giờ "
            "trên điện thoại phải để tự động."
        )
    factor = _locked(user)
    factor.seed, factor.confirmed_at, factor.lost_at = seed, timezone.now(), None
    factor.drift, factor.last_step = clock.drift, clock.t()
    factor.failures, factor.permitted_until = 0, None
    factor.save()
    if user.commune_id and user.has_perm("accounts.vouch_police_account"):
        Commune.objects.filter(pk=user.commune_id, vouching_since=None).update(
            vouching_since=timezone.now()
        )
    audit.record("account.second_factor_enrolled", by=user, target=user)
    return _fresh_codes(factor)


def _fresh_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = [f"{readable(5)}-{readable(5)}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in codes
    )
    return codes


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes; those on the old paper are void. The caller has just asked for a code."""
    factor = _locked(user)
    if not factor.is_enrolled:
        raise NotAllowed("Tài khoản này chưa cài bước hai.")
    audit.record("account.recovery_codes_renewed", by=user, target=user)
    return _fresh_codes(factor)


# Checking


def _number(text: str) -> int:
    digits = "".join(text.split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 6 else -1


def _digest(factor: SecondFactor, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return blind_index(plain, purpose=f"recovery-code:{factor.uuid}")


def paused_until(factor: SecondFactor) -> datetime | None:
    """When codes are looked at again after too many wrong ones; None when they are now."""
    if factor.failures < MAX_FAILURES or factor.failed_at is None:
        return None
    until: datetime = factor.failed_at + PAUSE
    return until if until > timezone.now() else None


def verify(user: User, text: str) -> str:
    """Check a code of the app or a recovery code; returns `app` or `recovery`.

    Raises WrongCode. Five wrong codes in a row, from wherever, stop everything for 15 minutes.
    """
    with transaction.atomic():
        factor = _locked(user)
        if (until := paused_until(factor)) is not None:
            raise WrongCode(
                f"Đã nhập sai nhiều lần nên tạm dừng. Hãy thử lại sau "
                f"{timezone.localtime(until):%H:%M}; mã đúng lúc này cũng chưa nhận."
            )
        kind = _matching(factor, text)
        if kind:
            factor.failures = 0
        else:
            factor.failures, factor.failed_at = factor.failures + 1, timezone.now()
        factor.save(update_fields=["drift", "last_step", "failures", "failed_at"])
        _record_attempt(factor, kind)
    if not kind:
        raise WrongCode(_wrong(factor, text))
    return kind


def _wrong(factor: SecondFactor, text: str) -> str:
    if factor.is_enrolled and _number(text) >= 0:
        return (
            "Mã không đúng, hoặc đã dùng rồi. Hãy chờ ứng dụng đổi sang mã mới (30 giây) rồi nhập "
            "mã đó."
        )
    return (
        "Mã dự phòng không đúng, hoặc đã dùng rồi. Mỗi mã chỉ dùng một lần: hãy nhập một mã khác "
        "trên tờ giấy."
    )


def _matching(factor: SecondFactor, text: str) -> str:
    """`app` or `recovery` when the text is a good code (which is thereby used up), else nothing."""
    number = _number(text)
    if number >= 0:
        if not factor.is_enrolled:
            return ""
        clock = _totp(factor.seed, factor.drift)
        if not clock.verify(number, tolerance=TOLERANCE, min_t=factor.last_step + 1):
            return ""
        factor.drift, factor.last_step = clock.drift, clock.t()
        return "app"
    used = factor.recovery_codes.filter(digest=_digest(factor, text), used_at=None).update(
        used_at=timezone.now()
    )
    return "recovery" if used else ""


def _record_attempt(factor: SecondFactor, kind: str) -> None:
    user = factor.user
    if kind == "app":
        audit.record("account.second_step_passed", by=user, target=user)
    elif kind == "recovery":
        left = factor.recovery_codes.filter(used_at=None).count()
        audit.record("account.recovery_code_used", by=user, target=user, codes_left=left)
    else:
        # Whoever types a wrong code need not be the owner: no one is named as the actor.
        audit.record("account.second_step_failed", target=user, attempts=factor.failures)
        if factor.failures == MAX_FAILURES:
            audit.record("account.second_step_paused", target=user)


# Losing a phone, and starting again


def _check_authorised(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise NotAllowed("Không tự đặt lại bước hai của chính mình. Hãy nhờ người có thẩm quyền.")
    seen = User.objects.visible_to(by).filter(pk=user.pk).exists()
    if not seen or not by.has_perm("accounts.reset_second_factor"):
        raise NotAllowed("Tài khoản này không được làm việc đó.")
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed("Chỉ quản trị cấp cao nhất mới được thay đổi tài khoản này.")


def check_may_reset(user: User, *, by: User) -> None:
    """Raises NotAllowed. For a police account this takes a chief or a superuser."""
    _check_authorised(user, by)
    if not user.has_perm("accounts.police_account"):
        return
    if not by.has_perm("accounts.vouch_police_account"):
        raise NotAllowed(
            "Bước hai của tài khoản công an chỉ một chỉ huy khác, hoặc quản trị cấp cao nhất, mới "
            "được cho cài lại."
        )
    if user.must_change_password or not user.has_usable_password():
        raise NotAllowed(
            "Người này chưa tự đổi mật khẩu tạm. Hãy để chính người đó đăng nhập, đổi mật khẩu, "
            "rồi bấm lại nút này."
        )


@transaction.atomic
def reset(user: User, *, by: User, reason: str) -> SecondFactor:
    """Let an account set up its second step anew at the next sign-in, within seven days.

    Ends its sessions. Raises NotAllowed; see `check_may_reset`.
    """
    check_may_reset(user, by=by)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do.")
    factor = _forget(user)
    factor.lost_at, factor.permitted_until = None, timezone.now() + PERMIT
    factor.reset_by, factor.reset_at, factor.told_at = by, timezone.now(), None
    factor.reset_reason = reason.strip()
    factor.save()
    audit.record("account.second_factor_reset", by=by, target=user, reason=reason.strip())
    return factor


@transaction.atomic
def reset_on_server(user: User, *, reason: str) -> None:
    """The same for who runs the server, where nobody in the portal is left who could."""
    factor = _forget(user)
    factor.lost_at, factor.permitted_until = None, timezone.now() + PERMIT
    factor.save()
    audit.record("account.second_factor_reset", target=user, reason=reason)


def _forget(user: User) -> SecondFactor:
    """Take the app and the codes away and end all sessions; the caller saves the row."""
    factor = _locked(user)
    factor.seed, factor.confirmed_at, factor.failures = "", None, 0
    factor.recovery_codes.all().delete()
    sessions.end_all(user)
    return factor


@transaction.atomic
def report_lost(user: User, *, by: User) -> int:
    """The phone is gone: the app no longer opens, every session ends, recovery codes still work.

    Without a second step the password itself ends, because the phone may have kept it. Anyone for
    themselves; for another whoever may reset. Returns the number of sessions ended. Raises
    NotAllowed.
    """
    if user.pk != by.pk:
        _check_authorised(user, by)
    factor = _locked(user)
    if factor.is_enrolled:
        factor.seed, factor.confirmed_at, factor.lost_at = "", None, timezone.now()
    elif factor.lost_at is None:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    factor.permitted_until = None
    factor.save(update_fields=["seed", "confirmed_at", "lost_at", "permitted_until"])
    ended = sessions.end_all(user)
    audit.record("account.phone_lost", by=by, target=user, sessions=ended)
    return ended


@transaction.atomic
def roles_changed(user: User, *, before: set[str], by: User) -> None:
    """Powers given to an account do not open with what it had set up before.

    Otherwise whoever gives roles could raise an account of theirs: into the police, then the second
    step is set up anew; into those who keep the lists of residents, then the password ends. A
    superuser's word counts as the permit.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    new = set(user.groups.values_list("name", flat=True)) - before
    keeps = new & {str(role.label) for role in KEEPERS} and password_is_a_chiefs(user)
    if keeps and user.has_usable_password() and not by.has_perm("accounts.vouch_police_account"):
        void_password(user, by=by)
    if not new & {str(role.label) for role in POLICE}:
        return
    was_enrolled = of(user).is_enrolled
    factor = _forget(user)
    factor.permitted_until = timezone.now() + PERMIT if by.is_superuser else None
    factor.save()
    if was_enrolled:
        audit.record("account.second_factor_cleared", by=by, target=user)


def tell_of_reset(user: User) -> str:
    """The sentence that a person is owed after a reset, once; else nothing."""
    factor = of(user)
    if factor.reset_at is None or factor.told_at is not None:
        return ""
    SecondFactor.objects.filter(pk=factor.pk).update(told_at=timezone.now())
    return reset_sentence(factor)


def reset_sentence(factor: SecondFactor) -> str:
    """By whom, when and why the second step was reset."""
    at = timezone.localtime(factor.reset_at)
    return (
        f"{factor.reset_by} đã đặt lại bước hai của tài khoản này lúc {at:%H:%M %d/%m/%Y}. "
        f"Lý do: {factor.reset_reason}. Nếu không phải đồng chí nhờ, hãy báo ngay cho chỉ huy."
    )
