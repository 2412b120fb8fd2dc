"""The provinces as Zalo numbers them (`provinces.toml`).

A broadcast can be narrowed to these and to nothing finer. Whether Zalo has renumbered them since is
documented nowhere, so a province of today is reached by the numbers of all that went into it.
"""

import tomllib
import unicodedata
from pathlib import Path
from typing import Final

_TABLE = tomllib.loads(Path(__file__).with_name("provinces.toml").read_text(encoding="utf-8"))
OLD_NAMES: Final = {int(code): str(name) for code, name in _TABLE["numbers"].items()}
MERGED: Final = {str(name): tuple[int, ...](codes) for name, codes in _TABLE["merged"].items()}
"""Numbers of the provinces of today, where they are more than themselves."""


def codes_of(label: str) -> tuple[int, ...]:
    """Zalo's numbers of the province that a label names; none where it names none that we know.

    `Công an thành phố Hải Phòng`, `Tỉnh Phú Thọ` and `phú thọ` all do.
    """
    words = _plain(label)
    known: dict[str, tuple[int, ...]] = {_plain(name): (code,) for code, name in OLD_NAMES.items()}
    known.update({_plain(name): codes for name, codes in MERGED.items()})
    found = [name for name in known if f" {name} " in f" {words} "]
    return known[max(found, key=len)] if found else ()


def names_of(codes: tuple[int, ...] | list[int]) -> str:
    """The provinces behind the numbers, for a person."""
    return ", ".join(OLD_NAMES[code] for code in codes if code in OLD_NAMES)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("–", " ").split())
