"""Real processes with keys that are not those of the database: none starts."""

import base64
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from dev.places import PROJECT
from tests.flows.harness import database_url
from tests.sizes import size

pytestmark = [pytest.mark.django_db, pytest.mark.flow]


def keys(**named: bytes) -> str:
    return ",".join(f"{kid}:{base64.b64encode(key).decode()}" for kid, key in named.items())


T1, T2, WRONG = b"\x01" * 32, b"\x02" * 32, b"w" * 32
CASES = {
    "wrong bytes": ({"DATA_ENCRYPTION_KEYS": keys(t2=WRONG, t1=T1)}, "khóa “t2” trong"),
    "old key alone": ({"DATA_ENCRYPTION_KEYS": keys(t1=T1)}, "thiếu khóa “t2”"),
    "missing key": ({"DATA_ENCRYPTION_KEYS": keys(t2=T2)}, "thiếu khóa “t1”"),
    "unknown key": ({"DATA_ENCRYPTION_KEYS": keys(k9=WRONG, t2=T2, t1=T1)}, "khóa “k9” chưa được"),
    "index key": ({"BLIND_INDEX_KEY": "another-key-" * 4}, "BLIND_INDEX_KEY không phải"),
}
PROCESSES = {
    "web": [
        "-m", "gunicorn", "config.wsgi", "--bind=127.0.0.1:0",
        "--worker-class=config.edge.worker.Worker", "--no-control-socket",
    ],
    "worker": ["-m", "celery", "-A", "config", "worker", "-Q", "exports", "-c", "1", "-n", "k@%h"],
    "command": [
        "manage.py", "shell", "-v0", "-c",
        "from accounts.encryption.services import seal; print('sealed', seal('x', context='c'))",
    ],
}  # fmt: skip


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "DATA_ENCRYPTION_KEYS": keys(t2=T2, t1=T1),
        "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        "LOG_LEVEL": "WARNING",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=PROJECT, env=variables | environment, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def is_refused(done: subprocess.CompletedProcess[str], words: str) -> bool:
    lines = [line for line in done.stderr.splitlines() if line.startswith("Cấu hình chưa đúng: ")]
    return (
        done.returncode in {1, 3}
        and len(lines) == 1
        and words in lines[0]
        and "Traceback" not in done.stderr
        and "sealed" not in done.stdout
    )


@pytest.mark.parametrize(
    ("process", "case"),
    size(
        [(process, case) for process in PROCESSES for case in list(CASES)[:3]]
        + [("command", "unknown key"), ("command", "index key")],
        [
            ("web", "wrong bytes"),
            ("worker", "old key alone"),
            ("command", "missing key"),
            ("command", "index key"),
        ],
    ),
)
def test_no_process_starts_with_a_wrong_key(process: str, case: str) -> None:
    environment, words = CASES[case]

    done = run(*PROCESSES[process], **environment)

    assert is_refused(done, words), (done.returncode, done.stderr[-2000:], done.stdout)


def test_a_command_seals_with_the_right_keys() -> None:
    done = run(*PROCESSES["command"])

    assert done.stdout.startswith("sealed v1:t2:"), done.stderr


def test_migrate_refuses_a_wrong_key_before_it_changes_anything() -> None:
    environment, words = CASES["wrong bytes"]

    assert is_refused(run("manage.py", "migrate", **environment), words)


@pytest.mark.parametrize(
    "command", size([["check"], ["new_key"], ["showmigrations", "accounts"]], [["check"]])
)
def test_commands_that_use_no_key_work_with_a_wrong_one(command: list[str]) -> None:
    environment, _words = CASES["wrong bytes"]

    done = run("manage.py", *command, **environment)

    assert done.returncode == 0, done.stderr


LATE = """
import os, sys
import config.wsgi
from django.db import connection
from accounts.encryption.services import seal
print("started")
try:
    seal("x", context="c")
except Exception as error:
    print(type(error).__name__)
connection.settings_dict.update(
    {name: os.environ["LATER_" + name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
)
for attempt in range(2):
    try:
        connection.cursor().execute("SELECT 1")
        print(seal("x", context="c")[:6])
    except Exception as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("environment", "ends"),
    [({}, ["v1:t2:", "v1:t2:"]), (CASES["wrong bytes"][0], ["WrongKeys", "WrongKeys"])],
)
def test_a_web_that_starts_without_database_compares_once_it_is_there(
    environment: dict[str, str], ends: list[str]
) -> None:
    held: Any = settings.DATABASES["default"]
    later = {f"LATER_{name}": str(held.get(name) or "") for name in ("USER", "PASSWORD", "HOST")}
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "LATER_NAME": held["NAME"]}

    done = run("-c", LATE, **environment, **away, **later, LATER_PORT=str(held["PORT"] or ""))

    assert done.stdout.split() == ["started", "OperationalError", *ends], done.stderr
    if environment:
        assert "khóa “t2”" in done.stderr
