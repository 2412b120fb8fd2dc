"""Keeps a set of programs running: starts them, restarts one that dies, stops them all."""

import dataclasses
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from dev.processes import Child, MakeWatch, stop_all, tail
from dev.trouble import Trouble

FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 1, 30
STEADY_AFTER_S = 60


class Part(Protocol):
    """One running part: a `Child`, or a server that wraps one."""

    name: str
    log: Path

    @property
    def exit_code(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclasses.dataclass
class Watch:
    """How one part is doing."""

    part: Part
    started_at: float
    back_off_s: float = FIRST_BACK_OFF_S
    restart_at: float | None = None


class Stopped(Exception):
    """Someone asked us to stop."""


class Supervisor:
    """Owns every process of a run; `stop` ends them in the reverse order of their start."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.watches: list[Watch] = []
        self.is_asked_to_stop = False
        self.make = MakeWatch()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.is_asked_to_stop = True

    def check(self) -> None:
        """Raise Stopped once a signal came or the `make` above us was interrupted."""
        if self.is_asked_to_stop or self.make.wants_stop():
            raise Stopped

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self.check()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.2))

    def add(self, part: Part) -> None:
        """Start a part and keep it running from now on."""
        self.watches.append(Watch(part, time.monotonic()))
        part.start()
        self.check()

    def forget(self, part: Part) -> None:
        """Keep a part that has ended no longer running."""
        self.watches = [watch for watch in self.watches if watch.part is not part]

    def run_step(self, child: Child) -> None:
        """Run a program to its end; trouble where it fails."""
        child.start()
        try:
            while child.exit_code is None:
                self.pause(0.05)
        except Stopped:
            child.stop()
            raise
        if child.exit_code:
            raise Trouble(
                f"Bước “{child.name}” không thành công. Cuối nhật ký {child.log}:\n"
                + tail(child.log)
            )

    def wait_until(self, ready: Callable[[], bool], *, what: str, timeout_s: float) -> None:
        """Wait for a condition; a part that ends meanwhile, or the time running out, is trouble."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.pause(0.2)
            for watch in self.watches:
                if watch.part.exit_code is not None:
                    raise Trouble(
                        f"Phần “{watch.part.name}” không khởi động được. "
                        f"Cuối nhật ký {watch.part.log}:\n{tail(watch.part.log)}"
                    )
            if time.monotonic() > deadline:
                logs = sorted({str(watch.part.log.parent) for watch in self.watches})
                raise Trouble(
                    f"Chờ {timeout_s:.0f} giây mà {what} vẫn chưa sẵn sàng. "
                    f"Hãy xem nhật ký trong {', '.join(logs)}."
                )

    def keep_running(self) -> NoReturn:
        """Watch until asked to stop; raises Stopped."""
        while True:
            self.pause(0.5)
            now = time.monotonic()
            for watch in self.watches:
                self._watch(watch, now)

    def _watch(self, watch: Watch, now: float) -> None:
        part = watch.part
        if watch.restart_at is not None:
            if now >= watch.restart_at:
                watch.restart_at, watch.started_at = None, now
                try:
                    part.start()
                except Trouble as trouble:
                    self.say(str(trouble))
                self.say(f"Đã khởi động lại “{part.name}”.")
        elif part.exit_code is not None:
            if now - watch.started_at > STEADY_AFTER_S:
                watch.back_off_s = FIRST_BACK_OFF_S
            watch.restart_at = now + watch.back_off_s
            self.say(
                f"Phần “{part.name}” đã dừng ngoài ý muốn (mã {part.exit_code}); khởi động lại sau "
                f"{watch.back_off_s:g} giây. Nhật ký: {part.log}"
            )
            watch.back_off_s = min(watch.back_off_s * 2, LONGEST_BACK_OFF_S)

    def stop(self) -> None:
        """Stop the programs all at once, then the servers they used, the last started first."""
        parts: Sequence[Part] = [watch.part for watch in self.watches]
        stop_all([part for part in reversed(parts) if isinstance(part, Child)])
        for part in reversed(parts):
            if not isinstance(part, Child):
                part.stop()
