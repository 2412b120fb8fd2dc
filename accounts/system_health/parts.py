"""Parts of the health of the installation: each app registers checks of its own.

A check returns its values, at least `ok`; signs over these values say in words what is wrong and
what a person does about it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import redis
from django.db import Error

logger = logging.getLogger(__name__)
type Values = dict[str, Any]
type Check = Callable[[datetime], Values]


class State(StrEnum):
    """State of a part; the value is the tone of its badge."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Sign:
    """Something wrong with a part: its state, a sentence about it and what to do.

    `when` is the name of a value that is then true, or a function of the values.
    """

    when: str | Callable[[Values], Any]
    state: State
    sentence: str
    remedy: str

    def applies(self, values: Values) -> bool:
        return bool(values.get(self.when) if isinstance(self.when, str) else self.when(values))


def not_ok(values: Values) -> bool:
    """Condition of the last sign of most parts."""
    return not values.get("ok")


UNREADABLE: Final = Sign(
    "error",
    State.BAD,
    "Không đọc được mục này.",
    "Xem nhật ký của worker-periodic; tên lỗi ở /health/deep.",
)
UNEXPLAINED: Final = Sign(
    not_ok, State.WARN, "Mục này cần xem.", "Xem các con số của mục ở /health/deep."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its key in the JSON, its name for people, its check and its signs, gravest first."""

    key: str
    label: str
    good: str
    signs: tuple[Sign, ...]
    check: Check

    def sign_of(self, values: Values) -> Sign | None:
        """The gravest sign that applies; None while all is well."""
        signs = (*self.signs, UNEXPLAINED)
        if "error" in values:
            signs = (*(sign for sign in self.signs if sign.when == "error"), UNREADABLE)
        return next((sign for sign in signs if sign.applies(values)), None)

    def state_of(self, values: Values) -> State:
        sign = self.sign_of(values)
        return State.GOOD if sign is None else sign.state


_registered: dict[str, Part] = {}


def part(
    key: str, label: str, *, good: str, signs: tuple[Sign, ...] = ()
) -> Callable[[Check], Check]:
    """Register a check; a decorator, imported from `ready`."""

    def register(check: Check) -> Check:
        _registered[key] = Part(key, label, good, signs, check)
        return check

    return register


def registered() -> dict[str, Part]:
    """All parts by their keys, in the order in which they were registered."""
    return dict(_registered)


def values_of(check: Callable[[], Values]) -> Values:
    """Run a check. One that breaks is not ok and carries the name of the error."""
    try:
        return check()
    except (Error, redis.RedisError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}
    except Exception as error:
        logger.exception("a health check broke")
        return {"ok": False, "error": type(error).__name__}
