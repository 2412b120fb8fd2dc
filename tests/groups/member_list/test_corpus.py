"""Every file of the corpus: the exact people, and every bad cell by its name."""

import pytest

from groups.member_import.reader.member_list import read_member_list
from tests.groups.member_list.corpus import WRITTEN_AFTER, Score, bad_cells, cases

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_file_is_read_exactly(case, tmp_path):
    file = tmp_path / case.name
    file.write_bytes(case.write())

    found = read_member_list(file.read_bytes(), file.name)

    assert found.people == case.people
    assert bad_cells(found) == case.bad
    assert {row for _sheet, row in found.refused_rows} == {row for row, _, _ in case.bad}
    assert case.dropped <= {(one.row, one.kind) for one in found.dropped}
    assert case.warnings <= {(p.row, p.code) for p in found.problems}


def test_corpus_is_large_enough():
    assert len(CASES) >= 500
    assert sum(map(len, WRITTEN_AFTER)) >= 60


def test_score_tells_what_was_read_wrong():
    total = Score()
    case = CASES[0]
    _first, *others = case.people

    assert total.add(case)
    case_of_another = type(case)("another", case.write, others, {(2, "B", "name_lost")})
    assert not total.add(case_of_another)

    assert (total.files, total.tables, total.people) == (2, 2, 2 * len(others) + 1)
    assert (total.bad, total.bad_named, total.invented) == (1, 0, 1)
    assert "2 files, table found in 100.0%" in str(total)
