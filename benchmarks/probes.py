"""How fast the probes answer, beside /healthz, which asks nothing, in the same run and in turns.

Through Django's test client, with a commune and an account for each of many: /readyz asked anew in
every round (a balancer gets the remembered answer for 2 s), /readyz remembered, /health/deep and
/metrics from the snapshot. The time that the task takes to record the snapshot has no bar.
"""

import time
from statistics import median
from typing import Final

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from accounts.models import Commune
from accounts.system_health import readiness, snapshot
from benchmarks import _bench
from benchmarks._pages import p95, served_to_test_client
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount

ACCOUNTS, QUICK_ACCOUNTS = 3_300, 100
ROUNDS, QUICK_ROUNDS = 300, 60
SNAPSHOTS: Final = 9
TOKEN: Final = "of-the-benchmark"  # noqa: S105 -- of this run
BEARER: Final = {"Authorization": f"Bearer {TOKEN}"}
ALIVE, READY, REMEMBERED, DEEP, METRICS = (
    "healthz", "readyz asked anew", "readyz remembered", "health/deep", "metrics",
)  # fmt: skip
ADDRESSES: Final = {
    ALIVE: "/healthz", READY: "/readyz", REMEMBERED: "/readyz", DEEP: "/health/deep",
    METRICS: "/metrics",
}  # fmt: skip
QUERY: Final = "SELECT 1"
LIMITS_MS: Final = {READY: 20, DEEP: 5}


def make_accounts(count: int) -> None:
    """So many communes, each with a connected account."""
    first = make_official_account(make_commune())
    communes = Commune.objects.bulk_create(
        Commune(name=f"Xã {number}", code=f"B{number:05d}") for number in range(count - 1)
    )
    values = {"access_token": first.access_token, "refresh_token": first.refresh_token}
    dates = {
        name: getattr(first, name)
        for name in ("token_expires_at", "refresh_expires_at", "refreshed_at")
    }
    OfficialAccount.objects.bulk_create(
        OfficialAccount(commune=commune, oa_id=f"9{commune.pk:018d}", **values, **dates)
        for commune in communes
    )


def times_of(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each probe, in turns; the first round warms up."""
    client = Client(headers=BEARER)
    found: dict[str, list[float]] = {name: [] for name in (QUERY, *ADDRESSES)}
    for number in range(rounds + 1):
        asked = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if number:
            found[QUERY].append((time.perf_counter() - asked) * 1000)
        for name, address in ADDRESSES.items():
            if name == READY:
                readiness.forget()
            started = time.perf_counter()
            answer = client.get(address)
            took = (time.perf_counter() - started) * 1000
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}: {answer.content!r}")
            if number:
                found[name].append(took)
    return found


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    accounts = QUICK_ACCOUNTS if options.quick else ACCOUNTS
    report = _bench.Report()
    with (
        _bench.scratch_database(),
        served_to_test_client(),
        override_settings(METRICS_TOKEN=TOKEN),
    ):
        make_accounts(accounts)
        recorded = [snapshot.record().duration_ms for _number in range(SNAPSHOTS)]
        found = times_of(rounds)
    alive = median(found[ALIVE])
    for name in (ALIVE, QUERY):
        report.remark(f"{name} takes {median(found[name]):.2f} ms, p95 {p95(found[name]):.2f} ms")
    for name, limit in LIMITS_MS.items():
        report.add(_bench.Bar(name, p95(found[name]), limit, 1, " ms p95", at_most=True))
    for name in (READY, REMEMBERED, DEEP, METRICS):
        usual = median(found[name])
        report.remark(f"{name}: usually {usual:.2f} ms, {usual / alive:.1f} times healthz")
    report.remark(
        f"the task records a snapshot of {accounts} accounts in {median(recorded):.0f} ms; "
        f"nothing answers at {settings.ZALO_API_URL}, so that a refused call is in it"
    )
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
