"""A made-up commune for the demo, for training and for screenshots.

Everything is invented: the commune, its people, their phones (0900 000 000 to 0900 001 999). The
same seed makes the same people each time; times of posts are relative to now.
"""

from broadcasts.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, DemoAccount
from broadcasts.demo.seeding import RealDataPresent, Seeded, seed

__all__ = [
    "DEMO_ACCOUNTS",
    "DEMO_PASSWORD",
    "DemoAccount",
    "RealDataPresent",
    "Seeded",
    "seed",
]
