"""The cost of every page of the admin, as every role that reaches it by links, in a seeded commune.

For each page: queries, processor time, the kilobytes of a first visit and of one after the home
page (as the proxy compresses), and p95 beside a page of the admin that shows nothing, in turns.
`--browser` opens each page in Chromium as well: its height at 390 px, and everything axe-core finds
at 360 px and on a desk. `--role=truong.congan` walks as one account.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

from django.contrib import admin
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import override_settings
from django.urls import path

from accounts.models import User
from benchmarks import _bench
from benchmarks._looks import look
from benchmarks._pages import p95, served_to_test_client, signed_in
from benchmarks._walk import HOME, Page, measure, pages_of, weigh
from broadcasts.demo import DEMO_ACCOUNTS
from config.urls import urlpatterns

KIB: Final = 1024
TRIVIAL: Final = "/trivial/"
HOME_QUERIES, MOST_QUERIES = 15, 25
HOME_CPU_MS, MOST_CPU_MS = 60, 120
FIRST_KB, LATER_KB = 250, 40
BESIDE_TRIVIAL: Final = 6


def trivial(request: HttpRequest) -> HttpResponse:
    """The frame of every page of the admin around a sentence."""
    context = {
        **admin.site.each_context(request),
        "title": "Trang trống",
        "content": "Không có gì.",
    }
    return TemplateResponse(request, "admin/base_site.html", context)


@contextmanager
def with_trivial_page() -> Iterator[None]:
    own = path(TRIVIAL[1:], admin.site.admin_view(trivial))
    with served_to_test_client(), override_settings(ROOT_URLCONF=(*urlpatterns, own)):
        yield


def accounts(wanted: str) -> dict[str, User]:
    """One account of each role of the demo, or the one that was asked for."""
    first: dict[str, str] = {}
    for account in DEMO_ACCOUNTS:
        first.setdefault(account.role.value, account.username)
    names = {wanted: wanted} if wanted else first
    return {role: User.objects.get(username=name) for role, name in names.items()}


def misses(page: Page) -> list[str]:
    """Each bar that a page misses, with its figure."""
    is_home = page.view == HOME
    cpu_ms, ratio = median(page.cpu_ms), p95(page.took_ms) / p95(page.trivial_ms)
    queries, most_ms = (HOME_QUERIES, HOME_CPU_MS) if is_home else (MOST_QUERIES, MOST_CPU_MS)
    found = {
        f"{page.queries} queries": page.queries > queries,
        f"{cpu_ms:.0f} ms of processor": cpu_ms > most_ms,
        f"{page.first_bytes / KIB:.0f} KB first": page.first_bytes > FIRST_KB * KIB,
        f"{page.later_bytes / KIB:.0f} KB later": page.later_bytes > LATER_KB * KIB,
        f"p95 {ratio:.1f} times the trivial page": ratio > BESIDE_TRIVIAL,
    }
    return [words for words, is_missed in found.items() if is_missed]


BARS: Final = (
    ("queries", HOME_QUERIES, MOST_QUERIES), ("processor", HOME_CPU_MS, MOST_CPU_MS),
    ("KB first", FIRST_KB, FIRST_KB), ("KB later", LATER_KB, LATER_KB),
    ("times the trivial page", BESIDE_TRIVIAL, BESIDE_TRIVIAL),
)  # fmt: skip


def judge(report: _bench.Report, pages: list[Page]) -> None:
    """A line for each page that misses a bar, and for each bar how many do."""
    missed = {page.name: misses(page) for page in pages}
    for page in sorted(pages, key=lambda one: -median(one.cpu_ms)):
        if missed[page.name]:
            report.remark(f"{page.name} ({page.address}): {', '.join(missed[page.name])}")
    words = [one for found in missed.values() for one in found]
    for unit, of_home, of_others in BARS:
        name = f"of {len(pages)} pages, beyond {of_others} {unit} (home {of_home})"
        count = sum(unit in one for one in words)
        report.add(_bench.Bar(name, count, 0, 0, at_most=True))
    refused = [(page.name, link) for page in pages for link in page.refused]
    for name, link in refused:
        report.remark(f"{name}: leads to {link}")
    report.add(_bench.Bar("links to a refused page", len(refused), 0, 0, at_most=True))


def tell(report: _bench.Report, pages: list[Page]) -> None:
    """The heaviest of each kind, and home for each role."""
    for page in pages:
        if page.view == HOME:
            report.remark(
                f"{page.name}: {page.queries} queries, {median(page.cpu_ms):.0f} ms, "
                f"{page.first_bytes / KIB:.0f} KB first"
            )
    ratios = sorted(p95(page.took_ms) / p95(page.trivial_ms) for page in pages)
    report.remark(f"beside the trivial page: median {median(ratios):.1f}, most {ratios[-1]:.1f}")


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--rounds", type=int, help="rounds of each page")
    parser.add_argument("--role", default="", help="one account of the demo, by its name")
    parser.add_argument("--browser", action="store_true", help="heights and axe, in Chromium")
    options = parser.parse_args(arguments)
    rounds = options.rounds or (2 if options.quick else 8)
    report = _bench.Report()
    with _bench.scratch_database(), with_trivial_page():
        call_command("seed_demo", verbosity=0)
        pages: list[Page] = []
        for role, user in accounts(options.role).items():
            found = list(pages_of(user, role))
            weigh(found)
            client = signed_in(user)
            for page in found:
                measure(page, client, TRIVIAL, rounds)
            pages += found
            report.remark(f"{role}: {len(found)} pages")
        tell(report, pages)
        judge(report, pages)
        if options.browser:
            look(report, pages, accounts(options.role))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
