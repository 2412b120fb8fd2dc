"""Base of channels: each carries one message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from zalo.client.types import SentMessage
from zalo.pacing.slot_book import SlotBook


@dataclass(frozen=True, slots=True)
class Text:
    """Words alone."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that Zalo holds already, with its caption."""

    attachment_id: str
    caption: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """A file that Zalo holds already."""

    token: str


@dataclass(frozen=True, slots=True)
class ContactButton:
    """The button by which a person shares name and phone."""

    title: str
    subtitle: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """An article."""

    title: str
    author: str
    description: str
    cover_url: str
    body: Sequence[Mapping[str, str]]


type Content = Text | Picture | File | ContactButton | Page


# What a channel is.


class Send(Protocol):
    """One call; may be made from any thread. Raises what `zalo.client.errors` describes."""

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


# What a person posts with own hands; the portal says what, and keeps that it was done.


MANUAL = Channel("hand", _("Đăng tay"), group_kinds=frozenset({"oa", "ordinary"}))
