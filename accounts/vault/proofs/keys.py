"""Making, ending and finding the keys of an account.

An app of codes is made by a command in the environment of the vault, which prints its seed once:
web never sees it, so that whoever holds web has no key of anybody.
"""

import base64
import secrets
from typing import Final
from urllib.parse import quote

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.users.models import User
from accounts.vault.proofs.models import ProofKey
from accounts.workflow.declaration import NotAllowed

ISSUER: Final = "Bình Yên - kho niêm phong"
STEP_S: Final = 30
APP: Final = "ứng dụng mã"

# Rights whose acts ask for a proof; apps add theirs when they are ready.
_rights: set[str] = set()


def register_right(permission: str) -> None:
    """Let accounts that have this permission have keys."""
    _rights.add(permission)


def may_have(user: User) -> bool:
    """Whether the account may do anything that asks for a proof."""
    return user.is_active and any(user.has_perm(right) for right in _rights)


def of(user: User) -> QuerySet[ProofKey]:
    """Keys of an account that were not ended; in the vault only sound ones count."""
    return ProofKey.objects.filter(user=user.pk, ended_at=None)


@transaction.atomic
def make_app(user: User, *, seed: str = "") -> str:
    """Make the account's app of codes, in the vault, and end the one before; returns the seed in
    the letters that apps read. Raises NotAllowed."""
    if not may_have(user):
        raise NotAllowed(
            f"{user} không có quyền đề nghị hay duyệt mở danh tính nên không cần mã mở danh tính."
        )
    seed = seed or base64.b32encode(secrets.token_bytes(20)).decode("ascii")
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    of(user).filter(kind=ProofKey.Kind.CODE).update(ended_at=timezone.now())
    key = ProofKey(user=user, kind=ProofKey.Kind.CODE, name=APP, secret=seed)
    key.make_mark()
    key.save()
    audit.record("account.proof_key_made", target=user, device=key.name)
    return seed


@transaction.atomic
def end_all(user: User, *, by: User | None = None) -> int:
    """End every key of the account; returns how many there were."""
    ended = of(user).update(ended_at=timezone.now())
    if ended:
        audit.record("account.proof_keys_ended", by=by, target=user)
    return ended


def address_of(user: User, seed: str) -> str:
    """The `otpauth:` address that an app reads from the printed square."""
    label, issuer = quote(f"{ISSUER}:{user.username}"), quote(ISSUER)
    return f"otpauth://totp/{label}?secret={seed}&issuer={issuer}&digits=6&period={STEP_S}"
