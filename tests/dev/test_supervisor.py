"""The supervisor: it starts, restarts, reports in sentences and stops without a trace."""

import signal
import sys
import time

import pytest

from dev.processes import Child, command_line
from dev.supervisor import Stopped, Supervisor
from dev.trouble import Trouble

SLEEP = "import time; print('on', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


@pytest.fixture(autouse=True)
def handlers():
    """Puts the signal handlers of the test runner back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    kept = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, kept, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def lines():
    return []


@pytest.fixture
def supervisor(lines):
    made = Supervisor(lines.append)
    yield made
    made.stop()


@pytest.fixture
def child(tmp_path):
    def make(code, **kwargs):
        return Child("phần thử", [sys.executable, "-c", code], log=tmp_path / "log", **kwargs)

    return make


def wait_for_output(child):
    deadline = time.monotonic() + 30
    while "on" not in child.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_part_that_dies_is_started_again(supervisor, child, lines):
    part = child(SLEEP)
    supervisor.add(part)
    first = part.process.pid
    part.process.kill()
    part.process.wait()

    watch = supervisor.watches[0]
    supervisor._watch(watch, 100.0)
    supervisor._watch(watch, 100.5)
    assert part.process.pid == first
    supervisor._watch(watch, 101.0)

    assert part.process.pid != first
    assert part.exit_code is None
    assert "đã dừng ngoài ý muốn (mã -9)" in lines[0]
    assert lines[1] == "Đã khởi động lại “phần thử”."


def test_a_part_that_keeps_dying_is_started_more_and_more_slowly(supervisor, child):
    part = child("raise SystemExit(3)")
    supervisor.add(part)
    watch, now, waits = supervisor.watches[0], 0.0, []
    for _ in range(7):
        part.process.wait()
        supervisor._watch(watch, now)
        waits.append(watch.restart_at - now)
        now = watch.restart_at
        supervisor._watch(watch, now)

    assert waits == [1, 2, 4, 8, 16, 30, 30]


def test_a_part_that_fails_to_start_shows_its_last_lines(supervisor, child):
    supervisor.add(child("raise SystemExit('không có cổng')"))

    with pytest.raises(Trouble, match=r"(?s)“phần thử” không khởi động được.*không có cổng"):
        supervisor.wait_until(lambda: False, what="phần thử", timeout_s=30)


def test_waiting_ends(supervisor, child):
    supervisor.add(child(SLEEP))

    with pytest.raises(Trouble, match="vẫn chưa sẵn sàng"):
        supervisor.wait_until(lambda: False, what="cổng", timeout_s=0.1)


def test_a_failed_step_shows_its_last_lines(supervisor, child):
    with pytest.raises(Trouble, match=r"(?s)Bước “phần thử” không thành công.*thiếu bảng"):
        supervisor.run_step(child("raise SystemExit('thiếu bảng')"))


def test_a_signal_during_a_step_stops_it(supervisor, child):
    step = child(f"import os, signal; os.kill(os.getppid(), signal.SIGTERM); {SLEEP}")

    with pytest.raises(Stopped):
        supervisor.run_step(step)

    assert step.exit_code is not None


def test_stop_kills_what_ignores_it_after_its_grace(supervisor, child):
    part = child(STUBBORN, grace_s=0.5)
    supervisor.add(part)
    wait_for_output(part)

    supervisor.stop()

    assert part.exit_code == -signal.SIGKILL


def test_stop_ends_the_children_of_a_part(supervisor, child):
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}])"
    part = child(f"{code}; print(p.pid, flush=True); p.wait()", grace_s=5)
    supervisor.add(part)
    wait_for_output(part)
    grandchild = int(part.log.read_text().split()[0])

    supervisor.stop()

    deadline = time.monotonic() + 30
    while command_line(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.02)
