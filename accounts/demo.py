"""Registry of what apps add to the made-up commune of `seed_demo`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Commune, User


@dataclass(frozen=True)
class Place:
    """The commune of the demo, its accounts by login, and the moment that all times go by."""

    commune: Commune
    users: Mapping[str, User]
    now: datetime


@dataclass(frozen=True)
class DemoPart:
    """Rows of one app; `sentence` tells a person who tries the demo about them, in one line."""

    make: Callable[[Place], None]
    sentence: str = ""


_parts: dict[str, DemoPart] = {}


def register(label: str, part: DemoPart) -> None:
    """Add a part (once a label); called from an app's `ready`."""
    _parts[label] = part


def parts() -> list[DemoPart]:
    """All parts, in order of their labels."""
    return [_parts[label] for label in sorted(_parts)]
