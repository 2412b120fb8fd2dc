"""Proofs on pages: what was sent with a form, and what a form needs for a passkey."""

from typing import Any

from django.http import HttpRequest

from accounts.models import ProofKey, User
from accounts.vault.proofs import keys
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.vault import operations
from reports.vault.models import IdentityOpening


def proof_in(request: HttpRequest) -> dict[str, str]:
    """The code or the answer of a passkey that came with the form."""
    return {name: request.POST.get(name, "") for name in ("code", "answer")}


def proof_fields(
    user: User, act: str, tip: TipReport, opening: IdentityOpening | None = None
) -> dict[str, Any]:
    """Context of the fields that prove an act: whether there is a key, and the options of a
    passkey; without an answer of the vault the code alone is asked for."""
    kinds = set(keys.of(user).values_list("kind", flat=True))
    found: dict[str, Any] = {"has_key": bool(kinds), "has_app": ProofKey.Kind.CODE in kinds}
    if ProofKey.Kind.PASSKEY in kinds:
        try:
            found |= operations.proof_options(act, tip, opening)
        except NotAllowed:
            found["has_app"] = True
    return found
