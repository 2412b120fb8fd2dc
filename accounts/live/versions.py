"""Versions of what live pages show, kept in Redis so that “nothing new” costs no query.

The marks of the database are the truth. A round of the worker gives each marked topic of a commune
a new random word in Redis, deletes the marks after it, and leaves a sign of life that lasts
`FRESH_MS`. Without that sign, or without Redis, no version is known, and whoever asks has to read
the page itself: an outage costs time and hides nothing (docs/decisions/0106).
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings
from django.db import connection, transaction

from accounts.users.models import User

logger = logging.getLogger(__name__)

# tips; posts and their events; tasks by hand; sending by the machine, at once and at most once a
# minute; duty; lists that only the home page has.
TOPICS: Final = frozenset({"tips", "posts", "hand", "sending", "progress", "duty", "home"})
SLOW: Final = "progress"
SLOW_S: Final = 60
FRESH_MS: Final = 5_000
# What the clock alone changes (a term that passes) is read again after so long.
TURN_S: Final = 600
# A Redis that does not answer is left alone for so long: threads of the web must not wait for it.
SILENT_S: Final = 5.0
PREFIX = "live"
_ALL: Final = 0  # in place of the number of a commune: any of them
_LOCK: Final = 1_060_106  # of the database: one round at a time

_REMOVAL: Final = """
DELETE FROM accounts_livemark WHERE topic <> %s OR NOT commune_id = ANY(%s)
RETURNING commune_id, topic
"""


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=0.3, socket_timeout=0.3)


def _key(name: str) -> str:
    return f"{settings.REDIS_KEY_PREFIX}:{PREFIX}:{name}"


# Publishing


@transaction.atomic
def publish() -> int:
    """Give every marked topic a new version and delete its marks; returns how many had marks.

    Redis is written before the commit: a round cut between the two is repeated, and a version
    that changes once more costs one look at a page. Raises RedisError; the marks stay then.
    """
    client = _client(settings.REDIS_URL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return 0
        slow_ones: list[int] = [int(one) for one in client.hkeys(_key("slow"))]  # type: ignore[union-attr]
        cursor.execute(_REMOVAL, [SLOW, slow_ones])
        changed = set(cursor.fetchall())
    fields = {f"{place}:{topic}" for place, topic in changed}
    fields |= {f"{_ALL}:{topic}" for _place, topic in changed}
    pipe = client.pipeline()
    if _lost_its_memory(client):
        pipe.delete(_key("versions"))
        pipe.hset(_key("versions"), "generation", f"{_run_of(client)} {_word()}")
    if fields:
        pipe.hset(_key("versions"), mapping={field: _word() for field in sorted(fields)})
    for place in sorted({place for place, topic in changed if topic == SLOW}):
        pipe.hset(_key("slow"), str(place), "1")
        pipe.expire(_key("slow"), SLOW_S, nx=True)
    pipe.set(_key("beat"), "1", px=FRESH_MS)
    pipe.execute()
    return len(changed)


def _word() -> str:
    return secrets.token_hex(8)


def _run_of(client: redis.Redis) -> str:
    return str(client.info("server")["run_id"])  # type: ignore[index]


def _lost_its_memory(client: redis.Redis) -> bool:
    """Whether Redis was started anew or emptied: its versions may be those of an hour ago."""
    known = client.hget(_key("versions"), "generation")
    return known is None or known.decode().split(" ")[0] != _run_of(client)  # type: ignore[union-attr]


# Reading

_silent_until = 0.0


def version_of(user: User, topics: Iterable[str]) -> str:
    """The version of these topics for an account; empty where none is known.

    Read it before what the page shows is read.
    """
    wanted = sorted(TOPICS & set(topics))
    place = user.commune_id or _ALL
    words = _words([f"{place}:{topic}" for topic in wanted])
    if words is None:
        return ""
    # Pages do not all turn at the same moment.
    turn = int((time.time() + user.pk * 7 % TURN_S) // TURN_S)
    parts = [user.pk, user.session_epoch, place, turn, wanted, words]
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _words(fields: list[str]) -> list[Any] | None:
    """The words of Redis, those of the whole first; None without a round that lives."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return None
    pipe = _client(settings.REDIS_URL).pipeline(transaction=False)
    pipe.get(_key("beat"))
    pipe.hmget(_key("versions"), ["generation", *fields])
    try:
        beat, words = pipe.execute()
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENT_S
        logger.warning("live: versions are not to be had: %s", type(error).__name__)
        return None
    return None if beat is None else words
