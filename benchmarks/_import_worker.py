"""One job of an import in a process of its own, as a worker does it: seconds and memory as JSON.

    python -m benchmarks._import_worker JOB ARGUMENT

Jobs: `read` and `commit` with the number of a list, `calamine` with the path of a file.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def calamine(path: str) -> None:
    """The floor: the cost of reading with this library alone."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- only this job needs it

    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            for _row in workbook.get_sheet_by_name(name).iter_rows():
                pass


def read(number: str) -> None:
    from groups.member_import import services as member_import  # noqa: PLC0415 -- needs Django

    member_import.read(int(number))


def commit(number: str) -> None:
    from groups.member_import import committing  # noqa: PLC0415 -- needs Django

    committing.run(int(number))


def main(job: str, argument: str) -> None:
    from groups.member_import import services as member_import  # noqa: F401, PLC0415 -- imports are not the job

    jobs: dict[str, Callable[[str], None]] = {"read": read, "commit": commit, "calamine": calamine}
    if job == "calamine" and not Path(argument).is_file():
        raise SystemExit(f"no file {argument}")
    started = time.perf_counter()
    jobs[job](argument)
    elapsed = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": elapsed, "own_mb": peak_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
