"""The demo: secrets once made are kept, ports are explained, and the whole of it runs."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import requests

from broadcasts.demo.place import NAME as DEMO_COMMUNE
from dev import demo
from dev.demo import demo_environment, kept_secrets
from dev.places import PROJECT
from dev.processes import command_line, free_port
from dev.trouble import Trouble
from tests.databases import dump_template
from tests.flows.harness import KEPT_BYTECODE
from tests.sizes import is_whole

# What is left of the demo in `make test`; `make drill` runs all of it.
FIRST = ["--workers", "send"]
AGAIN = ["--workers", "--without", "migrate", "collectstatic", "sync_roles"]


def test_secrets_are_made_once_and_private(tmp_path):
    first = kept_secrets(tmp_path / "secrets")

    assert kept_secrets(tmp_path / "secrets") == first
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_a_secret_that_is_missing_is_added(tmp_path):
    first = kept_secrets(tmp_path / "secrets")
    kept = [line for line in (tmp_path / "secrets").read_text().splitlines() if "BLIND" not in line]
    (tmp_path / "secrets").write_text("\n".join(kept))

    second = kept_secrets(tmp_path / "secrets")

    assert second.keys() == first.keys()
    assert [name for name in first if first[name] != second[name]] == ["BLIND_INDEX_KEY"]


def test_the_demo_never_speaks_to_zalo_or_to_push_services(monkeypatch, tmp_path):
    monkeypatch.setenv("ZALO_API_URL", "https://openapi.zalo.me")
    monkeypatch.setenv("PUSH_HOSTS", "fcm.googleapis.com")

    values = demo_environment(
        tmp_path, {}, host="127.0.0.1", simulator_url="http://127.0.0.1:1",
        push_url="http://127.0.0.1:2",
    )  # fmt: skip

    assert values["ZALO_API_URL"] == values["ZALO_OAUTH_URL"] == "http://127.0.0.1:1"
    assert values["PUSH_HOSTS"] == "http://127.0.0.1:2"
    assert values["DEBUG"] == "0"


def test_the_keys_of_the_vault_reach_the_vault_alone(tmp_path):
    values = demo_environment(
        tmp_path, {}, host="127.0.0.1", simulator_url="http://127.0.0.1:1",
        push_url="http://127.0.0.1:2",
    )  # fmt: skip
    own = demo.vault_secrets(tmp_path)

    assert values["VAULT_PUBLIC_KEY"] == demo.public_key_of(own["VAULT_KEYS"])
    assert not own.keys() & (values.keys() - os.environ.keys())
    assert not any(secret in (tmp_path / "env").read_text() for secret in own.values())
    assert (tmp_path / "vault-secrets").stat().st_mode & 0o077 == 0
    assert len(str(demo.vault_sockets(tmp_path / ("lang" * 40))["web"])) < 100


def test_the_simulator_bears_the_name_of_the_seeded_account():
    assert f"Công an xã {DEMO_COMMUNE}" == demo.OA_NAME


def test_a_taken_port_says_what_to_do(monkeypatch):
    port = free_port()
    monkeypatch.setenv("PORT", str(port))

    with demo.reserved_port("127.0.0.1") as held:
        assert held.getsockname()[1] == port
        with pytest.raises(Trouble, match="make demo PORT=8080"):
            demo.reserved_port("127.0.0.1")


def test_a_reserved_port_is_open_to_the_web_process_alone(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)

    with demo.reserved_port("127.0.0.1") as held, socket.socket() as web, socket.socket() as other:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        web.bind(held.getsockname())
        web.listen()
        with pytest.raises(OSError, match="in use"):
            other.bind(held.getsockname())
        socket.create_connection(held.getsockname(), timeout=5).close()


@pytest.mark.parametrize("value", ["0", "65536", "tám nghìn"])
def test_a_wrong_port_is_a_sentence(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(Trouble, match="PORT phải là một số"):
        demo.reserved_port("127.0.0.1")


class Run:
    """One run of the demo, read up to its last line."""

    def __init__(self, var, *options):
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT", "BIND"}
            and not name.startswith("ZALO_")
        } | KEPT_BYTECODE
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.dev.own_demo", str(var), *options],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        for line in self.process.stdout:
            self.printed += line
            if "Ctrl-C" in line:
                return
        self.process.wait()
        pytest.fail(f"the demo ended: {self.printed}")

    def stop(self, number):
        self.process.send_signal(number)
        rest = self.process.communicate(timeout=60)[0]
        assert self.process.returncode == 0, rest


@pytest.fixture
def start(var):
    """Start a demo; whatever still runs at the end of the test is told to stop."""
    runs = []

    def started(*options):
        runs.append(Run(var, *([] if is_whole() else options)))
        return runs[-1]

    yield started
    for run in runs:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="binhyen-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def from_template(db, tmp_path):
    """Options with which the demo has little to migrate."""
    dump = tmp_path / "template.sql"
    return ["--dump", str(dump)] if dump_template(dump) else []


def processes_of(var):
    """Every process whose command line names this demo, or runs in its environment."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            environment = (path / "environ").read_bytes()
        except OSError:
            continue
        command = command_line(int(path.name))
        if command and (str(var) in command or f"STATIC_ROOT={var}/".encode() in environment):
            found[int(path.name)] = command
    return found


