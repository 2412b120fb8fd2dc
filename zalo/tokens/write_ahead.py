"""Sealed store of a token pair between Zalo's answer and its row in the database.

A refresh token and a code work once, so a pair that is received and not saved would lose the
account: the process may be killed, the database may be away. The pair is put aside in Redis before
anything else is done with it, and whoever tries next, in whatever process, finds it there by the
secret that was spent for it. Best effort: without Redis the memory of the process is left, and
after that the alarm "needs consent".
"""

import hashlib
import json
import logging
from dataclasses import asdict
from typing import Final

import redis
from django.core.cache import cache

from accounts.encryption.services import DecryptionError, seal, unseal
from zalo.client.types import TokenPair

logger = logging.getLogger(__name__)

KEEP_S: Final = 30 * 86_400


def _key(spent: str) -> str:
    """Named by what was spent, which is dead by now and cannot be read from its hash."""
    return f"zalo:pair:{hashlib.sha256(spent.encode()).hexdigest()}"


def put(spent: str, pair: TokenPair) -> None:
    """Keep the pair that was given for `spent`, a refresh token or a code."""
    key = _key(spent)
    try:
        cache.set(key, seal(json.dumps(asdict(pair)), context=key), KEEP_S)
    except (redis.RedisError, OSError) as error:
        logger.warning("a received token pair could not be put aside: %s", type(error).__name__)


def find(spent: str) -> TokenPair | None:
    """The pair that was received for `spent` and never saved, if any."""
    key = _key(spent)
    try:
        sealed = cache.get(key)
        return None if sealed is None else TokenPair(**json.loads(unseal(sealed, context=key)))
    except (redis.RedisError, OSError, DecryptionError, ValueError, TypeError) as error:
        logger.warning("a put-aside token pair could not be read: %s", type(error).__name__)
        return None


def drop(spent: str) -> None:
    """The pair is safe in the database."""
    try:
        cache.delete(_key(spent))
    except (redis.RedisError, OSError) as error:
        logger.warning("a put-aside token pair was not removed: %s", type(error).__name__)
