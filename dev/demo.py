"""`make demo`: the whole portal on this machine, with made-up data and a simulated Zalo.

PORT chooses the portal's port (otherwise the first free one from 8000), BIND its address. Data is
kept in var/demo between runs; delete that directory to begin anew. With DATABASE_URL or REDIS_URL
the demo uses those servers instead of its own.
"""

import base64
import hashlib
import os
import secrets
import shlex
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dev import places
from dev.processes import LOOPBACK, Child, free_port, port_is_free, reserve_port
from dev.servers import Servers, hold_lock
from dev.supervisor import Stopped, Supervisor
from dev.trouble import Trouble

# The variables of the demo: secrets made once and kept, and everything else that settings read.


# Name → how it is made. A name added later is made at the next start; none is ever replaced.
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_ENCRYPTION_KEYS": lambda: "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    "BLIND_INDEX_KEY": lambda: secrets.token_urlsafe(36),
    "ZALO_APP_ID": lambda: str(10**18 + secrets.randbelow(10**18)),
    "ZALO_APP_SECRET": lambda: secrets.token_urlsafe(20),
    "ZALO_OA_SECRET_KEY": lambda: secrets.token_urlsafe(20),
    "VAPID_PRIVATE_KEY": lambda: secrets.token_urlsafe(32),
}
# What only the vault of the demo gets; its public key goes to everybody.
VAULT_SECRETS: dict[str, Callable[[], str]] = {
    "VAULT_KEYS": lambda: "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    "VAULT_INDEX_KEY": lambda: secrets.token_urlsafe(36),
}
# May be set by the person who starts the demo.
CHOICES = {"ZALO_RATE_PER_MIN": "1200", "ZALO_TIMEOUT_S": "10", "LOG_LEVEL": "INFO"}


def _write_private(path: Path, values: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def kept_secrets(path: Path, wanted: Mapping[str, Callable[[], str]] = SECRETS) -> dict[str, str]:
    """Read the secrets, making those that are missing."""
    known: dict[str, str] = {}
    if path.exists():
        for line in path.read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator:
                known[name] = shlex.split(value)[0]
    if missing := {name: make() for name, make in wanted.items() if name not in known}:
        known |= missing
        _write_private(path, known)
    return known


def vault_secrets(directory: Path) -> dict[str, str]:
    """The variables of the vault alone, kept in a file of their own."""
    return kept_secrets(directory / "vault-secrets", VAULT_SECRETS)


def public_key_of(keys: str) -> str:
    """`VAULT_PUBLIC_KEY` for `VAULT_KEYS` of one key."""
    kid, _colon, private = keys.partition(":")
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private)).public_key()
    return f"{kid}:{base64.b64encode(key.public_bytes_raw()).decode()}"


def demo_environment(
    directory: Path, reached: Mapping[str, str], *, host: str, simulator_url: str, push_url: str
) -> dict[str, str]:
    """Environment of the demo's programs; also in the file `env` for `manage.py` by hand.

    Zalo's addresses are always the simulator's, and notices go to the stand-in alone: a demo never
    speaks to Zalo or to a push service.
    """
    values = {
        **CHOICES,
        **{name: os.environ[name] for name in CHOICES if os.environ.get(name)},
        **kept_secrets(directory / "secrets"),
        "VAULT_PUBLIC_KEY": public_key_of(vault_secrets(directory)["VAULT_KEYS"]),
        "VAULT_SOCKET": str(vault_sockets(directory)["web"]),
        **reached,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "SECOND_FACTOR_REQUIRED": "0",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", host])),
        "ZALO_API_URL": simulator_url,
        "ZALO_OAUTH_URL": simulator_url,
        "VAPID_SUBJECT": "mailto:demo@binhyen.example.vn",
        "PUSH_HOSTS": push_url,
        "STATIC_ROOT": str(directory / "static"),
        "MEDIA_ROOT": str(directory / "media"),
        "WITNESS_DIR": str(directory / "witness"),
    }
    _write_private(directory / "env", values)
    return os.environ | values | {"PYTHONUNBUFFERED": "1"}


def vault_sockets(directory: Path) -> dict[str, Path]:
    """The sockets at which web and workers ask the vault, by a short path, as sockets need."""
    place = directory if len(str(directory)) < 80 else Path(tempfile.gettempdir())
    mark = "" if place == directory else hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    return {name: place / f"vault{mark}-{name}.sock" for name in ("web", "work")}


