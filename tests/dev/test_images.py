"""The lock of images, asked of a registry that is a program of this test."""

import hashlib
import json
from pathlib import Path

import pytest

from dev import images
from dev.trouble import Trouble

INDEX = json.dumps(
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}
)
COMPOSE = """
  postgres:
    image: ${POSTGRES_IMAGE:-postgres:18.6-trixie}
  caddy:
    image: ${CADDY_IMAGE:-caddy:2.11.4}
"""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program on the path, called as `name`; notes how it was called."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def answer(registry: Path, name: str, said: str, *, code: int = 0) -> None:
    program = registry / name
    program.write_text(
        f"#!/bin/sh\necho \"$@\" >> {registry}/asked\nprintf '%s' '{said}'\nexit {code}\n"
    )
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("skopeo", "inspect --raw docker://caddy:2.11.4"),
        ("docker", "buildx imagetools inspect --raw caddy:2.11.4"),
    ],
)
def test_digest_is_that_of_the_manifest(registry, name, asked):
    answer(registry, name, INDEX)

    found = images.digest_of("caddy:2.11.4")

    assert found == f"sha256:{hashlib.sha256(INDEX.encode()).hexdigest()}"
    assert (registry / "asked").read_text() == f"{asked}\n"


def test_lock_names_version_and_digest_as_compose_reads_them(registry, monkeypatch):
    answer(registry, "skopeo", INDEX)
    (registry / "compose").write_text(COMPOSE)
    monkeypatch.setattr(images, "COMPOSE", registry / "compose")
    monkeypatch.setattr(images, "LOCK", registry / "lock")

    assert images.main() == 0
    digest = hashlib.sha256(INDEX.encode()).hexdigest()
    assert images.locked() == {
        "POSTGRES_IMAGE": f"postgres:18.6-trixie@sha256:{digest}",
        "CADDY_IMAGE": f"caddy:2.11.4@sha256:{digest}",
    }


@pytest.mark.parametrize(
    ("said", "code"), [("", 0), ("<html>", 0), ("{}", 0), ("[]", 0), (INDEX, 1)]
)
def test_no_lock_is_written_from_another_answer(registry, monkeypatch, said, code):
    answer(registry, "skopeo", said, code=code)
    monkeypatch.setattr(images, "LOCK", registry / "lock")

    assert images.main() == 1
    assert not (registry / "lock").exists()


def test_without_a_program_that_asks_it_says_so(registry):
    with pytest.raises(Trouble, match="skopeo"):
        images.digest_of("caddy:2.11.4")
