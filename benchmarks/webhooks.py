"""How fast events of Zalo are taken, beside a bare ASGI app that makes the same INSERT and a push.

Both stand behind the same load, in turns, at 16 and 64 kept connections; every request has an id
of its own and the right signature. Then a list of 100,000 people is imported and a post is being
sent while events come in and are interpreted.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import override_settings

from benchmarks import _bench, _messy_list, _scene, _stub
from benchmarks.member_import import run_job
from dev.places import PROJECT
from dev.processes import free_port
from groups.member_import import services as member_import
from groups.models import Hamlet, MemberImport
from tests.factories.groups import make_hamlet
from tests.flows.harness import Portal, database_url, forget_redis, wait_until
from zalo.inbox import services as inbox
from zalo.models import WebhookEvent

OA_SECRET = "only-for-benchmarks"  # noqa: S105 -- nothing knows it but the load
SENDS_PER_MIN = 3000
MOST_A_SECOND = 8000
BESIDE_CONNECTIONS = 16
_salts = iter(range(10**9))


def answers(port: int) -> bool:
    """Whether a server listens and has loaded."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/zalo/webhook/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def load(port: int, connections: int, seconds: float) -> dict[str, Any]:
    """One round of events; raises where an answer was anything but 200."""
    output = subprocess.run(
        [
            sys.executable, str(Path(__file__).with_name("_load.py")), f"--port={port}",
            f"--connections={connections}", f"--seconds={seconds}",
            f"--requests={round(MOST_A_SECOND * seconds)}",
            f"--salt={os.getpid()}-{next(_salts)}", f"--app-id={settings.ZALO_APP_ID}",
            f"--secret={OA_SECRET}",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if output.returncode:
        raise SystemExit(output.stderr)
    found = json.loads(output.stdout)
    if set(found["answers"]) != {"200"}:
        raise SystemExit(f"not every event was taken: {found['answers']}")
    return dict(found)


@contextmanager
def bare_app(log: Path) -> Iterator[int]:
    """The limit, in two processes; yields its port."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "ZALO_APP_ID": settings.ZALO_APP_ID,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "BENCH_INSERT": inbox.INSERT,
        "BENCH_QUEUE": f"{settings.REDIS_KEY_PREFIX}:bare",
    }
    command = [
        sys.executable, "-m", "uvicorn", "--app-dir", "benchmarks", "_bare_asgi:app",
        "--workers=2", f"--port={port}", "--no-access-log", "--log-level=warning",
        "--loop=uvloop", "--http=httptools",
    ]  # fmt: skip
    with (
        log.open("ab") as out,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=out, stderr=out) as process,
    ):
        try:
            wait_until(
                lambda: connects(port) and len(warm(port)) == 2, timeout_s=60, what="the bare app"
            )
            yield port
        finally:
            process.terminate()


def connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def warm(port: int) -> dict[str, Any]:
    """A short load, whose figures mean nothing."""
    found = load(port, 16, 0.3)
    return {"rate": found["rate"], "answers": found["answers"]}


@contextmanager
def portal(stub: _stub.Stub, log: Path, **environment: str) -> Iterator[Portal]:
    """The portal's own processes, as yet none."""
    with override_settings(ZALO_OA_SECRET_KEY=OA_SECRET):
        made = Portal(
            stub,  # of which only the address is used
            log,
            **{"ZALO_RATE_PER_MIN": str(SENDS_PER_MIN), "ZALO_TIMEOUT_S": "10"} | environment,
        )
    try:
        yield made
    finally:
        made.stop()


def empty_inbox() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE zalo_webhookevent CASCADE")


def side_by_side(report: _bench.Report, ports: dict[str, int], rounds: int, seconds: float) -> None:
    for connections in (16, 64):
        tails: dict[str, list[float]] = {name: [] for name in ports}

        def measure(name: str, connections: int = connections, tails: Any = tails) -> float:
            empty_inbox()
            found = load(ports[name], connections, seconds)
            stored = WebhookEvent.objects.count()
            if stored != sum(found["answers"].values()):
                raise SystemExit(f"{name} answered {found['answers']} and stored {stored}")
            tails[name].append(found["p99_ms"])
            return float(found["rate"])

        variants: dict[str, Callable[[], float]] = {name: partial(measure, name) for name in ports}
        found = _bench.alternate(rounds, **variants)
        name = f"webhook intake, {connections} connections"
        report.add(_bench.Bar(name, found["product"], found["bare"], 0.45, "/s"))
        p99 = {side: median(figures[1:]) for side, figures in tails.items()}
        if connections == 16:
            report.add(
                _bench.Bar(f"{name}, p99", p99["product"], p99["bare"], 5, " ms", at_most=True)
            )
        else:
            report.remark(f"p99 at 64: {p99['product']:.0f} ms, bare {p99['bare']:.0f} ms")


def import_people(hamlet: Hamlet, content: bytes) -> None:
    """A whole member list, read and written by processes of its own."""
    batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
    run_job("read", batch.pk)
    batch.refresh_from_db()
    member_import.commit(batch, by=None, in_background=False)
    run_job("commit", batch.pk)
    batch.refresh_from_db()
    if batch.state != MemberImport.State.COMMITTED:
        raise SystemExit(f"the list was not written, but is {batch.state}")


def beside_other_work(
    report: _bench.Report, made: Portal, stub: _stub.Stub, port: int, people: int
) -> None:
    """Events come in while a list is imported, a post is sent, and what comes is interpreted."""
    content = _messy_list.write_xlsx(people)
    busy = _scene.make_scene("Bình Minh", groups=7000)
    hamlet = make_hamlet(_scene.make_scene("Tân Hòa", groups=1))
    empty_inbox()
    _scene.start_post(busy, text="Bài thường.")
    for queue in ("periodic", "send", "inbound"):
        made.start_worker(queue, queues=queue)
    made.start_beat()
    wait_until(lambda: len(stub.arrivals()) > SENDS_PER_MIN / 60, timeout_s=90, what="sending")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            import_people(hamlet, content)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    sent, started = len(stub.arrivals()), time.monotonic()
    worker.start()
    tails, answered = [], 0
    while worker.is_alive():
        found = load(port, BESIDE_CONNECTIONS, 3)
        tails.append(found["p99_ms"])
        answered += sum(found["answers"].values())
    worker.join()
    if failed:
        raise SystemExit(f"the import failed: {failed[0]!r}")
    elapsed = time.monotonic() - started
    worst = max(tails)
    name = f"webhook intake beside an import of {people} and sending, worst p99"
    report.add(_bench.Bar(name, worst, 500, 1, " ms", at_most=True))
    report.remark(
        f"{answered / elapsed:.0f} events and "
        f"{(len(stub.arrivals()) - sent) / elapsed:.0f} sends a "
        f"second for {elapsed:.0f} s; median p99 {median(tails):.0f} ms"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--seconds", type=float, help="how long a round takes")
    parser.add_argument("--rounds", type=int, help="rounds, after one to warm up")
    options = parser.parse_args(arguments)
    seconds = options.seconds or (2 if options.quick else 4)
    rounds = options.rounds or (3 if options.quick else 5)
    report = _bench.Report()
    with (
        _bench.scratch_database(),
        _stub.running(delay_ms=50) as stub,
        tempfile.TemporaryDirectory(prefix="binhyen-bench-") as directory,
    ):
        forget_redis()
        report.remark(f"one commit takes {_bench.commit_ms():.2g} ms on this disk")
        with portal(stub, Path(directory) / "portal.log") as made:
            port = free_port()
            made.start_web(port)
            wait_until(lambda: answers(port), timeout_s=60, what="the portal")
            with bare_app(Path(directory) / "bare.log") as bare:
                side_by_side(report, {"bare": bare, "product": port}, rounds, seconds)
            beside_other_work(report, made, stub, port, 5_000 if options.quick else 100_000)
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
