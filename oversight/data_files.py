"""Texts that a person may edit, in TOML files."""

from pathlib import Path
from tomllib import loads
from typing import Any


def read(name: str) -> dict[str, Any]:
    """Content of `oversight/data/NAME.toml`."""
    path = Path(__file__).parent / "data" / f"{name}.toml"
    return loads(path.read_text(encoding="utf-8"))
