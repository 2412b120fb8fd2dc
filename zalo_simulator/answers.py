"""An answer to a person or to a test, as opposed to one of Zalo's API."""

import json
from dataclasses import dataclass, field
from typing import Any

from zalo_simulator.records import Message


@dataclass(slots=True)
class Page:
    """An answer to a person or a test."""

    body: bytes
    status: int = 200
    media_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Page:
    return Page(
        json.dumps(value, ensure_ascii=False).encode(),
        status,
        headers={"Cache-Control": "no-store"},
    )


def wrong(sentence: str, status: int = 400) -> Page:
    return as_json({"error": sentence}, status)


def message_json(message: Message, group_name: str = "") -> dict[str, Any]:
    """A message as pages and tests read it."""
    return {
        "seq": message.seq,
        "message_id": message.id,
        "group_id": message.group_id,
        "group": group_name,
        "user_id": message.user_id,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "text": message.text,
        "image_id": message.image_id,
        "at": message.at,
        "mentions": message.mentions,
    }
