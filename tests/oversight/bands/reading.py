"""Statements of intervals that an attacker reads out of the sentences about tips."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from oversight import periods
from oversight.figures.bands import (
    Release,
    Share,
    band_of,
    sentences,
    share_block,
    tells_overdue,
)
from oversight.periods import ONE_DAY, Period
from tests.oversight.bands.solving import Statement

BEGAN = periods.quarter(2023, 1)
_NUMBER = r"(?:dưới (?P<below>[\d.]+)|từ (?P<low>[\d.]+) đến (?P<high>[\d.]+)|(?P<exact>[\d.]+))"
QUARTER = re.compile(rf"^Quý (?P<no>[IV]+)/(?P<year>\d{{4}}), bà con gửi {_NUMBER} phản ánh\.$")
YEAR = re.compile(rf"^Trong bốn quý .*?, {_NUMBER} phản ánh\.$")
SPAN = re.compile(r"[IV]+/\d{4}|(?:6 tháng (?:đầu|cuối) )?năm \d{4}", re.IGNORECASE)
OVERDUE = re.compile(r"^Hết quý [IV]+/\d{4}, có phản ánh quá hạn\.$")


def quarters(count: int) -> list[Period]:
    found = [BEGAN]
    while len(found) < count:
        found.append(periods.quarter_of(found[-1].last + ONE_DAY))
    return found


def released(history: list[int], random: Random) -> dict[Period, Release]:
    """Releases of a history from 2023 on, with any words about the work that are allowed."""
    found: dict[Period, Release] = {}
    for quarter, count in zip(quarters(len(history)), history, strict=True):
        band = band_of(count)
        block = share_block(found, quarter, band)
        found[quarter] = Release(
            band,
            random.choice(list(Share)) if block else None,
            block[0] if block else None,
            random.random() < 0.5 if tells_overdue(found, quarter, band) else None,
        )
    return found


def statements(told: Mapping[Period, Release]) -> Iterator[Statement]:
    """Every sentence of every quarter, as it stood then, read back from its words."""
    order = list(told)
    for place, quarter in enumerate(order):
        known = {one: told[one] for one in order[: place + 1]}
        for text in sentences(known, [quarter]):
            yield from _read(text, place)
        # a word about the share says that the bands of its quarters add to twenty, no more
    for place, quarter in enumerate(order):
        if (since := told[quarter].share_since) and place - order.index(since) < 4:
            yield Statement(order.index(since), place, 20, 10_000)


def _read(text: str, place: int) -> Iterator[Statement]:
    if found := QUARTER.match(text):
        yield Statement(place, place, *_bounds(found))
    elif found := YEAR.match(text):
        yield Statement(place - 3, place, *_bounds(found))
    elif OVERDUE.match(text):
        # at most what a reader may conclude: it came in this quarter or in the one before
        yield Statement(max(0, place - 1), place, 1, 10_000)
    elif any(char.isdigit() for char in SPAN.sub("", text)):
        raise AssertionError(f"a number that nobody reads: {text}")


def _bounds(found: re.Match[str]) -> tuple[int, int]:
    if found["exact"]:
        exact = _plain(found["exact"])
        return exact, exact
    if found["below"]:
        return 0, _plain(found["below"]) - 1
    return _plain(found["low"]), _plain(found["high"])


def _plain(text: str) -> int:
    return int(text.replace(".", ""))
