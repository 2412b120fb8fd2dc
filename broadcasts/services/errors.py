"""Why an act on a post is refused; every message is a sentence for the person."""

from accounts.services import NotAllowed

__all__ = ["NotAllowed", "TransitionNotAllowed"]


class TransitionNotAllowed(NotAllowed):
    """The post is not in a state from which this step leads."""
