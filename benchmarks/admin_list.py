"""How fast the admin list of members is over a million, beside a stock ModelAdmin.

Whole answers through Django's test client. The stock admin stands on a site of its own under the
same theme: the same columns, `icontains` searches, all else as it comes. It knows no scope, so it
serves the city-wide account alone. The chief of a commune, an area officer and a hamlet head open
the product's list only, over a million rows and, in turn, over a copy of the same portal in which
their commune's 10,000 members are the only ones.
"""

from functools import partial
from statistics import median
from typing import Any, NamedTuple

from django.db import connections
from django.test import Client
from unfold.admin import ModelAdmin

from accounts.models import Commune
from accounts.users.roles import Role
from benchmarks import _bench, _members
from benchmarks._pages import (
    Side,
    answer_ms,
    both_sites,
    copied_database,
    p95,
    scanned,
    signed_in,
)
from groups.models import Hamlet, Member
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_officer

SMALL = 10_000
COMMUNES = 95
PAGE = 50
MOST_QUERIES = 8
PRODUCT, STOCK = "/admin/groups/member/", "/stock/groups/member/"
ALL = ("city", "chief", "officer", "head")
OF_A_COMMUNE = ALL[1:]
HAMLETS_OF = {"officer": slice(3), "head": slice(1, 2)}


class Case(NamedTuple):
    """One page; `faster` is the bar against stock, where there is one.

    It has the same number of rows at any size, unless it `grows`: then sizes are not compared.
    """

    name: str
    query: str
    faster: int = 0
    who: tuple[str, ...] = ALL
    grows: bool = False


CASES = [
    Case("first page", ""),
    Case("page 150", "p=150", who=("city", "chief")),
    Case("a quarter in", "p={deep}", who=("city",)),
    Case("commune", "hamlet__commune__id__exact={commune}", who=("city",)),
    Case("hamlet", "hamlet__id__exact={hamlet}"),
    Case("moved away", "status__exact=left"),
    Case("no consent", "consent_basis__exact=none", who=OF_A_COMMUNE),
    Case("representatives", "is_representative__exact=1", who=OF_A_COMMUNE),
    Case("hamlet, two words", "hamlet__id__exact={hamlet}&q=thu huong"),
    Case("three words, marks", "q=Nguyễn Văn An", 6),
    Case("three words, no marks", "q=nguyen van an", 6),
    Case("two words", "q=thi lan", 6),
    Case("two words that few have", "q=thu huong", 6, grows=True),
    Case("common name", "q=nguyễn", 6),
    Case("given name, last in order", "q=yen", 6),
    Case("two letters", "q=vy", 6),
    Case("rare name", f"q={_members.RARE_NAME}", 6),
    Case("no hit", "q=khong co ai", 6),
    Case("phone end", "q=007919", 20),
]


class StockMemberAdmin(ModelAdmin):
    """A plain ModelAdmin as one writes it first."""

    list_display = ["full_name", "hamlet", "team", "birth_year", "phone", "status"]
    list_select_related = ["hamlet", "team"]
    list_filter = ["hamlet", "status", "consent_basis", "is_representative"]
    search_fields = ["full_name", "phone"]
    ordering = ["full_name"]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return True


def make_clients(commune: Commune) -> dict[str, Client]:
    """Signed in: one who sees the whole city, a chief, and two who have some hamlets."""
    users = {
        "city": make_user(None, is_superuser=True),
        "chief": make_user(commune, Role.CHIEF),
        "officer": make_user(commune, Role.OFFICER),
        "head": make_user(commune, Role.HAMLET_HEAD),
    }
    for name, chosen in HAMLETS_OF.items():
        officer = make_officer(commune, user=users[name])
        for hamlet in Hamlet.objects.filter(commune=commune).order_by("pk")[chosen]:
            make_assignment(officer, hamlet)
    return {name: signed_in(user) for name, user in users.items()}


