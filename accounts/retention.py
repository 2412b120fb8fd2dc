"""How long rows are kept: each app registers its rules, one command and one task apply them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class RetentionRule:
    """Rows older than `days` are removed; `expired()` gives them, `sentence` says why."""

    label: str
    days: int
    sentence: str
    expired: Callable[[], models.QuerySet]


_rules: dict[str, RetentionRule] = {}


def register(rule: RetentionRule) -> RetentionRule:
    """Add a rule (once a label); called from an app's `ready`."""
    _rules[rule.label] = rule
    return rule


def rules() -> list[RetentionRule]:
    """All rules, in order of their labels."""
    return [_rules[label] for label in sorted(_rules)]


def purge_expired(*, dry_run: bool = False) -> dict[str, int]:
    """Remove what has expired; returns label → number of rows (that would be) removed."""
    counts = {}
    for rule in rules():
        expired = rule.expired()
        counts[rule.label] = expired.count() if dry_run else expired.delete()[0]
    return counts
