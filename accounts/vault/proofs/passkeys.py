"""Passkeys that the vault has pinned: it keeps their public halves under its own mark.

What web knows of passkeys (`accounts.sign_in.passkeys`) counts for nothing here: web could swap it.
"""

import base64
import json
from typing import Any, Final

from django.db import transaction
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
from accounts.users.models import User
from accounts.vault.errors import ProofRefused
from accounts.vault.proofs import challenges, keys
from accounts.vault.proofs.models import ProofKey

MOST: Final = 5
PIN: Final = "pin"
REFUSED: Final = "Khóa truy cập này không mở được. Hãy thử lại, hoặc nhập mã 6 số."
_FAULTS: Final = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


def _parsed(answer: str) -> tuple[dict[str, Any], bytes]:
    """The answer of a browser, and the challenge that it answers. Raises ProofRefused."""
    try:
        found = json.loads(answer)
        client_data = json.loads(base64url_to_bytes(found["response"]["clientDataJSON"]))
        return found, base64url_to_bytes(client_data["challenge"])
    except (*_FAULTS, RecursionError):
        raise ProofRefused(REFUSED) from None


def _described(rows: Any) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in rows]


# Proving an act


def options_to_prove(user: User, *aim: str) -> str:
    """All that the browser needs to prove this act with a passkey, as JSON; blank without one."""
    rows = [row for row in keys.of(user).filter(kind=ProofKey.Kind.PASSKEY) if row.is_sound]
    if not rows:
        return ""
    site = json.loads(rows[-1].secret)["site"]
    options = generate_authentication_options(
        rp_id=site,
        challenge=challenges.make(user.pk, *aim),
        allow_credentials=_described(rows),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def verify(key: ProofKey, answer: str, *aim: str) -> int:
    """How often the passkey was used, by its own count, once its answer to a challenge for this act
    was verified. Raises ProofRefused, ForgedCall.
    """
    credential, challenge = _parsed(answer)
    challenges.use(challenge, key.user_id, *aim)
    known = json.loads(key.secret)
    try:
        done = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=known["site"],
            expected_origin=known["origin"],
            credential_public_key=base64.b64decode(known["public_key"]),
            credential_current_sign_count=key.uses,
            require_user_verification=True,
        )
    except _FAULTS:
        raise ProofRefused(REFUSED) from None
    return int(done.new_sign_count)


def number_in(answer: str) -> str:
    """The number of the passkey that answered. Raises ProofRefused."""
    return str(_parsed(answer)[0].get("id", ""))


# Pinning


def options_to_pin(user: User, *, site: str) -> str:
    """All that the browser needs to make a passkey for this account, as JSON."""
    rows = keys.of(user).filter(kind=ProofKey.Kind.PASSKEY)
    options = generate_registration_options(
        rp_id=site,
        rp_name=keys.ISSUER,
        user_id=f"proof:{user.pk}".encode(),
        user_name=user.get_username(),
        user_display_name=f"{user} ({keys.ISSUER})",
        challenge=challenges.make(user.pk, PIN),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(rows),
    )
    return options_to_json(options)


@transaction.atomic
def pin(user: User, answer: str, *, site: str, origin: str, name: str, second: User) -> ProofKey:
    """Keep a new passkey; the caller has checked the codes of its owner and of a second person.

    Raises ProofRefused, ForgedCall.
    """
    if keys.of(user).filter(kind=ProofKey.Kind.PASSKEY).count() >= MOST:
        raise ProofRefused(f"Mỗi tài khoản có nhiều nhất {MOST} khóa truy cập loại này.")
    credential, challenge = _parsed(answer)
    challenges.use(challenge, user.pk, PIN)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site,
            expected_origin=origin,
            require_user_verification=True,
        )
    except _FAULTS:
        raise ProofRefused(REFUSED) from None
    number = bytes_to_base64url(made.credential_id)
    if ProofKey.objects.filter(credential_id=number).exists():
        raise ProofRefused("Khóa truy cập này đã được cài rồi.")
    public = base64.b64encode(made.credential_public_key).decode()
    key = ProofKey(
        user=user, kind=ProofKey.Kind.PASSKEY, name=name[:60], credential_id=number,
        made_at=timezone.now(), uses=made.sign_count,
        secret=json.dumps({"site": site, "origin": origin, "public_key": public}),
    )  # fmt: skip
    key.make_mark()
    key.save()
    audit.record(
        "account.proof_key_made", by=user, target=user, device=key.name, second=str(second)
    )
    return key
