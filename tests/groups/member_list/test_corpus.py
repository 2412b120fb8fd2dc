"""Every layout in every kind of file: the exact people, and every bad cell by its name."""

from dataclasses import replace

import pytest

from groups.member_list import read_member_list
from tests.groups.member_list.afterthoughts import AFTERTHOUGHTS
from tests.groups.member_list.layouts import LAYOUTS
from tests.groups.member_list.second_thoughts import SECOND_THOUGHTS
from tests.groups.member_list.writers import FORMATS

WORKBOOKS = ("xlsx", "xls")
# Signs that the old encoding has not.
NOT_IN_1258 = (
    "decomposed",
    "letters_apart_and_spaces",
    "ticks",
    "vni_among_everything",
    "legacy_with_teams",
)
CASES = [
    pytest.param(layout, ending, id=f"{layout.name}.{ending}")
    for layout in (*LAYOUTS, *AFTERTHOUGHTS, *SECOND_THOUGHTS)
    for ending in FORMATS
    if not (layout.needs_workbook and ending not in WORKBOOKS)
    and not (layout.name in NOT_IN_1258 and ending == "cp1258.csv")
]


@pytest.mark.parametrize(("layout", "ending"), CASES)
def test_layout_is_read_exactly(layout, ending, tmp_path):
    file = tmp_path / f"{layout.name}.{ending}"
    file.write_bytes(FORMATS[ending](layout.grid))

    found = read_member_list(file.read_bytes(), file.name)

    has_sheets = ending in ("xlsx", "xls", "ods")
    expected = [replace(one, sheet=one.sheet if has_sheets else "") for one in layout.people]
    assert found.people == expected
    errors = {(p.row, p.column, p.code) for p in found.problems if p.is_error}
    assert errors == layout.bad
    assert {row for _sheet, row in found.refused_rows} == {row for row, _, _ in layout.bad}
    assert layout.dropped <= {(one.row, one.kind) for one in found.dropped}


def test_corpus_is_large_enough():
    assert len(CASES) >= 200
    assert len(AFTERTHOUGHTS) + len(SECOND_THOUGHTS) >= 20
