"""What a channel is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from zalo.channels.contents import Content
from zalo.throttle import SlotBook
from zalo.types import SentMessage


class Send(Protocol):
    """One call; may be made from any thread. Raises what `zalo.errors` describes."""

    def __call__(
        self,
        account: Any,
        to: str,
        content: Content,
        *,
        heard_at: datetime | None = None,
        reference: str = "",
    ) -> SentMessage: ...


@dataclass(frozen=True, slots=True)
class Line:
    """An open way out of one commune: at whose pace, and for whom the calls are made."""

    book: SlotBook
    account: Any


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing leaves from this commune now, and why; by hand instead, where it stays so."""

    sentence: str
    is_for_good: bool = False


def _by_hand(commune_id: int) -> Line | Closed:
    return Closed("", is_for_good=True)


@dataclass(frozen=True)
class Channel:
    """One way by which something leaves.

    `key` is what rows store, `label` what people read. `group_kinds` are the kinds of groups whose
    posts leave by it. A channel by hand has neither `send` nor a line; the others say of a commune
    whether theirs is open. `keeps_uploads`: pictures and files are handed to Zalo before.
    """

    key: str
    label: Any
    send: Send | None = None
    line: Callable[[int], Line | Closed] = _by_hand
    group_kinds: frozenset[str] = frozenset()
    keeps_uploads: bool = False

    @property
    def is_by_hand(self) -> bool:
        """Whether a person does it."""
        return self.send is None
