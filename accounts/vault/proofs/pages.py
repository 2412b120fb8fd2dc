"""Page of one's own keys for the vault: the app of codes, and passkeys that stand for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from accounts.sign_in import sessions
from accounts.sign_in.pages import current_user, show_page, verified
from accounts.sign_in.passkeys import Site
from accounts.vault.proofs import keys, operations
from accounts.vault.proofs.models import ProofKey
from accounts.workflow.declaration import NotAllowed

PAGE = "admin:proof_keys"


def urls() -> list[Any]:
    """Addresses under the admin."""
    return [path("ma-mo-danh-tinh/", own_keys, name="proof_keys")]


@verified
def own_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys; a new passkey takes a code of one's own app and one of a second person's."""
    user, site, error = current_user(request), Site.of(request), ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("answer", "code", "second")}
        try:
            operations.pin_passkey(
                **given, second_code=request.POST.get("second_code", ""), site=site.name,
                origin=site.origin,
                name=sessions.browser_words(request.headers.get("User-Agent", "")),
            )  # fmt: skip
            return redirect(PAGE)
        except NotAllowed as refusal:
            error = str(refusal)
    has_app = keys.of(user).filter(kind=ProofKey.Kind.CODE).exists()
    options = ""
    if has_app and keys.may_have(user):
        try:
            options = operations.options_to_pin(site.name)
        except NotAllowed as refusal:
            error = error or str(refusal)
    return show_page(
        request, "proof_keys", error=error, rows=list(keys.of(user)), has_app=has_app,
        may_have=keys.may_have(user), options=options,
    )  # fmt: skip
