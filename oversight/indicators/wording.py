"""Words on the indicators: values, changes, targets, and the finding that heads the page."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from django.utils.text import capfirst

from groups.consultation.thresholds import said_percentage, said_tenths
from oversight import periods
from oversight.indicators.readings import Reading, Verdict, percent
from oversight.indicators.registry import Indicator, Share
from oversight.periods import Period
from vietnamese.text import grouped

# Of fewer a percentage says more than there is.
PERCENT_FROM = 20
IN_TITLE = 2
UNCHANGED = "không đổi"


def value_text(share: Share | None, indicator: Indicator) -> str:
    """`9,9%`, or `7/19` where the whole is small; empty without a number."""
    if share is None or not share.whole:
        return ""
    if _in_percent(share, indicator):
        return said_percentage(share.part, share.whole)
    return out_of(share)


def out_of(share: Share) -> str:
    return f"{grouped(share.part)}/{grouped(share.whole)}"


def change(now: Share | None, then: Share | None, indicator: Indicator) -> str:
    """`tăng 0,6 điểm`, `giảm 2`, `không đổi`; of few things that happened the numbers of then."""
    if now is None or then is None or not now.whole or not then.whole:
        return ""
    if _in_percent(now, indicator) and _in_percent(then, indicator):
        points = _tenths(percent(now)) - _tenths(percent(then))
        return _moved(points, f"{said_tenths(abs(points)).removesuffix('%')} điểm")
    if indicator.is_flow:
        return out_of(then)
    return _moved(now.part - then.part, grouped(abs(now.part - then.part)))


def goal(reading: Reading) -> str:
    """The target on the last day, in the shape of the value; empty without one."""
    if reading.expected is None:
        return ""
    if reading.now is None or not reading.now.whole or _in_percent(reading.now, reading.indicator):
        return said_tenths(_tenths(reading.expected))
    needed = ceil(reading.expected * reading.now.whole / 100)
    return f"{grouped(needed)}/{grouped(reading.now.whole)}"


def months_text(reading: Reading) -> str:
    """The months of the line, for who does not see it."""
    known = [
        f"{month.first:%m/%Y}: {value_text(share, reading.indicator)}"
        for month, share in reading.months if share is not None and share.whole
    ]  # fmt: skip
    return "; ".join(known) or "chưa có số tháng nào"


def finding(readings: Sequence[Reading], period: Period) -> str:
    """The title: what misses its target most, or what there is to say."""
    judged = [one for one in readings if one.verdict in (Verdict.MISSED, Verdict.NEAR, Verdict.MET)]
    behind = [one for one in judged if one.verdict != Verdict.MET]
    if behind:
        parts = [_behind(one) for one in behind[:IN_TITLE]]
        more = len(behind) - len(parts)
        parts += [f"{more} chỉ tiêu nữa chưa đạt"] if more else []
        return capfirst("; ".join(parts))
    if judged:
        return f"Cả {len(judged)} chỉ tiêu có mục tiêu đều đạt"
    known = [one for one in readings if value_text(one.now, one.indicator)]
    if not known:
        return "Chưa có số liệu của kỳ này"
    first = min(known, key=lambda one: list(Verdict).index(one.verdict))
    moved = change(first.now, first.before, first.indicator)
    with_change = f", {moved} so với {periods.before(period).words}" if moved else ""
    return capfirst(
        f"{value_text(first.now, first.indicator)} {first.indicator.phrase}{with_change}"
    )


def counts(readings: Sequence[Reading]) -> str:
    """`2 đạt, 1 gần đạt, 3 chưa đạt` of those that are judged."""
    order = (Verdict.MET, Verdict.NEAR, Verdict.MISSED)
    numbers = [(verdict, sum(one.verdict == verdict for one in readings)) for verdict in order]
    return ", ".join(f"{number} {verdict.lower()}" for verdict, number in numbers if number)


def _behind(reading: Reading) -> str:
    much = "gần đạt" if reading.verdict == Verdict.NEAR else "mới"
    value, indicator = value_text(reading.now, reading.indicator), reading.indicator
    return f"{much} {value} {indicator.phrase} (mục tiêu {goal(reading)})"


def _in_percent(share: Share, indicator: Indicator) -> bool:
    return indicator.has_percent and share.whole >= PERCENT_FROM


def _moved(difference: int, words: str) -> str:
    if not difference:
        return UNCHANGED
    return f"{'tăng' if difference > 0 else 'giảm'} {words}"


def _tenths(value: Fraction) -> int:
    """Tenths of a per cent, rounded to the nearest as `said_percentage` rounds."""
    return int(value * 10 + Fraction(1, 2))
