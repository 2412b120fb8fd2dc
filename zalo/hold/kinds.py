"""The kinds of rows that leave: each app registers its own when it starts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from zalo.hold.journal import Line
from zalo.hold.models import HeldRow, SendGate


@dataclass(frozen=True)
class Journalled:
    """Rows whose sends stand in the journal; `claimed` is the column with the last claim."""

    rows: Callable[[], QuerySet[Any]]
    claimed: str

    def unknown(self, seen: Mapping[int, str]) -> str:
        """The last claim that its row does not know, as text; blank where all are known.

        `seen` maps rows to the moments (ISO 8601, UTC) of their claims. A row that is gone was
        removed by retention, or never was there: the sequence tells.
        """
        claims = self.rows().filter(pk__in=list(seen)).values_list("pk", self.claimed)
        known = {pk: "" if at is None else moment_text(at) for pk, at in claims}
        return max((at for pk, at in seen.items() if pk in known and known[pk] < at), default="")


class HeldKind(Protocol):
    """Rows of one kind that wait for a decision after a restore."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterable[HeldRow]:
        """Rows that were due or half sent since, as unsaved `HeldRow`s. May begin due work."""
        ...

    def words(self, held: HeldRow) -> Sequence[str]:
        """The texts by which Zalo's history shows that it was sent, in their order."""
        ...

    def apply(self, held: HeldRow) -> None:
        """Write the decision of `held` on its row. Called in a transaction."""
        ...


journalled: dict[str, Journalled] = {}
kinds: dict[str, HeldKind] = {}


def register(key: str, source: Journalled) -> None:
    """Say how rows of a kind know their last claim."""
    journalled[key] = source


def register_held(kind: HeldKind) -> None:
    """Have rows of a kind listed and settled after a restore."""
    kinds[kind.key] = kind


def held_since() -> datetime | None:
    """When data were held that may be older than what was sent; None where each row is the truth.

    What was written after that has never left.
    """
    gate = SendGate.objects.get()
    return gate.held_at if gate.is_restored else None


def moment_text(moment: datetime) -> str:
    """One text for one moment, in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
