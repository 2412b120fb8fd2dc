"""`make drill` tries events that are no restore, and a restore beside running processes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from dev.places import VAR, open_directory
from dev.postgres import ROLE, Postgres
from tests.databases import dump_template
from tests.dumps import load
from tests.flows import harness
from tests.flows.harness import Portal, Scene
from tests.flows.restoring import Backup, calls, ends, gate, received, until
from tests.sizes import size

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(200),
]
GROUPS = size(300, 30)
BEAT = """
from zalo.hold import process, services
services.beat()
print(services.current().state, process.begin(), services.current().high_water)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="failover-", dir=open_directory(VAR)) as name:
        yield open_directory(Path(name))


def server(folder: Path, name: str) -> Postgres:
    return Postgres(folder / name, log=folder / f"{name}.log", password="only-for-tests")


@pytest.fixture
def primary(folder: Path, tmp_path: Path) -> Iterator[Postgres]:
    dump = tmp_path / "template.sql"
    made = server(folder, "primary")
    if not (made.bin_dir / "pg_basebackup").exists() or not dump_template(dump):
        pytest.skip("pg_basebackup or pg_dump is not here")
    made.start()
    load(dump, made.url)
    manage(made.url, tmp_path / "witness", "migrate", "--no-input")  # writes check values of keys
    yield made
    made.stop()


@pytest.fixture
def standby(folder: Path, primary: Postgres) -> Iterator[Postgres]:
    made = server(folder, "standby")
    source = f"host=127.0.0.1 port={primary.port} user={ROLE} password={primary.password}"
    made.data.parent.mkdir(parents=True, exist_ok=True)
    command = [
        made.bin_dir / "pg_basebackup",
        "-d",
        source,
        "-D",
        made.data,
        "-R",
        "-w",
        "-c",
        "fast",
    ]
    subprocess.run(command, check=True, capture_output=True)
    if made.user:
        subprocess.run(["chown", "-R", made.user.pw_name, made.data], check=True)
    yield made
    made.stop()


def manage(url: str, witnesses: Path, *arguments: str) -> str:
    """A command of ours on that database; what it prints."""
    told = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=harness.ROOT,
        env=os.environ
        | harness.KEPT_BYTECODE
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "WITNESS_DIR": str(witnesses),
            "REDIS_URL": settings.REDIS_URL,
            "REDIS_KEY_PREFIX": settings.REDIS_KEY_PREFIX,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    return told.stdout


def beat(url: str, witnesses: Path) -> str:
    """State of the gate, whether anything may leave, and `high_water`, told by a new process."""
    told = manage(url, witnesses, "shell", "--no-imports", "-c", BEAT)
    return told.strip().splitlines()[-1]


def test_database_that_failed_over_without_loss_stays_open(
    primary: Postgres, standby: Postgres, tmp_path: Path
):
    harness.forget_redis()
    first = beat(primary.url, tmp_path / "witness")
    standby.start()
    second = beat(primary.url, tmp_path / "witness")
    primary.stop()
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute("SELECT pg_promote()")

    third = beat(standby.url, tmp_path / "witness")

    assert [first, second, third] == ["open True 1", "open True 2", "open True 3"]
    harness.forget_redis()


def test_flushed_redis_alone_stays_open(watched: tuple[Portal, Scene]):
    running, scene = watched
    groups = scene.add_groups(GROUPS // 3)
    until(lambda: gate().high_water > 0, "the first witness")
    running.kill()
    running.kill("beat")
    harness.forget_redis()
    running.start_worker()
    running.start_beat()

    post = scene.approved(audience_groups=[group.pk for group in groups])

    until(lambda: ends(post)["sent"] == GROUPS // 3, "the post")
    assert gate().state == "open"


def test_restore_beside_processes_that_go_on_refuses_their_claims(watched: tuple[Portal, Scene]):
    _running, scene = watched
    until(lambda: gate().high_water > 0, "the first witness")
    groups = scene.add_groups(GROUPS)
    group_ids = [group.zalo_group_id for group in groups]
    post = scene.approved(audience_groups=[group.pk for group in groups])
    until(lambda: calls(scene) >= GROUPS // 3, "a third of the calls")
    backup, high_water = Backup(), gate().high_water
    until(lambda: gate().high_water > high_water, "the next witness")
    after = calls(scene)
    until(lambda: calls(scene) >= after + 4, "more calls, one of whose claims sees it")

    backup.restore()

    until(lambda: gate().state == "held", "the gate to close")
    time.sleep(4)
    assert max(received(scene).values()) == 1
    assert set(received(scene)) <= set(group_ids)
    assert ends(post)["queued"] > 0
