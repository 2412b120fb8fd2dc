"""A process that opened a hostile file answers with data, and it knows no key."""

import json
import os
import pickle
from pathlib import Path

import pytest

from broadcasts.posts import file_reader
from documents import active_content, heic, isolated, plain_workbook
from groups.member_import.reader import spreadsheet_opener
from groups.member_import.reader.files import read_sheets
from groups.member_import.reader.problems import UnreadableFile
from tests.attacks.workbooks import book
from tests.test_consistency import OURS, imports, named, sources

started_anew = isolated.run  # before the suite puts forks in its place
SETS_BY_ITSELF = {"LC_CTYPE"}  # Python does, where there is no locale
LOOK = """
import json, os, sys
print(json.dumps({"names": sorted(os.environ), "open": sorted(os.listdir("/proc/self/fd")),
                  "paths": sys.path, "is_isolated": sys.flags.isolated}))
"""


class Planted:
    """Opening this pickle makes a directory."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_no_code_of_ours_opens_pickles():
    openers = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}

    assert [named(path) for path in sources(*OURS) if openers & set(imports(path))] == []


@pytest.mark.parametrize(
    "answer",
    [
        lambda path: pickle.dumps(Planted(path)),
        lambda _path: b"\xff\xfe not even text",
        lambda _path: b"[1, 2",
        lambda _path: b"[" * 200_000,
        lambda _path: b'{"a": 1}',
        lambda _path: b'["a", 1]',
        lambda _path: b'["a", 1, true, [[{"datetime": "noon"}]], [], {}]',
        lambda _path: b'["a", 1, true, [[{"timedelta": "x"}]], [], {}]',
    ],
    ids=["pickle", "bytes", "cut", "deep", "object", "short", "moment", "span"],
)
def test_answer_of_a_process_that_a_file_took_over_is_a_broken_file(answer, monkeypatch, tmp_path):
    content = book(["Họ và tên", "Năm sinh"], ["Trần Văn Thử", 1980])
    sent = isolated.Answer(0, answer(str(tmp_path / "opened")))
    monkeypatch.setattr(isolated, "run", lambda *_asked, **_named: sent)

    with pytest.raises(UnreadableFile, match="bị hỏng"):
        read_sheets(content, "a.xlsx")

    assert not (tmp_path / "opened").exists()


def test_process_has_no_variable_no_open_file_and_no_path_of_ours(monkeypatch, tmp_path):
    for name in ("SECRET_KEY", "DATA_ENCRYPTION_KEYS", "DATABASE_URL", "PYTHONPATH"):
        monkeypatch.setenv(name, "of-a-test")
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    with (tmp_path / "kept").open("w") as kept:
        os.set_inheritable(kept.fileno(), True)

        found = json.loads(started_anew(str(script), b"", wait_s=30).output)

    assert set(found["names"]) <= SETS_BY_ITSELF
    assert len(found["open"]) == 4  # the three of every process, and the folder being read
    assert found["is_isolated"] == 1
    assert not any(path in {"", os.getcwd(), str(tmp_path)} for path in found["paths"])


@pytest.mark.parametrize(
    "opener", [active_content, file_reader, heic, plain_workbook, spreadsheet_opener]
)
def test_opener_limits_its_own_memory_and_time(opener):
    source = Path(opener.__file__).read_text(encoding="utf-8")

    for limit in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE"):
        assert f"resource.setrlimit(resource.{limit}" in source


def test_text_that_stands_in_every_cell_is_refused_before_it_is_answered():
    """Thirty thousand letters, once in the file and in three thousand cells of the sheet."""
    with pytest.raises(UnreadableFile, match="bất thường"):
        read_sheets(book(*[["x" * 30_000] * 100] * 30), "a.xlsx")
