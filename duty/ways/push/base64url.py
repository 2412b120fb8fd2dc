"""Bytes as browsers and push services write them: base64url without padding."""

import base64


def encoded(raw: bytes) -> str:
    """Bytes to text."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Text to bytes. Raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
