"""`make audit`: ask a service of advisories (OSV) about every pinned package of the product.

`make lint` asks only where ADVISORIES names such a service: it must pass on a machine without
network, and names what was not looked at.
"""

import os
import re
import sys
from pathlib import Path

import requests

from dev.places import PROJECT

USUAL = "https://api.osv.dev"
LOCKS = ("requirements.txt", "requirements-dev.txt")
TIMEOUT_S = 20


def pinned(text: str) -> dict[str, str]:
    """Name → version of a lock file."""
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)", text))


def advisories(service: str, packages: dict[str, str]) -> dict[str, list[str]]:
    """Package with its version → the advisories about it. Raises RequestException, ValueError."""
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in packages.items()
    ]
    answer = requests.post(
        f"{service.rstrip('/')}/v1/querybatch", json={"queries": queries}, timeout=TIMEOUT_S
    )
    answer.raise_for_status()
    results = answer.json().get("results")
    if not isinstance(results, list) or len(results) != len(queries):
        raise ValueError("the answer does not fit the question")
    return {
        f"{name}=={version}": [one["id"] for one in result["vulns"]]
        for (name, version), result in zip(packages.items(), results, strict=True)
        if result.get("vulns")
    }


def main(arguments: list[str], root: Path = PROJECT) -> int:
    service = os.environ.get("ADVISORIES", "").strip()
    if arguments == ["--if-named"] and not service:
        print("Chưa hỏi khuyến cáo về các gói: biến ADVISORIES để trống (xem make audit).")
        return 0
    packages: dict[str, str] = {}
    for lock in LOCKS:
        packages |= pinned((root / lock).read_text())
    try:
        known = advisories(service or USUAL, packages)
    except (requests.RequestException, ValueError, KeyError) as error:
        print(f"Không hỏi được khuyến cáo: {type(error).__name__}", file=sys.stderr)
        return 1
    for package, names in known.items():
        print(f"{package}: {', '.join(names)}", file=sys.stderr)
    print(f"Đã hỏi về {len(packages)} gói, {len(known)} gói có khuyến cáo.")
    return int(bool(known))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
