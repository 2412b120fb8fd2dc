"""Every channel, each in one line. Whoever counts, shows or sends by channel asks here."""

from typing import Any

from zalo.channels.article import ARTICLE
from zalo.channels.base import MANUAL, Channel, Closed
from zalo.channels.group import GROUP
from zalo.channels.person import PERSON

CHANNELS: list[Channel] = [GROUP, MANUAL, PERSON, ARTICLE]


def of_posts() -> list[Channel]:
    """Channels by which posts reach groups, in the order in which people read them."""
    return [channel for channel in CHANNELS if channel.group_kinds]


def machines() -> list[Channel]:
    """Channels of posts that need no person."""
    return [channel for channel in of_posts() if not channel.is_by_hand]


def keys(channels: list[Channel]) -> list[str]:
    """Stored values of these channels."""
    return [channel.key for channel in channels]


def machine_keys() -> list[str]:
    """Stored values of the channels of posts that need no person."""
    return keys(machines())


def hand_keys() -> list[str]:
    """Stored values of the channels that a person uses."""
    return keys([channel for channel in of_posts() if channel.is_by_hand])


def is_for_machine(kind: str) -> bool:
    """Whether any machine posts into groups of this kind."""
    return any(kind in channel.group_kinds for channel in machines())


def choices() -> list[tuple[str, Any]]:
    """The channels of posts, as a field offers them."""
    return [(channel.key, channel.label) for channel in of_posts()]


def for_groups(commune_id: int) -> dict[str, Channel]:
    """By which machine posts reach each kind of group; of a kind that is missing, by hand.

    The channel that was added last goes first; one that is closed for good is passed over.
    """
    found: dict[str, Channel] = {}
    for channel in reversed(machines()):
        line = channel.line(commune_id)
        if isinstance(line, Closed) and line.is_for_good:
            continue
        for kind in channel.group_kinds:
            found.setdefault(kind, channel)
    return found
