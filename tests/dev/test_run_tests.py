import re

import pytest

from dev.places import PROJECT
from dev.run_tests import LANES, names_tests


@pytest.mark.parametrize("lane", LANES, ids=lambda lane: lane.name)
def test_a_lane_collects_every_folder_that_has_its_tests(lane):
    marked = re.compile(rf"pytest\.mark\.{lane.name}\b")
    files = [
        path.relative_to(PROJECT)
        for path in (PROJECT / "tests").rglob("test_*.py")
        if marked.search(path.read_text(encoding="utf-8"))
    ]

    assert files != []
    assert [path for path in files if not any(map(path.is_relative_to, lane.folders))] == []


def test_named_files_take_the_place_of_the_folders():
    assert names_tests(["-q", "tests/zalo"])
    assert not names_tests(["-q", "-k", "tokens"])
