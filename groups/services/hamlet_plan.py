"""Where everything of the old hamlets goes: what every move of a change reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from groups.models import Hamlet, HamletChange


@dataclass
class Plan:
    """Where everything of the old hamlets goes. `rest` takes what is not placed."""

    change: HamletChange
    sources: list[Hamlet]
    results: list[Hamlet]
    rest: Hamlet
    teams: dict[int, Hamlet] = field(default_factory=dict)
    groups: dict[int, Hamlet] = field(default_factory=dict)
    members: dict[int, Hamlet] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        return self.change.effective_on

    @property
    def is_split(self) -> bool:
        return len(self.results) > 1

    def placed(self, where: dict[int, Hamlet], hamlet: Hamlet) -> list[int]:
        """Ids that were placed into one of the results."""
        return [pk for pk, result in where.items() if result == hamlet]


def listed(rows: Iterable[object], most: int = 8) -> str:
    said = [str(row) for row in rows]
    more = f" và {len(said) - most} nơi khác" if len(said) > most else ""
    return ", ".join(said[:most]) + more
