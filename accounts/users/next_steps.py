"""Steps that a new account still needs; apps above register theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.users.models import User


@dataclass(frozen=True, slots=True)
class NextStep:
    """A sentence, and a button where the reader may take the step."""

    words: str
    url: str = ""
    label: str = ""


type Asked = Callable[[User, User], NextStep | None]
_registered: list[Asked] = []


def next_step(asked: Asked) -> Asked:
    """Register a function of the account and of who reads; None once the step is done."""
    _registered.append(asked)
    return asked


def next_steps(user: User, *, by: User) -> list[NextStep]:
    """The open steps of an account in use, in their order."""
    if not user.is_active:
        return []
    return [step for asked in _registered if (step := asked(user, by)) is not None]
