"""The drills: what a planted fault is called, how the tree is left, how code is counted."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from dev import drill, lines
from dev.faults import CAUGHT, Fault, Workspace, read
from dev.places import PROJECT

PATCH = """Rule: One is one.
Caught-by: tests/test_one.py

diff --git a/one.py b/one.py
--- a/one.py
+++ b/one.py
@@ -1 +1 @@
-ONE = 1
+ONE = 2
"""


class Rehearsal(Workspace):
    """A workspace in which pytest answers what the environment says."""

    def run_tests(self, tests: tuple[str, ...], *options: str) -> tuple[int, str]:
        assert (self.tree / "one.py").read_text() == "ONE = 2\n"
        return int(self.environment["code"]), self.environment["output"]


@pytest.fixture
def fault(tmp_path) -> Fault:
    path = tmp_path / "001-one.patch"
    path.write_text(PATCH)
    return read(path)


@pytest.fixture
def tree(tmp_path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "one.py").write_text("ONE = 1\n")
    name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "one.py"], [*name, "commit", "-q", "-m", "One"]):
        subprocess.run(["git", *words], cwd=tree, check=True)
    return tree


def test_header_of_a_fault_is_read(fault):
    assert (fault.number, fault.rule, fault.tests) == (1, "One is one.", ("tests/test_one.py",))


@pytest.mark.parametrize(
    ("code", "output", "verdict"),
    [
        ("1", "FAILED tests/test_one.py::test_one", CAUGHT),
        ("0", "1 passed", "KHÔNG BỊ BẮT"),
        ("1", "ERROR tests/test_one.py::test_one", "HỎNG KIỂU KHÁC"),
        ("2", "FAILED to collect", "HỎNG KIỂU KHÁC"),
        ("5", "no tests ran", "HỎNG KIỂU KHÁC"),
    ],
)
def test_only_a_failed_test_catches_a_fault(tree, fault, code, output, verdict):
    space = Rehearsal(tree, {"code": code, "output": output})

    assert space.judge(fault).startswith(verdict)
    assert (tree / "one.py").read_text() == "ONE = 1\n"


def test_fault_that_does_not_apply_is_said(tree, fault):
    (tree / "one.py").write_text("ONE = 3\n")

    assert Rehearsal(tree, {}).judge(fault).startswith("KHÔNG ÁP ĐƯỢC")


def test_unknown_drill_is_a_sentence(capsys):
    assert drill.main(["dance"]) == 1
    assert "dance" in capsys.readouterr().err


def test_drills_run_modules_and_tests_that_are_there(monkeypatch):
    """Each beside servers of its own, whole, with what it usually gets or what was asked for."""
    ran = []

    @contextmanager
    def servers():
        yield {"DATABASE_URL": "postgres://one"}

    def run(command, *, env, check):
        assert (env["DATABASE_URL"], bool(env[drill.WHOLE]), check) == (
            "postgres://one",
            True,
            False,
        )
        ran.append(command[2:])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(drill, "throwaway_servers", servers)
    monkeypatch.setattr(drill.subprocess, "run", run)
    names = [name for name in drill.DRILLS if name != "faults"]

    assert [drill.main([name]) for name in names] == [0] * len(names)
    assert drill.main(["storm", "--events", "5"]) == 0
    *usual, asked = ran
    assert len(usual) == len(names) >= 9
    for name, *arguments in usual:
        if name == "pytest":
            for node in arguments[1:]:
                file, _, test = node.partition("::")
                assert not test or f"\ndef {test}(" in (PROJECT / file).read_text()
                assert (PROJECT / file).is_file()
        else:
            text = (PROJECT / f"{name.replace('.', '/')}.py").read_text()
            assert all(f'"{word}"' in text for word in arguments if word.startswith("--"))
    assert asked == ["tests.flows.webhook_storm", "--events", "5"]


def test_failed_drill_fails_the_run(monkeypatch, capsys):
    failing = drill.Drill("hỏng", lambda _arguments: 3)
    monkeypatch.setattr(drill, "DRILLS", {"bad": failing})

    assert drill.main([]) == 1
    assert "Không đạt: bad" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("groups/residents/models.py", lines.PRODUCT),
        ("groups/migrations/0001_initial.py", lines.MIGRATIONS),
        ("tests/groups/test_models.py", lines.TESTS),
        ("zalo_simulator/pages.py", lines.SIMULATOR),
        ("groups/demo/people.py", lines.BESIDE),
        ("oversight/demo.py", lines.BESIDE),
        ("dev/demo.py", lines.BESIDE),
    ],
)
def test_file_is_counted_as_one_kind(name, kind):
    assert lines.kind_of(Path(name)) == kind


def test_importers_are_counted_once_for_each_module(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "PROJECT", tmp_path)
    for name, text in {
        "a/__init__.py": "",
        "a/b.py": "import a.c\nfrom a import c\n",
        "a/c.py": "from a.b import x\nfrom json import loads\n",
        "d.py": "from a.c import y\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    counted = lines.importers([path.relative_to(tmp_path) for path in tmp_path.rglob("*.py")])

    assert counted == {"a": 0, "a.b": 1, "a.c": 2, "d": 0}
