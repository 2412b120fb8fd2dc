"""Scripts that open the files of others know nothing of the portal and do not run for ever."""

from pathlib import Path

import pytest

from broadcasts.posts import file_reader as documents
from documents import heic, isolated
from groups.member_import.reader import spreadsheet_opener as member_lists

WAIT_S = 30
started_anew = isolated.run  # before the suite puts forks in its place


@pytest.fixture(autouse=True)
def _as_the_product_runs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "run", started_anew)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


def test_script_gets_the_bytes_and_its_words_and_none_of_the_keys(script, monkeypatch):
    monkeypatch.setenv("DATA_ENCRYPTION_KEYS", "k1:of-a-test")
    script.write_text(
        "import os, sys\nprint(sys.argv[1], sys.stdin.read(), 'DATA_ENCRYPTION_KEYS' in os.environ)"
    )

    answer = isolated.run(str(script), b"of others", "file", wait_s=WAIT_S)

    assert answer == isolated.Answer(0, b"file of others False\n")


def test_script_knows_nothing_of_the_project(script):
    script.write_text("import accounts")

    assert isolated.run(str(script), b"", wait_s=WAIT_S).code == 1


def test_script_that_does_not_end_is_ended(script):
    script.write_text("import time\ntime.sleep(60)")

    assert isolated.run(str(script), b"", wait_s=0.2) == isolated.Answer(isolated.TIMED_OUT)


@pytest.mark.parametrize("opener", [heic, documents, member_lists])
def test_openers_of_files_start_without_the_project(opener):
    """Rubbish is refused by the opener itself, not by an import that fails (which exits with 1)."""
    answer = isolated.run(opener.__file__, b"rubbish", "1000", "1000", wait_s=WAIT_S)

    assert answer.code > 1
