"""Reasons to refuse an act on a post; `GateBlocked` carries the findings."""

from accounts.workflow.declaration import NotAllowed, TransitionNotAllowed
from content_rules.engine.findings import Hit

__all__ = ["NotAllowed", "TransitionNotAllowed"]


class GateBlocked(NotAllowed):
    """The content may not go on; `hits` says why, each in a sentence."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits
        super().__init__(" ".join(hit.sentence for hit in hits))
