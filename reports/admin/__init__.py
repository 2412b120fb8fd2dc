"""Tips in the admin: the queue, one page a tip, openings of identities, ready answers."""

from reports.admin import (
    clock_rules,  # noqa: F401 -- registers
    identity,  # noqa: F401 -- registers
    queue,  # noqa: F401 -- registers
    reference,  # noqa: F401 -- registers
)
