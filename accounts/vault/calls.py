"""A call to the vault: the operation, its account, and the socket it came by.

Nothing sealed for the vault opens outside of `running`, in the vault's own process either.
"""

from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Literal, Protocol

from accounts.vault.errors import VaultOnly

if TYPE_CHECKING:
    from accounts.models import User

Caller = Literal["web", "work", "any"]


class PageCall(Protocol):
    """Counts and lines of a page that is answered (`accounts.vault.guard.PageCount`)."""

    def is_of(self, view: str, *, most: int | None, is_public: bool) -> None:
        """Name the page: how many tips it opens at most, whether its visitor needs no account."""

    def begin(self, user: "User | None", *, changes: bool) -> None:
        """Name the account that the chain of middleware found."""

    def count(self, subject: Hashable, *, is_match: bool = False) -> None:
        """Count a tip that is opened. Raises VaultRefused, after which it stays sealed."""

    def require_room(self, subjects: Collection[Hashable]) -> None:
        """Raise VaultRefused where the hour allows its account fewer tips; counts none."""


@dataclass(frozen=True)
class Call:
    """One call: the operation, the socket it came by, and the account of its session.

    Of a page: what it counts, and the body of its request.
    """

    operation: str
    caller: Caller = "any"
    user: "User | None" = None
    page: PageCall | None = None
    attached: IO[bytes] | None = None
    is_matching: bool = False
    # Texts that were opened to be compared, for who is shown them afterwards, and counts then.
    compared: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)

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


def require_running(what: str) -> Call:
    """The call that is answered. Raises VaultOnly outside of a call to the vault."""
    call = _running.get()
    if call is None:
        raise VaultOnly(f"{what} is opened by the vault alone: ask it (accounts.vault.client.ask)")
    return call


@contextmanager
def matching() -> Iterator[None]:
    """Open rows to compare them: only which of them match leaves this block.

    They do not count as opened by the page; their rows stay sealed, so what is shown of them
    afterwards counts then.
    """
    call = _running.get()
    if call is None:
        yield
        return
    with running(replace(call, is_matching=True)):
        yield


def require_room(subjects: Collection[Hashable]) -> None:
    """Raise VaultRefused, before any is opened, where these are more tips than the account of the
    page may open in this hour."""
    call = _running.get()
    if call is not None and call.page is not None:
        call.page.require_room(subjects)


def is_matching() -> bool:
    """Whether rows are opened to be compared alone."""
    call = _running.get()
    return call is not None and call.is_matching


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
