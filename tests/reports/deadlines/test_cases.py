"""The clocks of tips on every worked case."""

from typing import Any

import pytest

from accounts.quarters import quarter
from reports.clocks import states
from reports.clocks.rules import Facts, Start, choose, due_at, local_day
from reports.clocks.states import Clock
from tests.reports.deadlines import (
    BY_CODE,
    RULES,
    SETS,
    calendar,
    cases,
    moment,
    pauses,
    words_of,
)

STARTS = {
    "received": (Start.RECEIVED, Start.RECLASSIFIED),
    "resolved": (Start.RESOLVED,),
    "referred": (Start.REFERRED,),
}
# The stages that a timeline tells of; looking and acknowledging run beside them and stay the same.
OF_TIMELINES = {"inform", "transfer", "work"}


def worked(name: str) -> Any:
    found = list(cases(name))
    names = [f"{number}: {case['why']}" for number, case in enumerate(found, start=1)]
    return pytest.mark.parametrize("case", found, ids=names)


def clock_of(case: dict[str, Any]) -> Clock:
    return Clock(
        BY_CODE[case["rule"]],
        moment(case["from"]),
        pauses=pauses(case),
        extension=case.get("extension", 0),
        stopped_at=moment(case["stopped"]) if "stopped" in case else None,
        cancelled_at=moment(case["cancelled"]) if "cancelled" in case else None,
    )


def test_there_are_at_least_three_hundred_cases_and_none_twice():
    lines = [repr(sorted(case.items())) for name in SETS for case in cases(name)]

    assert len(lines) >= 300
    assert len(set(lines)) == len(lines)


@worked("due")
def test_a_clock_ends_when_it_was_worked_out_to_end(case):
    if "came" in case:
        assert words_of(quarter(moment(case["came"]))) == case["from"]

    ends = due_at(
        BY_CODE[case["rule"]],
        moment(case["from"]),
        pauses(case),
        calendar(case),
        extension=case.get("extension", 0),
    )

    assert words_of(ends) == case["due"]


@worked("choosing")
def test_the_rules_of_a_tip_are_chosen(case):
    found = choose(
        RULES[case.get("rules", "shipped")],
        Facts(case["kind"], case["grave"], case["remote"]),
        local_day(moment(case["on"])),
        STARTS[case["from"]],
    )

    amounts = any("=" in rule for rule in case["found"])
    names = [f"{rule.code}={rule.amount}" if amounts else rule.code for rule in found]
    assert names == case["found"]


@worked("states")
def test_a_clock_stands_as_was_worked_out(case):
    assert states.state(clock_of(case), moment(case["at"]), calendar(case)) == case["state"]


@worked("reminders")
def test_a_clock_reminds_when_it_should(case):
    found = states.reminders(clock_of(case), calendar(case))

    assert [words_of(at) for at in found] == case["reminders"]


def played(case: dict[str, Any]) -> list[Clock]:
    """The clocks of a tip after every step of its timeline."""
    rules, days = RULES[case.get("rules", "shipped")], calendar(case)
    first, *later = case["steps"]
    received_at = moment(first["at"])
    facts = Facts(first["kind"], first["grave"], first["remote"])
    clocks = states.at_receipt(rules, facts, received_at)
    for step in later:
        at = moment(step["at"])
        if "stop" in step:
            clocks = [
                states.stop(clock, at) if clock.rule.stage == step["stop"] else clock
                for clock in clocks
            ]
        elif "reopen" in step:
            clocks += states.reopened(
                clocks, rules, facts=facts, received_at=received_at, at=at, calendar=days
            )
        else:
            known = Facts(step["kind"], step["grave"], step["remote"])
            done = states.reclassified(
                clocks, rules, before=facts, after=known, received_at=received_at, at=at,
                calendar=days,
            )  # fmt: skip
            facts = known
            ended = [clock for clock in clocks if clock not in (*done.going_on, *done.cancelled)]
            off = [states.cancel(clock, at) for clock in done.cancelled]
            clocks = [*ended, *done.going_on, *off, *done.opened]
    return clocks


@worked("timelines")
def test_the_clocks_of_a_tip_follow_what_it_turns_out_to_be(case):
    clocks = [clock for clock in played(case) if clock.rule.stage in OF_TIMELINES]

    assert {
        clock.rule.code: words_of(clock.due_at(calendar(case))) for clock in clocks if clock.is_open
    } == case["open"]
    assert sorted(clock.rule.code for clock in clocks if clock.cancelled_at is not None) == sorted(
        case["cancelled"]
    )
