"""How often the search finds the procedure that somebody asks for, and how sure it may be.

The sets are those of `tests/procedures/question_cases/`. A question is right first when the best
hit is one that is wanted, right among three when one of the hits is. Tips and courtesies must not
be answered with a procedure: there the chat is asked, whose rules come before the search, and what
the search alone would answer is a note. The time of a search is compared with reading one row by
its key.
"""

import time
from datetime import date
from typing import Final

from benchmarks import _bench
from procedures.models import Procedure
from procedures.searching.services import Found, Kind, find
from reports.chat.questions import decide
from reports.chat.reading import Meaning
from tests.procedures.question_cases import SETS, Case, cases

FIRST, AMONG_THREE, SURE_RIGHT, LEFT_ALONE = 0.85, 0.95, 0.95, 0.98
TODAY: Final = date(2026, 11, 26)
_ROUNDS = 5
# What a search may cost beside one row by its key.
_TIMES = 30


def _is_first(case: Case, found: Found) -> bool:
    return bool(found.hits) and found.hits[0].procedure.slug in case.wanted


def _is_among(case: Case, found: Found) -> bool:
    return any(hit.procedure.slug in case.wanted for hit in found.hits)


def _report(report: _bench.Report, name: str) -> None:
    asked = [(case, find(case.text, today=TODAY)) for case in cases(name)]
    questions = [pair for pair in asked if pair[0].wanted]
    if not questions:
        counts = {kind: sum(found.kind is kind for _case, found in asked) for kind in Kind}
        report.remark(
            f"{name}, search alone: {counts[Kind.SURE]} answered, {counts[Kind.CHOICE]} offered"
        )
        left = sum(decide(case.text, TODAY).meaning is not Meaning.QUESTION for case in cases(name))
        report.add(_bench.Bar(f"{name}, not answered in the chat", left, len(asked), LEFT_ALONE))
        return
    first = sum(_is_first(*pair) for pair in questions)
    among = sum(_is_among(*pair) for pair in questions)
    sure = [pair for pair in questions if pair[1].kind is Kind.SURE]
    right = sum(_is_first(*pair) for pair in sure)
    nothing = sum(found.kind is Kind.NONE for _case, found in questions)
    report.add(_bench.Bar(f"questions, {name}, first", first, len(questions), FIRST))
    report.add(_bench.Bar(f"questions, {name}, among three", among, len(questions), AMONG_THREE))
    report.add(_bench.Bar(f"questions, {name}, sure and right", right, len(sure), SURE_RIGHT))
    report.remark(f"{name}: {len(sure)} sure, {nothing} of {len(questions)} without a hit")
    for case, found in questions:
        if not _is_first(case, found):
            hits = ", ".join(hit.procedure.slug for hit in found.hits)
            report.remark(f"{found.kind}: {case.text[:80]!r} → {hits or 'nothing'}")


def _seconds_of_searches(texts: list[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        find(text, today=TODAY)
    return time.perf_counter() - started


def _seconds_of_rows(times: int) -> float:
    key = Procedure.objects.values_list("pk", flat=True)[0]
    started = time.perf_counter()
    for _number in range(times):
        Procedure.objects.get(pk=key)
    return time.perf_counter() - started


def main(arguments: list[str] | None = None) -> int:
    _bench.parser(__doc__).parse_args(arguments)
    report = _bench.Report()
    with _bench.scratch_database():
        for name in SETS:
            _report(report, name)
        texts = [case.text for case in cases(SETS[0])]
        seconds = _bench.alternate(
            _ROUNDS,
            search=lambda: _seconds_of_searches(texts),
            row=lambda: _seconds_of_rows(len(texts)),
        )
    report.remark(f"one search: {seconds['search'] / len(texts) * 1000:.2f} ms")
    report.add(
        _bench.Bar(
            "questions, time of a search", seconds["search"], seconds["row"], _TIMES, "s",
            at_most=True,
        )
    )  # fmt: skip
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
