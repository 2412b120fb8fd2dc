"""Lists for the tests of the import screen: written, read and committed as a worker would."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.models import Hamlet, MemberImport, MemberImportRow
from tests.groups.member_list.writers import Grid, xlsx

HEADER = ["STT", "Họ và tên", "Năm sinh", "Điện thoại", "Tổ"]
State = MemberImport.State

ONE = ("Nguyễn Văn An", 1980, "0900000001", "Tổ 1")
TWO = ("Trần Thị Bé", 1990, "0900000002", "Tổ 2")
BAD = ("Lê Văn Sai", 1970, "0900 0000", "Tổ 1")


def page(name: str, *args: object) -> str:
    return reverse(f"admin:groups_memberimport_{name}", args=args)


def grid_of(*people: Any, name: str = "Danh sách", header: list[str] = HEADER) -> Grid:
    rows: list[list[Any]] = [["DANH SÁCH THÀNH VIÊN"], header]
    rows += [[number, *cells] for number, cells in enumerate(people, start=1)]
    return Grid(rows, name=name)


def upload(client: Any, hamlet: Hamlet, content: bytes, filename: str = "ds.xlsx") -> Any:
    file = SimpleUploadedFile(filename, content)
    return client.post(page("upload"), {"hamlet": hamlet.pk, "file": file})


def read_in(hamlet: Hamlet, by: User, *people: Any, **options: Any) -> MemberImport:
    """A list of these people that has been read."""
    return read_file(hamlet, by, xlsx(grid_of(*people, **options)))


def read_file(hamlet: Hamlet, by: User, content: bytes) -> MemberImport:
    """A file that has been read, as a worker would have done."""
    batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=by)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


def write_down(batch: MemberImport, by: User) -> MemberImport:
    member_import.commit(batch, by=by)
    committing.run(batch.pk)
    batch.refresh_from_db()
    return batch


def row_of(batch: MemberImport, name: str) -> MemberImportRow:
    return batch.rows.get(full_name=name)
