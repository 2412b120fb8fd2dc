"""How fast the pages for anyone are, beside a view that says one word through the same middleware.

The shipped library through Django's test client: the list, pages of procedures, both sheets, and
searches, each kept for a minute as in service and once more made anew. Everybody asks without an
account. The trivial view is what Django, its middleware and this machine take for any answer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.communes import public_pages
from benchmarks import _bench
from benchmarks._pages import answer_ms, p95, served_to_test_client
from config.urls import urlpatterns
from tests.factories.accounts import make_commune, make_profile

LIMIT_MS: Final = 100
ROUNDS, QUICK_ROUNDS = 200, 40
TRIVIAL: Final = "/trivial/"
LONGEST: Final = "/thu-tuc/dang-ky-thuong-tru/"
PAGES: Final = {
    "list of the library": "/thu-tuc/",
    "procedure with the longest dossier": LONGEST,
    "procedure without content": "/thu-tuc/cap-lai-the-can-cuoc/",
    "sheet of A5": f"{LONGEST}in/",
    "sheet in large letters": f"{LONGEST}in/?chu=lon",
    "search, one is meant": "/thu-tuc/?q=lam+tam+tru+cho+nguoi+o+tro",
    "search, several": "/thu-tuc/?q=can+cuoc",
    "search with slips": "/thu-tuc/?q=dang+ki+thuong+truu",
    "search, no hit": "/thu-tuc/?q=khinh+khi+cau",
    "genuine groups": "/nhom-chinh-thuc/{code}/",
}


def trivial(request: HttpRequest) -> HttpResponse:
    """The least that a view may do."""
    return HttpResponse("có")


@contextmanager
def with_trivial_view() -> Iterator[None]:
    urls = (*urlpatterns, path(TRIVIAL.lstrip("/"), trivial))
    with served_to_test_client(), override_settings(ROOT_URLCONF=urls):
        yield


def times_of(addresses: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each page, in turns; the first round warms up."""
    client = Client()
    found: dict[str, list[float]] = {name: [] for name in addresses}
    for number in range(rounds + 1):
        for name, address in addresses.items():
            took = answer_ms(client, address)
            if number:
                found[name].append(took)
    return found


def anew(key: str, make: Callable[[], Any]) -> Any:
    """Instead of what is kept for a minute."""
    return make()


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    report = _bench.Report()
    with _bench.scratch_database(), with_trivial_view():
        commune = make_commune()
        make_profile(commune)
        addresses = {name: page.format(code=commune.code) for name, page in PAGES.items()}
        addresses["trivial view"] = TRIVIAL
        cached = times_of(addresses, rounds)
        with mock.patch.object(public_pages, "cached", anew):
            fresh = times_of(addresses, rounds)
    base = median(cached["trivial view"])
    report.remark(f"the trivial view takes {base:.2f} ms, p95 {p95(cached['trivial view']):.2f} ms")
    for name in PAGES:
        report.add(_bench.Bar(name, p95(cached[name]), LIMIT_MS, 1, " ms p95", at_most=True))
        usual, anew_ms = median(cached[name]), median(fresh[name])
        report.remark(
            f"usually {usual:.1f} ms, {usual / base:.1f} times the trivial view; made anew "
            f"{anew_ms:.1f} ms, p95 {p95(fresh[name]):.1f} ms, {anew_ms / base:.1f} times"
        )
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