class Page(NamedTuple):
    """A case as one account opens it over some number of rows."""

    name: str
    client: Client
    query: str
    case: Case

    def answer_ms(self, site: str = PRODUCT) -> float:
        return answer_ms(self.client, f"{site}?{self.query}")


def pages_of(clients: dict[str, Client], commune: Commune, size: int) -> list[Page]:
    """Every case as every account that has it."""
    hamlet = Hamlet.objects.filter(commune=commune).order_by("pk")[1]
    words = {"commune": commune.pk, "hamlet": hamlet.pk, "deep": size // (4 * PAGE)}
    return [
        Page(f"{case.name}, {who}", clients[who], case.query.format(**words), case)
        for case in CASES
        for who in case.who
    ]


def beside_small(
    report: _bench.Report, small: Side, large: Side, rounds: int, *, with_tails: bool
) -> None:
    """Each page in turn over few and over many rows; a first round warms up.

    A p95 needs rounds; with few of them medians are compared.
    """
    figure, label = (p95, "p95") if with_tails else (median, "median")
    pages = list(zip(small.pages, large.pages, strict=True))
    found: dict[str, tuple[list[float], list[float]]] = {}
    for number in range(rounds + 1):
        for few, many in pages:
            times = small.answer_ms(few), large.answer_ms(many)
            for figures, took in zip(found.setdefault(many.name, ([], [])), times, strict=True):
                if number:
                    figures.append(took)
    for _few, many in pages:
        over_few, over_many = (figure(figures) for figures in found[many.name])
        if many.case.grows:
            report.remark(f"{many.name}: {over_many:.0f} ms, over few rows {over_few:.0f} ms")
            continue
        name = f"{many.name}, {label} beside few rows"
        report.add(_bench.Bar(name, over_many, over_few, 2, " ms", at_most=True))


def beside_stock(report: _bench.Report, pages: list[Page], rounds: int, *, with_bars: bool) -> None:
    """Pages of the city-wide account, each in turn from the product and from the stock admin."""
    for page in pages:
        found = _bench.alternate(
            rounds, product=page.answer_ms, stock=partial(page.answer_ms, STOCK)
        )
        if page.case.faster and with_bars:
            bar = 1 / page.case.faster
            name = f"{page.name}, beside stock"
            report.add(_bench.Bar(name, found["product"], found["stock"], bar, " ms", at_most=True))
        else:
            report.remark(f"{page.name}: {found['product']:.0f} ms, stock {found['stock']:.0f} ms")


def judge_queries(report: _bench.Report, pages: list[Page]) -> None:
    """Judge the queries of every page: how many, and whether one a row."""
    found = {page.name: scanned(page.answer_ms) for page in pages}
    most = max(found, key=lambda name: found[name][0])
    name = f"most queries of a page ({most})"
    report.add(_bench.Bar(name, found[most][0], MOST_QUERIES, 1, at_most=True))
    scanning = {name: tables for name, (_count, tables) in found.items() if tables}
    report.add(_bench.Bar("pages that scan a table", len(scanning), 0, 0, at_most=True))
    for name, tables in scanning.items():
        report.remark(f"scans: {name}: {', '.join(sorted(tables))}")


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--rounds", type=int, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    size, communes = (100_000, 10) if options.quick else (1_000_000, COMMUNES)
    rounds = options.rounds or (8 if options.quick else 40)
    report = _bench.Report()
    with _bench.scratch_database(), both_sites(Member, StockMemberAdmin):
        commune, *_rest = _members.add_communes(1)
        _members.add_members([commune], SMALL)
        clients = make_clients(commune)
        with copied_database() as copy:
            _members.add_members(_members.add_communes(communes - 1), size - SMALL)
            small = Side(copy, pages_of(clients, commune, SMALL))
            large = Side(connections["default"], pages_of(clients, commune, size))
            city_wide = [page for page in large.pages if page.client is clients["city"]]
            beside_stock(report, city_wide, max(3, rounds // 8), with_bars=not options.quick)
            judge_queries(report, large.pages)
            beside_small(report, small, large, rounds, with_tails=not options.quick)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
