"""The vault, as tests use it: in their own process, in the name of a session, or for a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.test import Client
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.vault import calls
from accounts.vault.calls import Call, acting_as, running
from accounts.vault.indexes import Hash
from reports.models import Reporter

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


def with_token(client: Client) -> Client:
    """The browser with a form token: pages that the vault answers ask for it, in tests too."""
    token = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    client.defaults["HTTP_X_CSRFTOKEN"] = token
    return client


@contextmanager
def opened() -> Iterator[None]:
    """Look at what only the vault opens."""
    with running(Call("test")):
        yield


@contextmanager
def outside() -> Iterator[None]:
    """Be a page or a task for a while, in a test that is the vault else."""
    token = calls._running.set(None)
    try:
        yield
    finally:
        calls._running.reset(token)


def look[Row: Model](row: Row) -> Row:
    """The row with all that only the vault opens, as plain values."""
    with opened():
        for field in row._meta.concrete_fields:
            setattr(row, field.attname, str_of(getattr(row, field.attname)))
    return row


def str_of(value: Any) -> Any:
    """The value; of a stored hash the plain text, which anybody may read."""
    return str(value) if isinstance(value, Hash) else value


def reporter_of(tip: Any) -> Any:
    """The reporter of a tip as the database has it now, opened."""
    return look(Reporter._base_manager.get(tip=tip))
