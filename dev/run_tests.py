"""`make test`: every test beside throw-away servers, in lanes that run at once.

Tests that take a browser or whole processes run in lanes of their own, each with its database and
its number at the broker; tests that measure time run last, alone. Arguments go on to pytest; with
`-m`, `-n` or `-p` there is just one run. With `CI` set, a few tests that failed beside the others
run once more by themselves: those that pass are listed as unsteady, the others fail the run.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from dev.places import PROJECT
from dev.processes import Child, exit_code_of, stop_all
from dev.servers import throwaway_servers

NO_TESTS = 5
# So few tests are handed to a worker at once that none is left with all the slow ones at the end.
CHUNK = "12"
BROKER_NUMBERS = 16
# The lanes of their own mostly wait for other processes, so these get the processor first.
MAIN_NICENESS = 5
LANE_GRACE_S = 60
TESTS_FAILED = 1
# More than these are no accident of a busy machine.
MOST_SECOND_GOES = 25


@dataclass(frozen=True)
class Lane:
    """Tests that run one at a time beside the others; `number` tells databases and queues apart."""

    name: str
    number: int


LANES = (Lane("flow", 1), Lane("browser", 2))
ALONE = "alone"
MAIN_NAME = "main"
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


def remembering(place: Path) -> list[str]:
    """Arguments with which a run notes in this folder which of its tests failed."""
    return ["-o", f"cache_dir={place}"]


def failed_in(place: Path) -> list[str]:
    """The tests that failed in the run that noted them in this folder."""
    noted = place / "v/cache/lastfailed"
    return sorted(json.loads(noted.read_text("utf-8"))) if noted.is_file() else []


def second_go(codes: list[int], failed: list[str], again: Callable[[list[str]], int]) -> list[int]:
    """The exit codes once a few failed tests ran `again`, in one process with nothing beside it.

    A run that ended in another way than by failed tests, or in which many failed, stays as it is.
    """
    only_failed = set(codes) <= {0, TESTS_FAILED, NO_TESTS}
    if not only_failed or not 0 < len(failed) <= MOST_SECOND_GOES:
        return codes
    print("\n=== Once more, alone: tests that failed beside others", flush=True)
    code = again(failed)
    if code:
        return [code]
    print("\n=== UNSTEADY, to be mended: failed beside others, passed alone", *failed, sep="\n")
    return [0 if code == TESTS_FAILED else code for code in codes]


def result(codes: list[int]) -> int:
    """One exit code: the first failure; no test in one run is well if another had some."""
    counted = [code for code in codes if code != NO_TESTS]
    return next((code for code in counted if code), 0) if counted else NO_TESTS


def pytest(arguments: list[str], reached: Mapping[str, str], *, niceness: int = 0) -> int:
    command = ["nice", "-n", str(niceness), sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env={**os.environ, **reached}, check=False).returncode


def files_with(mark: str, tests: Path = PROJECT / "tests") -> list[str]:
    """Files whose tests have this mark; collecting all of tests/ takes a quarter of a minute.

    A conftest.py that has it marks its whole folder.
    """
    has = re.compile(rf"pytest\.mark\.{mark}\b")
    marked = [path for path in sorted(tests.rglob("*.py")) if has.search(path.read_text("utf-8"))]
    folders = [path.parent for path in marked if path.name == "conftest.py"]
    files = [
        path
        for path in marked
        if path.name.startswith("test_") and not any(map(path.is_relative_to, folders))
    ]
    return [str(path.relative_to(tests.parent)) for path in [*folders, *files]]


def chosen(mark: str, arguments: list[str]) -> list[str]:
    """Files for the tests of one mark: those that have it, unless the caller named some."""
    return [] if names_tests(arguments) else files_with(mark)


def single(arguments: list[str]) -> list[str]:
    """The arguments of the one run of a caller who chose marks, workers or plugins."""
    mark = arguments[1] if len(arguments) > 1 and arguments[0] == "-m" else ""
    return [*arguments, *(chosen(mark, arguments[2:]) if mark.isidentifier() else [])]


def names_tests(arguments: list[str]) -> bool:
    """Whether the caller named files or folders."""
    return any(Path(argument.partition("::")[0]).exists() for argument in arguments)


def start(lane: Lane, arguments: list[str], reached: Mapping[str, str], logs: Path) -> Child:
    """Start the lane's run, which writes to a file of its own."""
    marks = f"{lane.name} and not {ALONE}"
    where = [*remembering(logs / f"{lane.name}-cache"), *chosen(lane.name, arguments)]
    child = Child(
        lane.name,
        [sys.executable, "-m", "pytest", "-m", marks, *where, *arguments],
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


def run_lanes(arguments: list[str], reached: Mapping[str, str], logs: Path) -> list[int]:
    """Every lane at once, then the tests that measure time; exit codes."""
    lanes = [start(lane, arguments, reached, logs) for lane in LANES]
    try:
        main = [*main_run(arguments), *remembering(logs / f"{MAIN_NAME}-cache")]
        codes = [pytest(main, reached, niceness=MAIN_NICENESS)]
        codes += [finish(lane) for lane in lanes]
    finally:
        stop_all(lanes)
    alone = ["-m", ALONE, *remembering(logs / f"{ALONE}-cache"), *chosen(ALONE, arguments)]
    return [*codes, pytest([*alone, *arguments], reached)]


def run_all(arguments: list[str], reached: Mapping[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="binhyen-log-") as folder:
        logs = Path(folder)
        if is_single(arguments):
            alone = [*remembering(logs / f"{MAIN_NAME}-cache"), *single(arguments)]
            codes = [pytest(alone, reached)]
        else:
            codes = run_lanes(arguments, reached, logs)
        if os.environ.get("CI"):
            failed = [name for place in sorted(logs.glob("*-cache")) for name in failed_in(place)]
            codes = second_go(codes, failed, lambda names: pytest(names, reached))
    return result(codes)


def main(arguments: list[str]) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes import the same files

    def work() -> int:
        with throwaway_servers() as reached:
            return run_all(arguments, reached)

    return exit_code_of(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
