"""Kill the workers at a random moment of a sending, start them again, and count.

    python -m tests.flows.kill_worker --runs 100

Each run sends a post to 100 groups at 40 a second, kills worker and children with SIGKILL at a
random moment, starts a new worker and waits until the machine has finished. A group that got the
post twice, or that is neither sent nor held for a person to look at, fails the run. Needs
DATABASE_URL and REDIS_URL; makes and drops a database of its own, and empties our keys in Redis.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.flows.database import own_database

if TYPE_CHECKING:
    from broadcasts.models import Broadcast
    from tests.flows.harness import Portal, Scene

GROUPS = 100
RATE_PER_MIN = "2400"
SENDING_S = 2.5
SETTLED_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """Counts at the end of one run; `twice` and `lost` must be zero."""

    killed_after_s: float
    sent: int
    uncertain: int
    twice: int
    lost: int

    @property
    def is_good(self) -> bool:
        return self.twice == self.lost == 0 and self.sent + self.uncertain == GROUPS


@dataclass(frozen=True)
class Killed:
    """A sending whose worker was killed and replaced."""

    broadcast: "Broadcast"
    groups: list[str]
    after_s: float


def kill_midway(portal: "Portal", scene: "Scene", chance: random.Random) -> Killed:
    """Send to new groups through the worker that runs, kill it on the way, start another."""
    from tests.flows import harness  # noqa: PLC0415 -- needs Django

    stats = scene.simulator.state.stats
    calls, groups = stats["calls"], scene.add_groups(GROUPS)
    broadcast = scene.approved(audience_groups=[group.pk for group in groups])
    harness.wait_until(lambda: stats["calls"] > calls, timeout_s=60, what="the first call")
    after_s = chance.uniform(0, SENDING_S)
    time.sleep(after_s)
    portal.kill()
    portal.start_worker()
    return Killed(broadcast, [group.zalo_group_id for group in groups], round(after_s, 2))


def settled(scene: "Scene", killed: Killed) -> Outcome:
    """Return the outcome of the sending once the machine has finished with it."""
    from tests.flows import harness  # noqa: PLC0415 -- needs Django

    harness.wait_until(
        lambda: harness.open_deliveries(killed.broadcast) == 0,
        timeout_s=SETTLED_S,
        what="the end of the sending",
    )
    received = scene.received()
    ends = dict(killed.broadcast.deliveries.values_list("target_group_id", "status"))
    counts = Counter(ends.values())
    return Outcome(
        killed_after_s=killed.after_s,
        sent=counts["sent"],
        uncertain=counts["uncertain"],
        twice=sum(1 for group_id in killed.groups if received[group_id] > 1),
        lost=sum(
            1
            for group_id, status in ends.items()
            if status not in {"sent", "uncertain"} or (status == "sent" and received[group_id] != 1)
        ),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()

    chance = random.Random(options.seed)
    bad = uncertain = 0
    with own_database(), tempfile.TemporaryDirectory() as folder:
        from tests.flows.harness import sending  # noqa: PLC0415 -- needs Django

        for number in range(1, options.runs + 1):
            log = Path(folder) / "portal.log"
            with sending(log, ZALO_RATE_PER_MIN=RATE_PER_MIN) as (portal, scene):
                outcome = settled(scene, kill_midway(portal, scene, chance))
            bad += not outcome.is_good
            uncertain += outcome.uncertain
            verdict = "ok" if outcome.is_good else "BAD"
            sys.stdout.write(f"{number} {outcome} {verdict}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{options.runs} runs: {bad} bad, {uncertain} deliveries held for a person\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
