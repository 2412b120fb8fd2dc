"""`make images`: ask the registries for the digests of the images and write deploy/images.lock.

Versions stand in docker-compose.yml; a digest says which bytes they were when a release was made.
Needs docker with buildx, or skopeo, and the registries: on the machine where releases are made.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping

from dev.places import PROJECT
from dev.trouble import Trouble

COMPOSE = PROJECT / "docker-compose.yml"
LOCK = PROJECT / "deploy" / "images.lock"
HEAD = """\
# Mã băm của các ảnh nền trong docker-compose.yml, do “make images” ghi. Dùng cùng .env:
#   docker compose --env-file .env --env-file deploy/images.lock up -d
"""
LISTS = ("index", "manifest.list", "manifest")


def usual(compose: str) -> dict[str, str]:
    """Variable → image with its version, as compose takes it without a lock."""
    return dict(re.findall(r"\$\{([A-Z]+_IMAGE):-([^}]+)\}", compose))


def locked() -> dict[str, str]:
    """Variable → image with version and digest, as the lock has it."""
    return dict(re.findall(r"(?m)^([A-Z]+_IMAGE)=(\S+)$", LOCK.read_text()))


def digest_of(image: str) -> str:
    """The digest of what the registry has under this name: that of the bytes of its manifest."""
    if shutil.which("skopeo"):
        command = ["skopeo", "inspect", "--raw", f"docker://{image}"]
    elif shutil.which("docker"):
        command = ["docker", "buildx", "imagetools", "inspect", "--raw", image]
    else:
        raise Trouble("Cần có skopeo, hoặc docker với buildx, để hỏi mã băm của các ảnh.")
    asked = subprocess.run(command, capture_output=True, check=False)
    if asked.returncode:
        reason = asked.stderr.decode(errors="replace").strip()
        raise Trouble(f"Không hỏi được mã băm của {image}: {reason}")
    try:
        kind = str(json.loads(asked.stdout)["mediaType"])
    except (ValueError, KeyError, TypeError):
        kind = ""
    if not any(f".{name}.v" in kind for name in LISTS):
        raise Trouble(f"{image}: câu trả lời không phải là một bản kê ảnh.")
    return f"sha256:{hashlib.sha256(asked.stdout).hexdigest()}"


def written(images: Mapping[str, str]) -> str:
    """The text of the lock."""
    lines = [f"{name}={image}@{digest_of(image)}\n" for name, image in sorted(images.items())]
    return HEAD + "".join(lines)


def main() -> int:
    try:
        text = written(usual(COMPOSE.read_text()))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    LOCK.write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
