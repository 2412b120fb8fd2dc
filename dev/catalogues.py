"""Compile every translation catalogue to the `.mo` file that Django reads; gettext is not needed.

`--check` changes nothing and fails where a compiled file is missing, old or without its source.
"""

import argparse
import sys
from pathlib import Path

import polib

from dev.places import PROJECT


def sources(root: Path = PROJECT) -> list[Path]:
    return sorted(root.glob("locale*/**/*.po"))


def compiled(source: Path) -> bytes:
    return bytes(polib.pofile(str(source)).to_binary())


def problems(root: Path = PROJECT) -> list[str]:
    """Faults of the compiled files, one sentence each."""
    found = []
    for source in sources(root):
        target = source.with_suffix(".mo")
        if not target.exists():
            found.append(f"{target.relative_to(root)}: chưa được biên dịch")
        elif target.read_bytes() != compiled(source):
            found.append(f"{target.relative_to(root)}: cũ hơn {source.name}")
    for target in sorted(root.glob("locale*/**/*.mo")):
        if not target.with_suffix(".po").exists():
            found.append(f"{target.relative_to(root)}: không có tệp .po gốc")
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    if parser.parse_args(arguments).check:
        found = problems()
        if found:
            print(*found, "Hãy chạy: make format", sep="\n", file=sys.stderr)
        return 1 if found else 0
    for source in sources():
        source.with_suffix(".mo").write_bytes(compiled(source))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
