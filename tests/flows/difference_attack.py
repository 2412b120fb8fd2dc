"""Takes every number of tips that people outside the police are shown, and calculates.

    python -m tests.flows.difference_attack --seeds 8

For each seed two years of tips of a commune are made. Every role that sees no tip opens pages,
pictures, papers, files, lists, home and trail for many spans and at many moments, also after tips
were sorted anew, split and emptied, and all of them put together what they have. Each number is an
equation over months and over rows of quarters; rows of several tables that are the same tips are
known to be. The attack succeeds where a count below five can be calculated, where it can be told to
be one to four, where a page is another once such a count is, and where a number of days long past
moves. Needs DATABASE_URL; makes and drops a database of its own.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, product
from random import Random
from typing import Any

from tests.flows.database import own_database

MOST_SHOWN = 12


@dataclass
class Outcome:
    """Counts of cells taken and cells found out, of one seed or of all."""

    seeds: int = 0
    tips: int = 0
    pages: int = 0
    numbers: int = 0
    equations: int = 0
    cells: int = 0
    twins: int = 0
    calculated: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Nothing was found out, though there was something to calculate with."""
        return bool(self.numbers) and not (self.calculated or self.seen or self.moved or self.open)

    def add(self, other: "Outcome") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        lines = [
            (
                f"{self.seeds} seeds, {self.tips} tips, {self.pages} pages and files, "
                f"{self.numbers} numbers, {self.equations} equations, {self.cells} small cells, "
                f"{self.twins} pairs of worlds"
            ),
            *_line("calculated", self.calculated), *_line("seen", self.seen),
            *_line("moved", self.moved), *_line("open", self.open),
        ]  # fmt: skip
        return "\n".join(lines)


def _line(name: str, found: list[str]) -> Iterable[str]:
    yield f"{name:<12}{len(found) or 'nothing'}"
    yield from (f"    {one}" for one in found[:MOST_SHOWN])


def run(
    seed: int, *, share: float = 0.15, pairs: int = 6, moments: int = 24, most_pages: int = 40,
    is_later: bool = True, keep: Callable[[Any], bool] = lambda span: True,
) -> Outcome:  # fmt: skip
    """One seed. Call with Django set up and a database to write in."""
    from django.db import transaction  # noqa: PLC0415 -- needs Django

    from reports.models import TipReport  # noqa: PLC0415 -- needs Django
    from tests.flows.differencing import world as worlds  # noqa: PLC0415 -- needs Django
    from tests.flows.differencing.attack import (  # noqa: PLC0415 -- needs Django
        changed,
        equations,
        moved,
        outside_the_door,
        with_rules,
    )  # fmt: skip
    from tests.flows.differencing.relations import relations  # noqa: PLC0415 -- needs Django
    from tests.flows.differencing.solving import claims  # noqa: PLC0415 -- needs Django
    from tests.flows.differencing.taking import Taker  # noqa: PLC0415 -- needs Django
    from tests.flows.differencing.twins import (  # noqa: PLC0415 -- needs Django
        betrayed,
        quarters,
        twins,
    )  # fmt: skip

    random, outcome = Random(seed), Outcome(seeds=1)
    with transaction.atomic():
        world = worlds.people()
        worlds.spread(world.commune, random, by=world.chief)
        outcome.tips = TipReport.objects.filter(commune=world.commune).count()
        spans = [span for span in worlds.spans(random) if keep(span)]
        taker = Taker(world, spans, share=share)
        hauls = [taker.collect(worlds.LATER, most_pages=most_pages, seed=seed)]
        for moment in worlds.moments(random)[:moments]:
            hauls.append(taker.collect(moment, seed=seed, near=True))
        for haul in hauls:
            outcome.pages += len(haul.pages)
            outcome.numbers += sum(one.numbers for one in haul.taken)
            outcome.open += haul.wrong
            outcome.open += outside_the_door(haul.taken)
        taken = [one for haul in hauls for one in haul.taken]
        known = equations(taken)
        outcome.equations = len(known)
        first_days = [one.first for one in quarters()]
        outcome.calculated += [
            str(one) for one in claims(known, with_rules(taken), relations(first_days))
        ]
        by_rules, outcome.cells = betrayed(world.commune)
        outcome.calculated += [f"by the rules alone: {one}" for one in by_rules]
        for twin in islice(_shuffled(twins(world.commune), random), pairs):
            outcome.twins += 1
            outcome.seen += changed(twin, taker, seed=seed, most_pages=most_pages, was=hauls[0])
        if is_later:
            worlds.freeze(world.commune)
            before = taker.collect(worlds.LATER, seed=seed)
            worlds.work_on(world.commune, random)
            after = taker.collect(worlds.LATER, seed=seed)
            outcome.moved += moved(before, after)
            outcome.calculated += [str(one) for one in claims(equations(after.taken))]
        transaction.set_rollback(True)
    return outcome


def _shuffled(found: Iterable[Any], random: Random) -> list[Any]:
    listed = list(found)
    random.shuffle(listed)
    return listed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--runs", type=int, default=1, help="of each seed")
    parser.add_argument("--share", type=float, default=0.15, help="of the doors for each span")
    parser.add_argument("--pairs", type=int, default=6, help="pairs of worlds for each seed")
    options = parser.parse_args()
    outcome = Outcome()
    with own_database():
        logging.getLogger("django.request").setLevel(logging.ERROR)  # most doors are shut
        seeds = range(options.first, options.first + options.seeds)
        for seed, _number in product(seeds, range(options.runs)):
            one = run(seed, share=options.share, pairs=options.pairs)
            outcome.add(one)
            sys.stdout.write(f"seed {seed}: {one}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{outcome}\n{'ok' if outcome.is_good else 'FOUND'}\n")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
