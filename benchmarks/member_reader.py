"""How much of the corpus of member lists is read exactly: the tables, the people, the bad cells.

The corpus is that of the tests: every layout in every kind of file, most of them written before
the reader was changed for them.
"""

from benchmarks import _bench
from tests.groups.member_list.corpus import score


def main(arguments: list[str] | None = None) -> int:
    _bench.parser(__doc__).parse_args(arguments)
    total = score()
    report = _bench.Report()
    report.add(_bench.Bar("member lists, files", total.files, 60, 1))
    report.add(_bench.Bar("member lists, table found", total.tables, total.files, 0.99))
    report.add(_bench.Bar("member lists, people exact", total.people_exact, total.people, 1))
    report.add(_bench.Bar("member lists, bad cells named", total.bad_named, total.bad, 1))
    report.add(_bench.Bar("member lists, invented", total.invented, 0, 0, at_most=True))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