@pytest.mark.flow
@pytest.mark.django_db
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_demo_runs_heals_stops_and_starts_again(start, var, from_template):
    run = start(*FIRST, *from_template)
    page = re.search(r"https?://\S+", run.printed).group()

    assert "113" in requests.get(page, timeout=30).text
    login = requests.get(f"{page}admin/", timeout=30)
    style = re.search(r'href="([^"]+\.css)"', login.text).group(1)
    assert login.url.startswith(f"{page}admin/login/")
    assert requests.get(f"{page}{style.lstrip('/')}", timeout=30).ok

    victims = {pid: line for pid, line in processes_of(var).items() if " -Q send " in line}
    os.kill(min(victims), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while not any(
        " -Q send " in line and pid not in victims for pid, line in processes_of(var).items()
    ):
        assert time.monotonic() < deadline, "the worker was not started again"
        time.sleep(0.5)

    run.stop(signal.SIGINT)
    assert processes_of(var) == {}

    secrets = (var / "demo" / "secrets").read_text()
    again = start(*AGAIN)
    assert (var / "demo" / "secrets").read_text() == secrets
    environment = dict(
        shlex.split(line)[0].split("=", 1)
        for line in (var / "demo" / "env").read_text().splitlines()
    )
    counting = (
        "import json; from accounts.models import User, Commune; "
        "print(json.dumps([User.objects.count(), Commune.objects.count()]))"
    )
    shown = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", counting],
        cwd=PROJECT,
        env=os.environ | environment | KEPT_BYTECODE,
        capture_output=True,
        text=True,
        check=True,
    )
    users, communes = json.loads(shown.stdout.splitlines()[-1])
    assert communes == 1
    assert users >= 8
    again.stop(signal.SIGTERM)
    assert processes_of(var) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_interrupted_make_is_noticed(tmp_path):
    code = (
        "import sys, time; from dev.processes import MakeWatch; watch = MakeWatch(); "
        "print('on', watch.is_make, flush=True)\n"
        "while not watch.wants_stop(): time.sleep(0.05)\n"
    )
    program = tmp_path / "program.py"
    program.write_text(f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{code}")
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"all:\n\t@exec {sys.executable} {program}\n")
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    make = subprocess.Popen(
        ["make", "-f", makefile], env=environment, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        assert make.stdout.readline() == "on True\n"
        make.send_signal(signal.SIGINT)
        assert make.wait(30) == -signal.SIGINT
    finally:
        make.terminate()
        make.communicate(timeout=30)
