"""The real vault: a process with keys of its own, beside a test that has none of them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import override_settings

from accounts.vault import log
from accounts.vault.client import receive, send
from dev.places import PROJECT
from tests.flows.harness import database_url

START_S = 60
SECRETS = ("VAULT_KEYS", "VAULT_INDEX_KEY")


@dataclass
class Vault:
    """One vault; `kill` and `start` as often as one likes."""

    place: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def web(self) -> str:
        return str(self.place / "web.sock")

    @property
    def work(self) -> str:
        return str(self.place / "work.sock")

    @property
    def log(self) -> Path:
        return self.place / "vault.log"

    def start(self) -> None:
        out = self.place / "out"
        with out.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run_vault", "--web", self.web, "--work", self.work],
                cwd=PROJECT, stdout=file, stderr=file, start_new_session=True,
                env=os.environ | {
                    "DJANGO_SETTINGS_MODULE": "config.settings_test",
                    "DATABASE_URL": database_url(), "VAULT_LOG": str(self.log),
                    "PYTHONUNBUFFERED": "1", "ALLOWED_HOSTS": "testserver,localhost",
                    "MALLOC_ARENA_MAX": "1", **self.more,
                },
            )  # fmt: skip
        end = time.monotonic() + START_S
        while "Kho niêm phong đang chạy" not in out.read_text() or not self.answers():
            assert self.process.poll() is None, out.read_text()[-2000:]
            assert time.monotonic() < end, out.read_text()[-2000:]
            time.sleep(0.05)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.connect(self.web)
            return True
        return False

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End it; returns how it ended."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(30)

    def answer_to(self, asked: bytes, *, by: str = "web", promise: int | None = None) -> bytes:
        """Return its answer to these bytes; nothing where it hangs up."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(getattr(self, by))
            if promise is not None:
                line.sendall(promise.to_bytes(4, "big") + asked)
                line.shutdown(socket.SHUT_WR)
            else:
                send(line, asked)
            with suppress(OSError):
                return receive(line)
        return b""

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log."""
        return [log._read(line) for line in self.log.read_bytes().splitlines()]


@contextmanager
def vault_process(**more: str) -> Iterator[Vault]:
    """A vault that runs; this process asks it as web does, and has none of its keys."""
    vault = Vault(Path(tempfile.mkdtemp(prefix="vault-")), more)
    try:
        vault.start()
        with as_web(vault):
            yield vault
    finally:
        if vault.process is not None:
            vault.kill(signal.SIGTERM)
        shutil.rmtree(vault.place)


@contextmanager
def as_web(vault: Vault) -> Iterator[None]:
    """This process with what the environment of web has of the vault."""
    with override_settings(VAULT_KEYS={}, VAULT_INDEX_KEY="", VAULT_SOCKET=vault.web):
        yield
