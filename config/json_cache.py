"""Values of the cache as JSON: whoever can write to Valkey runs no code in the portal by it."""

import base64
import json
from datetime import date, datetime
from typing import Any


class JsonSerializer:
    """Besides what JSON has, days, moments and bytes come back as they went; a tuple as a list."""

    def dumps(self, value: Any) -> Any:
        # Redis itself counts up numbers, and no others.
        return value if type(value) is int else json.dumps(value, default=_marked).encode()

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored, object_hook=_restored)


def _marked(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"@at": value.isoformat()}
    if isinstance(value, date):
        return {"@day": value.isoformat()}
    if isinstance(value, bytes):
        return {"@bytes": base64.b64encode(value).decode()}
    raise TypeError(f"no value of the cache: {type(value).__name__}")


def _restored(found: dict[str, Any]) -> Any:
    match found:
        case {"@at": moment}:
            return datetime.fromisoformat(moment)
        case {"@day": day}:
            return date.fromisoformat(day)
        case {"@bytes": text}:
            return base64.b64decode(text)
    return found
