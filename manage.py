#!/usr/bin/env python
"""Command-line entry point: a setting that is missing or wrong is one sentence, not a traceback."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 -- needs the settings
    from django.core.management import (  # noqa: PLC0415 -- needs the settings
        execute_from_command_line,
    )
    from django.db.utils import OperationalError  # noqa: PLC0415 -- needs the settings

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Cấu hình chưa đúng: {error}")
    except OperationalError as error:
        sys.exit(
            "Không dùng được cơ sở dữ liệu. Hãy kiểm tra PostgreSQL có đang chạy không và "
            f"biến DATABASE_URL có đúng không, rồi chạy lại lệnh này.\n({error})".rstrip()
        )


if __name__ == "__main__":
    main()
