"""Write `tests/contracts.json` anew, or say what in it no longer holds.

Runs beside throw-away servers, unless DATABASE_URL and REDIS_URL name others.
"""

import argparse
import os
import sys

import django
from django.test.utils import get_runner, setup_test_environment, teardown_test_environment

from dev.contracts.comparing import differences
from dev.processes import exit_code_of
from dev.servers import throwaway_servers


def _computed() -> dict[str, object]:
    """Every section, from a test database that is made for it and dropped."""
    django.setup()
    # Models are there only now.
    from dev.contracts.sections import SECTIONS, computed  # noqa: PLC0415 -- after the setup

    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    setup_test_environment()
    databases = runner.setup_databases()
    try:
        return {section: computed(section) for section in SECTIONS}
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.contracts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the file; else only compare")
    options = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"

    def work() -> int:
        with throwaway_servers() as reached:
            os.environ.update(reached)
            found = _computed()
        from dev.contracts.sections import FILE, as_text, written  # noqa: PLC0415 -- after setup

        changes = differences(written() if FILE.exists() else {}, found)
        print(*changes, sep="\n")
        if options.write:
            FILE.write_text(as_text(found), encoding="utf-8")
            return 0
        return 1 if changes else 0

    return exit_code_of(work)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
