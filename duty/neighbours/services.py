"""Two portals watch each other: each beats at an address of the other while it is alive."""

import hashlib
import logging
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models.functions import Greatest

from accounts.audit import services as audit
from accounts.models import Commune, HealthSnapshot
from duty.models import Occasion
from duty.neighbours.models import Neighbour
from duty.occasions.services import close_occasions
from zalo.hold import process as gate
from zalo.outside import knock

logger = logging.getLogger(__name__)

SILENT: Final = timedelta(minutes=15)
# A minute of the watch that was missed is none; a longer gap means that this portal was away.
AWAY: Final = timedelta(minutes=3)
ROUNDS_LATE: Final = timedelta(seconds=60)
ALIVE: Final = ("database", "broker", "beat")
_WATCHING: Final = "duty-watching"


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def add(name: str, commune: Commune) -> tuple[Neighbour, str]:
    """A new neighbour, and the secret of its address, which is shown once."""
    secret = secrets.token_urlsafe(24)
    made = Neighbour(name=name.strip(), commune=commune, secret_hash=_hashed(secret))
    made.full_clean()
    made.save()
    audit.record("neighbour.added", target=made, commune=commune)
    return made, secret


@transaction.atomic
def remove(neighbour: Neighbour) -> None:
    """It is waited for no more."""
    close_occasions(neighbour, because=Occasion.Ended.GONE)
    audit.record("neighbour.removed", target=neighbour, commune=neighbour.commune)
    neighbour.delete()


@transaction.atomic
def note_beat(secret: str, now: datetime) -> bool:
    """Note that a neighbour is alive; False where nobody has this address."""
    neighbour = Neighbour.objects.filter(secret_hash=_hashed(secret)).first()
    if neighbour is None:
        return False
    Neighbour.objects.filter(pk=neighbour.pk).update(last_at=now)
    close_occasions(neighbour)
    return True


def silent(now: datetime) -> Any:
    """Neighbours of whom nothing was heard for too long, while this portal could have heard it."""
    if now - _watching_since(now) < SILENT:
        return Neighbour.objects.none()
    heard = Neighbour.objects.annotate(heard_at=Greatest("made_at", "last_at"))
    return heard.filter(heard_at__lt=now - SILENT).order_by("pk")


def keep_watch(now: datetime) -> None:
    """Called each minute: after a gap the time of listening begins anew."""
    since, last = cache.get(_WATCHING) or (now.timestamp(), now.timestamp())
    if now.timestamp() - last > AWAY.total_seconds():
        since = now.timestamp()
    cache.set(_WATCHING, [since, now.timestamp()], timeout=None)


def _watching_since(now: datetime) -> datetime:
    stored = cache.get(_WATCHING)
    return now if stored is None else datetime.fromtimestamp(stored[0], tz=UTC)


def is_alive(now: datetime) -> bool:
    """Whether database, broker, beat and the rounds of duty work; without it nothing is said."""
    snapshot = HealthSnapshot.objects.first()
    if snapshot is None or snapshot.is_stale(now):
        return False
    if Occasion.objects.without_next_step(now - ROUNDS_LATE).exists():
        return False
    return all(snapshot.values(part).get("ok") for part in ALIVE)


def beat(now: datetime) -> bool:
    """Say once, without content, to the address of the installation that this portal is alive.

    Returns whether that was taken. Nothing is said where something is dead: silence is the alarm.
    Nor while sending is held: a restored copy would speak for the portal that is gone.
    """
    if not settings.HEARTBEAT_URL or not is_alive(now) or not gate.begin():
        return False
    status = knock(settings.HEARTBEAT_URL)
    if not 200 <= status < 300:
        logger.warning("the heartbeat was not taken: %s", status or "no answer")
        return False
    return True
