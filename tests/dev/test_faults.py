"""The planted faults: each can still be planted, and names tests that are there."""

import re
import subprocess

import pytest

from dev.faults import FAULTS, all_faults
from dev.places import PROJECT

FOUND = all_faults()
FEWEST = 60


def test_there_are_faults_and_nothing_else():
    assert len(FOUND) >= FEWEST
    assert {path.suffix for path in FAULTS.iterdir()} == {".patch"}


def test_numbers_are_given_once():
    assert all(re.fullmatch(r"\d{3}-[a-z0-9-]+", fault.path.stem) for fault in FOUND)
    assert len({fault.number for fault in FOUND}) == len(FOUND)


def test_every_fault_has_a_rule_and_tests():
    assert [fault.path.name for fault in FOUND if not (fault.rule and fault.tests)] == []


def test_every_named_test_exists():
    missing = []
    for fault in FOUND:
        for test in fault.tests:
            file, *names = test.partition("[")[0].split("::")
            text = (PROJECT / file).read_text() if (PROJECT / file).is_file() else ""
            if not text or not all(f"def {name}(" in text for name in names):
                missing.append(f"{fault.path.name}: {test}")

    assert missing == []


@pytest.mark.parametrize("fault", FOUND, ids=lambda fault: fault.path.stem)
def test_fault_can_be_planted(fault):
    check = subprocess.run(
        ["git", "apply", "--check", str(fault.path)], cwd=PROJECT, capture_output=True, text=True
    )

    assert check.stderr == ""
    assert check.returncode == 0


def test_faults_change_product_code_only():
    changed = {
        name
        for fault in FOUND
        for name in re.findall(r"(?m)^diff --git a/(\S+) b/", fault.path.read_text())
    }

    assert changed
    assert {name for name in changed if name.startswith(("tests/", "dev/"))} == set()
