"""Starting, watching and ending processes of ours, so that none outlives its parent."""

import contextlib
import ctypes
import os
import pwd
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from dev.trouble import Trouble

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """One program in a session of its own, so that Ctrl-C reaches it only through us.

    On Linux the kernel also sends it `stop_signal` if this process dies without a chance to do so.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        user: pwd.struct_passwd | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace_s: float = 20,
    ) -> None:
        self.name, self.argv, self.log = name, [str(part) for part in argv], log
        self.env, self.cwd, self.user = env, cwd, user
        self.stop_signal, self.grace_s = stop_signal, grace_s
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        def die_with_parent() -> None:
            if _libc is not None:
                _libc.prctl(PR_SET_PDEATHSIG, self.stop_signal)

        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=die_with_parent,  # safe: this process has one thread
                **as_user(self.user),
            )

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else None

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code, 1 if it was never started."""
        return self.process.wait() if self.process else 1

    def send_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_stopped(self, deadline: float) -> None:
        """Wait until the deadline, then end it and whatever it left in its session."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.send_stop()
        self.wait_stopped(time.monotonic() + self.grace_s)


def as_user(user: pwd.struct_passwd | None) -> dict:
    """The arguments of subprocess that run a program as that user; none for ourselves."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def exit_code_of(work: Callable[[], int]) -> int:
    """Do the work of a script: trouble is printed and gives 1, Ctrl-C and SIGTERM give 130.

    Both unwind, so that what was started is stopped. Ctrl-C is heard again where a background job
    had it ignored.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return work()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_each(parts: Callable[[], Iterator[tuple[str, int]]], *, sentence: str) -> int:
    """Run parts that each yield name and exit code; `sentence` introduces those that failed."""

    def work() -> int:
        failed = [name for name, code in parts() if code]
        if failed:
            print(f"\n{sentence}: {', '.join(failed)}", file=sys.stderr)
        return 1 if failed else 0

    return exit_code_of(work)


def major_version(program: Path | str, pattern: str) -> int:
    """The number that `pattern` finds in the answer to `--version`; 0 where there is none."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = re.search(pattern, answer.stdout)
    return int(version.group(1)) if version else 0


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, then wait for each; what ignores us is killed after its grace period."""
    began = time.monotonic()
    for child in children:
        child.send_stop()
    for child in children:
        child.wait_stopped(began + child.grace_s)


def tail(path: Path) -> str:
    """The last lines of a log, for a person to read."""
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-15:])


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


# Below those that systems give to callers, who could take one before its server does.
QUIET_PORTS = range(20000, 32000)


def free_port(first: int | None = None) -> int:
    """The first free port at or after `first`; without it, any that no caller is given."""
    first = random.choice(QUIET_PORTS) if first is None else first  # noqa: S311 -- no secret
    for port in range(first, min(first + 200, 65536)):
        if port_is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def reserve_port(first: int, host: str = LOOPBACK, *, tries: int = 200) -> socket.socket:
    """Bind the first free port at or after `first`. Raises OSError where none of `tries` is free.

    A program that asks for a shared port (SO_REUSEPORT) can listen there while it is held.
    """
    for port in range(first, first + tries):
        if not port_is_free(port, host):
            continue
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            held.bind((host, port))
        except OSError:
            held.close()
        else:
            return held
    raise OSError(f"no free port from {first}")


def command_line(pid: int) -> str:
    """How a running process was started; empty if there is none."""
    path = Path(f"/proc/{pid}/cmdline")
    if path.parent.parent.joinpath("self").exists():
        try:
            return path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    found = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def wait_gone(pid: int, timeout_s: float) -> bool:
    """Whether a process that is not our child ended in time."""
    deadline = time.monotonic() + timeout_s
    while command_line(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class MakeWatch:
    """Notices that the `make` which started us was interrupted or died.

    GNU make passes SIGTERM on to its children, but for a SIGINT that only it got it just waits for
    them. While it waits, SIGINT is blocked in it: that is what is looked at.
    """

    def __init__(self) -> None:
        self.parent = os.getppid()
        self.is_make = self._field("Name:") in {"make", "gmake"}

    def _field(self, label: str) -> str:
        try:
            status = Path(f"/proc/{self.parent}/status").read_text()
        except OSError:
            return ""
        for line in status.splitlines():
            if line.startswith(label):
                return line.removeprefix(label).strip()
        return ""

    def wants_stop(self) -> bool:
        if not self.is_make:
            return False
        if os.getppid() != self.parent:
            return True
        blocked = int(self._field("SigBlk:") or "0", 16)
        return bool(blocked & (1 << (signal.SIGINT - 1)))
