"""`make test`: every test beside throw-away servers, in lanes that run at once.

Tests that take a browser or whole processes run in lanes of their own, each with its database and
its number at the broker; tests that measure time run last, alone. Arguments go on to pytest; with
`-m`, `-n` or `-p` there is just one run.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from dev.processes import Child, exit_code_of, stop_all
from dev.servers import throwaway_servers

NO_TESTS = 5
# So few tests are handed to a worker at once that none is left with all the slow ones at the end.
CHUNK = "12"
BROKER_NUMBERS = 16
# The lanes of their own mostly wait for other processes, so these get the processor first.
MAIN_NICENESS = 5
LANE_GRACE_S = 60


@dataclass(frozen=True)
class Lane:
    """Tests that run one at a time beside the others; `number` tells databases and queues apart."""

    name: str
    marks: str
    number: int
    # Folders that have such tests; collecting all of tests/ takes a quarter of a minute.
    folders: tuple[str, ...]


LANES = (
    Lane(
        "flow", "flow and not alone", 1,
        ("tests/flows", "tests/dev", "tests/zalo", "tests/reports/chat", "tests/reports/vault",
         "tests/attacks", "tests/duty"),
    ),
    Lane("browser", "browser and not alone", 2, ("tests/browser", "tests/zalo")),
)  # fmt: skip
ALONE = "alone"
MAIN = "not (flow or browser or alone)"


def main_run(arguments: list[str]) -> list[str]:
    """The arguments of the run that has a worker for each of two processors."""
    workers = str(min(2, os.cpu_count() or 1))
    return ["-n", workers, "--maxschedchunk", CHUNK, "-m", MAIN, *arguments]


def is_single(arguments: list[str]) -> bool:
    """Whether the caller chose marks, workers or plugins, so that there is one run."""
    return any(argument.startswith(("-m", "-n", "-p")) for argument in arguments)


def lane_environment(reached: Mapping[str, str], lane: Lane) -> dict[str, str]:
    """The servers' addresses with a database and a broker number that no other lane uses."""
    database, broker = urlsplit(reached["DATABASE_URL"]), urlsplit(reached["REDIS_URL"])
    number = (int(broker.path.lstrip("/") or 0) + lane.number) % BROKER_NUMBERS
    return {
        "DATABASE_URL": urlunsplit(database._replace(path=f"{database.path}_{lane.name}")),
        "REDIS_URL": urlunsplit(broker._replace(path=f"/{number}")),
    }


def result(codes: list[int]) -> int:
    """One exit code: the first failure; no test in one run is well if another had some."""
    counted = [code for code in codes if code != NO_TESTS]
    return next((code for code in counted if code), 0) if counted else NO_TESTS


def pytest(arguments: list[str], reached: Mapping[str, str], *, niceness: int = 0) -> int:
    command = ["nice", "-n", str(niceness), sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env={**os.environ, **reached}, check=False).returncode


def names_tests(arguments: list[str]) -> bool:
    """Whether the caller named files or folders."""
    return any(Path(argument.partition("::")[0]).exists() for argument in arguments)


def start(lane: Lane, arguments: list[str], reached: Mapping[str, str], logs: Path) -> Child:
    """Start the lane's run, which writes to a file of its own."""
    folders = () if names_tests(arguments) else lane.folders
    child = Child(
        lane.name,
        [sys.executable, "-m", "pytest", "-m", lane.marks, *folders, *arguments],
        log=logs / lane.name,
        env={**os.environ, **lane_environment(reached, lane)},
        stop_signal=signal.SIGINT,
        grace_s=LANE_GRACE_S,
    )
    child.start()
    return child


def finish(lane: Child) -> int:
    """Wait for the lane's run, then print what it wrote."""
    code = lane.wait()
    print(f"\n=== {lane.name}\n{lane.log.read_text(errors='replace')}", flush=True)
    return code


def run_all(arguments: list[str], reached: Mapping[str, str]) -> int:
    if is_single(arguments):
        return result([pytest(arguments, reached)])
    with tempfile.TemporaryDirectory(prefix="binhyen-log-") as logs:
        lanes = [start(lane, arguments, reached, Path(logs)) for lane in LANES]
        try:
            codes = [pytest(main_run(arguments), reached, niceness=MAIN_NICENESS)]
            codes += [finish(lane) for lane in lanes]
        finally:
            stop_all(lanes)
    return result([*codes, pytest(["-m", ALONE, *arguments], reached)])


def main(arguments: list[str]) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes import the same files

    def work() -> int:
        with throwaway_servers() as reached:
            return run_all(arguments, reached)

    return exit_code_of(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
