import subprocess
import sys

import pytest

from dev import run_tests
from dev.run_tests import (
    ALONE,
    LANES,
    MOST_SECOND_GOES,
    failed_in,
    files_with,
    names_tests,
    second_go,
    single,
)


@pytest.fixture
def tests(tmp_path):
    """Tests with a mark in one file, in a helper, and for a whole folder; others without."""
    for name, text in {
        "test_a.py": "@pytest.mark.tide\n", "test_b.py": "@pytest.mark.tides\n",
        "helper.py": "pytest.mark.tide", "c/conftest.py": "add_marker(pytest.mark.tide)",
        "c/test_c.py": "", "c/test_d.py": "pytestmark = [pytest.mark.tide]",
    }.items():  # fmt: skip
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "tests"


def test_a_lane_collects_the_files_and_folders_that_have_its_mark(tests):
    assert files_with("tide", tests) == ["tests/c", "tests/test_a.py"]


@pytest.mark.parametrize("mark", [*(lane.name for lane in LANES), ALONE, "db_broker"])
def test_every_mark_of_a_run_is_in_some_file(mark):
    assert files_with(mark) != []


def test_named_files_take_the_place_of_those_with_the_mark():
    assert names_tests(["-q", "tests/zalo"])
    assert not names_tests(["-q", "-k", "tokens"])
    assert single(["-m", "flow", "tests/zalo"]) == ["-m", "flow", "tests/zalo"]


def test_a_run_of_one_mark_collects_its_files_alone(monkeypatch):
    monkeypatch.setattr(run_tests, "files_with", lambda mark: [f"tests/{mark}"])

    assert single(["-m", "db_broker"]) == ["-m", "db_broker", "tests/db_broker"]
    assert single(["-m", "not flow"]) == ["-m", "not flow"]
    assert single(["-n", "2"]) == ["-n", "2"]


def test_a_run_notes_which_of_its_tests_failed(tmp_path):
    test = tmp_path / "test_two.py"
    test.write_text("def test_holds(): pass\ndef test_breaks(): assert 0\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:django",
        "-c",
        "/dev/null",
        str(test),
    ]

    subprocess.run([*command, *run_tests.remembering(tmp_path / "c")], cwd=tmp_path, check=False)

    assert [name.rpartition("::")[2] for name in failed_in(tmp_path / "c")] == ["test_breaks"]
    assert failed_in(tmp_path / "never") == []


@pytest.mark.parametrize(
    ("codes", "failed", "again", "expected"),
    [
        ([1, 0, 5], ["a"], 0, [0, 0, 5]),
        ([1, 1, 0], ["a", "b"], 1, [1]),
        ([1, 0], [], 0, [1, 0]),
        ([1, 0], ["a"] * (MOST_SECOND_GOES + 1), 0, [1, 0]),
        ([1, 2], ["a"], 0, [1, 2]),
        ([0, 0], [], 1, [0, 0]),
    ],
    ids=["unsteady", "red twice", "no test named", "too many", "interrupted", "green"],
)
def test_a_second_go_is_for_a_few_failed_tests(codes, failed, again, expected):
    assert second_go(codes, failed, lambda _names: again) == expected
