"""How fast a member list becomes people, beside what reads and writes the same rows and no more.

A messy list of 25,000 rows, then one of 100,000. Preview and commit run as in a worker, each in a
fresh process. The limits: calamine reading the same file; the rows of the same list copied into a
temporary table and merged into the register by one statement; django-import-export as it comes.
Then pages are asked for while the long list is written.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import tablib
from django.db import connection, transaction
from django.urls import reverse
from import_export.resources import ModelResource

from accounts.users.roles import Role
from benchmarks import _bench, _messy_list
from benchmarks._pages import answer_ms, p95, served_to_test_client, signed_in
from benchmarks._upsert import make_keyed_register, write_upsert
from dev.places import PROJECT
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.member_import.planning import plan
from groups.member_import.reader.member_list import read_member_list
from groups.member_import.staging import Entry, Repeats, Teams, entries
from groups.models import Hamlet, Member, MemberImport
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet
from tests.flows.harness import database_url

ROWS, MANY, FEW = 25_000, 100_000, 5_000
PREVIEW_S, COMMIT_S, PEAK_MB = 20, 25, 300
STOCK_ROWS = 1_000
PAGE_S, QUIET_ROUNDS = 1, 10
LOOK_S = 0.01


# Whole jobs, each in a process of its own


@dataclass(frozen=True)
class Ran:
    """Cost of a process; the memory is that of it and its children together."""

    seconds: float
    peak_mb: float


def resident_mb(pid: int, parent: bytes = b"") -> float:
    """Of a process and its children; nothing of what has ended meanwhile.

    Nor of a child that still runs the program of its parent, whose memory it has until it begins
    its own: on a busy machine that takes long enough to be seen, and would count twice.
    """
    try:
        program = Path(f"/proc/{pid}/cmdline").read_bytes()
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    if program == parent:
        return 0
    page_mb = os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
    return own * page_mb + sum(resident_mb(int(child), program) for child in children)


def run_job(job: str, argument: Any, meanwhile: Callable[[], object] | None = None) -> Ran:
    """A job of `_import_worker`, its memory looked at many times a second, or after each
    `meanwhile`."""
    meanwhile = meanwhile or partial(time.sleep, LOOK_S)
    command = [sys.executable, "-m", "benchmarks._import_worker", job, str(argument)]
    environment = os.environ | {"DATABASE_URL": database_url()}
    peak = 0.0
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None:
            peak = max(peak, resident_mb(process.pid))
            meanwhile()
        output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{job} ended with {process.returncode}")
    found = json.loads(output)
    return Ran(found["seconds"], max(peak, found["own_mb"]))


def import_once(content: bytes, hamlet: Hamlet) -> tuple[MemberImport, Ran, Ran]:
    """Upload, preview and commit of a file into a hamlet."""
    batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
    preview = run_job("read", batch.pk)
    batch.refresh_from_db()
    if batch.state != MemberImport.State.PREVIEW:
        raise SystemExit(f"the list was not read: {batch.message}")
    member_import.commit(batch, by=None, in_background=False)
    commit = run_job("commit", batch.pk)
    batch.refresh_from_db()
    if batch.state != MemberImport.State.COMMITTED:
        raise SystemExit(f"the list was not written, but is {batch.state}")
    return batch, preview, commit


def check_people(batch: MemberImport, rows: int) -> None:
    """Every row of the file is in one lane, and every new one a person."""
    lanes = ("new", "changed", "same", "doubtful", "refused", "repeated", "outdated")
    found = sum(batch.counts[lane] for lane in lanes)
    people = Member.objects.filter(hamlet=batch.hamlet).count()
    if found != rows or people != batch.counts["new"]:
        raise SystemExit(f"{found} of {rows} rows, {people} people: {batch.counts}")


@dataclass(frozen=True)
class Whole:
    """Preview and commit of one new list."""

    preview: Ran
    commit: Ran

    @property
    def seconds(self) -> float:
        return self.preview.seconds + self.commit.seconds

    @property
    def peak_mb(self) -> float:
        return max(self.preview.peak_mb, self.commit.peak_mb)


def whole_import(report: _bench.Report, content: bytes, rows: int) -> Whole:
    batch, preview, commit = import_once(content, make_hamlet())
    check_people(batch, rows)
    whole = Whole(preview, commit)
    report.remark(
        f"{rows} rows: preview {preview.seconds:.1f} s, commit {commit.seconds:.1f} s, "
        f"peak {whole.peak_mb:.0f} MB"
    )
    return whole


def whole_imports(
    report: _bench.Report, content: bytes, people: list[Entry], rows: int, rounds: int
) -> list[Whole]:
    """New lists, in turn with django-import-export as it comes."""
    found: list[Whole] = []

    def product() -> float:
        found.append(whole_import(report, content, rows))
        return rows / found[-1].seconds

    rate = _bench.alternate(
        rounds, product=product, stock=lambda: stock_rate(people, make_hamlet())
    )
    report.add(
        _bench.Bar("whole import, beside import-export", rate["product"], rate["stock"], 20, "/s")
    )
    return found[1:]


def judge_25k(report: _bench.Report, found: list[Whole]) -> None:
    """Judge the time that people wait and the memory that a small server needs."""
    add = partial(_bench.Bar, bar=1, at_most=True)
    preview = median(whole.preview.seconds for whole in found)
    commit = median(whole.commit.seconds for whole in found)
    report.add(add(f"preview of {ROWS} messy rows", preview, PREVIEW_S, unit=" s"))
    report.add(add(f"commit of {ROWS} messy rows", commit, COMMIT_S, unit=" s"))
    peak = max(whole.peak_mb for whole in found)
    report.add(add(f"peak memory at {ROWS} rows, with children", peak, PEAK_MB, unit=" MB"))


def tell(report: _bench.Report, bar: _bench.Bar, *, is_bar: bool) -> None:
    """With few rows what is done once for a list weighs too much to be judged."""
    if is_bar:
        report.add(bar)
    else:
        report.remark(f"{bar.name}: {bar.product:.4g}{bar.unit}, {bar.limit:.4g}{bar.unit}")


def beside_calamine(report: _bench.Report, content: bytes, rounds: int, *, with_bars: bool) -> None:
    """From the file to the preview, and the same file read by calamine and thrown away."""
    hamlet = make_hamlet()

    def preview() -> float:
        batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
        return run_job("read", batch.pk).seconds

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        found = _bench.alternate(
            rounds, product=preview, limit=lambda: run_job("calamine", file.name).seconds
        )
    bar = _bench.Bar("file to preview", found["product"], found["limit"], 15, " s", at_most=True)
    tell(report, bar, is_bar=with_bars)


# What others see of it


def pages_meanwhile(report: _bench.Report, content: bytes, many: bytes, *, with_bars: bool) -> None:
    """Home page, review of another list and progress, before and while a long list is written.

    The pages, the worker and the server share the cores, as on a small machine.
    """
    mine = make_hamlet()
    others = make_hamlet(mine.commune)
    waiting = member_import.start(content, "ds.xlsx", hamlet=others, by=None, in_background=False)
    long = member_import.start(many, "ds.xlsx", hamlet=mine, by=None, in_background=False)
    for batch in (waiting, long):
        run_job("read", batch.pk)
        batch.refresh_from_db()
    member_import.commit(long, by=None, in_background=False)
    client = signed_in(make_user(mine.commune, Role.CHIEF))
    pages = {
        "home page": reverse("admin:index"),
        "review of a list": reverse("admin:groups_memberimport_review", args=[waiting.pk]),
        "progress of the list": reverse("admin:groups_memberimport_progress", args=[long.pk]),
    }
    times: dict[str, list[float]] = {name: [] for name in pages}

    def ask() -> None:
        for name, address in pages.items():
            times[name].append(answer_ms(client, address))

    with served_to_test_client():
        for _number in range(QUIET_ROUNDS + 1):
            ask()
        quiet = {name: median(figures[1:]) for name, figures in times.items()}
        for figures in times.values():
            figures.clear()
        run_job("commit", long.pk, ask)
    long.refresh_from_db()
    if long.state != MemberImport.State.COMMITTED:
        raise SystemExit(f"the list was not written, but is {long.state}")
    for name, figures in times.items():
        name_of_bar = f"{name} while a list is written, p95 of {len(figures)}"
        if with_bars:
            report.add(_bench.Bar(name_of_bar, p95(figures) / 1000, PAGE_S, 1, " s", at_most=True))
        report.remark(f"{name}: median {median(figures):.0f} ms, before {quiet[name]:.0f} ms")


# The database part


def entries_of(content: bytes) -> list[Entry]:
    """The people of the file whose rows have no error, each once."""
    repeats = Repeats()
    found = [repeats.judge(one) for one in entries(read_member_list(content, "ds.xlsx"))]
    return [one for one in found if not one.lane]


def write_staged(people: list[Entry], hamlet: Hamlet) -> float:
    """The product: staged, compared, put into lanes, written."""
    started = time.perf_counter()
    with transaction.atomic():
        batch = MemberImport.objects.create(hamlet=hamlet, filename="ds", digest="")
        teams = Teams(hamlet)
        plan(batch, people, teams)
        batch.new_teams, batch.state = teams.new, MemberImport.State.COMMITTING
        batch.save()
    committing.run(batch.pk)
    return time.perf_counter() - started


def registered() -> tuple[int, ...]:
    """How many people the register and its copy hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM groups_member), (SELECT count(*) FROM bench_member)"
        )
        return tuple(cursor.fetchone())


