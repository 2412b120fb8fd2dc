import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from zalo.simulator.server import Simulator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_runs_without_a_database_and_stops_on_a_signal(
    tmp_path: Path, number: signal.Signals
):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "zalo_simulator",
            *("--port", "0", "--sample", "--state", str(tmp_path / "zalo.json")),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        match = re.search(r"http://\S+", process.stdout.readline())
        assert match is not None
        groups = requests.get(f"{match[0]}/_sim/groups", timeout=30).json()
        process.send_signal(number)
        code = process.wait(timeout=30)
    finally:
        process.kill()
        process.communicate()

    assert groups["count"] == 3
    assert code == 0
    assert (tmp_path / "zalo.json").exists()


def test_taken_port_says_what_to_do(simulator: Simulator):
    with pytest.raises(CommandError, match="--port"):
        call_command("zalo_simulator", port=simulator.port)


def test_broken_state_file_says_what_to_do(tmp_path: Path):
    path = tmp_path / "zalo.json"
    path.write_text("{half")

    with pytest.raises(CommandError, match="xóa tệp"):
        call_command("zalo_simulator", port=0, state=path)
