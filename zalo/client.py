"""The only class that speaks Zalo's Official Account API. No Django, no database, no waiting.

Primitives in, frozen dataclasses out. The client is faithful to its input: it neither cuts nor
cleans a text (`[@…]` would call out to a whole group; the gate in `broadcasts` breaks it). Every
method makes exactly one request. Contract: the project's fact sheet of the API, 2026-11.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import requests

from zalo import codes
from zalo.errors import (
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
from zalo.transport import Request, exchange
from zalo.types import (
    CallObserver,
    CallRecord,
    GroupDetail,
    GroupPage,
    GroupSummary,
    OaProfile,
    SentMessage,
    UploadedImage,
    as_bool,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_optional_int,
    as_text,
)

IMAGE_TYPES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
MAX_IMAGE_BYTES: Final = 1024 * 1024
HTTP_TOO_MANY: Final = 429
UNPROVEN_4XX: Final = frozenset({408, 425, 499})
"""Refusals that a proxy may also give after it has passed the request on."""


class EndpointFamily(StrEnum):
    """Which path takes messages to one person: it depends on the type of the account."""

    V2 = "v2"
    V3 = "v3"


PERSON_PATHS: Final = {
    EndpointFamily.V2: "/v2.0/oa/message",
    EndpointFamily.V3: "/v3.0/oa/message/cs",
}


class ZaloClient:
    """One account's calls.

    `timeout` is (connect, read) in seconds. With `app_secret` every call carries
    `appsecret_proof`. `observer` is told of each finished exchange.

    Every method raises ZaloRetryable, ZaloRejected or ZaloUncertain (see `zalo.errors`); only a
    send can be uncertain, since a read or an upload may be repeated without harm.
    """

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

    def send_text_to_group(self, zalo_group_id: str, text: str) -> SentMessage:
        """Post `text` into a group of this account. The limit of Zalo is 2,000 characters."""
        return self._send("/v3.0/oa/group/message", {"group_id": zalo_group_id}, {"text": text})

    def send_image_to_group(
        self, zalo_group_id: str, attachment_id: str, caption: str
    ) -> SentMessage:
        """Post an uploaded picture with its caption into a group of this account.

        Always in the template form, as Zalo refuses a flat attachment, and always with a caption,
        which the group page marks as mandatory. ZaloAttachmentExpired: upload again.
        """
        return self._send(
            "/v3.0/oa/group/message",
            {"group_id": zalo_group_id},
            {
                "text": caption,
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "media",
                        "elements": [{"media_type": "image", "attachment_id": attachment_id}],
                    },
                },
            },
        )

    def send_text_to_user(
        self, zalo_user_id: str, text: str, *, family: EndpointFamily
    ) -> SentMessage:
        """Answer one person through the endpoint family of this account.

        ZaloWrongEndpoint: nothing was accepted, the other family is the right one.
        """
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, {"text": text})

    def upload_image(self, filename: str, content: bytes) -> UploadedImage:
        """Hand Zalo a JPEG or PNG of at most 1 MB, to be named in messages for some days.

        Raises ZaloRejected (-201, -210) before any request for another type or size.
        """
        media_type = next(
            (name for magic, name in IMAGE_TYPES.items() if content.startswith(magic)), None
        )
        if media_type is None:
            raise ZaloRejected("upload: neither JPEG nor PNG", code=-201)
        if len(content) > MAX_IMAGE_BYTES:
            raise ZaloRejected("upload: more than 1 MB", code=-210)
        data = self._data(
            "POST",
            "/v2.0/oa/upload/image",
            is_repeatable=True,
            files={"file": (filename, content, media_type)},
        )
        attachment_id = as_id(data.get("attachment_id"))
        if not attachment_id:
            raise ZaloRetryable("upload: no attachment_id in the answer")
        return UploadedImage(attachment_id)

    def get_oa(self) -> OaProfile:
        """Who this account is."""
        data = self._data("GET", "/v2.0/oa/getoa", is_repeatable=True)
        return OaProfile(
            oa_id=as_id(data.get("oa_id") or data.get("oaid")),
            name=as_text(data.get("name")),
            oa_type=as_optional_int(data.get("oa_type")),
            is_verified=as_bool(data.get("is_verified")),
            follower_count=as_int(data.get("num_follower")),
            package_name=as_text(data.get("package_name")),
        )

    def groups_of_oa(self, offset: int = 0, count: int = 50) -> GroupPage:
        """A page of the groups that this account owns."""
        data = self._data(
            "GET",
            "/v3.0/oa/group/getgroupsofoa",
            is_repeatable=True,
            params={"offset": str(offset), "count": str(count)},
        )
        groups = data.get("groups")
        return GroupPage(
            total=as_int(data.get("total")),
            offset=as_int(data.get("offset"), default=offset),
            groups=tuple(
                GroupSummary(
                    group_id=as_id(group.get("group_id")),
                    name=as_text(group.get("name")),
                    status=as_text(group.get("status")),
                    total_member=as_int(group.get("total_member")),
                )
                for group in map(as_mapping, groups if isinstance(groups, list) else ())
            ),
        )

    def group_detail(self, zalo_group_id: str) -> GroupDetail:
        """One group with its capacity asset and its settings. -403: not a group of this account."""
        data = self._data(
            "GET",
            "/v3.0/oa/group/getgroup",
            is_repeatable=True,
            params={"group_id": zalo_group_id},
        )
        info = as_mapping(data.get("group_info"))
        asset = as_mapping(data.get("asset_info"))
        setting = as_mapping(data.get("group_setting"))
        return GroupDetail(
            group_id=as_id(info.get("group_id")),
            name=as_text(info.get("name")),
            description=as_text(info.get("group_description")),
            link=as_text(info.get("group_link")),
            status=as_text(info.get("status")),
            total_member=as_int(info.get("total_member")),
            max_member=as_int(info.get("max_member")),
            asset_id=as_id(asset.get("asset_id")),
            asset_type=as_text(asset.get("asset_type")),
            asset_valid_through=as_date(asset.get("valid_through")),
            is_auto_renewed=as_bool(asset.get("auto_renew")),
            is_send_locked=as_bool(setting.get("lock_send_msg")),
        )

    def _send(
        self, path: str, recipient: Mapping[str, str], message: Mapping[str, Any]
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
        return SentMessage(message_id, as_id(data.get("group_id") or data.get("user_id")))

    def _data(
        self,
        method: str,
        path: str,
        *,
        is_repeatable: bool,
        params: Mapping[str, str] | None = None,
        json_body: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Mapping[str, Any]:
        """Make one call and return the `data` of a success; raise for everything else."""
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
            return as_mapping(body.get("data"))
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
    """The error that stands for a number of Zalo (`zalo.codes`)."""
    kind = codes.kind_of(code, is_repeatable=request.is_repeatable)
    detail = f"{request.endpoint}: error {code}"
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


def _retry_after(response: requests.Response) -> float | None:
    """The header `Retry-After` in seconds; its date form is not used by Zalo and is ignored."""
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(seconds, 3600.0) if seconds > 0 else None
