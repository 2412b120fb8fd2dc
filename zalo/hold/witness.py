"""Two witnesses outside the database, and what they say of the data.

One is a key in Redis, one a file on another volume (`WITNESS_DIR`). Both are named for the
installation, so that databases that share a Redis or a folder do not speak of each other.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
SOURCES: Final = ("Redis", "tệp")


class WitnessUnreachable(Exception):
    """Neither witness can be read: nobody knows whether the data are those that sent last."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The state of the gate at one moment: seconds since 1970, hash of the last audit event."""

    epoch: str
    high_water: int
    at: float
    audit: str


def place_of(installation: object) -> Path:
    """The address of the folder with an installation's second witness and journal."""
    return Path(settings.WITNESS_DIR) / str(installation)


def folder(installation: object) -> Path:
    """That folder; made if it is missing."""
    place = place_of(installation)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _key(installation: object) -> str:
    return f"{settings.REDIS_KEY_PREFIX}:witness:{installation}"


def read(installation: object) -> list[Witness]:
    """The witnesses that are there. Raises WitnessUnreachable where none could be asked."""
    found, failed = [], 0
    for source in (_from_redis, _from_file):
        try:
            found += list(source(installation))
        except (redis.RedisError, OSError) as error:
            failed += 1
            logger.warning("a witness cannot be read: %s", type(error).__name__)
    if failed and not found:
        raise WitnessUnreachable
    return found


def write(installation: object, witness: Witness) -> list[str]:
    """Write both; returns the names of those that could not be written."""
    body = json.dumps(asdict(witness))
    missing = []
    for name, target in zip(SOURCES, (_to_redis, _to_file), strict=True):
        try:
            target(installation, body)
        except (redis.RedisError, OSError) as error:
            logger.error("witness %s not written: %s", name, type(error).__name__)
            missing.append(name)
    return missing


def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def _from_redis(installation: object) -> Iterator[Witness]:
    with _client() as client:
        body = client.get(_key(installation))
    yield from _parsed(body)


def _to_redis(installation: object, body: str) -> None:
    with _client() as client:
        client.set(_key(installation), body)


def _from_file(installation: object) -> Iterator[Witness]:
    path = Path(settings.WITNESS_DIR) / str(installation) / "witness.json"
    if path.exists():
        yield from _parsed(path.read_bytes())


def _to_file(installation: object, body: str) -> None:
    place = folder(installation)
    draft = place / f"witness.{os.getpid()}.tmp"
    with draft.open("w", encoding="utf-8") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place / "witness.json")


def _parsed(body: object) -> Iterator[Witness]:
    if not isinstance(body, bytes | str):
        return
    try:
        held = json.loads(body)
        yield Witness(
            str(held["epoch"]), int(held["high_water"]), float(held["at"]), str(held["audit"])
        )
    except (ValueError, KeyError, TypeError) as error:
        logger.error("a witness is not readable: %s", type(error).__name__)
