"""Sizes of what a caller may send, by address, and places for how many at once.

The proxy's file (`deploy/Caddyfile`) says the same of sizes; tests/test_proxy.py compares.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

WEBHOOK: Final = "/zalo/webhook"
# Where bodies may be larger: the start of the address → bytes.
ROUTES: Final = {
    WEBHOOK: 256 * KIB,  # as zalo.inbox.webhook takes
    "/phan-anh/": 32 * MIB,  # pictures of a tip together, and its words
    "/admin/": 32 * MIB,  # lists of members, papers and pictures of staff
}
ELSEWHERE: Final = 64 * KIB
# Without a session only the pages of signing in take anything.
STAFF: Final = "/admin/"
SESSION: Final = b"binhyen_phien="

MOST_HEAD: Final = 32 * KIB
HEAD_S: Final = 10.0
BODY_S: Final = 300.0
SILENCE_S: Final = 30.0

# Of one process. Whoever comes when all places are taken ends whoever began first.
PLACES: Final = 400
WEBHOOK_PLACES: Final = 64
BYTES_UNDER_WAY: Final = 128 * MIB
# Bodies under way from one address: many homes share one at a mobile provider.
FROM_ONE_ADDRESS: Final = 16
WEBHOOK_THREADS: Final = 4


def is_webhook(path: str) -> bool:
    return path in {WEBHOOK, f"{WEBHOOK}/"}


def most_bytes(path: str, *, has_session: bool) -> int:
    """The largest body that this address takes."""
    if path.startswith(STAFF) and not has_session:
        return ELSEWHERE
    if is_webhook(path):
        return ROUTES[WEBHOOK]
    return next(
        (most for start, most in ROUTES.items() if start != WEBHOOK and path.startswith(start)),
        ELSEWHERE,
    )
