"""Optimistic locking for forms: detect that a row changed since the form was opened."""

from hashlib import sha256


def seen_of(*texts: str) -> str:
    """Return the hashes of the texts that a page shows, to compare when they are saved."""
    plain = (text.replace("\r\n", "\n").strip() for text in texts)
    return ",".join(sha256(text.encode()).hexdigest() for text in plain)
