"""Holds page, printed sheet, Word file, workbook and register against the count, many times.

    python -m tests.flows.agree --ranges 200

Makes a commune with two years of data, then takes random spans as the police, the Party, the
People's Committee, an officer and hamlet by hamlet, at one moment that stands still. Needs
DATABASE_URL and REDIS_URL; makes and drops a database of its own.
"""

import argparse
import sys
import time
from collections import Counter
from random import Random

from tests.flows.database import own_database


def run(ranges: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Return disagreements and the spans asked of each reader; needs a database to write in."""
    import time_machine  # noqa: PLC0415 -- needs Django

    from tests.oversight.agreement import comparing, scene  # noqa: PLC0415 -- needs Django

    chance = Random(seed)
    wrong: list[str] = []
    asked: Counter[str] = Counter()
    with time_machine.travel(scene.NOON, tick=False):
        everyone = comparing.readers(scene.make_place(chance))
        for number in range(ranges):
            reader, period = everyone[number % len(everyone)], comparing.any_period(chance)
            wrong += comparing.disagreements(reader, period)
            asked[reader.name] += 1
    return wrong, asked


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ranges", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    with own_database():
        wrong, asked = run(options.ranges, options.seed)
    spans = ", ".join(f"{name} {count}" for name, count in asked.items())
    took = time.monotonic() - started
    sys.stdout.write(f"{asked.total()} ranges ({spans}) in {took:.0f} s\n")
    sys.stdout.write("\n".join([*wrong, f"{len(wrong)} disagreements"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
