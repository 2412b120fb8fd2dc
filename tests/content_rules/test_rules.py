"""Every rule speaks in its examples and is silent in its counterexamples."""

from datetime import date

import pytest

from content_rules.engine.findings import LABELS
from content_rules.engine.rules import Rule
from content_rules.rulebook import RULES, find

TODAY = date(2026, 11, 26)


def names(text: str) -> set[str]:
    return {hit.rule for hit in find(text, today=TODAY)}


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule in RULES for text in rule.examples]
)
def test_rule_speaks_in_its_examples(rule: Rule, text: str) -> None:
    assert rule.name in names(text)


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule in RULES for text in rule.counterexamples]
)
def test_rule_is_silent_in_its_counterexamples(rule: Rule, text: str) -> None:
    assert rule.name not in names(text)


def test_every_rule_has_a_label_an_example_and_a_counterexample() -> None:
    assert [one.name for one in RULES if one.name not in LABELS] == []
    assert [one.name for one in RULES if not (one.examples and one.counterexamples)] == []
    assert len({one.name for one in RULES}) == len(RULES)
