"""Passkeys: adding one, signing in or passing the second step with one, taking one away.

The ceremonies themselves are the library's (docs/decisions/0101). A passkey counts as both steps:
it asks its owner for finger, face or PIN each time, and answers the portal's own address alone.
A challenge is signed and not stored; the first answer to it uses it up.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.audit import services as audit
from accounts.encryption.services import blind_index
from accounts.services import NotAllowed
from accounts.sign_in import second_factor
from accounts.sign_in.models import Passkey, SecondFactor
from accounts.sign_in.second_factor import ISSUER, WrongCode
from accounts.users.models import User

SALT: Final = "accounts.passkey-challenge"
GOOD_FOR_S: Final = 1800
MOST: Final = 5
LONGEST: Final = 16_384
_NUMBER: Final = re.compile(r"[\w-]+", re.ASCII)
ENTER: Final = "enter"
REFUSED: Final = (
    "Khóa truy cập này không mở được. Hãy thử lại, hoặc đăng nhập bằng mật khẩu và mã xác thực."
)
STALE: Final = "Trang mở đã lâu hoặc đã dùng rồi. Hãy tải lại trang rồi bấm lại."


@dataclass(frozen=True)
class Site:
    """The portal as the browser of a request sees it: a passkey is good for one name alone."""

    name: str
    origin: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Site":
        host = request.get_host()
        return cls(host.partition(":")[0], f"{request.scheme}://{host}")


def _challenge(purpose: str) -> bytes:
    return signing.dumps([purpose, secrets.token_hex(16)], salt=SALT).encode()


def _parsed(answer: str, purpose: str) -> tuple[dict[str, Any], bytes]:
    """The answer of a browser, with the challenge that it answers and thereby uses up.

    Raises WrongCode where it answers none of ours for this purpose.
    """
    try:
        found = json.loads(answer) if len(answer) <= LONGEST else {}
        client_data = json.loads(base64url_to_bytes(found["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client_data["challenge"])
        aim, _nonce = signing.loads(challenge.decode(), salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature:
        raise WrongCode(STALE) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WrongCode(REFUSED) from None
    if aim != purpose:
        raise WrongCode(REFUSED)
    if not cache.add(f"passkey-used:{hashlib.sha256(challenge).hexdigest()}", 1, GOOD_FOR_S):
        raise WrongCode(STALE)
    return found, challenge


# Adding


def options_to_add(user: User, site: Site) -> str:
    """All that the browser needs to make a passkey for this account, as JSON."""
    handle = blind_index(str(user.pk), purpose="passkey-owner")
    options = generate_registration_options(
        rp_id=site.name,
        rp_name=ISSUER,
        user_id=bytes.fromhex(handle),
        user_name=user.get_username(),
        user_display_name=str(user),
        challenge=_challenge(f"add:{user.pk}"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return options_to_json(options)


def add(
    user: User, answer: str, site: Site, *, name: str, has_shown_code: bool = False
) -> list[str]:
    """Bind a new passkey; returns recovery codes where the account has none left, shown once.

    Raises NotAllowed as for an app (`second_factor.check_may_enrol`), or WrongCode. The account is
    locked by the caller.
    """
    second_factor.check_may_enrol(user, has_shown_code=has_shown_code)
    if user.passkeys.count() >= MOST:
        raise NotAllowed(f"Mỗi tài khoản có nhiều nhất {MOST} khóa truy cập. Hãy bỏ bớt một khóa.")
    credential, challenge = _parsed(answer, f"add:{user.pk}")
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise WrongCode(REFUSED) from None
    number = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential_id=number).exists():
        raise WrongCode("Khóa truy cập này đã được cài rồi.")
    with transaction.atomic():
        codes = _settle(user)
        Passkey.objects.create(
            user=user,
            name=name,
            credential_id=number,
            public_key=made.credential_public_key,
            uses=made.sign_count,
            made_at=timezone.now(),
        )
        audit.record("account.passkey_added", by=user, target=user, device=name)
    return codes


def _settle(user: User) -> list[str]:
    """The account is about to get a passkey; returns recovery codes where it has none left."""
    factor = second_factor.locked(user)
    factor.lost_at, factor.failures, factor.permitted_until = None, 0, None
    factor.save()
    second_factor.vouching_begins(user)
    is_left = factor.recovery_codes.filter(used_at=None).exists()
    return [] if is_left else second_factor.fresh_codes(factor)


@transaction.atomic
def remove(passkey: Passkey, *, by: User) -> None:
    """Take away one of one's own. The caller has just asked for a code. Raises NotAllowed."""
    if passkey.user_id != by.pk:
        raise NotAllowed("Chỉ bỏ được khóa truy cập của chính mình.")
    factor = second_factor.locked(by)
    is_last = not factor.is_enrolled and by.passkeys.count() == 1
    if is_last and by.has_perm("accounts.guarded_account"):
        raise NotAllowed(
            "Tài khoản này phải có bước hai. Hãy cài ứng dụng xác thực hoặc khóa khác rồi mới bỏ."
        )
    audit.record("account.passkey_removed", by=by, target=by, device=passkey.name)
    passkey.delete()


# Using


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(number))
        for number in user.passkeys.values_list("credential_id", flat=True)
    ]


def options_to_use(site: Site, user: User | None = None) -> str:
    """All that the browser needs to use a passkey, of anybody or of this account, as JSON."""
    options = generate_authentication_options(
        rp_id=site.name,
        challenge=_challenge(_use_by(user)),
        allow_credentials=_descriptors(user) if user is not None else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _use_by(user: User | None) -> str:
    return ENTER if user is None else f"step:{user.pk}"


@transaction.atomic
def use(answer: str, site: Site, user: User | None = None) -> User:
    """The account whose passkey answered; `user` where it must be this one. Raises WrongCode."""
    credential, challenge = _parsed(answer, _use_by(user))
    number = str(credential.get("id", ""))
    if _NUMBER.fullmatch(number) is None:
        raise WrongCode(REFUSED)
    rows = Passkey.objects.select_related("user__commune").select_for_update(of=("self",))
    passkey = rows.filter(credential_id=number).first()
    if passkey is None or (user is not None and passkey.user_id != user.pk):
        raise WrongCode(REFUSED)
    try:
        done = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise WrongCode(REFUSED) from None
    owner: User = passkey.user
    if not (owner.is_active and owner.is_staff):
        raise WrongCode(REFUSED)
    passkey.uses, passkey.used_at = done.new_sign_count, timezone.now()
    passkey.save(update_fields=["uses", "used_at"])
    audit.record("account.passkey_used", by=owner, target=owner, device=passkey.name)
    return owner


# Offering


def is_to_be_offered(user: User) -> bool:
    """Whether to offer a second step to who need not have one; once, and this was the time."""
    if not settings.SECOND_FACTOR_REQUIRED or user.must_change_password:
        return False
    factor = second_factor.of(user)
    if factor.offered_at is not None or factor.is_set_up:
        return False
    SecondFactor.objects.update_or_create(user=user, defaults={"offered_at": timezone.now()})
    return True
