"""A real PostgreSQL whose disk is full: the probe of /readyz says no while small writes succeed."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from accounts.system_health import readiness
from accounts.system_health.parts import values_of
from dev.places import VAR
from dev.postgres import Postgres
from dev.trouble import Trouble

SIZE = "128m"
TOKEN = {"Authorization": "Bearer t"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """A connection to a server whose data lie on a small disk of their own, and that disk."""
    try:
        server = Postgres(
            VAR / f"full-disk-{tmp_path.name}-{id(tmp_path)}", log=tmp_path / "log",
            password="only-for-tests", throwaway=True,
        )  # fmt: skip
    except Trouble as trouble:
        pytest.skip(str(trouble))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", server.base],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if mounted.returncode:
        server.base.rmdir()
        pytest.skip(f"không gắn được ổ đĩa nhỏ: {mounted.stderr.strip()}")
    try:
        server.start()
        held = connections["default"].copy()
        held.settings_dict = held.settings_dict | {
            "HOST": "127.0.0.1", "PORT": server.port, "USER": "binhyen", "NAME": "binhyen",
            "PASSWORD": server.password,
        }  # fmt: skip
        first, connections["default"] = connections["default"], held
        yield held, server.base
        connections["default"] = first
        held.close()
    finally:
        server.stop()
        subprocess.run(["umount", server.base], check=True)
        server.base.rmdir()


def fill(path: Path) -> None:
    """Write until nothing more goes on the disk."""
    with path.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)
    status = os.statvfs(path.parent)
    assert status.f_bavail == 0


def test_full_disk_of_the_database_is_not_ready(
    disk: tuple[Any, Path], client: Any, settings: Any, monkeypatch: Any, django_db_blocker: Any
):
    held, folder = disk
    settings.METRICS_TOKEN = "t"
    monkeypatch.setattr(
        readiness, "REQUIRED", {"database": readiness.database, "broker": readiness.broker}
    )
    with django_db_blocker.unblock():
        with held.cursor() as cursor:
            cursor.execute("CREATE TABLE small (n int); INSERT INTO small VALUES (0)")
        readiness.forget()
        assert client.get("/readyz").status_code == 200

        fill(folder / "filler")
        readiness.forget()
        answer = client.get("/readyz", headers=TOKEN)

        assert answer.status_code == 503
        assert answer.json()["checks"]["database"] == {"ok": False, "error": "OperationalError"}
        with pytest.raises(OperationalError, match="No space left on device"):
            readiness.database()
        with held.cursor() as cursor:  # why no row of ours would tell
            cursor.execute("UPDATE small SET n = n + 1")
        (folder / "filler").unlink()
        readiness.forget()
        assert client.get("/readyz").status_code == 200
        assert values_of(readiness.database)["ok"]
    readiness.forget()
