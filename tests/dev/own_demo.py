"""The demo with a `var` of the test's own, out of the way of a person's demo.

    python -m tests.dev.own_demo VAR [--dump FILE] [--without STEP …] [--workers QUEUE …]

The options make less of it: a database that begins as a dump, so that there is little to migrate;
steps that are left out; and the only workers that are started.
"""

import argparse
from pathlib import Path
from typing import Any

from dev import places
from tests import dumps


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("var", type=Path)
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--workers", nargs="*")
    options = parser.parse_args()
    places.VAR = options.var

    from dev import demo  # noqa: PLC0415 -- after the place

    whole_step = demo.Demo._step

    def step(self: demo.Demo, command: str, *arguments: str) -> None:
        if command == "migrate" and options.dump:
            dumps.load(options.dump, self.env["DATABASE_URL"])
        if command not in options.without:
            whole_step(self, command, *arguments)

    patched: Any = demo
    patched.Demo._step = step
    if options.workers is not None:
        patched.WORKERS = {name: demo.WORKERS[name] for name in options.workers}
    return demo.main([])


if __name__ == "__main__":
    raise SystemExit(main())
