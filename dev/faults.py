"""`make drill ARGS=faults`: plant each small bug of tests/faults/ and see a test fail for it.

Numbers choose faults (`ARGS="faults 3 17"`); `--jobs 2` runs two at a time. A fault is
`NNN-slug.patch`: header lines `Rule:` (one sentence) and `Caught-by:` (a test file or node id, one
a line), then the output of `git diff`. It is planted in a clone of the last commit: commit first.
"""

import argparse
import os
import queue
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dev.places import PROJECT, VAR, open_directory
from dev.servers import throwaway_servers
from dev.trouble import Trouble

FAULTS = PROJECT / "tests" / "faults"
CAUGHT = "bắt được"
# Exit codes of pytest.
PASSED, FAILED = 0, 1
SECONDS = 900
COPY: LiteralString = "CREATE DATABASE {} TEMPLATE {}"
DROP: LiteralString = "DROP DATABASE IF EXISTS {} WITH (FORCE)"


@dataclass(frozen=True)
class Fault:
    """One planted bug: a patch and the tests that fail once it is applied."""

    path: Path
    rule: str
    tests: tuple[str, ...]

    @property
    def number(self) -> int:
        return int(self.path.name.partition("-")[0])


def read(path: Path) -> Fault:
    """The fault of a patch file; an empty rule or no tests where the header lacks them."""
    header = path.read_text(encoding="utf-8").partition("\ndiff --git ")[0]
    rules = re.findall(r"(?m)^Rule: (.+)$", header)
    tests = re.findall(r"(?m)^Caught-by: (\S.*)$", header)
    return Fault(path, rules[0] if len(rules) == 1 else "", tuple(tests))


def all_faults() -> list[Fault]:
    return [read(path) for path in sorted(FAULTS.glob("*.patch"))]


@dataclass(frozen=True)
class Workspace:
    """A clone of the last commit with a test database of its own."""

    tree: Path
    environment: dict[str, str]

    @property
    def database(self) -> str:
        """The name of the test database, as Django makes it."""
        return "test_" + urlsplit(self.environment["DATABASE_URL"]).path.lstrip("/")

    def git(self, *words: str) -> bool:
        return subprocess.run(["git", *words], cwd=self.tree, capture_output=True).returncode == 0

    def run_tests(self, tests: tuple[str, ...], *options: str) -> tuple[int, str]:
        """The exit code of pytest and its output."""
        command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, *options, *tests], cwd=self.tree, env=self.environment,
                capture_output=True, text=True, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, f"quá {SECONDS} giây"
        return done.returncode, done.stdout + done.stderr

    def judge(self, fault: Fault) -> str:
        """Plant one fault, run its tests, take it out again; the verdict in words."""
        if not self.git("apply", str(fault.path)):
            return "KHÔNG ÁP ĐƯỢC vào mã hiện nay"
        try:
            code, output = self.run_tests(fault.tests, "-x")
        finally:
            self.git("checkout", "-q", "--", ".")
            self.git("clean", "-fdq")
        if code == PASSED:
            return "KHÔNG BỊ BẮT: kiểm thử vẫn đạt"
        if code == FAILED and re.search(r"(?m)^FAILED ", output):
            return CAUGHT
        return f"HỎNG KIỂU KHÁC (pytest trả {code})\n{_end(output)}"


def _end(output: str) -> str:
    return "\n".join(f"      {line}" for line in output.splitlines()[-12:])


@contextmanager
def workspaces(count: int, reached: dict[str, str]) -> Iterator[list[Workspace]]:
    """Clones under var/, each with a test database that is dropped at the end."""
    url = urlsplit(reached["DATABASE_URL"])
    made = []
    with tempfile.TemporaryDirectory(prefix="drill-", dir=open_directory(VAR)) as directory:
        try:
            for number in range(1, count + 1):
                tree = Path(directory) / str(number)
                clone = ["git", "clone", "-q", "--shared", str(PROJECT), str(tree)]
                if subprocess.run(clone, check=False).returncode:
                    raise Trouble("Không sao được kho mã bằng git.")
                own = urlunsplit(url._replace(path=f"{url.path}_drill_{number}"))
                # The second name keeps the keys in Redis apart (see tests/conftest.py).
                names = {"DATABASE_URL": own, "PYTEST_XDIST_WORKER": f"drill{number}"}
                made.append(Workspace(tree, os.environ | reached | names))
            yield made
        finally:
            for one in made:
                _execute(reached["DATABASE_URL"], DROP, one.database)


def _execute(url: str, statement: LiteralString, *names: str) -> None:
    """Run a statement about whole databases on the server of `url`; the names are quoted."""
    address = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    quoted = map(sql.Identifier, names)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*quoted))


def _require_passing(faults: list[Fault], spaces: list[Workspace]) -> None:
    """Without a fault every named test passes; makes the test databases. Raises Trouble."""
    first, *others = spaces
    tests = tuple(dict.fromkeys(test for fault in faults for test in fault.tests))
    code, output = first.run_tests(tests, "--create-db")
    if code != PASSED:
        raise Trouble(f"Chưa cài lỗi nào mà kiểm thử đã không đạt:\n{_end(output)}")
    for other in others:
        _execute(first.environment["DATABASE_URL"], COPY, other.database, first.database)


def _chosen(numbers: list[int]) -> list[Fault]:
    faults = all_faults()
    if unknown := set(numbers) - {fault.number for fault in faults}:
        raise Trouble(f"Không có lỗi số {', '.join(map(str, sorted(unknown)))} trong {FAULTS}.")
    return [fault for fault in faults if not numbers or fault.number in numbers]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make drill ARGS=faults", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, help="only these faults")
    parser.add_argument("--jobs", type=int, default=1, help="clones that work at once")
    options = parser.parse_args(arguments)
    faults = _chosen(options.numbers)
    if shutil.which("git") is None:
        raise Trouble("Cần có git để cài và gỡ các lỗi.")
    began = time.monotonic()
    with (
        throwaway_servers() as reached,
        workspaces(min(options.jobs, len(faults)), reached) as spaces,
    ):
        _require_passing(faults, spaces)
        free: queue.SimpleQueue[Workspace] = queue.SimpleQueue()
        for space in spaces:
            free.put(space)

        def judge(fault: Fault) -> bool:
            space = free.get()
            try:
                verdict = space.judge(fault)
            finally:
                free.put(space)
            print(f"{fault.path.stem}: {verdict}", flush=True)
            return verdict == CAUGHT

        with ThreadPoolExecutor(len(spaces)) as pool:
            caught = sum(pool.map(judge, faults))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{caught} trên {len(faults)} lỗi bị bắt, {time.monotonic() - began:.0f} giây, "
        f"{spent.ru_utime + spent.ru_stime:.0f} giây xử lý"
    )
    return 0 if caught == len(faults) else 1
