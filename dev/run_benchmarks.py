"""`make bench`: every script in benchmarks/ beside throw-away servers, one after the other.

With names (`make bench ARGS="sending rate"`) only those; options (`ARGS=--quick`) go to each.
"""

import os
import subprocess
import sys

from dev.places import PROJECT
from dev.processes import interrupt_on_term
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
    interrupt_on_term()
    failed = []
    options = [word for word in arguments if word.startswith("--")]
    try:
        for name in scripts([word for word in arguments if word not in options]):
            print(f"\n== {name}", flush=True)
            with throwaway_servers(durable=True) as reached:
                command = [sys.executable, "-m", f"benchmarks.{name}", *options]
                if subprocess.run(command, env=os.environ | reached, check=False).returncode:
                    failed.append(name)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if failed:
        print(f"\nKhông đạt hoặc không chạy được: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
