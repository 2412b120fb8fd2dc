import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command

from broadcasts.management.commands import seed_demo
from zalo_simulator.server import Simulator
from zalo_simulator.state import DEFAULT_OA_ID, SimulatorState

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """The command in a process of its own, with neither database nor broker."""

    def __init__(self, *options: str) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
            "REDIS_URL": "redis://127.0.0.1:9/0",
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "zalo_simulator", "--port", "0", *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        match = re.search(r"http://\S+", self.process.stdout.readline())
        assert match is not None
        self.url = match[0]

    def state_of(self, door: str) -> dict[str, Any]:
        return requests.get(f"{self.url}/_sim/{door}", timeout=30).json()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_runs_without_a_database_and_stops_on_a_signal(
    tmp_path: Path, number: signal.Signals
):
    running = Running("--sample", "--state", str(tmp_path / "zalo.json"))
    try:
        groups, assets = running.state_of("groups"), running.state_of("assets")
    finally:
        code = running.end(number)

    assert groups["count"] == 3
    assert [bool(asset["used_id"]) for asset in assets["assets"]].count(False) == 3
    assert code == 0
    assert (tmp_path / "zalo.json").exists()


@pytest.mark.parametrize(
    ("options", "profile", "redirect_uris"),
    [
        ((), "state_agency", ["https://a.vn/x"]),
        (
            ("--profile", "business", "--redirect-uri", "https://b.vn/"),
            "business",
            ["https://b.vn/"],
        ),
    ],
)
def test_options_count_where_given_and_the_file_otherwise(
    tmp_path: Path, options: tuple[str, ...], profile: str, redirect_uris: list[str]
):
    path = tmp_path / "zalo.json"
    kept = SimulatorState(path=path, profile="state_agency", redirect_uris=["https://a.vn/x"])
    kept.save()
    kept.close()

    running = Running("--state", str(path), *options)
    try:
        shown = running.state_of("profile")
    finally:
        running.end()

    assert (shown["profile"], shown["redirect_uris"]) == (profile, redirect_uris)


def test_taken_port_says_what_to_do(simulator: Simulator):
    with pytest.raises(CommandError, match="--port"):
        call_command("zalo_simulator", port=simulator.port)


def test_broken_state_file_says_what_to_do(tmp_path: Path):
    path = tmp_path / "zalo.json"
    path.write_text("{half")

    with pytest.raises(CommandError, match="xóa tệp"):
        call_command("zalo_simulator", port=0, state=path)


def test_an_installation_without_the_program_says_where_to_get_it(monkeypatch):
    for name in ("zalo_simulator.command", "zalo.management.commands.zalo_simulator"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "zalo_simulator", None)

    with pytest.raises(CommandError, match="docker build --target simulator"):
        call_command("zalo_simulator", "--port", "0")


def test_the_demo_connects_the_account_that_the_local_zalo_plays():
    assert seed_demo.DEFAULT_OA_ID == DEFAULT_OA_ID
