"""`manage.py import_members`: what it does, tells and refuses."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from groups.member_import import committing
from groups.member_import import services as member_import
from groups.models import Member, MemberImport
from tests.factories.groups import make_hamlet, make_member
from tests.groups.member_list.uploads import AN, BAD, BE, book, many, previewed, register

KEYS = {"created", "updated", "unchanged", "skipped", "errors", "warnings"}


@pytest.fixture
def file(tmp_path):
    def write(content, name="ds.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def run(*arguments):
    out = io.StringIO()
    call_command("import_members", *arguments, stdout=out)
    return out.getvalue()


def imported(*arguments):
    return json.loads(run(*arguments, "--json"))


def test_people_are_imported_and_counted(hamlet, file):
    make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002", birth_year=1989)
    path = file(book(AN, BE, BAD))

    first = imported(path, "--hamlet", hamlet.code)
    again = imported(path, "--hamlet", hamlet.code.lower())

    assert set(first) == KEYS
    assert [first[key] for key in ("created", "updated", "unchanged", "skipped")] == [1, 1, 0, 1]
    assert [again[key] for key in ("created", "updated", "unchanged", "skipped")] == [0, 0, 2, 1]
    assert first["errors"] == again["errors"]
    (error,) = first["errors"]
    assert set(error) == {"sheet", "row", "column", "code", "message"}
    assert (error["sheet"], error["row"], error["column"]) == ("Danh sách", 5, "E")
    assert Member.objects.count() == 2


def test_a_rehearsal_tells_the_same_and_writes_nothing(hamlet, file):
    make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002", birth_year=1989)
    path, before = file(book(AN, BE, BAD)), register(hamlet)

    rehearsed = imported(path, "--hamlet", hamlet.code, "--dry-run")

    assert register(hamlet) == before
    assert MemberImport.objects.count() == 0
    assert rehearsed == imported(path, "--hamlet", hamlet.code)


def test_a_person_reads_numbers_and_cells(hamlet, file):
    rehearsal = run(file(book(AN, BAD)), "--hamlet", hamlet.code, "--dry-run")
    said = run(file(book(AN, BAD)), "--hamlet", hamlet.code)

    numbers = "1 người mới, 0 người thay đổi, 0 người không đổi, 1 dòng không nhập."
    assert said.splitlines()[0] == f"Đã nhập vào {hamlet}: {numbers}"
    assert rehearsal.splitlines()[0] == f"Xem trước, chưa nhập vào {hamlet}: {numbers}"
    assert said.splitlines()[1] == "Cần sửa (1):"
    assert said.splitlines()[2].startswith("  trang “Danh sách”, dòng 4, cột E: ")


def test_long_lists_of_problems_are_cut(hamlet, file):
    bad = [(f"{name} {'ABCDEFGH'[n % 8]}", *rest[:2], "0900 0000", *rest[3:])
           for n, (name, *rest) in enumerate(many(60))]  # fmt: skip

    said = run(file(book(*bad)), "--hamlet", hamlet.code)

    assert "… và 10 chỗ nữa (xem đủ bằng --json)." in said


def test_doubtful_people_go_in_with_a_warning(hamlet, file):
    make_member(hamlet, full_name=AN[0], phone="", birth_year=1980)

    outcome = imported(file(book(AN)), "--hamlet", hamlet.code)

    assert outcome["created"] == 1
    assert [one["code"] for one in outcome["warnings"]] == ["added_separately"]


def test_a_list_left_half_written_is_finished_first(hamlet, file, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 2)
    half = previewed(hamlet, None, *many(5))
    member_import.commit(half, by=None)
    MemberImport.objects.filter(pk=half.pk).update(heartbeat_at=half.created_at.replace(year=2020))

    outcome = imported(file(book(*many(5), AN)), "--hamlet", hamlet.code)

    half.refresh_from_db()
    assert half.state == MemberImport.State.COMMITTED
    assert (outcome["created"], outcome["unchanged"]) == (1, 5)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "rỗng"), (b"%PDF-1.7", "PDF"), (book()[:-300], "hỏng"), (b"chi mot cau", "bảng")],
)
def test_what_cannot_be_read_is_an_error_with_a_sentence(hamlet, file, content, says):
    path, out = file(content), io.StringIO()

    with pytest.raises(CommandError, match=says) as refusal:
        call_command("import_members", path, "--hamlet", hamlet.code, "--json", stdout=out)

    outcome = json.loads(out.getvalue())
    assert outcome["errors"] == [
        {"sheet": "", "row": 0, "column": "", "code": "unreadable", "message": str(refusal.value)}
    ]
    assert {outcome[key] for key in KEYS - {"errors", "warnings"}} == {0}
    assert Member.objects.count() == 0


def test_files_and_hamlets_that_are_not_there(hamlet, other_commune, file, tmp_path):
    path = file(book(AN))
    make_hamlet(other_commune, code=hamlet.code)

    for arguments, says in (
        ([str(tmp_path / "khong-co.xlsx"), "--hamlet", hamlet.code, "--commune", "90001"],
         "không có tệp này"),
        ([str(tmp_path), "--hamlet", hamlet.code, "--commune", "90001"], "không phải là tệp"),
        ([path, "--hamlet", "KHONG"], "Không có ấp mang mã KHONG"),
        ([path, "--hamlet", hamlet.code], "Có 2 ấp mang mã"),
        ([path, "--hamlet", hamlet.code, "--commune", "99999"], "ở xã mang mã 99999"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=says):
            run(*arguments)

    assert imported(path, "--hamlet", hamlet.code, "--commune", "90002")["created"] == 1
    assert Member.objects.get().hamlet.commune == other_commune


def test_the_trail_says_that_the_command_did_it(hamlet, file):
    run(file(book(AN)), "--hamlet", hamlet.code)

    batch = MemberImport.objects.get()
    assert (batch.created_by, batch.committed_by) == (None, None)
    assert batch.state == MemberImport.State.COMMITTED


def test_code_of_before_a_rearrangement_leads_to_the_new_hamlet(hamlet, file):
    new = make_hamlet(hamlet.commune, name="Phước Lập", code="AP90")
    new.predecessors.add(hamlet)
    hamlet.valid_to = timezone.localdate() - timedelta(days=1)
    hamlet.save(update_fields=["valid_to"])

    with pytest.raises(CommandError, match=r"nay là: Ấp Phước Lập \(mã AP90\)"):
        run(file(book(AN)), "--hamlet", hamlet.code)


def test_phone_of_somebody_of_the_register_is_named_by_its_cell(hamlet, file):
    make_member(hamlet, full_name="Phạm Văn Ngoài", phone="+84900000001", birth_year=1950)

    (warning,) = imported(file(book(AN)), "--hamlet", hamlet.code)["warnings"]

    assert (warning["row"], warning["column"], warning["code"]) == (3, "E", "phone_of_other")
