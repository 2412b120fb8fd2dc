"""The database and the broker of a demo or a test run: private ones, unless the environment names
others in DATABASE_URL and REDIS_URL (each on its own).

BINHYEN_SERVERS=wheels passes over the system's programs. As a command, `python -m dev.servers
COMMAND …` runs a command beside throw-away servers.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from dev import places
from dev.postgres import Postgres
from dev.processes import exit_code_of
from dev.trouble import Trouble
from dev.valkey import Valkey

type Server = Postgres | Valkey


def hold_lock(path: Path) -> IO[str] | None:
    """An open, locked file, or None if another living process holds it. Closing it lets go."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


class Servers:
    """Both servers under one directory; ports and password are remembered there.

    Throwaway ones leave nothing behind, and do not wait for the disk unless they are `durable`.
    """

    def __init__(
        self, directory: Path, *, logs: Path, throwaway: bool = False, durable: bool = False
    ) -> None:
        self.directory, self.throwaway = directory, throwaway
        places.open_directory(logs)
        remembered = self._remembered()
        password = remembered.setdefault("password", secrets.token_hex(16))
        wheels_only = os.environ.get("BINHYEN_SERVERS") == "wheels"
        self.postgres = self.valkey = None
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(
                directory,
                log=logs / "postgres.log",
                password=password,
                port=remembered.get("postgres_port"),
                throwaway=throwaway and not durable,
                wheels_only=wheels_only,
            )
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(
                directory / "valkey",
                log=logs / "valkey.log",
                password=password,
                port=remembered.get("valkey_port"),
                wheels_only=wheels_only,
            )

    @property
    def own(self) -> list[Server]:
        """The servers that are ours to start and stop."""
        return [server for server in (self.postgres, self.valkey) if server]

    def _remembered(self) -> dict:
        try:
            return dict(json.loads((self.directory / "servers.json").read_text()))
        except (OSError, ValueError):
            return {}

    def _remember(self) -> None:
        known = self._remembered()
        for key, server in (("postgres", self.postgres), ("valkey", self.valkey)):
            if server:
                known |= {f"{key}_port": server.port, "password": server.password}
        path = self.directory / "servers.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(known))

    def start(self, start_one: Callable[[Server], None] | None = None) -> dict[str, str]:
        """Start what is ours, check what is not; the variables by which both are reached.

        A supervisor passes `start_one` to start a server and watch it from then on.
        """
        database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if database_url:
            _check_database(database_url)
        if redis_url:
            _check_broker(redis_url)
        self._remember()  # the password, before a cluster is made with it
        for server in self.own:
            start_one(server) if start_one else server.start()
        self._remember()
        return {
            "DATABASE_URL": self.postgres.url if self.postgres else str(database_url),
            "REDIS_URL": self.valkey.url if self.valkey else str(redis_url),
        }

    def stop(self) -> None:
        for server in self.own:
            server.stop()
        if self.throwaway:
            if self.postgres:
                self.postgres.remove()
            shutil.rmtree(self.directory, ignore_errors=True)

    def described(self) -> str:
        """One line for a person: which programs run."""
        parts = []
        if self.postgres:
            programs = self.postgres.programs
            parts.append(f"PostgreSQL {programs.major} ({programs.origin})")
            if self.postgres.moved:
                parts.append(
                    f"dữ liệu ở {self.postgres.base} vì thư mục nhà không mở cho PostgreSQL"
                )
        else:
            parts.append("PostgreSQL theo DATABASE_URL")
        parts.append(
            f"{self.valkey.program.name} ({self.valkey.origin})"
            if self.valkey
            else "Redis theo REDIS_URL"
        )
        return ", ".join(parts)


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _check_database(url: str) -> None:
    """Reach the named database, making it where the server has none of that name."""
    try:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "does not exist" not in str(error):
                raise
            name = urlsplit(url).path.lstrip("/")
            server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
            with psycopg.connect(server, connect_timeout=5, autocommit=True) as connection:
                connection.execute(
                    psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
                )
    except psycopg.Error as error:
        raise Trouble(
            f"Không dùng được cơ sở dữ liệu ở {without_password(url)} (biến DATABASE_URL). Hãy "
            "kiểm tra máy chủ có chạy không và địa chỉ có đúng không, hoặc bỏ biến này để dùng bản "
            f"riêng.\n    {str(error).strip().splitlines()[0]}"
        ) from error


def _check_broker(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Trouble(
            f"Không dùng được Redis/Valkey ở {without_password(url)} (biến REDIS_URL). Hãy kiểm "
            "tra máy chủ có chạy không và địa chỉ có đúng không, hoặc bỏ biến này để dùng bản "
            "riêng.\n"
            f"    {error}"
        ) from error


@contextlib.contextmanager
def throwaway_servers(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Servers for one run; yields the variables by which they are reached.

    `durable`: the database waits for the disk at each commit, as a real one does.
    """
    places.open_directory(places.VAR)
    with contextlib.ExitStack() as stack:
        with (places.VAR / "tests.lock").open("a+") as entrance:
            fcntl.flock(entrance, fcntl.LOCK_EX)
            _clear_abandoned()
            directory = Path(tempfile.mkdtemp(prefix="test-", dir=places.VAR))
            lock = stack.enter_context((directory / "lock").open("a+"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        logs = stack.enter_context(tempfile.TemporaryDirectory(prefix="binhyen-log-"))
        servers = Servers(directory, logs=Path(logs), throwaway=True, durable=durable)
        try:
            yield servers.start()
        finally:
            servers.stop()


def _clear_abandoned() -> None:
    """End and delete what killed test runs left behind; running ones hold their lock."""
    for directory in places.VAR.glob("test-*"):
        lock = hold_lock(directory / "lock")
        if lock is None:
            continue
        with lock:
            abandoned = Servers(directory, logs=directory, throwaway=True)
            for server in abandoned.own:
                server.end_leftover()
            abandoned.stop()


def main(command: list[str]) -> int:
    if not command or command[0] in {"-h", "--help"}:
        print(__doc__)
        return 0 if command else 2

    def work() -> int:
        with throwaway_servers() as reached:
            return subprocess.run(command, env=os.environ | reached, check=False).returncode

    return exit_code_of(work)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
