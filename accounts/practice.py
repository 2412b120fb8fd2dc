"""A practice portal calls nobody: asked at each way out, whatever the settings of that way say."""

from urllib.parse import urlsplit

from django.conf import settings

NOTHING_LEAVES = "Cổng tập không gửi đi đâu."


def may_call(address: str) -> bool:
    """Whether this portal may call an address: a practice portal only its own simulated Zalo."""
    if not settings.PRACTICE:
        return True
    asked, own = urlsplit(address), urlsplit(settings.ZALO_API_URL)
    return (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
