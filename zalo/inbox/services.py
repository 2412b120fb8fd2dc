"""Putting one event into the inbox: what makes it itself, what of it is kept, one INSERT.

Called inside the request of Zalo, which allows two seconds and is answered in some milliseconds:
no ORM, no broker, no second statement. The row is the queue.
"""

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from django.core.cache import cache
from django.db import Error as DjangoDatabaseError
from django.db import connection, transaction
from django.utils import timezone
from redis import RedisError

from accounts.audit import services as audit
from accounts.encryption.services import blind_index, seal
from accounts.models import User
from accounts.vault import sealing
from accounts.vault.errors import NoVaultKey
from zalo.client.types import as_id, as_mapping
from zalo.inbox import events
from zalo.inbox.events import MEANINGS
from zalo.inbox.models import WebhookEvent
from zalo.inbox.querysets import WebhookEventQuerySet

logger = logging.getLogger(__name__)

INSERT: Final = """
INSERT INTO zalo_webhookevent (uuid, account_id, key, event_name, received_at, body,
                               private_body, state, attempts, next_attempt_at, last_error)
VALUES (%s, (SELECT id FROM zalo_officialaccount WHERE oa_id = ANY(%s) LIMIT 1), %s, %s, %s, %s,
        %s, %s, 0, %s, %s)
ON CONFLICT (key) DO NOTHING
"""
BODY_CONTEXT: Final = "zalo_webhookevent.body"
PRIVATE_CONTEXT: Final = "zalo_webhookevent.private_body"
NAME_LENGTH: Final = 80
HAS_NUL: Final = "NUL in an id"
_ODD_IN_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_OF_PEOPLE: Final = tuple(
    name
    for name in MEANINGS
    if name.startswith(("user_send_", "anonymous_send_")) and not events.is_group_message(name)
)
_MESSAGES = ("user_send_", "oa_send_", "anonymous_send_")
_BROKEN = (psycopg.OperationalError, psycopg.InterfaceError, DjangoDatabaseError)
_decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class NotStored(Exception):
    """The database did not take the event: Zalo must tell it again."""


def read(raw: bytes) -> dict[str, Any]:
    """The body of an event; numbers stay the text that they are, for ids exceed a double.

    Raises ValueError where it is no JSON object.
    """
    try:
        body = _decoder.decode(raw.decode())
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body


def key_of(body: dict[str, Any], raw: bytes) -> str:
    """A keyed hash, equal for repeated deliveries of one event.

    A message is known by name and message id; anything else by name, account, whom it is about and
    its clock; what has neither, or a name that nobody knows, by its bytes. A private message that
    has no id is known by nothing: with the key, a hash of its bytes would let words be guessed.
    """
    name = events.name_of(body)
    message = as_mapping(body.get("message"))
    message_id = as_id(message.get("msg_id"))
    if name.startswith(_MESSAGES) and message_id:
        return _hashed(name, message_id)
    if events.is_private(name) and name != events.WITHDRAWN:
        return secrets.token_hex(32)
    about = _subject(body, message, message_id)
    timestamp = as_id(body.get("timestamp"))
    if name in MEANINGS and about and timestamp:
        return _hashed(name, as_id(body.get("oa_id")), timestamp, *about)
    return _hashed(name, hashlib.sha256(raw).hexdigest())


def known_messages(message_ids: Iterable[str]) -> set[str]:
    """Ids among these messages of people that the inbox has already, under whatever name."""
    wanted = {_hashed(name, one): one for one in message_ids for name in _OF_PEOPLE}
    rows = WebhookEvent.objects.filter(key__in=list(wanted))
    return {wanted[key] for key in rows.values_list("key", flat=True)}


def _hashed(*parts: str) -> str:
    text = json.dumps(parts)  # escapes what is no Unicode
    return blind_index(text, purpose="zalo_webhookevent.key")


def _subject(body: dict[str, Any], message: Any, message_id: str) -> list[str]:
    """Ids of the group, the people and the messages that an event is about."""
    found = [as_id(body.get("group_id")), as_id(body.get("user_id")), message_id]
    found += [as_id(as_mapping(body.get(place)).get("id"))
              for place in ("follower", "sender", "recipient")]  # fmt: skip
    for listed in (body.get("users"), message.get("msg_ids")):
        rows = listed if isinstance(listed, list) else []
        found += sorted(as_id(row.get("id") if isinstance(row, dict) else row) for row in rows)
    return found if any(found) else []