FIRST_PORT, FIRST_SIMULATOR_PORT, FIRST_PUSH_PORT = 8000, 8090, 8190
OA_NAME = "Công an xã Suối Lành"  # as seed_demo names the account
# What the simulated Zalo knows of our application, as its console would.
APPLICATION = {
    "app-id": "ZALO_APP_ID",
    "app-secret": "ZALO_APP_SECRET",
    "oa-secret": "ZALO_OA_SECRET_KEY",
}
# Ticks, urgent posts and member lists never wait behind a long send or a comparison of groups.
WORKERS = {
    "alerts": 1, "periodic": 1, "urgent": 1, "send": 1, "inbound": 1,
    "imports,exports": 1, "figures,zalo-slow,retention": 1,
}  # fmt: skip


def say(text: str) -> None:
    """Tell the person at the terminal; a reader that went away does not end the demo."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def reserved_port(host: str) -> socket.socket:
    """A socket on the port that PORT names, or on the first free one.

    It does not listen: it keeps other programs away until the web process opens the same port.
    """
    asked = os.environ.get("PORT", "").strip()
    if not asked:
        return reserve_port(FIRST_PORT, host)
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise Trouble(f"PORT phải là một số từ 1 đến 65535 (đang là “{asked}”).")
    try:
        return reserve_port(int(asked), host, tries=1)
    except OSError as error:
        raise Trouble(
            f"Cổng {asked} ở {host} không dùng được: có chương trình khác đang giữ, hoặc hệ thống "
            "không cho phép. Hãy chọn cổng khác (make demo PORT=8080), hoặc bỏ PORT để tự chọn."
        ) from error


class Demo:
    """One run, from the servers to the last page."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.logs = directory, directory / "log"
        self.supervisor = Supervisor(say)
        self.env: Mapping[str, str] = {}
        self.http = requests.Session()
        self.http.trust_env = False  # the loopback address goes around any proxy

    def run(self) -> int:
        places.open_directory(places.VAR)
        places.open_directory(self.directory)
        lock = hold_lock(self.directory / "lock")
        if lock is None:
            say("Bản chạy thử của thư mục này đang mở ở một cửa sổ khác. Hãy dừng nó trước.")
            return 1
        with lock:
            try:
                self._start()
                self.supervisor.keep_running()
            except Stopped:
                say("\nĐang dừng …")
                return 0
            except Trouble as trouble:
                say(f"\n{trouble}")
                return 1
            finally:
                if self.supervisor.watches:
                    self.supervisor.stop()
                    say("Đã dừng. Dữ liệu được giữ lại trong var/demo cho lần sau.")

    def _start(self) -> None:
        host = os.environ.get("BIND", "").strip() or LOOPBACK
        self.reserved = reserved_port(host)
        port = int(self.reserved.getsockname()[1])
        for old in self.logs.glob("*.log"):
            old.unlink()
        servers = Servers(self.directory, logs=self.logs)
        say("Đang khởi động cơ sở dữ liệu và hàng đợi …")
        reached = servers.start(self.supervisor.add)
        say(f"  {servers.described()}")
        page = f"http://{host}:{port}"
        self.push_port = free_port(FIRST_PUSH_PORT)
        simulator_url = self._start_simulator(reached, host=host, webhook=f"{page}/zalo/webhook/")
        self._start_push_service(page)
        say("Đang chuẩn bị dữ liệu mẫu …")
        self._step("migrate", "--no-input", "--verbosity=1")
        self._step("collectstatic", "--no-input", "--verbosity=0")
        self._step("sync_roles")
        self._start_vault()
        self._seed()
        self.supervisor.run_step(self._child("Zalo giả lập", "-m", "dev.stage", log="stage"))
        say("Đang khởi động cổng và các bộ phận chạy nền …")
        self._start_parts(host, port)
        self.supervisor.wait_until(
            lambda: self._is_ready(f"{page}/readyz"), what="cổng", timeout_s=120
        )
        say(self._welcome(page, simulator_url))

    def _child(self, name: str, *argv: str, log: str) -> Child:
        return Child(
            name,
            [sys.executable, *argv],
            log=self.logs / f"{log}.log",
            env=self.env,
            cwd=places.PROJECT,
            grace_s=15,
        )

    def _step(self, command: str, *options: str) -> None:
        self.supervisor.run_step(self._child(command, "manage.py", command, *options, log=command))

    def _seed(self) -> None:
        """Make the data as the vault: some of the tips went through what it alone does."""
        seed = self._child("seed_demo", "manage.py", "seed_demo", log="seed_demo")
        seed.env = {**self.env, **vault_secrets(self.directory), "VAULT_SOCKET": ""}
        self.supervisor.run_step(seed)

    def _start_simulator(self, reached: Mapping[str, str], *, host: str, webhook: str) -> str:
        """Start the simulated Zalo on the first port that it can open; returns its address."""
        port = free_port(FIRST_SIMULATOR_PORT)
        url = f"http://{LOOPBACK}:{port}"
        self.env = demo_environment(
            self.directory, reached, host=host, simulator_url=url, push_url=self.push_url
        )
        simulator = self._child(
            "Zalo giả lập",
            *("manage.py", "zalo_simulator", f"--port={port}"),
            f"--oa-name={OA_NAME}",
            *(f"--{name}={self.env[key]}" for name, key in APPLICATION.items()),
            f"--webhook-url={webhook}",
            f"--state={self.directory / 'simulator.json'}",
            log="simulator",
        )
        self.supervisor.add(simulator)
        try:
            self.supervisor.wait_until(
                lambda: url in simulator.log.read_text(errors="replace"),
                what="Zalo giả lập",
                timeout_s=60,
            )
        except Trouble:
            if port_is_free(port):  # it ended for another reason
                raise
            self.supervisor.forget(simulator)
            return self._start_simulator(reached, host=host, webhook=webhook)
        return url

    @property
    def push_url(self) -> str:
        """The stand-in for push services, with everybody's lock screen."""
        return f"http://{LOOPBACK}:{self.push_port}"

    def _start_push_service(self, page: str) -> None:
        service = self._child(
            "Dịch vụ đẩy giả lập",
            *("-m", "dev.push_service", f"--port={self.push_port}", f"--portal={page}"),
            log="push",
        )
        self.supervisor.add(service)
        self.supervisor.wait_until(
            lambda: self.push_url in service.log.read_text(errors="replace"),
            what="dịch vụ đẩy giả lập",
            timeout_s=60,
        )

    def _start_vault(self) -> None:
        """Start the one process that opens who told a tip, with keys that no other part has."""
        sockets = vault_sockets(self.directory)
        vault = self._child(
            "Kho niêm phong",
            *("manage.py", "run_vault", f"--web={sockets['web']}", f"--work={sockets['work']}"),
            log="vault",
        )
        log = str(self.directory / "vault.log")
        own = {**vault_secrets(self.directory), "VAULT_LOG": log, "VAULT_SOCKET": ""}
        vault.env = {**self.env, **own}
        self.supervisor.add(vault)
        self.supervisor.wait_until(
            lambda: "Kho niêm phong đang chạy" in vault.log.read_text(errors="replace"),
            what="kho niêm phong",
            timeout_s=60,
        )

    def _start_parts(self, host: str, port: int) -> None:
        add = self.supervisor.add
        add(
            self._child(
                "web",
                *("-m", "gunicorn", "config.wsgi", f"--bind={host}:{port}"),
                "--reuse-port",
                *("--worker-class=config.edge.worker.Worker", "--workers=2", "--threads=8"),
                *("--graceful-timeout=10", "--access-logfile=-", "--no-control-socket"),
                log="web",
            )
        )
        for queues, processes in WORKERS.items():
            first = queues.split(",")[0]
            worker = self._child(
                f"worker {queues}",
                *("-m", "celery", "-A", "config", "worker", "-Q", queues, "-n", f"{first}@%h"),
                *("-c", str(processes), "-l", "INFO", "--without-gossip", "--without-mingle"),
                log=f"worker-{first}",
            )
            worker.env = {**self.env, "VAULT_SOCKET": str(vault_sockets(self.directory)["work"])}
            add(worker)
        schedule = self.directory / "beat-schedule"
        add(
            self._child(
                "beat",
                *("-m", "celery", "-A", "config", "beat", "-l", "INFO", "--pidfile="),
                *("-s", str(schedule)),
                log="beat",
            )
        )

    def _answer(self, url: str) -> requests.Response | None:
        try:
            answer = self.http.get(url, timeout=5)
        except requests.RequestException:
            return None
        return answer if answer.ok else None

    def _is_ready(self, url: str) -> bool:
        """The portal can be used, every worker waits for work and the clock ticks."""
        logs = [self.logs / f"worker-{queues.split(',')[0]}.log" for queues in WORKERS]
        return (
            all(" ready." in log.read_text(errors="replace") for log in logs)
            and "Sending due task" in (self.logs / "beat.log").read_text(errors="replace")
            and self._answer(url) is not None
        )

    def _welcome(self, page: str, simulator_url: str) -> str:
        return f"""
Cổng Bình Yên:   {page}/
Cho cán bộ:      {page}/admin/
Zalo giả lập:   {simulator_url}/
Màn hình khóa:  {self.push_url}/

{self._accounts()}

Nhật ký: {self.logs}
Nhấn Ctrl-C để dừng.
"""

    def _accounts(self) -> str:
        """The output of seed_demo: the accounts of each role with their passwords."""
        return (self.logs / "seed_demo.log").read_text().strip()


def main(arguments: list[str]) -> int:
    if arguments:
        print(__doc__)
        return 0 if arguments[0] in {"-h", "--help"} else 2
    return Demo(places.VAR / "demo").run()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
