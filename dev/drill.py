"""`make drill`: what takes longer than a test may. Without a name every drill runs.

`make drill ARGS=faults` runs one; what follows the name goes to it (`ARGS="faults 3 --jobs 2"`).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from dev import faults
from dev.processes import interrupt_on_term
from dev.trouble import Trouble


@dataclass(frozen=True)
class Drill:
    """One drill: a sentence for the list, and a function from arguments to an exit code."""

    sentence: str
    run: Callable[[list[str]], int]


DRILLS = {
    "faults": Drill("cài từng lỗi nhỏ vào mã và xem kiểm thử có bắt được không", faults.main),
}


def listed() -> str:
    return "\n".join(f"  {name:<12} {drill.sentence}" for name, drill in DRILLS.items())


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] in {"-h", "--help"}:
        print(f"{__doc__}\n{listed()}")
        return 0
    interrupt_on_term()
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if name and name not in DRILLS:
            raise Trouble(f"Không có buổi diễn tập “{name}”. Có:\n{listed()}")
        failed = []
        for one in [name] if name else DRILLS:
            print(f"== {one}: {DRILLS[one].sentence}", flush=True)
            if DRILLS[one].run(rest):
                failed.append(one)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if failed:
        print(f"\nKhông đạt: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
