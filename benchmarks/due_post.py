"""How late a post leaves, with beat and workers as they run, while a long routine sending goes on.

Posts fall due at random moments in one commune while another sends to thousands of groups; both
share the workers, the database and Redis. Lateness is counted from the minute set to the arrival
of the first call. Then the busy commune approves an urgent post while 10,000 deliveries wait.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.utils import timezone

from accounts.models import Commune
from accounts.users.roles import Role
from benchmarks import _bench, _scene, _stub
from benchmarks._pages import p95
from broadcasts.models import Broadcast, Delivery, Topic
from broadcasts.services import approve, create, submit
from groups.models import ZaloGroup
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.flows.harness import Portal, forget_redis, wait_until

RATE_PER_MIN = 3000
DELAY_MS = 50
WAITING = 10_000
URGENT_GROUPS = 200
QUIET_GROUPS = 5
BUSY_GROUPS = 7_000
"""Two routine posts to each: more than 10,000 still wait after all that is measured here."""


@contextmanager
def running_portal(stub: _stub.Stub) -> Iterator[None]:
    """Beat and one worker a queue, as in production."""
    with tempfile.TemporaryDirectory(prefix="binhyen-bench-") as directory:
        portal = Portal(
            stub,  # of which only the address is used
            Path(directory) / "portal.log",
            ZALO_RATE_PER_MIN=str(RATE_PER_MIN),
            ZALO_TIMEOUT_S="10",
        )
        try:
            for queue in ("periodic", "send", "urgent"):
                portal.start_worker(queue, queues=queue)
            portal.start_beat()
            yield
        finally:
            portal.stop()


def first_arrivals(stub: _stub.Stub) -> dict[str, float]:
    """Text → the moment of its first call; raises when a group got a text twice."""
    arrivals = stub.arrivals()
    twice = Counter((arrival.to, arrival.text) for arrival in arrivals)
    assert max(twice.values(), default=1) == 1, twice.most_common(3)
    first: dict[str, float] = {}
    for arrival in arrivals:
        first.setdefault(arrival.text, arrival.at)
    return first


def due_posts(
    report: _bench.Report, stub: _stub.Stub, commune: Commune, posts: int, seconds: float
) -> None:
    start = timezone.now() + timedelta(seconds=3)
    due = {
        f"Bài đến giờ số {number}.": start + timedelta(seconds=random.uniform(0, seconds))
        for number in range(posts)
    }
    author = make_user(commune, Role.OFFICER)
    approver = make_user(commune, Role.CHIEF)
    for text, moment in due.items():
        make_broadcast(
            commune,
            status=Broadcast.Status.SCHEDULED,
            text=text,
            scheduled_for=moment,
            created_by=author,
            approved_by=approver,
        )
    time.sleep(seconds + 3)
    wait_until(
        lambda: due.keys() <= first_arrivals(stub).keys(), timeout_s=60, what="every due post"
    )
    first = first_arrivals(stub)
    late = sorted(first[text] - moment.timestamp() for text, moment in due.items())
    assert late[0] >= 0, "a post left before its minute"
    name = f"due post → first call, p95 of {posts}"
    report.add(_bench.Bar(name, p95(late), 5, 1, " s", at_most=True))
    report.remark(f"median {median(late):.2f} s, worst {late[-1]:.2f} s")


def urgent_post(report: _bench.Report, stub: _stub.Stub, commune: Commune) -> None:
    author, chief = make_user(commune, Role.CHIEF), make_user(commune, Role.CHIEF)
    groups = ZaloGroup.objects.of_commune(commune.pk).values_list("pk", flat=True)
    post = create(
        Broadcast(
            commune=commune,
            title="Khẩn",
            text="Bài khẩn: nước lũ đang lên.",
            topic=Topic.objects.get(code="thong-bao-antt"),
            priority=Broadcast.Priority.URGENT,
            audience_groups=list(groups.order_by("pk")[:URGENT_GROUPS]),
        ),
        by=author,
    )
    submit(post, by=author)
    waiting = Delivery.objects.filter(commune=commune, status=Delivery.Status.QUEUED).count()
    assert waiting >= WAITING, f"only {waiting} wait"
    approve(post, by=chief)
    approved_at = time.time()

    def all_there() -> list[float]:
        found = [one.at for one in stub.arrivals() if one.text.startswith("Bài khẩn")]
        return found if len(found) == URGENT_GROUPS else []

    moments = wait_until(all_there, timeout_s=60, what="the urgent post in every group")
    name = f"urgent post in {URGENT_GROUPS} groups, {waiting} waiting"
    elapsed = max(moments) - approved_at
    report.add(_bench.Bar(name, elapsed, 10, 1, " s", at_most=True))
    at_rate = URGENT_GROUPS * 60 / RATE_PER_MIN
    report.remark(
        f"{at_rate:.1f} s of that is the account's rate; the first left after "
        f"{min(moments) - approved_at:.2f} s"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--posts", type=int, help="how many posts fall due")
    options = parser.parse_args(arguments)
    posts = options.posts or (25 if options.quick else 100)
    seconds = 25 if options.quick else 60
    report = _bench.Report()
    with _bench.scratch_database(), _stub.running(delay_ms=DELAY_MS) as stub:
        forget_redis()
        busy = _scene.make_scene("Bình Minh", groups=BUSY_GROUPS)
        quiet = _scene.make_scene("Tân Hòa", groups=QUIET_GROUPS)
        for number in range(2):
            _scene.start_post(busy, text=f"Bài thường số {number}.")
        with running_portal(stub):
            wait_until(
                lambda: len(stub.arrivals()) > RATE_PER_MIN / 60, timeout_s=60, what="sending"
            )
            due_posts(report, stub, quiet, posts, seconds)
            urgent_post(report, stub, busy)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
