"""Shared by the scripts: bars and their lines, alternating rounds, a scratch database."""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from django.db import connection

from accounts.users.roles import sync_roles
from tests.flows.harness import forget_redis


@dataclass(frozen=True)
class Bar:
    """One figure beside its limit. `bar` is the least ratio, or the most with `at_most`."""

    name: str
    product: float
    limit: float
    bar: float
    unit: str = ""
    at_most: bool = False

    @property
    def ratio(self) -> float:
        """Product ÷ limit; nothing over nothing is none."""
        if self.limit:
            return self.product / self.limit
        return float("inf") if self.product else 0.0

    @property
    def passes(self) -> bool:
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return (
            f"{self.name}: {self.product:.4g}{self.unit}, {self.limit:.4g}{self.unit}, "
            f"{self.ratio:.1%}, {sign} {self.bar:.0%}, {'pass' if self.passes else 'fail'}"
        )


class Report:
    """Prints each bar as it is known, and keeps whether all were reached."""

    def __init__(self) -> None:
        self.failed = 0

    def add(self, bar: Bar) -> None:
        print(bar, flush=True)
        self.failed += not bar.passes

    def remark(self, text: str) -> None:
        """A figure without a bar, by which the others can be understood."""
        print(f"({text})", flush=True)

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def commit_ms() -> float:
    """Time of one small commit here and now; the disk decides it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_commit (number integer)")
        started = time.monotonic()
        for number in range(100):
            cursor.execute("INSERT INTO bench_commit VALUES (%s)", [number])
        return (time.monotonic() - started) * 1000 / 100


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options that every script has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument(
        "--quick", action="store_true", help="small data: only the ratios that hold at any size"
    )
    return made


def alternate(rounds: int, **variants: Callable[[], float]) -> dict[str, float]:
    """Run every variant once a round, and give the median of each; the first round warms up."""
    found: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + 1):
        for name, run in variants.items():
            figure = run()
            if number:
                found[name].append(figure)
    return {name: median(figures) for name, figures in found.items()}


def require_durable() -> None:
    """Figures of a server that does not wait for the disk mean nothing."""
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit"):
            cursor.execute("SELECT current_setting(%s)", [setting])
            if cursor.fetchone() == ("off",):
                raise SystemExit(
                    f"The database server runs with {setting} = off: what would be measured is "
                    "not what runs. Use another server, or make bench without DATABASE_URL."
                )


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty, migrated database of this run, dropped afterwards; so are its keys in Redis."""
    require_durable()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        sync_roles()
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        forget_redis()
