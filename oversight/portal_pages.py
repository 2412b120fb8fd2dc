"""Which pages of the portal may be named as evidence of something done."""

import re

from accounts.services import NotAllowed

LONGEST = 200
# Segments that are neither empty nor dots, by which a browser would end up on another page.
_PAGE = re.compile(r"/admin/(?!(?i:reports)(?:/|$))(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/|$))+")


def page_of(said: str) -> str:
    """The page in an address that somebody copied, without host and query; "" for nothing.

    Never one of elsewhere, and none of a tip: whoever reads the evidence is not to learn which
    tip it was. A query could lead on to one, or hold its code. Raises NotAllowed.
    """
    address = said.strip()
    if not address:
        return ""
    start = address.find("/admin/")
    path = re.split(r"[?#]", address[start:])[0] if start >= 0 else ""
    if len(path) > LONGEST or not _PAGE.fullmatch(path):
        raise NotAllowed(
            "Địa chỉ phải là một trang trong cổng (có /admin/ trong địa chỉ), và không phải trang "
            "của phản ánh."
        )
    return path
