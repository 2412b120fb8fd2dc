"""The refusal that carries findings."""

from broadcasts.services.errors import NotAllowed
from groups.disclosure.findings import Hit


class GateBlocked(NotAllowed):
    """The content may not go on; `hits` says why, each in a sentence."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits
        super().__init__(" ".join(hit.sentence for hit in hits))
