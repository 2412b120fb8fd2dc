"""What an event of Zalo means: frozen values, read from the body by one table and nothing else.

Nothing here touches database or network. Zalo promises neither order nor that an event comes once,
so each value says when it happened and its handlers must bear it twice, and late.

A message that somebody writes into a group has no author, text or file here: what people say in a
group is not kept (docs/decisions/0056).
"""

from zalo.events.reading import (
    is_group_message,
    may_be_talk_of_a_group,
    name_of,
    parse,
    party_ids,
)
from zalo.events.values import (
    Attachment,
    ContactShared,
    Event,
    FollowChange,
    GroupChange,
    Ignored,
    InboundMessage,
    Interaction,
    OwnEcho,
    PermissionRevoked,
    Received,
    Seen,
    Unknown,
    Withdrawal,
)

__all__ = [
    "Attachment",
    "ContactShared",
    "Event",
    "FollowChange",
    "GroupChange",
    "Ignored",
    "InboundMessage",
    "Interaction",
    "OwnEcho",
    "PermissionRevoked",
    "Received",
    "Seen",
    "Unknown",
    "Withdrawal",
    "is_group_message",
    "may_be_talk_of_a_group",
    "name_of",
    "parse",
    "party_ids",
]
