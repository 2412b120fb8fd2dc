"""What must not be said in a group: checked when a post is submitted and again when it leaves."""

from broadcasts.services.gate.answers import (
    LONGEST_REASON,
    confirmed,
    explained,
    is_confirmed,
    reason_of,
    told,
    unanswered,
)
from broadcasts.services.gate.findings import GateBlocked
from broadcasts.services.gate.posts import (
    MAX_IMAGE_BYTES,
    MAX_PARTS,
    check,
    check_name,
    check_text,
    require_clean,
    stopping,
)
from broadcasts.services.gate.timing import coming_conflicts
from groups.disclosure.findings import Hit, Level
from groups.disclosure.words import find

__all__ = [
    "LONGEST_REASON",
    "MAX_IMAGE_BYTES",
    "MAX_PARTS",
    "GateBlocked",
    "Hit",
    "Level",
    "check",
    "check_name",
    "check_text",
    "coming_conflicts",
    "confirmed",
    "explained",
    "find",
    "is_confirmed",
    "reason_of",
    "require_clean",
    "stopping",
    "told",
    "unanswered",
]
