"""The second step of signing in: enrolling an authenticator app, checking codes, losing a phone.

Who may let an account enrol again is the heart of it: for a police account that is another chief
or a superuser, never the technical administrator, who can already issue a password
(docs/decisions/0041).
"""

import base64
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.alarms import raise_alarm
from accounts.audit import services as audit
from accounts.communes.models import Commune
from accounts.second_person.table import SIDED, needs_second
from accounts.services import (
    NEEDS_SECOND,
    NotAllowed,
    password_is_a_chiefs,
    readable,
    void_password,
)
from accounts.sign_in import first_days, sessions
from accounts.sign_in.models import RecoveryCode, SecondFactor
from accounts.users.models import User
from accounts.users.roles import KEEPERS, POLICE, group_names

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


def locked(user: User) -> SecondFactor:
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
    if factor.is_set_up:
        raise NotAllowed("Hãy nhập mã xác thực đang dùng trước khi đổi sang điện thoại khác.")
    if factor.lost_at is not None:
        raise NotAllowed(
            "Điện thoại của tài khoản này đã báo mất. Hãy nhập một mã dự phòng, hoặc nhờ người có "
            "thẩm quyền đặt lại bước hai."
        )
    permitted = factor.permitted_until is not None and factor.permitted_until > timezone.now()
    if not permitted and first_days.takes_codes(user):
        raise NotAllowed(first_days.ASKED)
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
    factor = locked(user)
    factor.seed, factor.confirmed_at, factor.lost_at = seed, timezone.now(), None
    factor.drift, factor.last_step = clock.drift, clock.t()
    factor.failures, factor.permitted_until = 0, None
    factor.save()
    vouching_begins(user)
    audit.record("account.second_factor_enrolled", by=user, target=user)
    return fresh_codes(factor)


def vouching_begins(user: User) -> None:
    """From the first chief with a second step on, a commune has somebody who vouches."""
    if user.commune_id and user.has_perm("accounts.vouch_police_account"):
        Commune.objects.filter(pk=user.commune_id, vouching_since=None).update(
            vouching_since=timezone.now()
        )


def fresh_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = [f"{readable(5)}-{readable(5)}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=factor.recovery_digest(code)) for code in codes
    )
    return codes


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes; those on the old paper are void. The caller has just asked for a code."""
    factor = locked(user)
    if not factor.is_set_up:
        raise NotAllowed("Tài khoản này chưa cài bước hai.")
    audit.record("account.recovery_codes_renewed", by=user, target=user)
    return fresh_codes(factor)


# Checking


def _number(text: str) -> int:
    digits = "".join(text.split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 6 else -1


def paused_until(factor: SecondFactor) -> datetime | None:
    """When codes are looked at again after too many wrong ones; None when they are now."""
    if factor.failures < MAX_FAILURES or factor.failed_at is None:
        return None
    until: datetime = factor.failed_at + PAUSE
    return until if until > timezone.now() else None


def verify(user: User, text: str) -> str:
    """Check a code of the app or a recovery code; returns `app` or `recovery`. Raises WrongCode."""
    kind = attempt(user, lambda factor: _matching(factor, text))
    if not kind:
        raise WrongCode(_wrong(of(user), text))
    return kind


def attempt(user: User, check: Callable[[SecondFactor], str]) -> str:
    """Try what was typed: `check` returns `app`, `recovery` or `first`, blank for a wrong code.

    Five wrong ones in a row, from wherever, stop everything for 15 minutes: then WrongCode.
    """
    with transaction.atomic():
        factor = locked(user)
        if (until := paused_until(factor)) is not None:
            raise WrongCode(
                f"Đã nhập sai nhiều lần nên tạm dừng. Hãy thử lại sau "
                f"{timezone.localtime(until):%H:%M}; mã đúng lúc này cũng chưa nhận."
            )
        kind = check(factor)
        if kind:
            factor.failures = 0
        else:
            factor.failures, factor.failed_at = factor.failures + 1, timezone.now()
        factor.save()
        _record_attempt(factor, kind)
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
    used = factor.recovery_codes.filter(digest=factor.recovery_digest(text), used_at=None).update(
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
    elif kind == "first":  # typed by two, so that neither is the actor
        audit.record("account.first_codes_used", target=user)
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
    """Raises NotAllowed. For a police account this takes a chief or a superuser.

    Where it takes two, the technical administrator may propose it: a chief is among them.
    """
    _check_authorised(user, by)
    if first_days.takes_codes(user):
        raise NotAllowed(first_days.ASKED)
    if not user.has_perm("accounts.police_account"):
        return
    if not by.has_perm("accounts.vouch_police_account") and not needs_second(user):
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

    Ends its sessions. Raises NotAllowed; see `check_may_reset`; also where it takes two.
    """
    check_may_reset(user, by=by)
    if needs_second(user):
        raise NotAllowed(NEEDS_SECOND)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do.")
    return let_enrol(user, by=by, reason=reason)


