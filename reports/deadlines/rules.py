"""Which rules apply to a tip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    FIRST_LOOK = "first_look"
    ACKNOWLEDGE = "acknowledge"
    INFORM = "inform"
    TRANSFER = "transfer"
    WORK = "work"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Start(StrEnum):
    """From when a rule counts.

    RECLASSIFIED: from receipt, or from the moment at which the tip turned out to be what the rule
    is for, when somebody had sorted it as something else before.
    """

    RECEIVED = "received"
    RECLASSIFIED = "reclassified"
    RESOLVED = "resolved"
    REFERRED = "referred"


AT_RECEIPT = frozenset({Start.RECEIVED, Start.RECLASSIFIED})
# What is opened again with a tip that is opened again; the rest was done once and for all.
REOPENED = frozenset({Stage.TRANSFER, Stage.WORK})


@dataclass(frozen=True)
class Rule:
    """How long a stage may take for some tips, in force from a day to the end of another.

    `for_grave` and `for_remote` are None where they do not matter. `remind_before` counts hours, or
    working days where the rule does. `is_own`: set by the commune, in place of a shipped rule of
    the same code.
    """

    code: str
    stage: Stage
    amount: int
    unit: Unit
    starts_from: Start = Start.RECEIVED
    kinds: frozenset[str] = frozenset()
    for_grave: bool | None = None
    for_remote: bool | None = None
    may_pause: bool = False
    may_extend: bool = False
    remind_before: tuple[int, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Facts:
    """What rules ask of a tip; an empty kind has not been sorted yet."""

    kind: str
    is_grave: bool = False
    is_remote: bool = False


def in_force(rule: Rule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)


def applies(rule: Rule, facts: Facts) -> bool:
    return (
        (not rule.kinds or facts.kind in rule.kinds)
        and rule.for_grave in (None, facts.is_grave)
        and rule.for_remote in (None, facts.is_remote)
    )


def versions_in_force(rules: Iterable[Rule], on: date) -> list[Rule]:
    """One version of each code: the commune's own before the shipped one, then the later begun."""
    found: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: (rule.is_own, rule.valid_from)):
        if in_force(rule, on):
            found[rule.code] = rule
    return sorted(found.values(), key=lambda rule: rule.code)


def choose(
    rules: Iterable[Rule], facts: Facts, on: date, starts: Iterable[Start] = AT_RECEIPT
) -> list[Rule]:
    """The rules that apply to a tip received on a day and that begin with one of these starts.

    A tip lives under the rules of the day on which it was received, whatever changes later.
    """
    begun = frozenset(starts)
    return [
        rule
        for rule in versions_in_force(rules, on)
        if rule.starts_from in begun and applies(rule, facts)
    ]
