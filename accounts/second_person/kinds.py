"""Kinds of changes that take a second person; apps register theirs when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Kind:
    """How a change of one kind is compared, shown and carried out.

    `current(proposal)` gives the present values of what `old` holds; `lines(proposal)` the change
    in words: (what, from, to). `carry_out(proposal)` runs in the transaction of the last step. One
    that hands something over (`is_collected`) is carried out when the second person fetches it.
    """

    name: str
    current: Callable[[Any], dict[str, Any]]
    lines: Callable[[Any], list[tuple[str, str, str]]]
    carry_out: Callable[[Any], object]
    # Which of the rows an account sees; all of its commune without it.
    scope: Callable[[Any], Q] | None = None
    is_collected: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind (once a name)."""
    _kinds[kind.name] = kind


def kind_of(proposal: Any) -> Kind:
    return _kinds[proposal.kind]


def scope_for(user: Any) -> Q:
    """The proposals whose row this account sees."""
    scoped = {kind.name: kind.scope for kind in _kinds.values() if kind.scope is not None}
    found = ~Q(kind__in=scoped)
    for name, scope in scoped.items():
        found |= Q(kind=name) & scope(user)
    return found
