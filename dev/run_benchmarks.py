"""`make bench`: every script in benchmarks/ beside throw-away servers, one after the other.

With names (`make bench ARGS="sending rate"`) only those; options (`ARGS=--quick`) go to each.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from dev.places import PROJECT
from dev.processes import run_each
from dev.servers import throwaway_servers
from dev.trouble import Trouble


def scripts(wanted: list[str]) -> list[str]:
    """Module names of the scripts: those with a `main`, without support modules."""
    found = sorted(
        path.stem
        for path in (PROJECT / "benchmarks").glob("*.py")
        if not path.stem.startswith("_") and 'if __name__ == "__main__"' in path.read_text()
    )
    if unknown := set(wanted) - set(found):
        raise Trouble(f"Không có phép đo {', '.join(sorted(unknown))}. Có: {', '.join(found)}.")
    return wanted or found


def main(arguments: list[str]) -> int:
    options = [word for word in arguments if word.startswith("--")]

    def measurements() -> Iterator[tuple[str, int]]:
        for name in scripts([word for word in arguments if word not in options]):
            print(f"\n== {name}", flush=True)
            with throwaway_servers(durable=True) as reached:
                command = [sys.executable, "-m", f"benchmarks.{name}", *options]
                yield name, subprocess.run(command, env=os.environ | reached).returncode

    return run_each(measurements, sentence="Không đạt hoặc không chạy được")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
