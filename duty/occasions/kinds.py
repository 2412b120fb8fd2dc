"""Kinds and levels of occasions: data, with the changes of a commune's chief over them."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

_DATA: Final = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "kinds.toml").read_text("utf-8")
)


class Level(models.TextChoices):
    """How soon a person is told."""

    NOW = "now", _("Ngay, cả ngày đêm")
    HOURS = "hours", _("Trong giờ")
    SHIFT = "shift", _("Đầu ca")


@dataclass(frozen=True, slots=True)
class Step:
    """One round of telling: `after` counts from the first step; `to` are audiences of `steps`."""

    after: timedelta
    to: tuple[str, ...]
    mail: bool = False


@dataclass(frozen=True, slots=True)
class LevelRules:
    """Steps of a level, the pauses after the last one, and how long a taking lasts."""

    steps: tuple[Step, ...]
    again: tuple[timedelta, ...]
    hold: timedelta
    taken: timedelta
    is_held_at_night: bool
    ttl_s: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of occasion: its key, its words inside the portal, its level unless changed.

    `not_by`: keys of ways by which nobody is told of it.
    `under`: kinds of which an open one in the commune has this kind only raise its count.
    `hides_minute`: it opens at the second in which a resident wrote, which no row may keep.
    `all_must_know`: several people have an own part of it, so nobody takes it from the others.
    """

    key: str
    words: str
    level: Level
    not_by: frozenset[str] = frozenset()
    under: tuple[str, ...] = ()
    hides_minute: bool = False
    all_must_know: bool = False


LEVELS: Final = {
    Level(key): LevelRules(
        steps=tuple(
            Step(timedelta(seconds=one["after_s"]), tuple(one["to"]), one.get("mail", False))
            for one in rules["steps"]
        ),
        again=tuple(timedelta(seconds=pause) for pause in rules["again_s"]),
        hold=timedelta(seconds=rules["hold_s"]),
        taken=timedelta(seconds=rules["taken_s"]),
        is_held_at_night=rules["is_held_at_night"],
        ttl_s=rules["ttl_s"],
    )
    for key, rules in _DATA["levels"].items()
}
KINDS: Final = {
    key: Kind(
        key,
        about["words"],
        Level(about["level"]),
        under=tuple(about.get("under", ())),
        not_by=frozenset(about.get("not_by", ())),
        hides_minute=about.get("hides_minute", False),
        all_must_know=about.get("all_must_know", False),
    )
    for key, about in _DATA["kinds"].items()
}
# One for a flood in a commune, one for a person over the cap, the drill, trials, answers in Zalo:
# they are neither gathered nor capped, and no chief changes them.
MANY: Final = "many"
MANY_OWN: Final = "many_own"
DRILL: Final = "drill"
TRIAL: Final = "device_trial"
OWN_TRIAL: Final = "own_trial"
REPLY: Final = "zalo_reply"
# Nobody's duty stands behind these.
NOBODYS: Final = (DRILL, TRIAL, OWN_TRIAL, REPLY)
APART: Final = (MANY, MANY_OWN, *NOBODYS)


def pause_after(level: Level, step: int) -> timedelta:
    """The time from step number `step` to the next one, told again after the last without end."""
    rules = LEVELS[level]
    if step + 1 < len(rules.steps):
        return rules.steps[step + 1].after - rules.steps[step].after
    return rules.again[min(step + 1 - len(rules.steps), len(rules.again) - 1)]


def step_of(level: Level, step: int) -> Step:
    """The step with this number; those after the last are the last."""
    steps = LEVELS[level].steps
    return steps[min(step, len(steps) - 1)]
