"""The only class that speaks Zalo's Official Account API. No Django, no database, no waiting.

Primitives in, frozen dataclasses out. The client is faithful to its input: it neither cuts nor
cleans a text (`[@…]` would call out to a whole group; the gate in `broadcasts` breaks it). Every
method makes exactly one request. Contract: the project's fact sheet of the API, 2026-11.
"""

from zalo.client.articles import ArticleCalls
from zalo.client.calls import Calls, error_for, read_answer
from zalo.client.groups import GroupCalls
from zalo.client.history import HISTORY_A_PAGE, HistoryCalls
from zalo.client.media import MAX_IMAGE_BYTES, MediaCalls
from zalo.client.messages import PERSON_PATHS, EndpointFamily, MessageCalls
from zalo.client.profile import ProfileCalls
from zalo.client.users import LAST_OFFSET, LIST_PATHS, USERS_A_PAGE, UserCalls

__all__ = [
    "HISTORY_A_PAGE",
    "LAST_OFFSET",
    "LIST_PATHS",
    "MAX_IMAGE_BYTES",
    "PERSON_PATHS",
    "USERS_A_PAGE",
    "Calls",
    "EndpointFamily",
    "ZaloClient",
    "error_for",
    "read_answer",
]


class ZaloClient(
    MessageCalls, MediaCalls, GroupCalls, UserCalls, ArticleCalls, ProfileCalls, HistoryCalls
):
    """One account's calls.

    `timeout` is (connect, read) in seconds. With `app_secret` every call carries
    `appsecret_proof`. `observer` is told of each finished exchange.

    Every method raises ZaloRetryable, ZaloRejected or ZaloUncertain (see `zalo.errors`); only a
    send can be uncertain, since a read or an upload may be repeated without harm.
    """
