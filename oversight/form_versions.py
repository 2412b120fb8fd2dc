"""Which values a form was filled in over, so that nobody overwrites unseen what another saved."""

from oversight.summaries.content import sha256


def seen_of(*texts: str) -> str:
    """What a page keeps of the texts that it shows, to give it back when they are saved."""
    return ",".join(sha256(text.replace("\r\n", "\n").strip()) for text in texts)
