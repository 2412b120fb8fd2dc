"""The scan for secrets, in a repository of its own, and the question after advisories."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dev import audit, secret_scan

SECRETS = {
    "key.pem": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n",
    "deploy.sh": "git clone https://robot:" + "pw8Tz2kQ@example.vn/x.git\n",
    "settings.py": "SECRET_" + "KEY = 'f3Kq9zLw7TbVx2Rm8NcY4HsD'\n",
    "hook.txt": "AKIA" + "IOSFODNN7EXAMPLE\n",
    "notes.md": "token ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "plain.py").write_text("def greet(name: str) -> str:\n    return f'Chào {name}'\n")
    return tmp_path


@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_found_before_it_is_committed(repository, name):
    (repository / name).write_text(SECRETS[name])

    hits = {
        where for _key, where, _line in secret_scan.found(secret_scan.files(repository), repository)
    }

    assert hits == {name}


def test_plain_code_is_none(repository):
    assert list(secret_scan.found(secret_scan.files(repository), repository)) == []


def test_what_was_looked_at_stays_known_wherever_it_moves(repository):
    place = repository / "settings.py"
    place.write_text(SECRETS["settings.py"])
    before = [key for key, *_ in secret_scan.found(["settings.py"], repository)]
    place.write_text("# a line above\n" + SECRETS["settings.py"])

    assert [key for key, *_ in secret_scan.found(["settings.py"], repository)] == before


class Advisories(BaseHTTPRequestHandler):
    """Knows of one bad version."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        bad = {"package": {"name": "left-pad", "ecosystem": "PyPI"}, "version": "1.0"}
        results = [{"vulns": [{"id": "TEST-2026-1"}]} if one == bad else {} for one in asked]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Advisories)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("ADVISORIES", address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def locks(folder: Path, version: str) -> Path:
    (folder / "requirements.txt").write_text(f"left-pad=={version} \\\n    --hash=sha256:00\n")
    (folder / "requirements-dev.txt").write_text("right-pad==2.0 ; sys_platform != 'win32' \\\n")
    return folder


def test_package_with_an_advisory_fails(service, tmp_path, capsys):
    assert audit.main([], locks(tmp_path, "1.0")) == 1
    assert "left-pad==1.0: TEST-2026-1" in capsys.readouterr().err
    assert audit.main(["--if-named"], locks(tmp_path, "1.1")) == 0
    assert "2 gói, 0 gói" in capsys.readouterr().out


def test_lint_asks_nobody_unless_a_service_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("ADVISORIES", raising=False)

    assert audit.main(["--if-named"], tmp_path) == 0
    assert "ADVISORIES" in capsys.readouterr().out


def test_service_that_does_not_answer_fails_what_asked_for_it(monkeypatch, tmp_path):
    monkeypatch.setenv("ADVISORIES", "http://127.0.0.1:9")

    assert audit.main(["--if-named"], locks(tmp_path, "1.0")) == 1
