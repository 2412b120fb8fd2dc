"""The words of a push: one of the fixed texts, the same length for all, and headers as bare."""

import json
from datetime import datetime
from typing import Final

from accounts.encryption.services import blind_index
from duty.ways import base
from duty.ways.models import Notice

LENGTH: Final = 256
WINDOWS: Final = "notify.windows.com"


def tag_of(notice: Notice) -> str:
    """By which a later notice of a matter replaces the earlier one on a screen."""
    return blind_index(str(notice.occasion_id), purpose="push.tag")[:22]


def topic_of(notice: Notice) -> str:
    """By which a push service replaces a notice that it has not delivered yet."""
    return blind_index(str(notice.occasion_id), purpose="push.topic")[:32]


def words_of(notice: Notice) -> bytes:
    """The JSON that the worker of the browser reads."""
    words = {
        "title": base.APP_NAME,
        "text": base.TEXTS[notice.text],
        "loud": notice.text != Notice.Text.TAKEN,
        "token": notice.occasion.token,
        "tag": tag_of(notice),
        "shown": notice.shown_token,
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(notice: Notice, host: str, now: datetime) -> dict[str, str]:
    """Headers beside the signature: how long, how urgent, what it replaces."""
    left_s = int((notice.expires_at - now).total_seconds())
    headers = {
        "TTL": str(max(1, left_s)),  # WNS refuses 0
        "Urgency": "normal" if notice.text == Notice.Text.TAKEN else "high",
        "Topic": topic_of(notice),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }
    if host == WINDOWS or host.endswith(f".{WINDOWS}"):
        headers["X-WNS-Cache-Policy"] = "cache"
    return headers
