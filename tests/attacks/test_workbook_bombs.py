"""Small workbooks that grow without end are refused soon, in little memory, with a sentence."""

import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.scoped_admin import formats
from accounts.users.roles import Role
from documents import plain_workbook
from groups.member_import.reader.files import read_sheets
from groups.member_import.reader.problems import UnreadableFile
from groups.models import Hamlet
from procedures.workbooks import importing
from tests.attacks.workbooks import BOASTING, BOMBS, book
from tests.factories.accounts import make_commune, make_user
from tests.test_consistency import OURS, named, sources

MOST_MIB, MOST_SECONDS = 300, 5
# Opens the workbook as the product does, and prints what that took: the sentence, MiB and seconds
# of the process that opened it, and by how many MiB the one grew that asked.
MEASURED = """
import resource, sys
from documents import isolated, plain_workbook
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    plain_workbook.read(content, most_rows=2001)
    print("taken")
except plain_workbook.Unreadable as refusal:
    print(refusal)
opener = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
print(opener.ru_maxrss // 1024, opener.ru_utime + opener.ru_stime,
      (own.ru_maxrss - before) // 1024)
"""
HEADINGS = ["Mã ấp", "Loại", "Tên ấp", "Số hộ"]


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_soon_and_in_little_memory(name):
    run = subprocess.run(
        [sys.executable, "-c", MEASURED], input=BOMBS[name](), capture_output=True, check=True,
        cwd=settings.BASE_DIR,
    )  # fmt: skip

    sentence, measured = run.stdout.decode().splitlines()
    opener_mib, seconds, own_mib = map(float, measured.split())
    assert sentence.endswith(".") != (name == "deep")  # which holds no table, and does no harm
    assert max(opener_mib, own_mib) < MOST_MIB
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize("name", sorted(BOMBS.keys() - {"outside", "deep"}))
def test_bomb_is_refused_among_lists_of_members(name):
    with pytest.raises(UnreadableFile):
        read_sheets(BOMBS[name](), "a.xlsx")


def test_what_a_sheet_says_of_its_size_is_not_believed():
    assert plain_workbook.read(BOASTING(), most_rows=10) == {"S": [["a"]]}


def test_file_of_the_server_is_not_read_into_a_cell():
    with pytest.raises(plain_workbook.Unreadable):
        plain_workbook.read(BOMBS["outside"](), most_rows=10)
    with pytest.raises(UnreadableFile):
        read_sheets(BOMBS["outside"](), "a.xlsx")


def test_library_is_no_other_door(db):
    with pytest.raises(importing.UnreadableWorkbook):
        importing.read(BOMBS["far"]())


@pytest.fixture
def chief(client, db):
    user = make_user(make_commune(), Role.CHIEF)
    client.force_login(user)
    return user


def uploaded(client, content: bytes, *, kind: str = "0", model: str = "hamlet") -> str:
    file = SimpleUploadedFile("a.csv" if kind == "1" else "a.xlsx", content)
    address = reverse(f"admin:groups_{model}_import")
    return client.post(address, {"format": kind, "import_file": file}).content.decode()


def waiting() -> int:
    """Uploads that wait in Valkey."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    try:
        return sum(1 for _key in client.scan_iter(f"*{formats_prefix()}*"))
    finally:
        client.close()


def formats_prefix() -> str:
    from accounts.scoped_admin.base import _SharedUploads  # noqa: PLC0415 -- for its prefix

    return _SharedUploads.CACHE_PREFIX


@pytest.mark.parametrize("model", ["hamlet", "team", "officer", "zalogroup"])
def test_bomb_in_a_plain_import_is_a_sentence(client, chief, model):
    page = uploaded(client, BOMBS["far"](), model=model)

    assert "có hơn 2001 dòng" in page
    assert "confirm" not in page.split("import_file")[0]


def test_plain_import_of_an_honest_workbook_goes_on(client, chief):
    rows = [["AP01", "Ấp", "Đồng Tâm", 1250], ["AP02", "Ấp", "Bình An", 300]]

    page = uploaded(client, book(HEADINGS, *rows))

    assert "Đồng Tâm" in page
    assert not Hamlet.objects.exists()  # until it is confirmed


@pytest.mark.parametrize("kind", ["0", "1"], ids=["xlsx", "csv"])
def test_large_upload_is_refused_before_anything_reads_it(client, chief, kind, monkeypatch):
    monkeypatch.setattr(plain_workbook, "read", lambda *_a, **_k: pytest.fail("read"))
    before = waiting()

    page = uploaded(client, b"PK" + b"\0" * formats.MOST_BYTES, kind=kind)

    assert "Tệp nặng quá 512 KB" in page
    assert waiting() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"a\n" * 100_000, "có hơn 2000 dòng"), (b"," * 300_000, "có hơn 200 cột")],
)
def test_text_without_end_is_refused(client, chief, content, sentence):
    assert sentence in uploaded(client, content, kind="1")


def test_more_rows_than_are_taken_are_counted_in_the_sentence(client, chief):
    rows = [[f"AP{number}", "Ấp", "Tên", 1] for number in range(formats.MOST_ROWS + 1)]

    assert "hơn 200" in uploaded(client, book(HEADINGS, *rows))


def test_workbook_with_a_program_or_a_lock_is_refused():
    kept = BytesIO(book(["a"]))
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")

    with pytest.raises(plain_workbook.Unreadable, match="macro"):
        plain_workbook.read(kept.getvalue(), most_rows=10)


def test_workbooks_are_opened_by_scripts_of_their_own_alone():
    """Workbooks, Word files and PDFs of others are opened apart from the portal."""
    scripts = {
        "broadcasts/posts/file_reader.py", "documents/plain_workbook.py",
        "groups/member_import/reader/spreadsheet_opener.py",
    }  # fmt: skip
    calls = (
        " load_workbook(", "CalamineWorkbook.", "xlrd.open_workbook(", "PdfReader(", "open_heif(",
        "import_set(",
    )  # fmt: skip
    openers = {
        named(path)
        for path in sources(*OURS)
        if any(call in path.read_text(encoding="utf-8") for call in calls)
    }

    assert openers == scripts | {"documents/heic.py"}
