"""The first and the fifteenth of the lunar month, as the Vietnamese calendar counts them.

A lunar month begins on the day, in Việt Nam (UTC+7), on which the new moon falls. Its moment is
computed after Meeus, Astronomical Algorithms, chapter 49, to within two minutes.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from math import floor, radians, sin

# Julian ephemeris day of the new moon of 6 January 2000, and the mean length of a month.
FIRST_NEW_MOON, MONTH = 2451550.09766, 29.530588861
EPOCH_ORDINAL = 1721425  # julian day number less the number that Python gives a date
TERRESTRIAL_S, ZONE_H = 72, 7

# Coefficient, power of the eccentricity, multiples of M, M′, F.
_TERMS = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0), (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2), (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2), (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip
_PLANETS = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239),
)  # fmt: skip


@cache
def _month_start(number: int) -> date:
    """The day of the new moon so many months after the one of 6 January 2000."""
    century = number / 1236.85
    squared = century * century
    eccentricity = 1 - 0.002516 * century - 0.0000074 * squared
    sun = radians(2.5534 + 29.10535670 * number - 0.0000014 * squared)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * squared)
    latitude = radians(160.7108 + 390.67050284 * number - 0.0016118 * squared)
    node = radians(124.7746 - 1.56375588 * number + 0.0020672 * squared)
    moment = FIRST_NEW_MOON + MONTH * number + 0.00015437 * squared
    moment += sum(
        size * eccentricity**power * sin(of_sun * sun + of_moon * moon + of_latitude * latitude)
        for size, power, of_sun, of_moon, of_latitude in _TERMS
    )
    moment += sum(size * sin(radians(start + step * number)) for size, start, step in _PLANETS)
    moment += -0.00017 * sin(node) - TERRESTRIAL_S / 86_400
    return date.fromordinal(floor(moment + 0.5 + ZONE_H / 24) - EPOCH_ORDINAL)


def lunar_days_from(first: date, days: tuple[int, ...]) -> Iterator[date]:
    """From a date on, every day whose lunar number is one of `days`; leap months count too."""
    number = floor((first.toordinal() + EPOCH_ORDINAL - FIRST_NEW_MOON) / MONTH) - 2
    while True:
        start, following = _month_start(number), _month_start(number + 1)
        for day in sorted(days):
            found = start + timedelta(days=day - 1)
            if first <= found < following:
                yield found
        number += 1
