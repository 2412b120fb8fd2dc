"""The portal's real processes, on the database and broker of the running test or script."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from accounts.models import User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery, Topic
from broadcasts.services import approve, create, submit
from groups.models import ZaloGroup
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.factories.zalo import make_official_account
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator, start

ROOT = Path(__file__).resolve().parents[2]
# Each process that had to compile the portal anew would take a fifth longer to start.
KEPT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


def wait_until(condition: Callable[[], Any], *, timeout_s: float, what: str) -> Any:
    """Poll until the condition holds; raises TimeoutError naming what was waited for."""
    end = time.monotonic() + timeout_s
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout_s:.0f} s for {what}")
        time.sleep(0.05)


def database_url() -> str:
    """The address of the database that this process uses (a test database under pytest)."""
    held = connection.settings_dict
    password = f":{held['PASSWORD']}" if held["PASSWORD"] else ""
    host, port = held["HOST"] or "127.0.0.1", held["PORT"] or 5432
    if host.startswith("/"):
        return f"postgres://{held['USER']}{password}@{host.replace('/', '%2F')}/{held['NAME']}"
    return f"postgres://{held['USER']}{password}@{host}:{port}/{held['NAME']}"


def forget_redis() -> None:
    """Drop our queues, leases, slot books and caches of earlier runs."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = list(client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:*"))
        if keys:
            client.delete(*keys)


class Portal:
    """Web, workers and beat as operating-system processes, which can be killed."""

    def __init__(self, simulator: Simulator, log: Path, **environment: str) -> None:
        self.log = log
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "REDIS_KEY_PREFIX": settings.REDIS_KEY_PREFIX,
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_ENCRYPTION_KEYS": os.environ["DATA_ENCRYPTION_KEYS"],
            "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
            "ZALO_APP_ID": settings.ZALO_APP_ID,
            "ZALO_APP_SECRET": settings.ZALO_APP_SECRET,
            "ZALO_OA_SECRET_KEY": settings.ZALO_OA_SECRET_KEY,
            "ZALO_API_URL": simulator.url,
            "ZALO_OAUTH_URL": simulator.url,
            "ZALO_TIMEOUT_S": "1",
            "ZALO_RATE_PER_MIN": "60000",
            "WITNESS_DIR": str(log.parent / "witness"),
            **KEPT_BYTECODE,
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def _start(self, name: str, *arguments: str) -> None:
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self, port: int, name: str = "web", *, workers: int = 2) -> None:
        """gunicorn as the image runs it; answers a little later. Each worker loads the portal."""
        self._start(
            name, "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}",
            "--worker-class=config.edge.worker.Worker", f"--workers={workers}", "--threads=8",
            "--timeout=60", "--graceful-timeout=30", "--no-control-socket",
        )  # fmt: skip

    def _start_celery(self, name: str, *arguments: str) -> None:
        self._start(name, "celery", "-A", "config", *arguments)

    def start_worker(
        self, name: str = "worker", queues: str = "periodic,send,urgent", *, processes: int = 3
    ) -> None:
        self._start_celery(
            name, "worker", "-Q", queues, "-c", str(processes), "-n", f"{name}-{os.getpid()}@%h",
            "-l", "INFO", "--without-gossip", "--without-mingle",
        )  # fmt: skip

    def start_beat(self) -> None:
        schedule = self.log.with_suffix(".beat")
        self._start_celery("beat", "beat", "--pidfile=", "-s", str(schedule), "-l", "WARNING")

    def end(self, name: str) -> None:
        """Ask the process to stop, and wait until it has."""
        process = self.processes[name]
        process.terminate()
        process.wait(timeout=40)
        del self.processes[name]

    def kill(self, name: str = "worker") -> None:
        """SIGKILL to the process and all its children, at once."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End everything that was started here."""
        for process in self.processes.values():
            process.terminate()
        for name in list(self.processes):
            try:
                self.processes[name].wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.processes.clear()


class Scene:
    """A commune with a connected account, an author and a chief, and groups at the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.commune = make_commune("Bình Minh")
        self.hamlet = make_hamlet(self.commune)
        self.author = make_user(self.commune, Role.OFFICER)
        make_assignment(make_officer(self.commune, user=self.author), self.hamlet)
        self.chief = make_user(self.commune, Role.CHIEF)
        pair = simulator.state.tokens
        self.account = make_official_account(
            self.commune,
            oa_id=simulator.state.oa_id,
            access_token=pair.access,
            refresh_token=pair.refresh,
        )
        tokens.forget()

    def add_groups(self, count: int, *, kind: str = "oa", **fields: Any) -> list[ZaloGroup]:
        """Active groups of the scene's hamlet; those of the account exist at the simulator too."""
        made = []
        for number in range(count):
            name = f"Nhóm {kind} {number}"
            group_id = self.simulator.state.add_group(name).id if kind == "oa" else ""
            values = {"name": name, "kind": kind, "zalo_group_id": group_id} | fields
            made.append(ZaloGroup(hamlet=self.hamlet, status="active", **values))
        return ZaloGroup.objects.bulk_create(made)

    def approved(self, *, by: User | None = None, **fields: Any) -> Broadcast:
        """A post, written, submitted and approved by two people."""
        values = {
            "title": "Cảnh báo",
            "text": "Công an xã không yêu cầu bà con chuyển tiền qua điện thoại.",
            "topic": Topic.objects.get(code="thu-doan"),
        }
        post = create(Broadcast(commune=self.commune, **(values | fields)), by=by or self.author)
        return approve(submit(post, by=by or self.author), by=self.chief)

    def received(self, after: int = 0) -> Counter[str]:
        """Group id → number of messages that stand in it, without so many first ones."""
        return Counter(
            message.group_id for message in self.simulator.state.messages_of(None, after)
        )


def new_simulator(**options: Any) -> Simulator:
    """A simulator with this project's application and an account of its own."""
    options.setdefault("oa_id", str(random.randrange(10**18, 9 * 10**18)))
    return start(app_id=settings.ZALO_APP_ID, app_secret=settings.ZALO_APP_SECRET, **options)


@contextmanager
def sending(log: Path, **environment: str) -> Iterator[tuple[Portal, Scene]]:
    """A connected commune beside worker and beat; all of it ends afterwards."""
    forget_redis()
    simulator = new_simulator(answer_delay_s=0.05)
    portal = Portal(simulator, log, **environment)
    try:
        scene = Scene(simulator)
        portal.start_worker()
        portal.start_beat()
        yield portal, scene
    finally:
        portal.stop()
        simulator.stop()
        forget_redis()  # what its witness knows is no longer in the database


def open_deliveries(broadcast: Broadcast) -> int:
    """How many deliveries the machine has not finished with."""
    return Delivery.objects.filter(
        broadcast=broadcast, status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING]
    ).count()
