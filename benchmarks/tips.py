"""How fast the pages of tips are over 10,000 tips, all sealed, beside a commune with 1,000.

Whole answers through Django's test client: the queue and its tabs, the page of one tip, the pages
to sort it and to find its like, the home page, the register of a month, and searches by code, by
hamlet, by a rare, a common and an unknown word. A chief sees all tips of the commune, an area
officer those of some hamlets. Each page takes its turn over few and over many tips, and beside a
stock ModelAdmin that lists 50 of the same tips under the same theme: it knows no scope, no tab and
no term, opens the same summaries, and is what this machine can do at this moment.
"""

import time
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.models import Commune
from accounts.users.roles import Role
from accounts.vault.calls import Call, running
from benchmarks import _bench, _members, _tips
from benchmarks._pages import (
    Side,
    answer_ms,
    both_sites,
    copied_database,
    p95,
    scanned,
    signed_in,
)
from groups.models import Hamlet
from reports.models import TipReport
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_assignment, make_officer

FEW, MANY, MANY_QUICK = 1_000, 10_000, 4_000
COVERED = 3
LIMIT_MS = 250
MOST_QUERIES = 45
QUEUE, STOCK = "/admin/reports/tipreport/", "/stock/reports/tipreport/"


class Case(NamedTuple):
    """A page; one that `grows` shows more where there is more, so sizes are not compared.

    `most` is the bar against the stock list; nothing for a page that is no list of 50.
    """

    name: str
    address: str
    grows: bool = False
    most: float = 2


CASES = [
    Case("queue", QUEUE),
    Case("queue, new", f"{QUEUE}?viec=moi"),
    Case("queue, mine", f"{QUEUE}?viec=cua-toi"),
    Case("queue, overdue", f"{QUEUE}?viec=qua-han"),
    Case("queue, closed", f"{QUEUE}?viec=da-dong"),
    Case("queue, hamlet", f"{QUEUE}?hamlet__id__exact={{hamlet}}"),
    Case("one tip", f"{QUEUE}{{tip}}/xem/"),
    Case("sort a tip", f"{QUEUE}{{new}}/phan-loai/"),
    Case("find its like", f"{QUEUE}{{tip}}/trung/", grows=True),
    Case("its history", f"{QUEUE}{{tip}}/qua-trinh/"),
    Case("search, code", f"{QUEUE}?q={{code}}"),
    Case("search, hamlet", f"{QUEUE}?q={{named}}", grows=True),
    Case("search, rare word", f"{QUEUE}?q={_tips.RARE_WORD}", grows=True),
    Case("search, common word", f"{QUEUE}?q={_tips.COMMON_WORD}", grows=True),
    Case("search, no hit", f"{QUEUE}?q=khinh khí cầu"),
    Case("home", "/admin/", most=0),
]
OF_CHIEF = [
    Case(
        "register of a week",
        f"{QUEUE}so-tiep-nhan/?tu={{week_ago}}&den={{today}}",
        grows=True,
        most=0,
    )
]


class StockTipAdmin(ModelAdmin):
    """A plain ModelAdmin as one writes it first."""

    list_display = ["code", "urgency", "summary", "category", "hamlet", "status", "next_due_at"]
    list_filter = ["status", "category", "urgency", "channel", "disposition", "hamlet"]
    list_select_related = ["hamlet__commune", "owner"]
    list_per_page = 50
    search_fields = ["code"]


class Page(NamedTuple):
    name: str
    client: Client
    address: str
    case: Case

    def answer_ms(self) -> float:
        return answer_ms(self.client, self.address)


