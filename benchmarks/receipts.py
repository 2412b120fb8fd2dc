"""Whether the time of a look-up tells anything about receipts that exist.

Receipts that nobody has, that differ in one digit from somebody's, and that are none at all are
looked up in turns through the page, among 10,000 tips; so are receipts of tips. Each wrong kind is
compared with the first: in its median, and in how often one of its times is the longer one. One
half is chance; by the whole a single look would tell.
"""

import random
import time
from bisect import bisect_left, bisect_right
from statistics import median
from unittest import mock

from django.test import Client
from django.utils import timezone

from accounts.models import Commune
from benchmarks import _bench
from reports.models import Reporter, TipReport
from reports.public import demands
from reports.tips import receipts
from tests.factories.accounts import make_commune

ADDRESS = "/phan-anh/tra-cuu/"
TIPS, ROUNDS = 10_000, 150
QUICK_TIPS, QUICK_ROUNDS = 1_000, 40
KNOWN = 8  # receipts of tips that are looked up again and again


def fill(commune: Commune, tips: int) -> list[str]:
    """So many tips; returns the receipts of some of them."""
    known = [receipts.new() for _number in range(KNOWN)]
    hashes = [receipts.hash_of(one) for one in known]
    hashes += [f"{random.getrandbits(256):064x}" for _number in range(tips - KNOWN)]
    random.shuffle(hashes)
    rows = TipReport.objects.bulk_create(
        TipReport(
            commune=commune, code=f"PA26-{number:05d}", channel=TipReport.Channel.WEB_FORM,
            received_at=timezone.now(), receipt_hash=made,
        )
        for number, made in enumerate(hashes)
    )  # fmt: skip
    Reporter.objects.bulk_create(Reporter(tip=row) for row in rows)
    return known


def near(receipt: str) -> str:
    """Another receipt, well formed, in which one digit before the last is another."""
    at = random.randrange(receipts.LENGTH - 1)
    other = str((int(receipt[at]) + random.randrange(1, 10)) % 10)
    digits = receipt[:at] + other + receipt[at + 1 : -1]
    return digits + receipts.check_digit(digits)


def look_up(client: Client, typed: str) -> float:
    """Seconds from the button to the page, and nothing else in them."""
    started = time.perf_counter()
    answer = client.post(ADDRESS, {"ma": typed})
    took = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"answered with {answer.status_code}")
    return took


def times_of(known: list[str], rounds: int) -> dict[str, list[float]]:
    """Seconds of each kind, in turns whose order changes; the first round warms up."""
    kinds = {
        "nobody's": receipts.new,
        "one digit beside a tip's": lambda: near(random.choice(known)),
        "none at all": lambda: "12 34 mã của tôi",
        "a tip's": lambda: random.choice(known),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    client = Client(headers={"Host": "localhost"})
    for number in range(rounds + 1):
        for name in random.sample(list(kinds), len(kinds)):
            took = look_up(client, kinds[name]())
            if number:
                found[name].append(took)
    return found


def longer(one: list[float], other: list[float]) -> float:
    """How often a time of `one` is the longer; the same times count as half."""
    ordered = sorted(other)
    wins = sum(bisect_left(ordered, took) + bisect_right(ordered, took) for took in one)
    return wins / 2 / len(one) / len(other)


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    tips, rounds = (QUICK_TIPS, QUICK_ROUNDS) if options.quick else (TIPS, ROUNDS)
    report = _bench.Report()
    calm = demands.Demand(demands.CALM_BITS, is_needed=False)
    with _bench.scratch_database():
        known = fill(make_commune(), tips)
        with mock.patch.object(demands, "weigh", return_value=calm):
            found = times_of(known, rounds)
    first = found["nobody's"]
    base = median(first) * 1000
    report.remark(f"a look-up among {tips} tips takes {base:.1f} ms, most of it the slow hash")
    for name in ("one digit beside a tip's", "none at all"):
        took = median(found[name]) * 1000
        slow, fast = max(took, base), min(took, base)
        report.add(_bench.Bar(f"a receipt that is {name}", slow, fast, 1.05, " ms", at_most=True))
        chance = longer(found[name], first)
        surest = max(chance, 1 - chance)
        report.add(_bench.Bar("the same, a guess by its time", surest, 0.5, 1.3, at_most=True))
    median_ms = median(found["a tip's"]) * 1000
    report.add(_bench.Bar("a receipt that is a tip's", median_ms, base, 1.5, " ms", at_most=True))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
