"""Tries to find who told something: in dumps, backups, logs, pages, messages, and with single keys.

    python -m tests.flows.find_reporter --tips 200
    python -m tests.flows.find_reporter --tips 21 --pages 10 --seeds 10 --runs 10

Makes tips through the doors that residents and officers use, by people of whom everything is known
(name, phone, Zalo, words, photos with a place, addresses of the network), works on them, and then
looks for all of it wherever a thief, a reader or a curious account would look. Prints what was
searched and what was found. Needs DATABASE_URL and pg_dump; makes and drops a database of its own.
A run says its seed. With `--seeds` each of so many is run as often as `--runs` says, always in a
process of its own.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from tests.flows.database import own_database

NEEDED = ("pg_dump", "pg_restore", "tar")
# One in so many comes by each door.
SHARES = {"form": 11, "chat": 5, "phone": 2, "relay": 1, "group": 1}
SHOWN = 12  # findings of a line that are printed
PROCESSES = 6  # tips that come in through real processes as well
ZALO = {"chat", "group"}
IDENTITY = {"name", "phone", "zalo_id", "address", "ip", "agent", "camera", "gps"}


@dataclass
class Line:
    """One place: how much was searched, and what was found there that must not be."""

    place: str
    searched: str
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = (
            "nothing" if not self.found else f"{len(self.found)}: " + "; ".join(self.found[:SHOWN])
        )
        return f"{self.place:<44} {self.searched:<34} {verdict}"


@dataclass
class Outcome:
    """The whole table; good when no line found anything."""

    tips: int
    doors: dict[str, int]
    secrets: int
    lines: list[Line] = field(default_factory=list)

    @property
    def found(self) -> list[Line]:
        return [line for line in self.lines if line.found]

    @property
    def is_good(self) -> bool:
        return not self.found

    def __str__(self) -> str:
        head = f"{self.tips} tips by {self.doors}, {self.secrets} secrets of their reporters"
        return "\n".join([head, *map(str, self.lines)])


def run(
    folder: Path, count: int, chance: random.Random, *, pages: int, by_processes: int = PROCESSES
) -> Outcome:
    """Make the tips, work on them, search; of each account no more than so many pages.

    `by_processes`: tips more, through real ones. Call with Django set up and a database to write
    in.
    """
    from tests.flows.leaks import hunts, processes  # noqa: PLC0415 -- needs Django
    from tests.flows.leaks.people import people  # noqa: PLC0415 -- needs Django
    from tests.flows.leaks.scene import scene  # noqa: PLC0415 -- needs Django
    from tests.flows.leaks.work import work_on  # noqa: PLC0415 -- needs Django

    with scene(folder) as (place, log):
        place.warm_up()
        *crowd, last = people(count + by_processes + 1, chance)
        for person, (door, is_named) in zip(crowd[:count], plan(count), strict=True):
            known = replace(person, zalo_id=place.state.long_id()) if door in ZALO else person
            place.told.append(hunts.DOORS[door](place, known, is_named=is_named))
        tellers = [replace(one, zalo_id=place.state.long_id()) for one in crowd[count:]]
        logged = processes.tell(place, folder, tellers) if tellers else b""
        place.later()
        quiet = hunts.quiet_pages(place, pages)
        place.told.append(hunts.DOORS["form"](place, last, is_named=False))
        place.later()
        outcome = Outcome(
            len(place.told),
            dict(Counter(told.door for told in place.told)),
            sum(len(told.person.secrets()) for told in place.told),
        )
        outcome.lines += hunts.compare_quiet_pages(place, quiet, pages)
        chance.shuffle(place.told)  # so that what is done with a tip tells nothing of its door
        work_on(place, place.told)
        outcome.lines.append(hunts.in_logs(logged, tellers))
        outcome.lines += hunts.everywhere(place, log.getvalue, folder, pages)
    return outcome


def plan(count: int) -> list[tuple[str, bool]]:
    """Door and whether they name themselves, for each reporter; every other one of a door does."""
    doors = [door for door, share in SHARES.items() for _one in range(share)]
    seen: Counter[str] = Counter()
    planned = []
    for number in range(count):
        door = doors[number * 7 % len(doors)]
        seen[door] += 1
        planned.append((door, seen[door] % 2 == 0))
    return planned


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tips", type=int, default=200)
    parser.add_argument("--pages", type=int, default=300, help="of each account")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seeds", type=int, default=0, help="so many seeds, from 1 on")
    parser.add_argument("--runs", type=int, default=1, help="of each of the seeds")
    options = parser.parse_args()
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        parser.error(f"not installed: {', '.join(missing)}")
    if options.seeds:
        return _many(options)
    seed = random.randrange(10**6) if options.seed is None else options.seed
    with own_database(), tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), options.tips, random.Random(seed), pages=options.pages)
    sys.stdout.write(f"seed {seed}: {outcome}\n{'ok' if outcome.is_good else 'FOUND'}\n")
    return 0 if outcome.is_good else 1


def _many(options: argparse.Namespace) -> int:
    """Run each seed so often; print the table of each run that found something."""
    failed = 0
    for seed, number in product(range(1, options.seeds + 1), range(1, options.runs + 1)):
        command = [sys.executable, "-m", "tests.flows.find_reporter", "--seed", str(seed)]
        command += ["--tips", str(options.tips), "--pages", str(options.pages)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        failed += done.returncode != 0
        verdict = "ok" if done.returncode == 0 else f"{done.stdout}{done.stderr[-2000:]}"
        sys.stdout.write(f"seed {seed}, run {number}: {verdict}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{failed} of {options.seeds * options.runs} runs failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
