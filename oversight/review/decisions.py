"""Numbers of decisions, and how the trail names a paper that was typed in."""

import re
from datetime import date

# A number of a paper, in which no name fits.
NUMBER = re.compile(r"\d{1,5}[0-9A-ZĐ/.-]{0,20}")


def in_trail(number: str, on: date | None, said: str = "") -> str:
    """Number, day and result of a paper; free words around the number stay out of the trail."""
    found = NUMBER.search(number)
    day = f"ngày {on:%d/%m/%Y}" if on else ""
    return ", ".join(filter(None, (found[0] if found else "", day, said)))