def forget_people() -> None:
    """Each round begins with the same empty tables, else the later ones measure the disk."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE groups_member, groups_memberimportrow, bench_member CASCADE")


def database_part(
    report: _bench.Report, people: list[Entry], rounds: int, *, with_bars: bool = True
) -> None:
    """The same people new into an empty hamlet, then again into the same one."""
    hamlets: dict[str, Hamlet] = {}

    def new(name: str, write: Callable[[list[Entry], Hamlet], float]) -> float:
        if name == "product":
            forget_people()
        hamlets[name] = make_hamlet()
        return write(people, hamlets[name])

    def again(name: str, write: Callable[[list[Entry], Hamlet], float]) -> float:
        before = registered()
        seconds = write(people, hamlets[name])
        if registered() != before:
            raise SystemExit(f"{name}: the same list again made people")
        return seconds

    found = _bench.alternate(
        rounds,
        product=partial(new, "product", write_staged),
        limit=partial(new, "limit", write_upsert),
        product_again=partial(again, "product", write_staged),
        limit_again=partial(again, "limit", write_upsert),
    )
    rate = {name: len(people) / seconds for name, seconds in found.items()}
    name = f"database part of {len(people)} people"
    first = _bench.Bar(f"{name}, new", rate["product"], rate["limit"], 0.6, "/s")
    repeated = _bench.Bar(f"{name}, again", rate["product_again"], rate["limit_again"], 0.5, "/s")
    for bar in (first, repeated):
        tell(report, bar, is_bar=with_bars)


# The whole, beside what one writes first


class StockResource(ModelResource):  # type: ignore[misc]
    """django-import-export with its defaults."""

    class Meta:
        model = Member
        import_id_fields = ("hamlet", "full_name", "phone")
        fields = ("hamlet", "full_name", "birth_year", "gender", "phone", "address")


def stock_rate(people: list[Entry], hamlet: Hamlet) -> float:
    rows = [
        (hamlet.pk, one.full_name, one.birth_year, one.gender, one.phone, one.address)
        for one in people[:STOCK_ROWS]
    ]
    dataset = tablib.Dataset(*rows, headers=StockResource.Meta.fields)
    started = time.perf_counter()
    # The admin runs it twice, once for the preview.
    for dry_run in (True, False):
        StockResource().import_data(dataset, dry_run=dry_run, raise_errors=True)
    return len(rows) / (time.perf_counter() - started)


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    rows, many, rounds = (FEW, FEW, 3) if options.quick else (ROWS, MANY, 3)
    report = _bench.Report()
    content = _messy_list.write_xlsx(rows)
    long = content if options.quick else _messy_list.write_xlsx(many)
    with _bench.scratch_database():
        people = entries_of(content)
        make_keyed_register()
        found = whole_imports(report, content, people, rows, rounds)
        with_bars = not options.quick
        beside_calamine(report, content, 2 * rounds, with_bars=with_bars)
        database_part(report, people, 3 * rounds, with_bars=with_bars)
        if with_bars:
            judge_25k(report, found)
            database_part(report, entries_of(long), rounds)
            each = median(whole.seconds for whole in found) / rows * 1e6
            each_of_many = whole_import(report, long, many).seconds / many * 1e6
            name = f"a row among {many}, beside {rows}"
            report.add(_bench.Bar(name, each_of_many, each, 1.25, " µs", at_most=True))
        pages_meanwhile(report, content, long, with_bars=with_bars)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
