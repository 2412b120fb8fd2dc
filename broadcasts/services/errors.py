"""Why an act on a post is refused; every message is a sentence for the person."""

from accounts.workflow.errors import NotAllowed, TransitionNotAllowed

__all__ = ["NotAllowed", "TransitionNotAllowed"]