def stored_body(body: dict[str, Any], raw: bytes) -> str:
    """The body to store; of a resident's message in a group only that there was one.

    What people say in a group reaches no disk of ours, sealed or not.
    """
    if not events.may_be_talk_of_a_group(body):
        return raw.decode()
    group = as_id(as_mapping(body.get("recipient")).get("id")) or as_id(body.get("group_id"))
    return json.dumps(
        {
            "event_name": events.name_of(body),
            "oa_id": as_id(body.get("oa_id")),
            "recipient": {"id": group},
            "timestamp": as_id(body.get("timestamp")),
        }
    )


def store(body: dict[str, Any], raw: bytes) -> bool:
    """Keep an event once; returns whether it was news. Raises NotStored.

    One that names a party with a NUL, which no column holds, is set aside at once: told again, it
    would be no better.
    """
    uuid, now = uuid4(), timezone.now()
    name = _ODD_IN_NAME.sub("?", events.name_of(body))[:NAME_LENGTH]
    parties = list(events.party_ids(body))
    is_readable = not any("\0" in party for party in parties)
    parameters = (
        uuid,
        parties if is_readable else [],
        key_of(body, raw),
        name,
        now,
        *_sealed(name, stored_body(body, raw), uuid),
        *(("new", now, "") if is_readable else ("failed", None, HAS_NUL)),
    )
    may_have_died = connection.connection is not None and not connection.in_atomic_block
    try:
        return _insert(parameters)
    except _BROKEN as error:
        if not may_have_died:
            raise NotStored(type(error).__name__) from error
    except psycopg.Error as error:
        raise NotStored(type(error).__name__) from error
    # The server was restarted since the last event: once more, on a new connection.
    try:
        connection.close()
        return _insert(parameters)
    except (psycopg.Error, DjangoDatabaseError) as error:
        raise NotStored(type(error).__name__) from error


def _sealed(name: str, text: str, uuid: UUID) -> tuple[str, str]:
    """`body` and `private_body`, one of them empty. Raises NotStored."""
    if not events.is_private(name):
        return seal(text, context=f"{BODY_CONTEXT}:{uuid}"), ""
    try:
        return "", sealing.seal(text.encode(), context=f"{PRIVATE_CONTEXT}:{uuid}")
    except NoVaultKey as error:
        raise NotStored(type(error).__name__) from error


def _insert(parameters: tuple[Any, ...]) -> bool:
    """One round trip: Django's cursor would first ask whether the connection is alive."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(INSERT, parameters).rowcount == 1


# Signatures that were wrong: a number an hour, and nothing of what came with them


def _hour_key(moment: datetime, hours_ago: int = 0) -> str:
    return f"zalo:bad-signatures:{int(moment.timestamp()) // 3600 - hours_ago}"


def count_bad_signature() -> None:
    """Note one more; a broker that is away costs the count, not the answer."""
    key = _hour_key(timezone.now())
    try:
        cache.add(key, 0, timeout=2 * 86_400)
        cache.incr(key)
    except (RedisError, ValueError):
        logger.warning("zalo webhook: a bad signature could not be counted")


def bad_signatures(*, hours: int = 24) -> int:
    """How many came within the last hours."""
    now = timezone.now()
    found = cache.get_many([_hour_key(now, ago) for ago in range(hours)])
    return sum(found.values())


# Putting events back into the queue: after a mended reading, or once a part takes held ones.


@transaction.atomic
def replay(rows: WebhookEventQuerySet, *, by: User | None = None) -> tuple[int, int]:
    """Have those interpreted anew that still have their body; returns how many, and how many of
    `rows` are emptied and cannot be."""
    emptied = rows.filter(state=WebhookEvent.State.INTERPRETED).count()
    waiting = rows.unread().update(
        state=WebhookEvent.State.NEW, attempts=0, next_attempt_at=timezone.now(), last_error=""
    )
    if waiting:
        audit.record("zalo.events_replayed", by=by, rows=waiting)
    return waiting, emptied


def requeue_unowned() -> int:
    """Have those interpreted that came before the account they name was connected; returns how
    many. One that names another account still is held again."""
    return WebhookEvent.objects.unowned().update(
        state=WebhookEvent.State.NEW, attempts=0, next_attempt_at=timezone.now()
    )
