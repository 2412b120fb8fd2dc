"""The vault, as tests use it: in their own process, in the name of a session, or for a look.

A test reads words of tips as it likes, and so does a service that it calls itself. What stands for
a process of its own does not: a request of the test client, a task, a command, another thread.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from celery.app.task import Task
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Model
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.test import Client
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.vault import calls, indexes
from accounts.vault.calls import Call, acting_as, running
from accounts.vault.fields import VaultField
from accounts.vault.indexes import Hash
from reports.models import Reporter
from reports.tips import search

_reads_words: ContextVar[bool] = ContextVar("test_reads_words", default=False)
# What runs as a process of its own: web, a worker, a command.
PROCESSES = ((Client, "request"), (Task, "__call__"), (Task, "apply"), (BaseCommand, "execute"))

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
    """Be a page or a task for a while, in a test that reads words, or is the vault, else."""
    token, reads = calls._running.set(None), _reads_words.set(False)
    try:
        yield
    finally:
        _reads_words.reset(reads)
        calls._running.reset(token)


@contextmanager
def words_open_to_tests() -> Iterator[None]:
    """Let words open to the code of tests, and to none of `PROCESSES`."""
    opened = VaultField.opened

    def open_to_test(field: VaultField, sealed: Any, instance: Model) -> Any:
        is_word = field.purpose == "words" and instance._meta.app_label == "reports"
        if not is_word or not _reads_words.get():
            return opened(field, sealed, instance)
        with running(Call("test")):
            return opened(field, sealed, instance)

    def token_of_test(word: str, *, purpose: str) -> str:
        if not _reads_words.get():
            return indexes.vault_index(word, purpose=purpose)
        with running(Call("test")):
            return indexes.vault_index(word, purpose=purpose)

    token = _reads_words.set(True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VaultField, "opened", open_to_test)
        patch.setattr(search, "vault_index", token_of_test)
        for kind, name in PROCESSES:
            patch.setattr(kind, name, _from_outside(getattr(kind, name)))
        yield
    _reads_words.reset(token)


def _from_outside(act: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(act)
    def acted(*args: Any, **kwargs: Any) -> Any:
        with outside():
            return act(*args, **kwargs)

    return acted


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
