"""Texts with what the gate should find in each, and how well it does.

A line of a set is a text as an officer writes it, where it stands (`text`, `title`, `name` of a
file, `document`) and the rules that should speak. Every number, name and plate is made up.

`written.jsonl` was written before the rules, and the rules were then brought to fit it.
`unseen.jsonl` was written after they were frozen, the others each after what the one before
showed was mended, `eighth.jsonl` and `ninth.jsonl` from the policy (decision 0050) alone,
`tenth.jsonl` in the manner of everyday posts, `eleventh.jsonl` and `twelfth.jsonl` each by another
hand again, `thirteenth.jsonl` and `fourteenth.jsonl` as ordinary months bring them: their first
scores stand in docs/benchmarks.md. Since the policy changed, names of
private people ask in all sets, whatever is told of them. `forms.jsonl` is no such set: it holds
what the rules were mended by, form beside form, and test_gate_forms.py asks it line by line.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from content_rules.rulebook import find

SETS = (
    "written", "unseen", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth",
)  # fmt: skip
# The numbers that the commune of the sets has made known, and the day on which the texts are read.
OFFICIAL = frozenset({"+84900000113", "+84900000201", "+84900000202"})
TODAY = date(2026, 11, 26)


@dataclass(frozen=True)
class Case:
    """A text and the rules that it should meet; `note` says what makes it hard."""

    where: str
    text: str
    rules: frozenset[str]
    note: str = ""


@dataclass
class Score:
    """Counts of rule and text: found where expected, missed, found where not expected."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Case, frozenset[str]]] = field(default_factory=list)
    cases: int = 0
    innocent: int = 0

    def expected(self, rule: str | None = None) -> int:
        return self._of(self.found, rule) + self._of(self.missed, rule)

    def claimed(self, rule: str | None = None) -> int:
        return self._of(self.found, rule) + self._of(self.invented, rule)

    def right(self, rule: str | None = None) -> int:
        return self._of(self.found, rule)

    @property
    def rules(self) -> list[str]:
        return sorted(self.found | self.missed | self.invented)

    @staticmethod
    def _of(counts: Counter[str], rule: str | None) -> int:
        return counts.total() if rule is None else counts[rule]


def cases(name: str) -> Iterator[Case]:
    """The lines of a set."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Case(row["where"], row["text"], frozenset(row["rules"]), row.get("note", ""))


@cache
def rules_of(where: str, text: str) -> frozenset[str]:
    """The rules that speak, found once for each text that is asked about."""
    return frozenset(hit.rule for hit in find(text, where=where, official=OFFICIAL, today=TODAY))


def score(name: str) -> Score:
    """How the rules do on a set, text by text."""
    result = Score()
    for case in cases(name):
        spoke = rules_of(case.where, case.text)
        result.cases += 1
        result.innocent += not case.rules
        result.found.update(case.rules & spoke)
        result.missed.update(case.rules - spoke)
        result.invented.update(spoke - case.rules)
        if spoke != case.rules:
            result.wrong.append((case, spoke))
    return result
