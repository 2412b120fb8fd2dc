"""Each service of compose, started with its own command, variables, user and limits."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
import requests
from django.conf import settings
from django.db import connection

from accounts.database_roles import Roles
from dev.places import PROJECT, open_directory
from dev.processes import free_port
from tests import compose
from tests.prepared_database import PASSWORDS, prepared_database
from tests.sizes import size

LASTING = [name for name in compose.OURS if name not in {"prepare", "migrate"}]
OF_EACH_KIND = ["web", "vault", "beat", "worker-imports", "worker-send"]
START_S = 60
KEYS = {"SECRET_KEY", "DATA_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"}
ZALO = {"ZALO_APP_ID", "ZALO_APP_SECRET"}
OF_PAGES = {"ZALO_OA_SECRET_KEY", "ZALO_VERIFIER", "METRICS_TOKEN"}
PASSWORDS_OF = {"prepare": "POSTGRES_PASSWORD", "migrate": "POSTGRES_OWNER_PASSWORD"}
SECRET = {
    "SECRET_KEY": "of-the-env-file-" * 4,
    "DATA_ENCRYPTION_KEYS": os.environ["DATA_ENCRYPTION_KEYS"],
    "BLIND_INDEX_KEY": os.environ["BLIND_INDEX_KEY"],
    "ZALO_APP_ID": "1000000000000000001",
    "ZALO_APP_SECRET": "secret-of-the-application",
    "ZALO_OA_SECRET_KEY": "secret-of-the-webhook",
    "ZALO_VERIFIER": "code-of-the-domain",
    "METRICS_TOKEN": "token-of-metrics",
    "POSTGRES_PASSWORD": "of-the-administrator",
    **{f"POSTGRES_{part.upper()}_PASSWORD": word for part, word in PASSWORDS.items()},
    "VALKEY_PASSWORD": "of-the-broker",
}
OF_VAULT = {name: os.environ[name] for name in ("VAULT_KEYS", "VAULT_INDEX_KEY")}
ENV = SECRET | {
    "SITE_ADDRESS": "binhyen.example.vn",
    "REDIS_KEY_PREFIX": "binhyen-services",
    "VAULT_PUBLIC_KEY": os.environ["VAULT_PUBLIC_KEY"],
}


def secrets_of(name: str) -> set[str]:
    """Names of the secrets whose values stand anywhere in the variables of a service."""
    given = " ".join(compose.service(name, ENV).environment.values())
    return {secret for secret, value in SECRET.items() if value in given}


@pytest.mark.parametrize("name", compose.OURS)
def test_service_has_the_secrets_that_it_needs_and_no_others(name):
    part = {"web": "WEB", "vault": "VAULT"}.get(name, "WORKER")
    if name.startswith("practice"):  # all its keys follow from a secret of its own
        # Before it starts, one service makes its database and copies the accounts.
        once = {"POSTGRES_PASSWORD", "POSTGRES_WEB_PASSWORD"}
        due = once if name == "practice-prepare" else set()
        assert secrets_of(name) - {"VALKEY_PASSWORD"} == due
        return
    database = PASSWORDS_OF.get(name, f"POSTGRES_{part}_PASSWORD")
    needed = {
        "prepare": {database, *(f"POSTGRES_{part.upper()}_PASSWORD" for part in PASSWORDS)},
        "migrate": {database} | KEYS - {"SECRET_KEY"},
        "web": {database} | KEYS | ZALO | OF_PAGES,
        "vault": {database} | KEYS,
        "worker-imports": {database} | KEYS - {"SECRET_KEY"},
        "beat": set(),
    }.get(name, {database} | KEYS - {"SECRET_KEY"} | ZALO)

    assert secrets_of(name) - {"VALKEY_PASSWORD"} == needed


def test_the_vault_alone_has_its_keys_and_each_side_its_own_socket():
    services = compose.RAW["services"]
    mounted = {
        name: {one.split(":")[0] for one in service.get("volumes", [])}
        for name, service in services.items()
    }

    assert [name for name, service in services.items() if "secrets" in service] == ["vault"]
    assert not {"VAULT_KEYS", "VAULT_INDEX_KEY"} & set(compose.TEXT.split(": "))
    assert {name for name in mounted if "vault-log" in mounted[name]} == {"vault"}
    assert {name for name in mounted if "vault-web" in mounted[name]} == {"vault", "web"}
    assert "vault-work" not in mounted["web"] | mounted["worker-imports"] | mounted["beat"]


@pytest.mark.parametrize("name", compose.OURS)
def test_no_service_takes_the_whole_file(name):
    assert "env_file" not in compose.RAW["services"][name]


@pytest.mark.parametrize("name", compose.OURS)
def test_no_service_can_be_set_to_debug(name):
    assert "DEBUG" not in compose.service(name, ENV | {"DEBUG": "1"}).environment


def test_variables_that_must_be_set_stop_compose():
    for name in SECRET.keys() - ZALO - OF_PAGES:
        less = {key: value for key, value in ENV.items() if key != name}
        with pytest.raises(KeyError, match=name):
            compose.filled(compose.RAW["services"], less)


def test_readers_of_foreign_files_reach_no_other_network():
    for name in ("worker-imports", "beat", "migrate", "prepare"):
        assert compose.RAW["services"][name]["networks"] == ["data"]


@pytest.fixture(scope="module")
def prepared(django_db_blocker: Any) -> Iterator[Roles]:
    with django_db_blocker.unblock(), prepared_database(lambda: None) as roles:
        yield roles


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may pass: the services run as one of their own."""
    folder = Path("/tmp") / f"binhyen-service-{uuid.uuid4().hex[:8]}"  # noqa: S108 -- ours alone
    open_directory(folder)
    yield folder
    shutil.rmtree(folder)


