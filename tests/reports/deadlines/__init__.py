"""Worked cases of the clocks, and the rules and calendars that they are worked under.

Each line of a set in `cases/` was reckoned by hand from the law and the printed calendar, and says
why it comes out so: before the code was there, but for those marked `later`, which close gaps that
reading the code and breaking it on purpose had shown. Moments are local unless they end in Z.
Calendars: `state` is the list of days off that is shipped; `swap` has days that are worked instead,
two as in 2026 (2/1 for Saturday 10/1, 31/8 for Saturday 22/8), one made up (23/11 for 28/11).
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from accounts.communes.shipped_holidays import DAYS
from reports.clocks.rules import HERE, Pause, Rule, Stage, Start, Unit

SETS = ("due", "choosing", "states", "reminders", "timelines")
CRIMES = frozenset({"denunciation_of_crime", "crime_report"})
BEGUN = date(2025, 7, 1)

_STATE = {day: "off" for day, _name, _provisional in DAYS}
CALENDARS = {
    "state": _STATE,
    "swap": _STATE
    | {date(2026, 1, 2): "off", date(2026, 1, 10): "worked"}
    | {date(2026, 8, 31): "off", date(2026, 8, 22): "worked"}
    | {date(2026, 11, 23): "off", date(2026, 11, 28): "worked"},
}


def _rule(code: str, stage: Stage, amount: int, unit: Unit, **more: Any) -> Rule:
    return Rule(code, stage, amount, unit, **({"valid_from": BEGUN} | more))


_GRAVE = {"starts_from": Start.RECLASSIFIED, "kinds": CRIMES, "for_grave": True}
SHIPPED = (
    _rule("first_look", Stage.FIRST_LOOK, 24, Unit.HOURS, remind_before=(4,)),
    _rule("acknowledge", Stage.ACKNOWLEDGE, 3, Unit.WORKING_DAYS, remind_before=(1, 0)),
    _rule("inform_grave", Stage.INFORM, 1, Unit.HOURS, remind_before=(1,), **_GRAVE),
    _rule(
        "transfer_grave", Stage.TRANSFER, 24, Unit.HOURS, for_remote=False, remind_before=(12, 4),
        **_GRAVE,
    ),
    _rule(
        "transfer_grave_remote", Stage.TRANSFER, 48, Unit.HOURS, for_remote=True,
        remind_before=(24, 6), **_GRAVE,
    ),
    _rule(
        "transfer", Stage.TRANSFER, 7, Unit.DAYS, kinds=CRIMES, for_grave=False,
        remind_before=(48, 24),
    ),
    _rule(
        "recommendation", Stage.WORK, 15, Unit.WORKING_DAYS, kinds=frozenset({"feedback"}),
        may_pause=True, may_extend=True, remind_before=(5, 1),
    ),
    _rule(
        "answer", Stage.ANSWER, 3, Unit.WORKING_DAYS, starts_from=Start.RESOLVED,
        remind_before=(1, 0),
    ),
    _rule(
        "follow_20_days", Stage.FOLLOW_UP, 20, Unit.DAYS, starts_from=Start.REFERRED, kinds=CRIMES
    ),
    _rule(
        "follow_60_days", Stage.FOLLOW_UP, 60, Unit.DAYS, starts_from=Start.REFERRED, kinds=CRIMES
    ),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in SHIPPED} | {
    "check_10_hours": _rule(
        "check_10_hours", Stage.WORK, 10, Unit.HOURS, may_pause=True, may_extend=True
    ),
    "check_5_days": _rule(
        "check_5_days", Stage.WORK, 5, Unit.DAYS, may_pause=True, may_extend=True
    ),
}


def _transfer(amount: int, first: date, last: date | None) -> Rule:
    return _rule(
        "transfer", Stage.TRANSFER, amount, Unit.DAYS, kinds=CRIMES, for_grave=False,
        valid_from=first, valid_to=last,
    )  # fmt: skip


_OTHERS = tuple(rule for rule in SHIPPED if rule.code != "transfer")
RULES = {
    "shipped": SHIPPED,
    "changed": (
        *_OTHERS,
        _transfer(7, BEGUN, date(2026, 6, 30)),
        _transfer(5, date(2026, 7, 1), date(2026, 12, 31)),
        _transfer(6, date(2027, 1, 1), None),
    ),
    "overlapping": (
        *_OTHERS, _transfer(7, date(2026, 7, 1), None), _transfer(9, BEGUN, None)
    ),
    # the commune's own aim began before the shipped one changed
    "own_first": (
        *SHIPPED,
        _rule(
            "recommendation", Stage.WORK, 12, Unit.WORKING_DAYS, kinds=frozenset({"feedback"}),
            valid_from=date(2026, 8, 1),
        ),
        _rule(
            "recommendation", Stage.WORK, 10, Unit.WORKING_DAYS, kinds=frozenset({"feedback"}),
            valid_from=date(2026, 7, 1), is_own=True,
        ),
    ),
    "own": (
        *SHIPPED,
        _rule(
            "recommendation", Stage.WORK, 10, Unit.WORKING_DAYS, kinds=frozenset({"feedback"}),
            valid_from=date(2026, 7, 1), valid_to=date(2026, 9, 30), is_own=True,
        ),
    ),
}  # fmt: skip


def cases(name: str) -> Iterator[dict[str, Any]]:
    """The lines of a set."""
    path = Path(__file__).with_name("cases") / f"{name}.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def moment(text: str) -> datetime:
    zone = UTC if text.endswith("Z") else HERE
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=zone)


def pauses(case: dict[str, Any]) -> tuple[Pause, ...]:
    return tuple(Pause(moment(one), moment(other)) for one, other in case.get("pauses", ()))


def calendar(case: dict[str, Any]) -> dict[date, str]:
    return CALENDARS[case.get("calendar", "state")]


def words_of(at: datetime) -> str:
    """A moment as the cases write it."""
    return at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")
