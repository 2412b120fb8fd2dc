"""The token endpoint of Zalo (OAuth v4 for an Official Account): another host, another shape."""

import json
import time
from typing import Final

from zalo import codes
from zalo.errors import ZaloConsentRequired, ZaloRejected, ZaloRetryable
from zalo.transport import Request, exchange
from zalo.types import (
    CallObserver,
    CallRecord,
    TokenPair,
    as_id,
    as_mapping,
    as_optional_int,
    as_text,
)

TOKEN_PATH: Final = "/v4/oa/access_token"  # noqa: S105 -- a path


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
    request = Request(
        method="POST",
        url=oauth_url.rstrip("/") + TOKEN_PATH,
        endpoint=TOKEN_PATH,
        headers={"secret_key": app_secret},
        is_repeatable=True,
        form={"grant_type": "refresh_token", "app_id": app_id, "refresh_token": refresh_token},
    )
    started = time.monotonic()
    code: int | None = None
    try:
        response = exchange(request, timeout=timeout)
        try:
            body = as_mapping(json.loads(response.content))
        except ValueError:
            body = {}
        access, refresh = as_text(body.get("access_token")), as_text(body.get("refresh_token"))
        if access:
            code = 0
            return TokenPair(
                access,
                refresh or refresh_token,
                as_optional_int(body.get("expires_in")),
                as_optional_int(body.get("refresh_token_expires_in")),
            )
        code = as_optional_int(body.get("error"))
        raise _refusal(code, as_id(body.get("error_name")), response.status_code)
    finally:
        if observer is not None:
            observer(CallRecord(TOKEN_PATH, code, round((time.monotonic() - started) * 1000)))


def _refusal(code: int | None, name: str, status: int) -> ZaloRetryable | ZaloRejected:
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
