"""Statements about tips for readers outside the police: functions of released bands, and no counts.

Everything rests on one release for each calendar quarter of the whole commune: a band of the number
of tips (`Band`), which is the number itself only from twenty on. Quarters share no tip, and every
longer span, trend and comparison is worked out here from bands alone, so it says nothing that the
bands do not (docs/decisions/0136). Pure: no clock, no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from oversight import periods
from oversight.periods import Period
from vietnamese.text import grouped

WIDTH = 5
# Numbers from here on are told exactly.
EXACT = 20
# Least number of tips, by the bands, about which a share is told, and whether any is overdue.
SHARED_FROM, OVERDUE_FROM = EXACT, WIDTH
A_YEAR = 4  # quarters


@dataclass(frozen=True)
class Band:
    """A released band by its least number. Raises ValueError for other numbers below twenty."""

    low: int

    def __post_init__(self) -> None:
        if self.low < 0 or (self.low < EXACT and self.low % WIDTH):
            raise ValueError("not the beginning of a band")

    @property
    def high(self) -> int:
        return self.low if self.low >= EXACT else self.low + WIDTH - 1


def band_of(count: int) -> Band:
    return Band(count if count >= EXACT else count - count % WIDTH)


class Share(StrEnum):
    """Share of tips settled in time. Each word fits every number of tips from twenty on."""

    NEARLY_ALL = "nearly_all"
    MOST = "most"
    OVER_HALF = "over_half"
    UNDER_HALF = "under_half"


SHARE_WORDS = {
    Share.NEARLY_ALL: "hầu hết phản ánh được giải quyết đúng hạn",
    Share.MOST: "phần lớn phản ánh được giải quyết đúng hạn",
    Share.OVER_HALF: "hơn một nửa số phản ánh được giải quyết đúng hạn",
    Share.UNDER_HALF: "dưới một nửa số phản ánh được giải quyết đúng hạn",
}
LEAST_PERCENT = {Share.NEARLY_ALL: 95, Share.MOST: 80, Share.OVER_HALF: 50, Share.UNDER_HALF: 0}


def share_of(in_time: int, total: int) -> Share:
    """Word for a share; nothing late is nearly all."""
    return next(
        share for share, percent in LEAST_PERCENT.items() if 100 * in_time >= percent * total
    )


@dataclass(frozen=True)
class Release:
    """Release of a quarter: its band, and two words about the work.

    `share` is of the quarters from `share_since` on, as of the end of this one; `is_overdue`: a tip
    was open after its time ran out, at that moment. Both are None where the bands forbid them.
    """

    band: Band
    share: Share | None = None
    share_since: Period | None = None
    is_overdue: bool | None = None


type Releases = Mapping[Period, Release]


@dataclass(frozen=True)
class Interval:
    """Least and most number of tips of a span, by its bands."""

    low: int
    high: int

    @property
    def words(self) -> str:
        if self.low == self.high:
            return grouped(self.low)
        if self.low == 0:
            return f"dưới {grouped(self.high + 1)}"
        return f"từ {grouped(self.low)} đến {grouped(self.high)}"


def interval(released: Releases, quarters: Iterable[Period]) -> Interval | None:
    """Sum of the bands of these quarters; None if one of them has none."""
    asked = list(quarters)
    if not asked or any(one not in released for one in asked):
        return None
    bands = [released[one].band for one in asked]
    return Interval(sum(one.low for one in bands), sum(one.high for one in bands))


def year_to(quarter: Period, years_ago: int = 0) -> list[Period]:
    """The four quarters that end with this one, or those a number of years before."""
    found = [quarter]
    while len(found) < A_YEAR * (years_ago + 1):
        found.insert(0, periods.before(found[0]))
    return found[:A_YEAR]


def share_block(released: Releases, quarter: Period, band: Band) -> list[Period]:
    """Quarters whose share is told with this one; empty while their bands add to too few.

    They begin after those of the last share that was told. Blocks that overlapped would tell more
    than their words: a share that falls by much tells how many tips the newest quarter had at
    least (docs/decisions/0136).
    """
    block, low = [quarter], band.low
    before = periods.before(quarter)
    while before in released and released[before].share is None:
        block.insert(0, before)
        low += released[before].band.low
        before = periods.before(before)
    return block if low >= SHARED_FROM else []


def tells_overdue(released: Releases, quarter: Period, band: Band) -> bool:
    """Whether the bands of four quarters allow to say that a tip is overdue."""
    quarters = [one for one in year_to(quarter)[:-1] if one in released]
    return band.low + sum(released[one].band.low for one in quarters) >= OVERDUE_FROM


def quarters_told(released: Releases, period: Period) -> list[Period]:
    """Released quarters inside a period; else the newest that ended by its last day."""
    ended = sorted((one for one in released if one.last <= period.last), key=lambda one: one.last)
    return [one for one in ended if one.first >= period.first] or ended[-1:]


def sentences(released: Releases, quarters: list[Period]) -> Iterator[str]:
    """Sentences about consecutive quarters and of the year to the last of them."""
    if (one := interval(released, quarters)) is None:
        return
    newest = quarters[-1]
    yield f"{_begin(_span(quarters))}, bà con gửi {one.words} phản ánh."
    year = year_to(newest)
    if quarters != year and (of_year := interval(released, year)) is not None:
        yield f"Trong bốn quý {_span(year)}, {of_year.words} phản ánh."
    if (trend := trend_to(released, newest)) is not None:
        yield f"So với bốn quý trước đó: {trend}."
    yield from _words_of_work(released, newest)


def trend_to(released: Releases, quarter: Period) -> str | None:
    """Comparison of two years in words; None without eight quarters."""
    now = interval(released, year_to(quarter))
    before = interval(released, year_to(quarter, 1))
    if now is None or before is None:
        return None
    if now.low > before.high:
        return "tăng rõ"
    return "giảm rõ" if now.high < before.low else "chưa thấy thay đổi rõ"


def _words_of_work(released: Releases, newest: Period) -> Iterator[str]:
    """The newest share that was told by then, and whether anything was overdue."""
    with_share = [one for one, found in released.items() if found.share and one.last <= newest.last]
    if with_share:
        end = max(with_share, key=lambda one: one.last)
        newest_share = released[end]
        span = _span([newest_share.share_since or end, end])
        yield f"{_begin(span)}: {SHARE_WORDS[newest_share.share or Share.UNDER_HALF]}."
    else:
        yield "Số phản ánh chưa đủ nhiều để nêu tỷ lệ đúng hạn."
    if (is_overdue := released[newest].is_overdue) is not None:
        yield f"Hết {newest.words}, {'có' if is_overdue else 'không còn'} phản ánh quá hạn."


def _span(quarters: list[Period]) -> str:
    first, last = quarters[0], quarters[-1]
    if first == last:
        return first.words
    whole = Period(first.first, last.last)
    if whole in {periods.half_of(first.first), periods.year_of(first.first)}:
        return whole.words
    return f"{first.words} đến {last.words}"


def _begin(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
