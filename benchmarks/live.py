"""Thirty live pages that nobody touches: what asking costs, and that it is nearly always 304.

Through Django's test client, so without the web server's own share: processor time of this process
and of the database's. Each round is ten seconds: every page asks once, and the round of
the worker runs ten times. Now and then a fact is committed, and each page fetches itself.
"""

import re
import resource
import time
from statistics import median
from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.live import versions
from accounts.models import User
from accounts.users.roles import Role
from benchmarks import _bench
from benchmarks._pages import answer_ms, p95, served_to_test_client, signed_in
from benchmarks._scene import make_scene
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip

PAGES: Final = 30
EVERY_S: Final = 10
ROUNDS, QUICK_ROUNDS = 180, 60
# One fact in so many rounds: every ten minutes one that everybody sees.
FACT_EVERY: Final = 60
MOST_OF_A_CORE: Final = 0.03
KNOWN: Final = re.compile(r'data-(version|address)="([^"]*)"')


def cpu_s() -> float:
    """Processor seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Watcher:
    """A person's live page: what it knows, and what it does in a turn."""

    def __init__(self, user: User, page: str) -> None:
        self.client: Client = signed_in(user)
        self.page = page
        self.version, self.address = "", ""
        self.fetch()

    def fetch(self) -> None:
        answer = self.client.get(self.page, headers={"X-Live": "1"})
        if answer.status_code != 200:
            raise SystemExit(f"{self.page} answered {answer.status_code}")
        known = dict(KNOWN.findall(answer.content.decode()))
        self.version, self.address = known["version"], known["address"]

    def ask(self) -> int:
        """The status of one question; after a change the page is fetched as well."""
        answer = self.client.get(
            self.address, headers={"X-Live": "1", "If-None-Match": f'"{self.version}"'}
        )
        if answer.status_code == 200:
            self.fetch()
        return int(answer.status_code)


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    report = _bench.Report()
    with _bench.scratch_database(), served_to_test_client():
        commune = make_scene("Xã Đo", groups=15)
        for _number in range(20):
            make_tip(commune)
        people = [make_user(commune, Role.CHIEF) for _number in range(PAGES)]
        versions.publish()
        addresses = [
            reverse("admin:index"), reverse("admin:oversight_duty"),
            reverse("admin:reports_tipreport_changelist"),
            reverse("admin:broadcasts_delivery_hand_list"),
        ]  # fmt: skip
        watchers = [Watcher(user, addresses[at % len(addresses)]) for at, user in enumerate(people)]
        for watcher in watchers:  # until each knows the version of a round that lives
            versions.publish()
            watcher.fetch()
        statuses: list[int] = []
        round_s: list[float] = []
        publish_s: list[float] = []
        versions.publish()
        with CaptureQueriesContext(connection) as made:
            watchers[0].ask()
        report.add(_bench.Bar("queries of nothing new", len(made), 2, 1, "", at_most=True))
        writes = [row for row in made.captured_queries if not row["sql"].startswith("SELECT")]
        report.add(_bench.Bar("writes of nothing new", len(writes), 1, 0, "", at_most=True))
        began = cpu_s()
        for number in range(rounds):
            if number % FACT_EVERY == FACT_EVERY // 2:
                before = cpu_s()
                make_tip(commune)
                began += cpu_s() - before  # what the resident's form costs is not the pages'
            at = cpu_s()
            for _second in range(EVERY_S):
                versions.publish()
            publish_s.append(cpu_s() - at)
            at = cpu_s()
            statuses += [watcher.ask() for watcher in watchers]
            round_s.append(cpu_s() - at)
        spent = cpu_s() - began - sum(publish_s)
        alive = median(answer_ms(watchers[0].client, "/healthz") for _number in range(50))
        asked = []
        for _number in range(100):
            versions.publish()
            started = time.perf_counter()
            watchers[0].ask()
            asked.append((time.perf_counter() - started) * 1000)
    share = spent / (rounds * EVERY_S)
    report.add(_bench.Bar(f"{PAGES} pages, a core", share, MOST_OF_A_CORE, 1, "", at_most=True))
    same = sum(status == 304 for status in statuses) / len(statuses)
    report.add(_bench.Bar("answers 304", same, 1, 0.95))
    report.remark(
        f"a question takes {median(asked):.2f} ms, p95 {p95(asked):.2f} ms, "
        f"{median(asked) / alive:.1f} times healthz; rounds without a change cost "
        f"{median(round_s) / EVERY_S:.2%} of a core"
    )
    report.remark(
        f"the worker's round takes {median(publish_s) / EVERY_S * 1000:.2f} ms of processor, "
        f"{median(publish_s) / EVERY_S:.2%} of a core"
    )
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
