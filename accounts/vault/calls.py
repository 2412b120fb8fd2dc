"""A call to the vault: the operation, its account, and the socket it came by.

Nothing sealed for the vault opens outside of `running`, in the vault's own process either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from accounts.vault.errors import VaultOnly

if TYPE_CHECKING:
    from accounts.models import User

Caller = Literal["web", "work", "any"]


@dataclass(frozen=True)
class Call:
    """One call: the operation, the socket it came by, and the account of its session."""

    operation: str
    caller: Caller = "any"
    user: "User | None" = None

    @property
    def officer(self) -> "User":
        """The account, where an operation asks for a session."""
        if self.user is None:
            raise VaultOnly(f"{self.operation} has no session")
        return self.user


_running: ContextVar[Call | None] = ContextVar("vault_call", default=None)
_session_key: ContextVar[str] = ContextVar("vault_session_key", default="")


def current() -> Call | None:
    """The call that this process, as the vault, is answering."""
    return _running.get()


@contextmanager
def running(call: Call) -> Iterator[Call]:
    """Answer a call: until the end sealed values open here."""
    token = _running.set(call)
    try:
        yield call
    finally:
        _running.reset(token)


def require_running(what: str) -> None:
    """Raise VaultOnly outside of a call to the vault."""
    if _running.get() is None:
        raise VaultOnly(f"{what} is opened by the vault alone: ask it (accounts.vault.client.ask)")


def session_key() -> str:
    """The key of the session in whose request this is, or nothing."""
    return _session_key.get()


@contextmanager
def acting_as(key: str) -> Iterator[None]:
    """Make calls to the vault in the name of this session."""
    token = _session_key.set(key)
    try:
        yield
    finally:
        _session_key.reset(token)
