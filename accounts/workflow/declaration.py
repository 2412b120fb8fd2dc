"""Declaration of the steps of a model: states, transitions, sentences of refusal, history.

A model carries one as `workflow`, beside the choices of its status. Sentences are shown to people;
they are format strings over `{row}`, `{state}` (label of the present state), `{state_lower}` and
`{to}` (label of the state asked for).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

# Refusals of services; every message is a sentence for the person.


class NotAllowed(Exception):
    """The act is refused; the message is a sentence for the person."""


class TransitionNotAllowed(NotAllowed):
    """The row is not in a state from which this step leads."""


@dataclass(frozen=True)
class History:
    """Event rows of a model: their related name, and the columns for text and for details."""

    rows: str = "events"
    text: str = "note"
    details: str = ""
    longest: int | None = None


@dataclass(frozen=True)
class Workflow:
    """Rules that `accounts.workflow.services` applies to the rows of one model."""

    # First half of the audit actions: `group` gives `group.activated`.
    subject: str
    # The account lacks the right; also that it does not see the row, unless `unseen` says so.
    denied: str
    unseen: str = ""
    # The row was deleted meanwhile; blank: as `unseen`.
    missing: str = ""
    state_field: str = "status"
    transitions: Mapping[str, Collection[str]] = field(default_factory=dict)
    # The present state does not lead to the one asked for.
    no_transition: str = ""
    # A step is not for the present state; `in_state` has sentences for single states.
    wrong_state: str = ""
    in_state: Mapping[str, str] = field(default_factory=dict)
    # A further condition of `move`: returns why the row may not go there, or nothing.
    guard: Callable[[Any, str], str] | None = None
    # Why nothing more is done with a row, whatever its state; blank where there is something.
    ended: Callable[[Any], str] | None = None
    # Relations read with the locked row.
    related: tuple[str, ...] = ()
    # Lock without blocking rows that refer to this one.
    no_key: bool = False
    # Attribute that holds the commune whose audit trail gets the step.
    commune: str = "commune"
    history: History | None = None
    # Beside the history the audit trail gets the text of a step as its reason, and its details.
    audits_text: bool = True
    audits_details: bool = True
