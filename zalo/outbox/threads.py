"""The threads that make the calls; they touch no row."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

IN_FLIGHT: Final = 32

_pool: ThreadPoolExecutor | None = None


def threads() -> ThreadPoolExecutor:
    """The threads of this process; they keep their connections to Zalo from task to task."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="zalo-send")
    return _pool
