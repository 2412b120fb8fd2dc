"""Versions of the test's own, and a round of the worker when it is asked for."""

from collections.abc import Callable

import pytest
import redis
from django.conf import settings

from accounts.live import versions


def forget() -> None:
    """Empty what Redis keeps of live pages."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:{versions.PREFIX}:*"):
            client.delete(key)


@pytest.fixture
def publish(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A round; the marks of what was made so far are already published."""
    monkeypatch.setattr(versions, "_silent_until", 0.0)
    forget()
    versions.publish()
    with redis.Redis.from_url(settings.REDIS_URL) as client:  # a minute ago
        client.delete(f"{settings.REDIS_KEY_PREFIX}:{versions.PREFIX}:slow")
    return versions.publish
