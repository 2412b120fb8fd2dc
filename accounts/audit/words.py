"""Vietnamese labels of the actions and details of the audit trail, from `words.toml`."""

import tomllib
from pathlib import Path
from typing import Any

_WORDS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
ACTIONS, SECTIONS = _WORDS["actions"], _WORDS["sections"]
_DETAILS, _VALUES = _WORDS["details"], _WORDS["values"]


def action_words(action: str) -> str:
    """The action in Vietnamese; one that has no words yet is shown as it is."""
    return ACTIONS.get(action, action)


def _value_words(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "không có"
    return _VALUES.get(str(value), str(value))


def detail_words(details: dict[str, Any]) -> str:
    """`{"rows": 3}` → `số dòng: 3`."""
    return "; ".join(f"{_DETAILS.get(key, key)}: {_value_words(details[key])}" for key in details)
