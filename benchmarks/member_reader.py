"""How much of member lists is read right: of the corpus of the tests, and of strangers' lists.

The corpus is every layout in every kind of file, most of them written before the reader was changed
for them. The strangers' lists are by writers who had not read the reader. Both have truth by cell:
a person is exact if name, phone, birth and sex are right; a value that no person, message or line
of the result holds is lost in silence; a person whom the truth does not hold is a false alarm.
"""

from benchmarks import _bench
from tests.groups.member_list import corpus, strangers


def by_cell() -> tuple[int, strangers.Score, int, strangers.Score]:
    """Files and scores of the strangers' lists, and of the corpus by the same truth."""
    folders = sorted(path for path in strangers.HERE.iterdir() if path.is_dir())
    lists = [one for folder in folders for one in strangers.lists_of(folder)]
    of_strangers, of_corpus = strangers.Score(), strangers.Score()
    for path, truth in lists:
        of_strangers += strangers.score_of(path, truth)
    cases = [case for case in corpus.cases() if case.people and not case.bad]
    for case in cases:
        truth = strangers.truth_of(case.people)
        of_corpus += strangers.score_content(case.write(), case.name, truth)
    return len(lists), of_strangers, len(cases), of_corpus


def main(arguments: list[str] | None = None) -> int:
    _bench.parser(__doc__).parse_args(arguments)
    total = corpus.score()
    report = _bench.Report()
    report.add(_bench.Bar("member lists, files", total.files, 60, 1))
    report.add(_bench.Bar("member lists, table found", total.tables, total.files, 0.99))
    report.add(_bench.Bar("member lists, people exact", total.people_exact, total.people, 1))
    report.add(_bench.Bar("member lists, bad cells named", total.bad_named, total.bad, 1))
    report.add(_bench.Bar("member lists, invented", total.invented, 0, 0, at_most=True))
    files, of_strangers, cases, of_corpus = by_cell()
    report.add(_bench.Bar("lists with truth by cell, files", files + cases, 300, 1))
    for name, score in (("strangers' lists", of_strangers), ("corpus by cell", of_corpus)):
        report.add(_bench.Bar(f"{name}, people exact", score.exact, score.people, 0.95))
        report.add(_bench.Bar(f"{name}, cells exact", score.cells_exact, score.cells, 0.9))
        report.add(_bench.Bar(f"{name}, silent losses", score.silent, 0, 0, at_most=True))
        report.remark(f"{name}: {score}")
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
