"""Pages asked for through Django's test client, by accounts that are signed in."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, connections
from django.db.models import Model
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from unfold.admin import ModelAdmin

from accounts.models import User
from accounts.scoped_admin.base import UnfoldAdminSite
from config.startup import settle
from config.urls import urlpatterns

# A table of fewer rows is read faster without an index.
LARGE_TABLE_ROWS = 5_000


@contextmanager
def served_to_test_client() -> Iterator[None]:
    """Static files as they lie there, collected or not; the process settled as a server is."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        ALLOWED_HOSTS=["testserver"],
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        STATIC_ROOT=settings.BASE_DIR / "static",
    ):
        settle()
        yield


@contextmanager
def both_sites(model: type[Model], stock_admin: type[ModelAdmin]) -> Iterator[None]:
    """The addresses of the portal and, under `/stock/`, those of a stock admin of one model."""
    stock = UnfoldAdminSite(name="stock")
    stock.register(model, stock_admin)
    with (
        served_to_test_client(),
        override_settings(ROOT_URLCONF=(*urlpatterns, path("stock/", stock.urls))),
    ):
        yield


class Side(NamedTuple):
    """A database and the pages that are asked of it; a page has `answer_ms()`."""

    database: Any
    pages: list[Any]

    def answer_ms(self, page: Any) -> float:
        connections["default"] = self.database
        elapsed: float = page.answer_ms()
        return elapsed


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def answer_ms(client: Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    elapsed = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return elapsed


def p95(figures: list[float]) -> float:
    return quantiles(figures, n=20, method="inclusive")[-1]


@contextmanager
def copied_database() -> Iterator[Any]:
    """A copy of the database as it is now, as a connection that can take the place of ours."""
    first = connections["default"]
    first.creation.clone_test_db("small", verbosity=0)
    copy = first.copy()
    copy.settings_dict = first.creation.get_test_db_clone_settings("small")
    try:
        yield copy
    finally:
        connections["default"] = first
        copy.close()
        first.creation.destroy_test_db(suffix="small", verbosity=0)


def scanned(ask: Callable[[], object]) -> tuple[int, set[str]]:
    """How many queries a page makes, and the large tables that one of them reads row by row."""
    ask()  # which writes down, now and then, that the session is still in use
    with CaptureQueriesContext(connection) as made:
        ask()
    tables: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples >= %s", [LARGE_TABLE_ROWS])
        large = {name for (name,) in cursor.fetchall()}
        for query in made.captured_queries:
            if not query["sql"].startswith("SELECT"):
                continue
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
            (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            tables.update(
                node["Relation Name"]
                for node in _nodes(plan[0]["Plan"])
                if node["Node Type"].endswith("Seq Scan")
            )
    return len(made), tables & large


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
