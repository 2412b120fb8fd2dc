"""`make test`: every test beside throw-away servers, the ones that need the machine for themselves
last and one at a time. Arguments go on to pytest; with `-m`, `-n` or `-p` there is just one run.
"""

import os
import subprocess
import sys

from dev.processes import interrupt_on_term
from dev.servers import throwaway_servers
from dev.trouble import Trouble

ALONE = "flow or browser or alone"
NO_TESTS = 5
# So few tests are handed to a worker at once that none is left with all the slow ones at the end.
CHUNK = "12"


def runs(arguments: list[str]) -> list[list[str]]:
    """The pytest command lines."""
    if any(argument.startswith(("-m", "-n", "-p")) for argument in arguments):
        return [arguments]
    workers = str(min(2, os.cpu_count() or 1))
    return [
        ["-n", workers, "--maxschedchunk", CHUNK, "-m", f"not ({ALONE})", *arguments],
        ["-m", ALONE, *arguments],
    ]


def result(codes: list[int]) -> int:
    """One exit code: the first failure; no test in one run is well if the other had some."""
    told = [code for code in codes if code != NO_TESTS]
    return next((code for code in told if code), 0) if told else NO_TESTS


def main(arguments: list[str]) -> int:
    interrupt_on_term()
    try:
        with throwaway_servers() as reached:
            environment = os.environ | reached
            codes = []
            for run in runs(arguments):
                command = [sys.executable, "-m", "pytest", *run]
                codes.append(subprocess.run(command, env=environment, check=False).returncode)
            return result(codes)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
