"""Pages asked for through Django's test client, by accounts that are signed in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

from django.conf import settings
from django.test import Client, override_settings

from accounts.models import User


@contextmanager
def served_to_test_client() -> Iterator[None]:
    """Static files as they lie there, whether or not they were collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        ALLOWED_HOSTS=["testserver"],
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        STATIC_ROOT=settings.BASE_DIR / "static",
    ):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def answer_ms(client: Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    elapsed = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return elapsed


def p95(figures: list[float]) -> float:
    return quantiles(figures, n=20, method="inclusive")[-1]