@transaction.atomic
def let_enrol(user: User, *, by: User, reason: str, second: User | None = None) -> SecondFactor:
    """The same for callers that asked who may; `second` agreed where it took two."""
    factor = _forget(user)
    factor.lost_at, factor.permitted_until = None, timezone.now() + PERMIT
    factor.reset_by, factor.reset_at, factor.told_at = by, timezone.now(), None
    factor.reset_reason = reason.strip()
    factor.save()
    audit.record("account.second_factor_reset", by=by, target=user, reason=reason.strip())
    raise_alarm("second_step_reset", user, by=by, second=second)
    return factor


@transaction.atomic
def reset_on_server(user: User, *, reason: str) -> None:
    """The same for who runs the server, where nobody in the portal is left who could."""
    factor = _forget(user)
    factor.lost_at, factor.permitted_until = None, timezone.now() + PERMIT
    factor.save()
    audit.record("account.second_factor_reset", target=user, reason=reason)
    raise_alarm("second_step_reset", user)


def _forget(user: User) -> SecondFactor:
    """Take app, codes and passkeys away and end all sessions; the caller saves the row."""
    factor = locked(user)
    factor.seed, factor.confirmed_at, factor.failures = "", None, 0
    factor.recovery_codes.all().delete()
    user.passkeys.all().delete()
    sessions.end_all(user)
    return factor


@transaction.atomic
def report_lost(user: User, *, by: User) -> int:
    """The phone is gone: app and passkeys no longer open, all sessions end, codes on paper work.

    Without a second step the password itself ends, because the phone may have kept it. Anyone for
    themselves; for another whoever may reset. Returns the number of sessions ended. Raises
    NotAllowed.
    """
    if user.pk != by.pk:
        _check_authorised(user, by)
    factor = locked(user)
    if factor.is_set_up:
        factor.seed, factor.confirmed_at, factor.lost_at = "", None, timezone.now()
        user.passkeys.all().delete()
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

    Otherwise whoever gives roles could raise an account of theirs: into the police or the Party,
    then the second step is set up anew; into those who keep the lists of residents, or whose
    password takes two persons, then the password ends. A superuser's word counts as the permit.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    new = set(user.groups.values_list("name", flat=True)) - before
    keeps = new & set(group_names(KEEPERS)) and password_is_a_chiefs(user)
    ends = keeps and not by.has_perm("accounts.vouch_police_account")
    is_sided = bool(new & SIDED) and needs_second(user)
    if (ends or is_sided) and user.has_usable_password():
        void_password(user, by=by)
    if not (is_sided or new & set(group_names(POLICE))):
        return
    was_set_up = of(user).is_set_up
    factor = _forget(user)
    is_permitted = by.is_superuser and not new & SIDED
    factor.permitted_until = timezone.now() + PERMIT if is_permitted else None
    factor.save()
    if was_set_up:
        audit.record("account.second_factor_cleared", by=by, target=user)


def tell_of_reset(user: User) -> str:
    """The sentence that a person is owed after a reset, once; else nothing."""
    factor = of(user)
    if factor.reset_at is None or factor.told_at is not None:
        return ""
    SecondFactor.objects.filter(pk=factor.pk).update(told_at=timezone.now())
    return factor.reset_sentence
