"""The numbers by which tips are called.

Whoever tells something gets the number of it. Were these counted one by one, somebody who tells
something small twice would know from the two numbers how many tips came in between. So the count of
the year, which has no gaps, is told in an order that only the portal knows.
"""

from accounts.encryption import blind_index

HALF = 100  # a number is two halves of two digits
_ROUNDS = 6


def code_of(count: int, *, commune: int, year: int) -> str:
    """The `count`-th tip of a year, as PA26-7340; no two of a commune and year are the same."""
    block, place = divmod(count - 1, HALF * HALF)
    left, right = divmod(place, HALF)
    for number in range(_ROUNDS):
        mixed = blind_index(f"{commune}/{year}/{block}/{number}/{right}", purpose="tip_code")
        left, right = right, (left + int(mixed[:12], 16)) % HALF
    return f"PA{year % 100:02d}-{(block * HALF + left) * HALF + right:04d}"
