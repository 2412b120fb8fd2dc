"""Work that a web process does once, before its first request."""

import gc

from django.urls import get_resolver


def settle() -> None:
    """Import every page, and take what was imported out of every later search for garbage.

    A full collection walks through all that lives; code and models, which live as long as the
    process, made it last longer than the page that happened to start it.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
