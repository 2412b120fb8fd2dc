"""Refusals of services; every message is a sentence for the person."""


class NotAllowed(Exception):
    """The act is refused; the message is a sentence for the person."""


class TransitionNotAllowed(NotAllowed):
    """The row is not in a state from which this step leads."""
