"""The web server's worker around an application of three lines, for tests of what reaches it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from config.edge import limits
from config.edge.worker import Worker
from dev.places import PROJECT
from dev.processes import free_port

SLOW_S = 1.5
type Connect = Callable[..., socket.socket]


class Hasty(Worker):
    """The same with short terms and few places."""

    def init_process(self) -> None:
        short = {"HEAD_S": 1.0, "SILENCE_S": 1.0, "BYTES_UNDER_WAY": limits.MIB, "PLACES": 20}
        vars(limits).update(short)
        super().init_process()


def application(environ, start_response):
    """Say what came; at /slow after some seconds, at /whence from where."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["PATH_INFO"] == "/slow":
        time.sleep(SLOW_S)
    said = f"{environ['PATH_INFO']} {len(body)}".encode()
    if environ["PATH_INFO"] == "/whence":
        said = f"/whence {environ.get('HTTP_X_FORWARDED_FOR')}".encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


@contextmanager
def running(log: Path, worker: str = "config.edge.worker.Worker", **environment: str):
    """Yields the port; one process of four threads."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "tests.attacks.small_web:application",
        f"--bind=127.0.0.1:{port}", f"--worker-class={worker}", "--threads=4",
        "--no-control-socket",
    ]  # fmt: skip
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=os.environ | environment, stdout=out, stderr=out
        )
    try:
        wait_for(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(process: subprocess.Popen[bytes], port: int, timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            if asked(port, head("GET", "/")).startswith(b"HTTP/1.1 "):
                return
        time.sleep(0.05)
    raise TimeoutError(f"the web server does not answer; it ended with {process.poll()}")


def head(method: str, path: str, length: int = 0, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *more]
    if length:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def caller(port: int, *, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))


def answer(sock: socket.socket) -> bytes:
    """All that comes until the body is whole or the connection ends."""
    got = b""
    while chunk := sock.recv(65536):
        got += chunk
        before, end, body = got.partition(b"\r\n\r\n")
        length = before.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if end and length and len(body) >= int(length):
            break
    return got


def asked(port: int, request: bytes, *, source: str = "127.0.0.1") -> bytes:
    with caller(port, source=source) as sock:
        sock.sendall(request)
        return answer(sock)


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


def usual_s(port: int, request: bytes, times: int = 9) -> float:
    """The median of so many answers, each of which has to be a page."""
    took = []
    for _time in range(times):
        began = time.perf_counter()
        said = asked(port, request)
        took.append(time.perf_counter() - began)
        assert status(said) == 200, said[:300]
    return median(took)


@contextmanager
def slow_callers(
    connect: Connect, beginning: bytes, *, count: int = 64, addresses: int = 64
) -> Iterator[list[socket.socket]]:
    """So many connections that send this and then nothing; each address has a part of them."""
    callers = [connect(source=f"127.0.0.{2 + n % addresses}") for n in range(count)]
    try:
        for sock in callers:
            sock.sendall(beginning)
        time.sleep(0.3)
        yield callers
    finally:
        for sock in callers:
            sock.close()


def drip(callers: list[socket.socket]) -> None:
    for sock in callers:
        sock.send(b"x")
