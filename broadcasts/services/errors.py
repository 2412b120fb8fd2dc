"""Why an act on a post is refused; every message is a sentence for the person."""


class NotAllowed(Exception):
    """The act is refused: wrong moment, wrong person or wrong content."""


class TransitionNotAllowed(NotAllowed):
    """The post is not in a state from which this step leads."""