def on_loopback(environment: dict[str, str], roles: Roles, place: Path) -> dict[str, str]:
    """The variables of a service, with this machine's servers and folders for those of compose."""
    held = connection.settings_dict
    asked = urlsplit(environment["DATABASE_URL"])
    part = asked.username.removeprefix("binhyen_") if asked.hostname == "postgres" else ""
    if part:
        where = f"{held['HOST'] or '127.0.0.1'}:{held['PORT'] or 5432}"
        asked = asked._replace(
            netloc=f"{roles.logins[part]}:{asked.password}@{where}", path=f"/{roles.database}"
        )
    return environment | {
        "DATABASE_URL": urlunsplit(asked),
        "REDIS_URL": settings.REDIS_URL,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1", "HOME": str(place), "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "config.settings", "STATIC_ROOT": str(place / "static"),
        "MEDIA_ROOT": str(place / "media"), "WITNESS_DIR": str(place / "witness"),
        "VAULT_LOG": str(place / "vault-log" / "vault.log"),
    }  # fmt: skip


@contextmanager
def started(
    name: str, roles: Roles, place: Path, port: int
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The service as a process of its own group; it ends when it is asked to."""
    asked_for = compose.service(name, ENV)
    uid, gid = (int(number) for number in asked_for.user.split(":"))
    other: dict[str, Any] = (
        {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    for folder in ("static", "media", "witness", "vault-web", "vault-work", "vault-log"):
        (place / folder).mkdir()
        if other:
            os.chown(place / folder, uid, gid)
    (place / "vault").write_text("".join(f"{key}={value}\n" for key, value in OF_VAULT.items()))
    if other:
        os.chown(place, uid, gid)
    command = [
        re.sub("/(tmp|srv|run/secrets)/", f"{place}/", word).replace(
            "0.0.0.0:8000", f"127.0.0.1:{port}"
        )
        for word in asked_for.command
    ]
    log = place / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=on_loopback(asked_for.environment, roles, place),
            stdout=out, stderr=out, start_new_session=True, **other,
        )  # fmt: skip
    try:
        yield process, log
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def group_of(process: subprocess.Popen[bytes]) -> dict[int, int]:
    """Number and resident bytes (its share of them) of each process of a service."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == process.pid:
                share = re.search(r"(?m)^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text())
                found[int(folder.name)] = int(share[1]) * 1024 if share else 0
        except OSError:
            continue
    return found


def is_healthy(name: str, log: Path, place: Path, port: int) -> bool:
    if name == "web":
        try:
            return requests.get(f"http://localhost:{port}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False
    if name == "beat":
        return any(place.glob("beat-schedule*")) and "beat: Starting" in log.read_text()
    if name == "vault":
        return "Kho niêm phong đang chạy" in log.read_text()
    return "ready." in log.read_text()


@pytest.mark.flow
@pytest.mark.parametrize("name", size(LASTING, OF_EACH_KIND))
def test_service_comes_up_as_its_user_within_its_limits(name, prepared, place):
    asked_for, port = compose.service(name, ENV), free_port()
    with (
        redis.Redis.from_url(settings.REDIS_URL) as broker,
        started(name, prepared, place, port) as (process, log),
    ):
        end = time.monotonic() + START_S
        while not is_healthy(name, log, place, port):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.1)
        group = group_of(process)
        threads = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in group)
        users = {Path(f"/proc/{pid}").stat().st_uid for pid in group}
        for key in broker.scan_iter(f"{ENV['REDIS_KEY_PREFIX']}:*"):
            broker.delete(key)

    assert process.returncode == 0, log.read_text()[-2000:]
    assert users == {int(asked_for.user.split(":")[0]) if os.geteuid() == 0 else os.geteuid()}
    assert sum(group.values()) < asked_for.memory * 0.8
    assert threads < asked_for.processes * 0.8