def pages_of(clients: dict[str, Client], commune: Commune) -> list[Page]:
    """Every case as the chief and as an officer, about tips that both see."""
    hamlet, *_rest = covered = Hamlet.objects.filter(commune=commune).order_by("pk")[:COVERED]
    rows = TipReport.objects.filter(hamlet__in=covered).order_by("pk")
    tip, new = rows.exclude(status="new").exclude(summary="")[0], rows.filter(status="new")[0]
    today = timezone.localdate()
    words = {
        "hamlet": hamlet.pk, "named": hamlet.name, "tip": tip.pk, "new": new.pk, "code": tip.code,
        "today": today.isoformat(), "week_ago": (today - timedelta(days=6)).isoformat(),
    }  # fmt: skip
    return [
        Page(f"{case.name}, {who}", client, case.address.format(**words), case)
        for who, client in clients.items()
        for case in (CASES + OF_CHIEF if who == "chief" else CASES)
    ]


def measure(report: _bench.Report, few: Side, many: Side, rounds: int, *, is_quick: bool) -> None:
    """Each page in turn over few and over many tips, and the stock list; a first round warms up."""
    figure, label = (median, "median") if is_quick else (p95, "p95")
    found: dict[str, tuple[list[float], ...]] = {page.name: ([], [], []) for page in many.pages}
    for number in range(rounds + 1):
        for small, large in zip(few.pages, many.pages, strict=True):
            with running(Call("bench")):  # the plain list opens what it shows
                stock_ms = answer_ms(large.client, STOCK)
            times = few.answer_ms(small), many.answer_ms(large), stock_ms
            for figures, took in zip(found[large.name], times, strict=True):
                if number:
                    figures.append(took)
    for page in many.pages:
        over_few, over_many, stock = (figure(figures) for figures in found[page.name])
        if not is_quick:
            name = f"{page.name}, {label}"
            report.add(_bench.Bar(name, over_many, LIMIT_MS, 1, " ms", at_most=True))
        if page.case.most:
            name = f"{page.name}, {label} beside the stock list"
            report.add(_bench.Bar(name, over_many, stock, page.case.most, " ms", at_most=True))
        if page.case.grows:
            report.remark(f"{page.name}: {over_many:.0f} ms, over few tips {over_few:.0f} ms")
            continue
        name = f"{page.name}, {label} beside few tips"
        report.add(_bench.Bar(name, over_many, over_few, 2, " ms", at_most=True))


def judge_queries(report: _bench.Report, pages: list[Page]) -> None:
    """How often a page asks the database, and whether it reads a large table row by row."""
    found = {page.name: scanned(page.answer_ms) for page in pages}
    most = max(found, key=lambda name: found[name][0])
    name = f"most queries of a page ({most})"
    report.add(_bench.Bar(name, found[most][0], MOST_QUERIES, 1, at_most=True))
    for name, (_count, tables) in found.items():
        if tables:
            report.remark(f"scans: {name}: {', '.join(sorted(tables))}")


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--rounds", type=int, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    count = MANY_QUICK if options.quick else MANY
    rounds = options.rounds or (6 if options.quick else 30)
    report = _bench.Report()
    with _bench.scratch_database(), both_sites(TipReport, StockTipAdmin):
        (commune,) = _members.add_communes(1)
        make_profile(commune)
        users = [make_user(commune, Role.OFFICER) for _number in range(6)]
        officer = make_officer(commune, user=users[0])
        for hamlet in Hamlet.objects.filter(commune=commune).order_by("pk")[:COVERED]:
            make_assignment(officer, hamlet)
        clients = {
            "chief": signed_in(make_user(commune, Role.CHIEF)),
            "officer": signed_in(users[0]),
        }
        _tips.add_tips(commune, users, FEW)
        analyse()
        with copied_database() as copy:
            few = Side(copy, pages_of(clients, commune))
            started = time.monotonic()
            _tips.add_tips(commune, users, count - FEW, seed=7)
            report.remark(f"{count} tips, {time.monotonic() - started:.0f} s to make them")
            analyse()
            many = Side(connections["default"], pages_of(clients, commune))
            judge_queries(report, many.pages)
            measure(report, few, many, rounds, is_quick=options.quick)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
