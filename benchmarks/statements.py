"""Statements that a whole country repeats, and what one of them costs PostgreSQL.

A world of 3,300 communes with 19 groups each is written by INSERT … SELECT from one row of each
kind that the factories made, and analysed. Reads are timed inside PostgreSQL, writes by the
processor time of their backend, so that a busy machine and its disk do not decide.
"""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from benchmarks import _bench
from broadcasts.models import Broadcast, Delivery
from broadcasts.posts.audience import groups_of
from broadcasts.scheduling import tick
from broadcasts.sending import delivery
from groups.models import ZaloGroup
from oversight.models import DirtySlice
from tests.factories.accounts import make_commune
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet
from zalo.outbox.lanes import Claim
from zalo.outbox.outcomes import Outcome, Verdict

COMMUNES, QUICK_COMMUNES = 3_300, 330
PLACES = 19
"""Hamlets of a commune, each with a group."""
ASKED = 100
AT_ONCE = 200
"""Deliveries that are claimed, and then recorded, at once."""
COMPARED = 1_500
"""Deliveries that are recorded one by one, and as many by eight."""


def multiply(row: Model, source: str, where: str, **columns: str) -> None:
    """Copy a row for each line of `source`, which gives these columns; `t` is the row."""
    table = row._meta.db_table
    names = [field.column for field in row._meta.local_concrete_fields if not field.primary_key]
    values = ", ".join(columns.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} t, {source} "  # noqa: S608 -- our own words
            f"WHERE t.id = %s AND ({where})",
            [row.pk],
        )


def make_world(communes: int) -> None:
    """Communes, hamlets, groups, and a post of each commune on its way to all of its groups."""
    commune = make_commune("Xã 0", code="")
    hamlet = make_hamlet(commune)
    group = make_group(hamlet)
    post = make_broadcast(commune, status=Broadcast.Status.SENDING)
    one = make_delivery(post, group)
    multiply(commune, f"generate_series(2, {communes}) number", "true", name="'Xã ' || number")
    multiply(
        hamlet, f"accounts_commune c, generate_series(1, {PLACES}) number",
        "c.id <> t.commune_id OR number > 1",
        commune_id="c.id", name="'Ấp ' || number", code="'X' || number",
    )  # fmt: skip
    multiply(
        group, "groups_hamlet h", "h.id <> t.hamlet_id",
        hamlet_id="h.id", name="'Nhóm ' || h.id", zalo_group_id="'bench-' || h.id",
    )  # fmt: skip
    multiply(post, "accounts_commune c", "c.id <> t.commune_id", commune_id="c.id")
    multiply(
        one,
        "groups_zalogroup g JOIN groups_hamlet h ON h.id = g.hamlet_id "
        "JOIN broadcasts_broadcast b ON b.commune_id = h.commune_id",
        "g.id <> t.zalo_group_id",
        broadcast_id="b.id", zalo_group_id="g.id", commune_id="h.commune_id",
        target_group_id="g.zalo_group_id",
    )  # fmt: skip
    DirtySlice.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def inside_ms(query: QuerySet[Any]) -> float:
    """Milliseconds of planning and running, as PostgreSQL tells them."""
    (plan,) = json.loads(query.explain(analyze=True, format="json"))
    return float(plan["Planning Time"] + plan["Execution Time"])


def median_ms(queries: Iterable[QuerySet[Any]]) -> float:
    return median(inside_ms(query) for query in queries)


def processor_ms(work: Callable[[], Any]) -> float:
    """Processor time of our backend while `work` runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    spent = Path(f"/proc/{pid}/schedstat")
    before = int(spent.read_text().split()[0])
    work()
    return (int(spent.read_text().split()[0]) - before) / 1e6


def group_query(report: _bench.Report) -> None:
    total = ZaloGroup.objects.count()
    posts = list(Broadcast.objects.order_by("?")[:ASKED])
    for post in posts:
        assert groups_of(post).count() == PLACES
    inside_ms(groups_of(posts[0]))  # reads the catalogue
    whole = median_ms(groups_of(post) for post in posts)
    by_key = median_ms(ZaloGroup.objects.filter(pk=post.pk).order_by() for post in posts)
    name = f"groups of a commune among {total}"
    report.add(_bench.Bar(name, whole, 1, 1, " ms", at_most=True))
    report.add(_bench.Bar("the same, beside a row by its key", whole, by_key, 30, " ms", True))
    for post in posts:
        places = ZaloGroup.objects.of_commune(post.commune_id).values_list("hamlet", flat=True)
        post.audience_hamlets = list(places[:3])
    some = median_ms(groups_of(post) for post in posts)
    report.add(_bench.Bar("groups of three of its hamlets", some, 1, 1, " ms", at_most=True))


def claim_all() -> list[Claim]:
    """Claim every delivery as the senders do, which leaves as many dead rows behind."""
    ids = list(Delivery.objects.order_by("?").values_list("pk", flat=True))
    return [one for some in batched(ids, AT_ONCE) for one in delivery.claim(some, timezone.now())]


def recording(report: _bench.Report) -> None:
    claims = claim_all()
    assert len(claims) == Delivery.objects.count()
    random.shuffle(claims)

    def spent(claims: Sequence[Claim], at_once: int) -> float:
        """Milliseconds a delivery."""
        parts = list(batched(claims, at_once))
        return processor_ms(lambda: [record(part) for part in parts]) / len(claims)

    def record(some: Sequence[Claim]) -> None:
        delivery.record(
            [(one, Outcome(Verdict.SENT, message_id=f"m{one.row_id}"), 1) for one in some],
            timezone.now(),
        )

    rest = claims[2 * COMPARED :]
    alone, few = spent(claims[:COMPARED], 1), spent(claims[COMPARED : 2 * COMPARED], 8)
    many = spent(rest, AT_ONCE)
    assert not Delivery.objects.exclude(status=Delivery.Status.SENT).exists()
    name = f"recording a delivery, {AT_ONCE} at once of {len(rest)}"
    report.add(_bench.Bar(name, many, 0.1, 1, " ms", at_most=True))
    report.remark(f"eight at once {few:.3f} ms, one {alone:.3f} ms, its commit in it")


def marks(report: _bench.Report) -> None:
    """While nobody counts, a changed slice has its mark, not a mark for each statement."""
    slices = DirtySlice.objects.order_by().values("subject", "place", "month").distinct().count()
    report.add(
        _bench.Bar("marks of changed slices", DirtySlice.objects.count(), slices, 1, "", True)
    )


def completing(report: _bench.Report) -> None:
    done = 0

    def complete() -> None:
        nonlocal done
        done = tick.complete(timezone.now())

    spent = processor_ms(complete)
    assert done == Broadcast.objects.count()
    report.remark(f"closing {done} posts: {spent / done:.3f} ms a post")
    report.remark(f"with nothing to close: {processor_ms(complete):.2f} ms")


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    report = _bench.Report()
    with _bench.scratch_database():
        make_world(QUICK_COMMUNES if options.quick else COMMUNES)
        group_query(report)
        recording(report)
        marks(report)
        completing(report)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
