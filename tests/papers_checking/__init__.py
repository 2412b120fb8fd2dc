"""Whether a Word file keeps the rules of an official paper; measured on the file itself.

Nothing here knows how our own files are built: whatever comes from a word processor can be
measured as well.
"""

from tests.papers_checking.faults import Fault
from tests.papers_checking.measuring import Unreadable, measure
from tests.papers_checking.order import check_order
from tests.papers_checking.page import check_page
from tests.papers_checking.words import check_words

__all__ = ["Fault", "validate"]


def validate(content: bytes) -> list[Fault]:
    """Return the faults of a file, in the order of the page; none for a good one."""
    try:
        measured = measure(content)
    except Unreadable as error:
        return [Fault("file", str(error))]
    return [*check_page(measured), *check_order(measured), *check_words(measured)]
