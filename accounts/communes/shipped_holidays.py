"""The days off that a new database begins with (`shipped_holidays.toml`)."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".toml")
DAYS = sorted(
    (day, name, kind == "provisional")
    for kind, days in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
    for day, name in days
)


def load(get_model: Callable[[str], Any]) -> None:
    """Add the days that are not there; a day that somebody changed stays as it is."""
    holidays = get_model("Holiday").objects
    for day, name, is_provisional in DAYS:
        holidays.get_or_create(day=day, defaults={"name": name, "is_provisional": is_provisional})
