"""Bodies as Zalo sends them, and their signatures."""

import hashlib
import json
from itertools import count
from typing import Any

from django.conf import settings

OA_SECRET = "oa-secret-for-tests"
START_MS = 1_790_000_000_000
_numbers = count(1)


def signature(raw: bytes, *, timestamp: str, app_id: str = "", secret: str = OA_SECRET) -> str:
    """Return Zalo's `X-ZEvent-Signature`, without `mac=`."""
    first = (app_id or settings.ZALO_APP_ID).encode()
    return hashlib.sha256(first + raw + timestamp.encode() + secret.encode()).hexdigest()


def body(event_name: str, /, **fields: Any) -> dict[str, Any]:
    """A body with application, name and a moment of its own."""
    values = {
        "app_id": settings.ZALO_APP_ID,
        "event_name": event_name,
        "timestamp": str(START_MS + next(_numbers)),
    }
    return values | fields


def message(
    event_name: str = "user_send_text",
    /,
    *,
    user: str = "7001",
    oa: str = "9001",
    msg_id: str = "",
    text: str | None = "Chào cán bộ",
    **fields: Any,
) -> dict[str, Any]:
    """A message of a person to the account."""
    written = {"msg_id": msg_id or f"m-{next(_numbers)}"}
    if text is not None:
        written["text"] = text
    written |= fields.pop("message", {})
    return body(event_name, sender={"id": user}, recipient={"id": oa}, message=written, **fields)


def raw(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def post(
    client: Any,
    content: dict[str, Any] | bytes,
    *,
    sign: str | None = None,
    prefix: str = "mac=",
    secret: str = OA_SECRET,
) -> Any:
    """Hand an event to the portal as Zalo does."""
    sent = content if isinstance(content, bytes) else raw(content)
    if sign is None:
        timestamp = json.loads(sent)["timestamp"]
        sign = prefix + signature(sent, timestamp=str(timestamp), secret=secret)
    return client.post(
        "/zalo/webhook/", sent, content_type="application/json",
        headers={"X-ZEvent-Signature": sign},
    )  # fmt: skip
