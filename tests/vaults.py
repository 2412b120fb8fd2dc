"""The vault, as tests use it: in their own process, in the name of a session, or for a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.vault.calls import Call, acting_as, running
from reports.models import Reporter
from reports.vault.openings import Identity

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def session_of(user: User) -> str:
    """The key of a new session of the account."""
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return str(client.session.session_key)


@contextmanager
def signed_in(user: User) -> Iterator[None]:
    """Ask the vault in the name of the account, as its requests do."""
    with acting_as(session_of(user)):
        yield


@contextmanager
def opened() -> Iterator[None]:
    """Look at what only the vault opens."""
    with running(Call("test")):
        yield


def reporter_of(tip: Any) -> Identity:
    """The reporter of a tip, as it lies in the database now."""
    with opened():
        row = Reporter._base_manager.get(tip=tip)
        return Identity(**{one.name: getattr(row, one.name) for one in fields(Identity)})
