"""Figures of a commune in a city of five years: read from kept counts, and counted row by row.

A city of communes is written as sets, every count is built from nothing, then the figures of one
commune are read as its chief over a year and over five, each beside the same figures counted row by
row over the same indexes. Writes at random dirty some of them: what is read then must still be what
the rows say, and a round must make everything stand again within a minute. At full size the city
has 95 communes, 1.2 million members, 1 million tips and 5 million deliveries: half an hour to make.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from statistics import median
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.utils import timezone

from accounts.models import Commune
from accounts.roles import Role
from benchmarks import _bench, _city
from benchmarks._pages import answer_ms, p95, served_to_test_client, signed_in
from broadcasts.models import Delivery
from groups.models import Membership
from oversight import periods
from oversight.figures import compute
from oversight.periods import Period
from oversight.rollups import recounting
from oversight.scopes import whole_commune
from reports.models import TipReport
from tests.factories.accounts import make_profile, make_user

WRITES, WRITES_QUICK = 10_000, 1_000
# Figures that slices hold.
KEPT = (
    "coverage", "posts_by_topic", "posts_speed", "hand_posting", "tips", "tips_by_kind",
    "tips_by_category", "tips_by_channel", "tips_by_outcome", "tips_in_time", "tips_told",
    "tips_handed_over", "tip_clocks", "transfers",
)  # fmt: skip
MOST_OF_RAW, LIMIT_MS, FRESH_S = 0.02, 300, 60


@contextmanager
def row_by_row() -> Iterator[None]:
    with (
        patch("oversight.rollups.reading.whole_months", lambda period: []),
        patch("oversight.figures.place.of_places", lambda subject, places: dict.fromkeys(places)),
    ):
        yield


def figures(reader: Any, period: Period) -> tuple[float, list[Any]]:
    """Milliseconds of SQL, and what was told."""
    spent = 0.0

    def timed(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            spent += (time.perf_counter() - started) * 1000

    scope, now = whole_commune(reader.commune, reader=reader), timezone.now()
    with connection.execute_wrapper(timed):
        told = [compute(key, scope, period, as_of=now).table for key in KEPT]
    return spent, told


def measure(
    report: _bench.Report, reader: Any, period: Period, rounds: int, *, is_quick: bool
) -> None:
    kept: list[float] = []
    raw: list[float] = []
    for number in range(rounds + 1):
        spent, read = figures(reader, period)
        with row_by_row():
            by_row, counted = figures(reader, period)
        if read != counted:
            raise SystemExit(f"{period.words}: what was kept is not what the rows say")
        if number:
            kept.append(spent)
            raw.append(by_row)
    name = f"SQL of kept figures, {period.words}, beside row by row"
    bar = _bench.Bar(name, median(kept), median(raw), MOST_OF_RAW, " ms", at_most=True)
    if is_quick:  # a query costs its trip however few rows there are
        report.note(f"{name}: {bar.product:.0f} ms, {bar.limit:.0f} ms")
        return
    report.add(bar)


def write(random: Random, commune: Commune, count: int) -> None:
    """So many single writes to what is counted, of any day."""
    tips = list(TipReport.objects.filter(commune=commune).values_list("pk", flat=True))
    posts = list(Delivery.objects.filter(commune=commune, way="hand").values_list("pk", flat=True))
    people = list(
        Membership.objects.filter(group__hamlet__commune=commune).values_list("pk", flat=True)
    )
    for number in range(count):
        if number % 3 == 0:
            tip = TipReport.objects.filter(pk=random.choice(tips))
            tip.update(channel=random.choice(["phone", "desk", "paper"]))
        elif number % 3 == 1:
            delivery = Delivery.objects.filter(pk=random.choice(posts))
            delivery.update(status="missed", posted_at=None, posted_by=None)
        else:
            joined = Membership.objects.filter(pk=random.choice(people))
            joined.update(state=random.choice(["joined", "left"]))


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    report = _bench.Report()
    with _bench.scratch_database(), served_to_test_client():
        started = time.monotonic()
        communes = _city.build(_city.QUICK if options.quick else _city.CITY)
        report.note(f"city: {time.monotonic() - started:.0f} s to make")
        started = time.monotonic()
        slices = recounting.rebuild()
        report.note(f"{slices} slices from nothing: {time.monotonic() - started:.0f} s")
        commune = communes[len(communes) // 2]
        make_profile(commune)
        chief = make_user(commune, Role.CHIEF)
        today = timezone.localdate()
        year = periods.whole_year(today.year - 1)
        five = Period(
            date(today.year - 4, 1, 1), date(today.year, today.month, 1) - periods.ONE_DAY
        )
        for period in (year, five):
            measure(report, chief, period, options.rounds, is_quick=options.quick)
        client = signed_in(chief)
        address = f"/admin/so-lieu/?tu={year.first}&den={year.last}"
        times = [answer_ms(client, address) for _number in range(options.rounds * 4)][1:]
        if options.quick:
            report.note(f"page of a year: p95 {p95(times):.0f} ms")
        else:
            report.add(
                _bench.Bar("page of a year, p95", p95(times), LIMIT_MS, 1, " ms", at_most=True)
            )
        write(Random(2026), commune, WRITES_QUICK if options.quick else WRITES)
        figures(chief, year)
        started = time.monotonic()
        again = recounting.recount_dirty()
        took = time.monotonic() - started
        report.note(f"{again} slices counted again after the writes")
        report.add(_bench.Bar("until everything stands", took + 15, FRESH_S, 1, " s", at_most=True))
        wrong = len(recounting.compare())
        report.add(_bench.Bar("slices that differ from their rows", wrong, 0, 0, at_most=True))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
