#!/usr/bin/env python
"""Command-line entry point: a setting that is missing or wrong is one sentence, not a traceback."""

import os
import sys

# They read or make the tables, those of the keys' check values among them.
OF_TABLES = {
    "check", "makemigrations", "migrate", "practice", "prepare_database", "showmigrations",
    "sqlmigrate",
}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 -- needs the settings
    from django.core.management import (  # noqa: PLC0415 -- needs the settings
        execute_from_command_line,
    )
    from django.db.utils import OperationalError  # noqa: PLC0415 -- needs the settings

    from accounts.encryption import checks  # noqa: PLC0415 -- needs the settings

    if OF_TABLES.isdisjoint(sys.argv[1:2]):
        checks.arm()
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, checks.WrongKeys) as error:
        sys.exit(f"Cấu hình chưa đúng: {error}")
    except OperationalError as error:
        sys.exit(
            "Không dùng được cơ sở dữ liệu. Hãy kiểm tra PostgreSQL có đang chạy không và "
            f"biến DATABASE_URL có đúng không, rồi chạy lại lệnh này.\n({error})".rstrip()
        )


if __name__ == "__main__":
    main()
