"""One call: what is sent with it, what an answer means, and what is told to the call log."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import requests

from zalo.client import codes
from zalo.client.errors import (
    ZaloArticleQuota,
    ZaloAttachmentExpired,
    ZaloConsentRequired,
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloUncertain,
    ZaloWrongEndpoint,
)
from zalo.client.transport import Request, exchange
from zalo.client.types import (
    CallObserver,
    CallRecord,
    SentMessage,
    SentQuota,
    as_date,
    as_id,
    as_mapping,
    as_optional_int,
    as_text,
)

HTTP_TOO_MANY: Final = 429
NOT_GRANTED_OR_QUOTA: Final = -223
UNPROVEN_4XX: Final = frozenset({408, 425, 499})
"""Refusals that a proxy may also give after it has passed the request on."""


class Calls:
    """Base of all calls of an account: address, headers, time limits."""

    def __init__(
        self,
        api_url: str,
        access_token: str,
        *,
        timeout: tuple[float, float] = (5.0, 10.0),
        app_secret: str = "",
        observer: CallObserver | None = None,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._timeout = timeout
        self._observer = observer
        self._headers = {"access_token": access_token}
        if app_secret:
            self._headers["appsecret_proof"] = hmac.new(
                app_secret.encode(), access_token.encode(), hashlib.sha256
            ).hexdigest()

    def _send(
        self, path: str, recipient: Mapping[str, Any], message: Mapping[str, Any]
    ) -> SentMessage:
        data = self._data(
            "POST",
            path,
            is_repeatable=False,
            json_body={"recipient": recipient, "message": message},
        )
        message_id = as_id(data.get("message_id"))
        if not message_id:
            # Sent means that Zalo named the message; a success without a name proves nothing.
            raise ZaloUncertain(f"{path}: no message_id in the answer")
        recipient_id = as_id(data.get("group_id") or data.get("user_id"))
        return SentMessage(message_id, recipient_id, _quota_in(data.get("quota")))

    def _data(self, method: str, path: str, **call: Any) -> Mapping[str, Any]:
        """Make one call and return the `data` of a success; raise for everything else."""
        return as_mapping(self._answer(method, path, **call).get("data"))

    def _items(self, method: str, path: str, **call: Any) -> list[Mapping[str, Any]]:
        """Like `_data`, for the calls whose `data` is a list."""
        data = self._answer(method, path, **call).get("data")
        return [as_mapping(item) for item in data] if isinstance(data, list) else []

    def _answer(
        self,
        method: str,
        path: str,
        *,
        is_repeatable: bool,
        params: Mapping[str, str] | None = None,
        json_body: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Mapping[str, Any]:
        """Make one call and return the body of a success; raise for everything else."""
        request = Request(
            method=method,
            url=self._api_url + path,
            endpoint=path,
            headers=self._headers,
            is_repeatable=is_repeatable,
            params=params,
            json=json_body,
            files=files,
        )
        started = time.monotonic()
        code: int | None = None
        outcome = "unmade"
        try:
            response = exchange(request, timeout=self._timeout)
            body, code = read_answer(request, response)
            if code != 0:
                raise error_for(code, request, response)
            return body
        except ZaloUncertain:
            outcome = "uncertain"
            raise
        except ZaloRejected:
            outcome = "rejected"
            raise
        finally:
            if self._observer is not None:
                elapsed = round((time.monotonic() - started) * 1000)
                self._observer(CallRecord(path, code, elapsed, outcome))


def _quota_in(value: object) -> SentQuota | None:
    quota = as_mapping(value)
    kind = as_text(quota.get("quota_type"))
    if not kind:
        return None
    return SentQuota(
        kind,
        as_optional_int(quota.get("remain")),
        as_optional_int(quota.get("total")),
        as_date(quota.get("expired_date")),
    )


def read_answer(request: Request, response: requests.Response) -> tuple[Mapping[str, Any], int]:
    """The JSON body of an answer and its `error` number.

    Raises ZaloThrottled for HTTP 429, ZaloRejected for a refusal by the gateway (4xx without a
    number of Zalo), and ZaloUncertain — ZaloRetryable if the call may be repeated — for a 5xx, a
    redirect, or a body that is not what Zalo promises.
    """
    status = response.status_code
    if status == HTTP_TOO_MANY:
        raise ZaloThrottled(
            f"{request.endpoint}: HTTP 429",
            retry_after=_retry_after(response),
        )
    body: object = None
    if status < requests.codes.internal_server_error:
        try:
            body = json.loads(response.content)
        except ValueError:
            body = None
    if isinstance(body, dict):
        code = as_optional_int(body.get("error"))
        if code is not None and (code != 0 or status == requests.codes.ok):
            return body, code
    detail = f"{request.endpoint}: HTTP {status} without a readable answer"
    if 400 <= status < 500 and status not in UNPROVEN_4XX:
        raise ZaloRejected(detail)
    if request.is_repeatable:
        raise ZaloRetryable(detail)
    raise ZaloUncertain(detail)


def error_for(code: int, request: Request, response: requests.Response) -> ZaloError:
    """The error that stands for a number of Zalo (`zalo.client.codes`)."""
    kind = codes.kind_of(code, is_repeatable=request.is_repeatable)
    detail = f"{request.endpoint}: error {code}"
    if code == NOT_GRANTED_OR_QUOTA and _speaks_of_quota(response):
        return ZaloArticleQuota(detail, code=code, retry_after=codes.QUOTA_RETRY_S)
    match kind:
        case codes.Kind.UNCERTAIN:
            return ZaloUncertain(detail, code=code)
        case codes.Kind.REFRESH:
            return ZaloUnauthorized(detail, code=code)
        case codes.Kind.CONSENT:
            return ZaloConsentRequired(detail, code=code)
        case codes.Kind.SWITCH_ENDPOINT:
            return ZaloWrongEndpoint(detail, code=code)
    wait = _retry_after(response) or codes.wait_for(code, datetime.now(UTC))
    match kind:
        case codes.Kind.THROTTLED:
            return ZaloThrottled(detail, code=code, retry_after=wait)
        case codes.Kind.REUPLOAD:
            return ZaloAttachmentExpired(detail, code=code)
        case codes.Kind.RETRY | codes.Kind.RESCHEDULE:
            return ZaloRetryable(detail, code=code, retry_after=wait)
    return ZaloRejected(detail, code=code)


def _speaks_of_quota(response: requests.Response) -> bool:
    """One number stands for two things; only Zalo's own words tell them apart."""
    words = response.text[:2000].lower()
    return any(word in words for word in ("quota", "limit", "hạn mức", "hết lượt"))


def _retry_after(response: requests.Response) -> float | None:
    """The header `Retry-After` in seconds; its date form is not used by Zalo and is ignored."""
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(seconds, 3600.0) if seconds > 0 else None
