"""Base of the ways by which a person is told: each carries a fixed text and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.conf import settings

from accounts.models import User
from duty.occasions.models import Occasion
from duty.signals import sight_of_all_asked
from zalo.channels.base import Channel
from zalo.outbox.outcomes import Outcome

NOT_FOR_ALL: Final = "Có người trực không được xem việc này."
APP_NAME: Final = "Bình Yên"
TEXTS: Final = {
    "now": "Có việc cần xem ngay",
    "see": "Có việc cần xem",
    "taken": "Đã có người nhận",
    "linked": "Đã nối Zalo này với tài khoản của đồng chí.",
    "window": "Đã mở cửa sổ Zalo trong 46 giờ. Báo danh ca thì bấm Nhận ca trên cổng.",
}
# Answers to a person's own message: about no matter, so without an address.
REPLIES: Final = frozenset({"linked", "window"})


class Doubt(StrEnum):
    """The end of a notice whose sender was lost, or whose call had no usable answer."""

    AGAIN = "again"  # a repeat is invisible
    ONCE = "once"  # a repeat is seen and does little harm: one at most
    LEAVE = "leave"  # a repeat would be seen: the next step takes over


@dataclass(frozen=True)
class Way:
    """One way out. `places(user, now)` lists where that person can be reached by it, as texts that
    its `send` understands; none: not enrolled. `send(notice)` makes one call, from any thread, and
    touches no row: what it needs is read by `load` in the sending process, or the Outcome of a
    notice for which no call is made. With a `channel` of Zalo, `load` gives the Message, which
    leaves by that channel at the pace of the account, and there is no `send`.
    `shared(occasion, now)`: places that are no single person's (the office's mail, the duty group).
    `is_slow`: its server may let us wait; see `sending.drain`.
    """

    key: str
    label: Any
    doubt: Doubt
    places: Callable[[User, datetime], Iterable[str]]
    load: Callable[[Any], Any]
    send: Callable[[Any, Any], Outcome] | None = None
    channel: Channel | None = None
    shared: Callable[[Occasion, datetime], Iterable[str]] = lambda occasion, now: ()
    # Further work in the transaction that records an answer (a device that is gone).
    recorded: Callable[[Any, Outcome], None] = lambda notice, outcome: None
    # A sentence for the person about how this way stands; empty: the places are counted.
    in_words: Callable[[User, datetime], str] = lambda user, now: ""
    # Marks those of its waiting notices as folded that are too many for this way; saves nothing.
    fold_over_limit: Callable[[list[Any], datetime], None] = lambda notices, now: None
    waits_s: tuple[float, ...] = (2, 5, 15)
    at_once: int = 32
    stuck_after: timedelta = timedelta(seconds=20)
    is_slow: bool = False
    is_personal: bool = True


_WAYS: Final[dict[str, Way]] = {}


def register(way: Way) -> None:
    """Make a way known; called from the `ready` of the app."""
    _WAYS[way.key] = way


def ways() -> list[Way]:
    """All ways, in the order in which they were made known."""
    return list(_WAYS.values())


def way(key: str) -> Way:
    """One way by its key. Raises KeyError."""
    return _WAYS[key]


def fold_over_limits(notices: list[Any], now: datetime) -> None:
    """Mark as folded, with the reason, what is too many for the way by which it would leave.

    The matter goes on by other ways and other people; such a notice counts as nobody told.
    """
    for one in ways():
        one.fold_over_limit([made for made in notices if made.way == one.key], now)


def words(notice: Any) -> str:
    """The whole text of a notice, for a way that carries words alone."""
    if notice.text in REPLIES:
        return TEXTS[notice.text]
    link = address(notice.occasion, settings.PORTAL_URL) if settings.PORTAL_URL else ""
    return f"{TEXTS[notice.text]}\n{link}".rstrip()


def may_be_shared(occasion: Occasion) -> bool:
    """Whether it may go to a place that all who keep shifts read, asked again as it leaves."""
    answers = sight_of_all_asked.send(Occasion, occasion=occasion)
    return all(answer for _receiver, answer in answers)


def address(occasion: Occasion, portal: str) -> str:
    """The only address in a notice: random, granting nothing."""
    return f"{portal.rstrip('/')}/viec/{occasion.token}/"
