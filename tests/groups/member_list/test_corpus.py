"""Every file of the corpus: the exact people, and every bad cell by its name."""

from itertools import groupby

import pytest

from groups.member_import.reader.member_list import read_member_list
from tests.groups.member_list.corpus import WRITTEN_AFTER, Score, bad_cells, cases

CASES = list(cases())


def layout_of(case):
    """A layout stands in every kind of file, which differ by their endings."""
    return case.name.partition(".")[0]


LAYOUTS = {name: list(files) for name, files in groupby(sorted(CASES, key=layout_of), layout_of)}


def faults(case):
    """Return the cells that were read otherwise than the case says."""
    found = read_member_list(case.write(), case.name)
    refused, named = {row for _sheet, row in found.refused_rows}, {row for row, _, _ in case.bad}
    compared = {
        "people": (found.people, case.people),
        "bad cells": (bad_cells(found), case.bad),
        "refused rows": (refused, named),
        "not dropped": (case.dropped - {(one.row, one.kind) for one in found.dropped}, set()),
        "not warned of": (case.warnings - {(p.row, p.code) for p in found.problems}, set()),
    }
    return {what: (read, due) for what, (read, due) in compared.items() if read != due}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_are_read_exactly(layout):
    assert {case.name: wrong for case in LAYOUTS[layout] if (wrong := faults(case))} == {}


def test_every_file_is_read():
    assert sum(map(len, LAYOUTS.values())) == len(CASES)


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
