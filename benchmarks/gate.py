"""How much of what must not be said the gate finds, and how much it says that is not there.

Fourteen sets of texts: the first was written before the rules, the others after them and committed
before they were asked. What the rules made of those at first is in docs/benchmarks.md; here stands
what they make of all of them now. The time of a check is compared with reading each text once, word
by word, with one plain expression.
"""

import re
import time

from benchmarks import _bench
from content_rules.rulebook import find
from tests.broadcasts.gate_cases import OFFICIAL, SETS, TODAY, cases, score

RECALL, PRECISION = 0.99, 0.95
_WORD = re.compile(r"\w+")
_ROUNDS = 5
# What a check may cost beside reading the words of the same texts.
_TIMES = 200


def _seconds_of_checks(texts: list[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        find(text, official=OFFICIAL, today=TODAY)
    return time.perf_counter() - started


def _seconds_of_words(texts: list[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        for _match in _WORD.finditer(text):
            pass
    return time.perf_counter() - started


def _report(report: _bench.Report, name: str) -> None:
    found = score(name)
    report.remark(f"{name}: {found.cases} texts, {found.innocent} of them innocent")
    for rule in found.rules:
        report.remark(
            f"{name}, {rule}: recall {found.right(rule)}/{found.expected(rule)}, "
            f"precision {found.right(rule)}/{found.claimed(rule)}"
        )
    report.add(_bench.Bar(f"gate, {name}, recall", found.right(), found.expected(), RECALL))
    report.add(_bench.Bar(f"gate, {name}, precision", found.right(), found.claimed(), PRECISION))
    for case, spoke in found.wrong:
        report.remark(f"wrong: {sorted(case.rules)} → {sorted(spoke)}: {case.text[:70]!r}")


def main(arguments: list[str] | None = None) -> int:
    _bench.parser(__doc__).parse_args(arguments)
    report = _bench.Report()
    for name in SETS:
        _report(report, name)
    texts = [case.text for name in SETS for case in cases(name)]
    long_post = "\n".join(text for text in texts if text.isprintable())[:2000]
    seconds = _bench.alternate(
        _ROUNDS,
        check=lambda: _seconds_of_checks(texts),
        words=lambda: _seconds_of_words(texts),
        long_post=lambda: _seconds_of_checks([long_post] * 20) / 20,
    )
    report.remark(f"one text: {seconds['check'] / len(texts) * 1e6:.0f} µs")
    report.remark(f"a post of 2,000 characters: {seconds['long_post'] * 1000:.1f} ms")
    report.add(
        _bench.Bar(
            "gate, time of a check", seconds["check"], seconds["words"], _TIMES, "s", at_most=True
        )
    )
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
