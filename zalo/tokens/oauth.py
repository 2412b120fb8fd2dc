"""The token endpoint of Zalo (OAuth v4 for an Official Account): another host, another shape."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from zalo.client import codes
from zalo.client.errors import ZaloConsentRequired, ZaloRejected, ZaloRetryable
from zalo.client.transport import Request, exchange
from zalo.client.types import (
    CallObserver,
    CallRecord,
    TokenPair,
    as_id,
    as_mapping,
    as_optional_int,
    as_text,
)

TOKEN_PATH: Final = "/v4/oa/access_token"  # noqa: S105 -- a path
PERMISSION_PATH: Final = "/v4/oa/permission"
LONGEST_LIFE_S: Final = 10 * 365 * 86_400
_NAMED: Final = {
    "refresh token": -14014,
    "refresh_token": -14014,
    "invalid code": -14005,
    "code expired": -14005,
    "secret key": -14004,
    "redirect uri": -14003,
    "app id": -14002,
}
"""Numbers of errors that come as words alone, where the words leave no doubt."""


def new_verifier() -> str:
    """A PKCE verifier: 43 characters, as many as Zalo wants."""
    return secrets.token_urlsafe(32)


def challenge_for(verifier: str) -> str:
    """The S256 challenge of a verifier: base64url without padding."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def permission_url(
    oauth_url: str, *, app_id: str, redirect_uri: str, verifier: str, state: str
) -> str:
    """The page at Zalo on which an administrator of the account grants access."""
    query = urlencode(
        {
            "app_id": app_id,
            "redirect_uri": redirect_uri,
            "code_challenge": challenge_for(verifier),
            "state": state,
        }
    )
    return f"{oauth_url.rstrip('/')}{PERMISSION_PATH}?{query}"


def exchange_code(
    oauth_url: str,
    *,
    app_id: str,
    app_secret: str,
    code: str,
    verifier: str,
    timeout: tuple[float, float],
    observer: CallObserver | None = None,
) -> TokenPair:
    """Exchange the code of a consent, which works once and for ten minutes, for a first pair.

    Raises ZaloConsentRequired when the code is wrong, late or used, ZaloRejected when Zalo refuses
    the application, ZaloUncertain when the request left and no answer came (the code may be spent:
    start anew), ZaloRetryable for an unreachable Zalo and an answer that is not the promised one.
    """
    form = {
        "grant_type": "authorization_code",
        "app_id": app_id,
        "code": code,
        "code_verifier": verifier,
    }
    pair = _ask(oauth_url, app_secret, form, timeout, observer, is_repeatable=False)
    if not pair.refresh_token:
        raise ZaloRetryable(f"{TOKEN_PATH}: no refresh_token in the answer")
    return pair


def refresh_pair(
    oauth_url: str,
    *,
    app_id: str,
    app_secret: str,
    refresh_token: str,
    timeout: tuple[float, float],
    observer: CallObserver | None = None,
) -> TokenPair:
    """Exchange a refresh token, which works once, for a new pair.

    The only test of success is a non-empty access token; should the answer lack a new refresh
    token, the old one is kept in the pair. Raises
    ZaloConsentRequired when the refresh token is dead, ZaloRejected when Zalo refuses the
    application (wrong id, secret or permission), ZaloRetryable for everything that proves nothing
    about the token: unreachable, 5xx, throttled, a body that is not the promised shape.
    """
    form = {"grant_type": "refresh_token", "app_id": app_id, "refresh_token": refresh_token}
    pair = _ask(oauth_url, app_secret, form, timeout, observer, is_repeatable=True)
    return TokenPair(
        pair.access_token,
        pair.refresh_token or refresh_token,
        pair.expires_in,
        pair.refresh_expires_in,
    )


def _ask(
    oauth_url: str,
    app_secret: str,
    form: Mapping[str, str],
    timeout: tuple[float, float],
    observer: CallObserver | None,
    *,
    is_repeatable: bool,
) -> TokenPair:
    request = Request(
        method="POST",
        url=oauth_url.rstrip("/") + TOKEN_PATH,
        endpoint=TOKEN_PATH,
        headers={"secret_key": app_secret},
        is_repeatable=is_repeatable,
        form=form,
    )
    started = time.monotonic()
    code: int | None = None
    try:
        response = exchange(request, timeout=timeout)
        try:
            body = as_mapping(json.loads(response.content))
        except ValueError:
            body = {}
        if access := as_text(body.get("access_token")):
            code = 0
            return TokenPair(
                access,
                as_text(body.get("refresh_token")),
                _lifetime(body.get("expires_in")),
                _lifetime(body.get("refresh_token_expires_in")),
            )
        code = as_optional_int(body.get("error"))
        raise _refusal(code, as_id(body.get("error_name")), response.status_code)
    finally:
        if observer is not None:
            observer(CallRecord(TOKEN_PATH, code, round((time.monotonic() - started) * 1000)))


def _lifetime(value: object) -> int | None:
    """Seconds, or None where Zalo said nothing that a lifetime can be."""
    seconds = as_optional_int(value)
    return seconds if seconds is not None and 0 < seconds <= LONGEST_LIFE_S else None


def _refusal(code: int | None, name: str, status: int) -> ZaloRetryable | ZaloRejected:
    if code is None:
        code = next((number for words, number in _NAMED.items() if words in name.lower()), None)
    detail = f"{TOKEN_PATH}: HTTP {status}, error {code}, {name[:60]}"
    entry = codes.find(code)
    if entry is None:
        return ZaloRetryable(detail, code=code)
    match entry.kind:
        case codes.Kind.CONSENT:
            return ZaloConsentRequired(detail, code=code)
        case codes.Kind.CONFIG | codes.Kind.HUMAN | codes.Kind.PERMANENT:
            return ZaloRejected(detail, code=code)
    return ZaloRetryable(detail, code=code, retry_after=codes.PROCESSING_RETRY_S)
