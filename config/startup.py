"""Work that a process does once, before its first request or task."""

import gc
import sys
from typing import NoReturn

from django.urls import get_resolver

REFUSED = 3  # gunicorn starts no other worker after this code


def refuse(error: Exception) -> NoReturn:
    """End the process with one sentence."""
    sys.stderr.write(f"Cấu hình chưa đúng: {error}\n")
    sys.stderr.flush()
    sys.exit(REFUSED)


def check_keys() -> None:
    """End a process with other keys than those of the database before it seals anything."""
    from accounts.encryption import checks  # noqa: PLC0415 -- after the settings

    try:
        checks.start()
    except checks.WrongKeys as error:
        refuse(error)


def settle() -> None:
    """Import all pages and migrations, and take what was imported out of later garbage searches.

    A full collection walks through all that lives; code and models, which live as long as the
    process, made it last longer than the page that happened to start it.
    """
    from accounts.system_health import readiness  # noqa: PLC0415 -- after the settings

    _ = get_resolver().url_patterns
    readiness.last_migrations()
    gc.collect()
    gc.freeze()
