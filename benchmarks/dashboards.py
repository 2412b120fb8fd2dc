"""Figures of a city of five years: read from kept counts, and counted row by row.

A city of communes is written as sets and every count is built from nothing. What the whole city is
told of all its tips and deliveries is read from the counts, and counted by raw queries over all
rows; so are the figures of one commune. Its pages are opened by those who read them. Writes at
random dirty some counts: a worker and beat, as they run, must have them right within a minute. At
full size the city has 95 communes, 1.2 million members, 1 million tips and 5 million deliveries;
`--fifth` makes a fifth of it, of communes as large.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from benchmarks import _bench, _city, _stub
from benchmarks._pages import answer_ms, p95, served_to_test_client, signed_in
from broadcasts.models import Delivery
from groups.models import Hamlet, Membership
from oversight import periods
from oversight.figures.registry import compute
from oversight.figures.rollups import recounting
from oversight.figures.rollups.counting import count_span
from oversight.figures.scopes import whole_commune
from oversight.models import DirtySlice, FigureSlice, Subject
from oversight.periods import Period
from reports.models import TipReport
from tests.factories.accounts import make_profile, make_user
from tests.flows.harness import Portal, wait_until

WRITES, WRITES_QUICK = 10_000, 1_000
# Figures that slices hold.
STORED = (
    "coverage", "posts_by_topic", "posts_speed", "posts_by_month", "groups_reached",
    "hand_posting", "hand_posting_by_hamlet", "tips", "tips_by_month", "tips_by_kind",
    "tips_by_category", "tips_by_channel", "tips_by_outcome", "tips_in_time", "tips_told",
    "tips_handed_over", "tip_clocks", "transfers", "questions", "questions_by_month",
)  # fmt: skip
MOST_OF_RAW, LIMIT_MS, FRESH_S = 0.02, 300, 60
type Sums = dict[tuple[str, str], int]


@contextmanager
def row_by_row() -> Iterator[None]:
    with (
        patch("oversight.figures.rollups.reading.whole_months", lambda period: []),
        patch("oversight.figures.place.of_places", lambda subject, places: dict.fromkeys(places)),
    ):
        yield


def sql_ms[Told](ask: Callable[[], Told]) -> tuple[float, Told]:
    """Milliseconds of SQL, and what was told."""
    spent = 0.0

    def timed(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            spent += (time.perf_counter() - started) * 1000

    with connection.execute_wrapper(timed):
        answer = ask()
    return spent, answer


def sums(counts: Iterator[Any]) -> Sums:
    """Numbers of the city, part by part; of posts the deliveries alone."""
    found: Sums = {}
    for month in counts:
        for part, numbers in month.items():
            for key, number in numbers.items() if isinstance(numbers, dict) else ():
                count = number if isinstance(number, int) else number[0] + number[1]
                found[part, key] = found.get((part, key), 0) + count
    return found


def kept_months(subjects: Sequence[str], places: list[int], period: Period) -> list[Any]:
    """The counts of the whole months of a span, of which none is dirty."""
    wanted = {
        "subject__in": subjects, "place__in": places, "month__gte": period.first,
        "month__lte": period.last,
    }  # fmt: skip
    if DirtySlice.objects.filter(**wanted).exists():
        raise SystemExit("something is dirty")
    return list(FigureSlice.objects.filter(**wanted).values_list("counts", flat=True))


def measure_city(
    report: _bench.Report, communes: list[Commune], period: Period, rounds: int, *, is_quick: bool
) -> None:
    """All tips and deliveries of the span."""
    places = [commune.pk for commune in communes]
    asked = (Subject.TIPS, Subject.POSTS)
    stored: list[float] = []
    raw: list[float] = []
    for number in range(rounds + 1):
        now = timezone.now()
        spent, months = sql_ms(lambda: kept_months(asked, places, period))
        by_row, rows = sql_ms(
            lambda: [
                found.counts
                for subject in asked
                for found in count_span(subject, period, places, now).values()  # noqa: B023
            ]
        )
        if sums(iter(months)) != sums(iter(rows)):
            raise SystemExit(f"{period.words}: what was kept is not what the rows say")
        if number:
            stored.append(spent)
            raw.append(by_row)
    add_share(report, f"whole city, {period.words}", stored, raw, is_quick=is_quick)


def measure_commune(report: _bench.Report, reader: User, period: Period, rounds: int) -> None:
    """Without a bar: of one commune few rows are counted, so what a query costs weighs more."""

    def figures() -> list[Any]:
        assert reader.commune is not None
        scope, now = whole_commune(reader.commune, reader=reader), timezone.now()
        return [compute(key, scope, period, as_of=now).table for key in STORED]

    stored: list[float] = []
    raw: list[float] = []
    for number in range(rounds + 1):
        spent, read = sql_ms(figures)
        with row_by_row():
            by_row, counted = sql_ms(figures)
        if read != counted:
            raise SystemExit(f"{period.words}: what was kept is not what the rows say")
        if number:
            stored.append(spent)
            raw.append(by_row)
    report.remark(
        f"one commune, {period.words}: SQL of {len(STORED)} kept figures {median(stored):.0f} ms, "
        f"row by row {median(raw):.0f} ms"
    )


def add_share(
    report: _bench.Report, what: str, stored: list[float], raw: list[float], *, is_quick: bool
) -> None:
    name = f"SQL of kept counts, {what}, beside raw queries"
    bar = _bench.Bar(name, median(stored), median(raw), MOST_OF_RAW, " ms", at_most=True)
    if is_quick:  # a query costs its trip however few rows there are
        report.remark(f"{name}: {bar.product:.1f} ms, {bar.limit:.0f} ms")
        return
    report.add(bar)


def measure_pages(
    report: _bench.Report, commune: Commune, period: Period, rounds: int, *, is_quick: bool
) -> None:
    """Each page of a year by an account that reads it; beside it how much is work, not waiting."""
    chief, party, duty = (
        make_user(commune, role) for role in (Role.CHIEF, Role.PARTY_MEMBER, Role.DUTY_OFFICER)
    )
    city = make_user(None, Role.CITY)
    hamlet = Hamlet.objects.of_commune(commune).earliest("code")
    days, code = f"?tu={period.first}&den={period.last}", commune.code
    pages = (
        ("every figure, chief", chief, reverse("admin:oversight_figures") + days),
        ("commune police, chief", chief, reverse("admin:oversight_police") + days),
        ("every figure, Party member", party, reverse("admin:oversight_figures") + days),
        ("whole commune, Party member", party, reverse("admin:oversight_party") + days),
        ("hamlets, chief", chief, reverse("admin:oversight_hamlets") + days),
        ("one hamlet, chief", chief, reverse("admin:oversight_hamlet", args=[hamlet.pk]) + days),
        ("duty desk", duty, reverse("admin:oversight_duty")),
        ("whole city", city, reverse("admin:oversight_city") + days),
        ("one commune of the city", city, reverse("admin:oversight_city") + days + f"&xa={code}"),
    )
    for name, reader, address in pages:
        client = signed_in(reader)
        times: list[float] = []
        work: list[float] = []
        for _number in range(rounds * 4 + 1):
            started = time.process_time()
            waited, took = sql_ms(lambda: answer_ms(client, address))  # noqa: B023
            times.append(took)
            work.append((time.process_time() - started) * 1000 + waited)
        report.remark(f"{name}: least processor time and SQL {min(work[1:]):.0f} ms")
        if is_quick:
            report.remark(f"{name}: p95 {p95(times[1:]):.0f} ms")
        else:
            bar = _bench.Bar(f"{name}, p95", p95(times[1:]), LIMIT_MS, 1, " ms", at_most=True)
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


def until_fresh(write_all: Callable[[], None]) -> float:
    """Seconds from the last write until beat and a worker, which ran all the time, counted it."""
    with (
        tempfile.TemporaryDirectory(prefix="binhyen-bench-") as directory,
        _stub.running(delay_ms=0) as stub,
    ):
        portal = Portal(stub, Path(directory) / "portal.log")  # type: ignore[arg-type]  # its address
        try:
            portal.start_worker("figures", queues="periodic,figures")
            portal.start_beat()
            wait_until(_is_fresh, timeout_s=120, what="the first round")
            write_all()
            written = time.monotonic()
            wait_until(_is_fresh, timeout_s=600, what="a round")
            return time.monotonic() - written
        finally:
            portal.stop()


def _is_fresh() -> bool:
    return not DirtySlice.objects.exists()


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--fifth", action="store_true", help="a fifth of the communes")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    is_quick, rounds = options.quick, 2 if options.quick else options.rounds
    size = _city.QUICK if is_quick else _city.FIFTH if options.fifth else _city.CITY
    report = _bench.Report()
    with _bench.scratch_database(), served_to_test_client():
        started = time.monotonic()
        communes = _city.build(size)
        report.remark(f"city: {time.monotonic() - started:.0f} s to make")
        started = time.monotonic()
        slices = recounting.rebuild()
        report.remark(f"{slices} slices from nothing: {time.monotonic() - started:.0f} s")
        commune = communes[len(communes) // 2]
        make_profile(commune)
        chief = make_user(commune, Role.CHIEF)
        today = timezone.localdate()
        year = periods.whole_year(today.year - 1)
        five = Period(
            date(today.year - 5, 1, 1), date(today.year, today.month, 1) - periods.ONE_DAY
        )
        measure_city(report, communes, five, min(rounds, 3), is_quick=is_quick)
        for period in (year, five):
            measure_commune(report, chief, period, rounds)
        measure_pages(report, commune, year, rounds, is_quick=is_quick)
        count = WRITES_QUICK if is_quick else WRITES
        took = until_fresh(lambda: write(Random(2026), commune, count))
        report.add(
            _bench.Bar(f"fresh after {count:,} writes", took, FRESH_S, 1, " s", at_most=True)
        )
        measure_commune(report, chief, year, 1)
        wrong = len(recounting.compare())
        report.add(_bench.Bar("slices that differ from their rows", wrong, 0, 0, at_most=True))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
