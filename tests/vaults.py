"""The vault, as tests use it: in their own process, in the name of a session, or for a look."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client

from accounts.models import User
from accounts.vault.calls import Call, acting_as, running

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
