"""What a post must still say before it is submitted, apart from what it must not say (the gate)."""

from broadcasts.models import Broadcast
from broadcasts.services.correcting import unfinished
from broadcasts.services.post_requests import missing_document


def lacking(broadcast: Broadcast) -> str:
    """One sentence for its author: the document of a direction, the words of a correction."""
    return missing_document(broadcast) or unfinished(broadcast)
