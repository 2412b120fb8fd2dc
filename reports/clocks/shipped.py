"""The clocks of tips and the ready answers, as they come with the portal (`shipped.toml`)."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

FIRST_DAY = date(2025, 7, 1)
_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = _DATA["rules"]


def load(get_model: Callable[[str], Any]) -> None:
    """Add the rules and answers that are not there; changed ones stay as they are."""
    for rule in RULES:
        get_model("ClockRule").objects.get_or_create(
            code=rule["code"], commune=None, valid_from=FIRST_DAY, defaults=rule
        )
    for position, reply in enumerate(_DATA["replies"]):
        get_model("CannedReply").objects.get_or_create(
            commune=None, stage=reply["stage"], title=reply["title"],
            defaults={"text": reply["text"], "position": position},
        )  # fmt: skip
