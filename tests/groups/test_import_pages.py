"""The import screen from upload to undo, as its pages and their forms."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from groups.member_import import committing
from groups.member_import import services as member_import
from groups.member_import.reader import limits
from groups.models import Member, MemberImport, MemberListMapping
from tests.factories.groups import make_hamlet, make_member, make_officer
from tests.factories.people import make_notice
from tests.groups.importing import (
    BAD,
    ONE,
    TWO,
    State,
    grid_of,
    page,
    read_file,
    read_in,
    upload,
    write_down,
)
from tests.groups.member_list.writers import xlsx


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def client(login, head):
    return login(head)


# Upload


def test_the_only_hamlet_of_an_account_is_chosen_already(client, hamlet):
    form = client.get(page("upload")).context["form"]

    assert form["hamlet"].value() == hamlet.pk
    assert [value for value, _label in form.fields["hamlet"].choices] == [hamlet.pk]


def test_a_file_is_taken_and_leads_to_its_progress(client, hamlet, head):
    answer = upload(client, hamlet, xlsx(grid_of(ONE)))

    batch = MemberImport.objects.get()
    assert (batch.hamlet, batch.created_by, batch.state) == (hamlet, head, State.READING)
    assert answer["Location"] == f"{page('show', batch.pk)}?toi=cot"


def test_a_pasted_table_is_taken(client, hamlet):
    table = "Họ và tên\tĐiện thoại\nNguyễn Văn An\t0900000001"

    client.post(page("upload"), {"hamlet": hamlet.pk, "pasted": table})
    batch = MemberImport.objects.get()
    member_import.read(batch.pk)

    assert [row.full_name for row in batch.rows.filter(lane="new")] == ["Nguyễn Văn An"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp rỗng"),
        (b"%PDF-1.7 ...", "Đây là tệp PDF"),
        (b"\x89PNG\r\n\x1a\n", "Đây là hình ảnh"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_with_a_sentence(client, hamlet, content, said):
    answer = upload(client, hamlet, content)

    assert said in answer.content.decode()
    assert MemberImport.objects.count() == 0


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(client, hamlet, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)

    answer = upload(client, hamlet, b"x" * 1001)

    assert "Tệp lớn hơn" in answer.content.decode()
    assert MemberImport.objects.count() == 0


def test_nothing_and_both_are_refused(client, hamlet):
    nothing = client.post(page("upload"), {"hamlet": hamlet.pk})
    file = SimpleUploadedFile("ds.xlsx", xlsx(grid_of(ONE)))
    both = client.post(page("upload"), {"hamlet": hamlet.pk, "file": file, "pasted": "Họ tên\nA"})

    assert "Hãy chọn tệp danh sách, hoặc dán bảng" in nothing.content.decode()
    assert "không dùng cả hai" in both.content.decode()
    assert MemberImport.objects.count() == 0


def test_a_forged_hamlet_is_refused(client, commune):
    answer = upload(client, make_hamlet(commune), xlsx(grid_of(ONE)))

    assert "không thuộc địa bàn" in answer.content.decode()
    assert MemberImport.objects.count() == 0


def test_an_account_without_a_hamlet_is_told_so(login, hamlet_head_of):
    body = login(hamlet_head_of()).get(page("upload")).content.decode()

    assert "chưa được phân công ấp" in body
    assert 'type="file"' not in body


def test_the_template_is_a_workbook_to_keep(client):
    answer = client.get(page("template"))

    assert answer.content.startswith(b"PK")
    assert answer["Content-Disposition"] == 'attachment; filename="mau-danh-sach-thanh-vien.xlsx"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_the_template_of_another_hamlet_is_not_there(client, commune):
    assert client.get(page("template"), {"ap": make_hamlet(commune).pk}).status_code == 404


# Progress


def test_progress_says_where_a_list_is(client, hamlet, head):
    batch = member_import.start(xlsx(grid_of(ONE)), "ds.xlsx", hamlet=hamlet, by=head)

    before = client.get(page("progress", batch.pk)).json()
    member_import.read(batch.pk)
    after = client.get(page("progress", batch.pk)).json()

    assert (before["state"], after["state"]) == ("reading", "preview")
    assert client.get(page("show", batch.pk))["Location"] == page("review", batch.pk)


def test_a_page_at_work_has_a_link_for_whoever_has_no_scripts(client, hamlet, head):
    batch = member_import.start(xlsx(grid_of(ONE)), "ds.xlsx", hamlet=hamlet, by=head)

    body = client.get(page("show", batch.pk), {"toi": "cot"}).content.decode()

    assert f'<a class="by-button" href="{page("show", batch.pk)}?toi=cot">Tải lại</a>' in body
    assert f'data-progress="{page("progress", batch.pk)}"' in body


def test_a_file_that_cannot_be_read_says_why(client, hamlet, head):
    batch = read_in(hamlet, head, header=["Cột lạ", "Cột khác", "", "", ""])

    body = client.get(page("show", batch.pk)).content.decode()

    assert batch.state == State.FAILED
    assert batch.message in body


# Columns


def test_columns_are_shown_with_samples_and_can_be_corrected(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, TWO)
    body = client.get(page("mapping", batch.pk)).content.decode()
    chosen = {
        "include-0": "on", "header-0": "2", "column-0-A": "number", "column-0-B": "full_name",
        "column-0-C": "birth", "column-0-D": "ignored", "column-0-E": "team",
    }  # fmt: skip

    answer = client.post(page("mapping", batch.pk), chosen)
    member_import.read(batch.pk)
    batch.refresh_from_db()

    assert "Cột D" in body
    assert "Trần Thị Bé" in body
    assert answer["Location"] == page("show", batch.pk)
    assert [row.phone for row in batch.rows.filter(lane="new")] == ["", ""]
    assert MemberListMapping.objects.get(hamlet=hamlet).headings["Điện thoại"] == "ignored"


def test_columns_that_are_right_lead_on_without_reading_again(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)
    [table] = batch.sheets
    chosen = {f"column-0-{one['letter']}": one["field"] for one in table["columns"]}

    answer = client.post(
        page("mapping", batch.pk),
        chosen | {"include-0": "on", "header-0": str(table["header_row"])},
    )

    batch.refresh_from_db()
    assert answer["Location"] == page("review", batch.pk)
    assert batch.state == State.PREVIEW


def test_a_sheet_can_be_left_out_and_taken_back(client, hamlet, head):
    content = xlsx(grid_of(ONE, name="Tổ 1"), grid_of(TWO, name="Tổ 2"))
    batch = read_file(hamlet, head, content)
    names = []

    for chosen in ({"include-0": "on"}, {"include-0": "on", "include-1": "on"}):
        client.post(page("mapping", batch.pk), chosen)
        member_import.read(batch.pk)
        names.append([row.full_name for row in batch.rows.filter(lane="new")])

    assert names == [[ONE[0]], [ONE[0], TWO[0]]]


def test_no_sheet_at_all_is_refused(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)

    answer = client.post(page("mapping", batch.pk), {}, follow=True)

    assert "Hãy chọn ít nhất một trang tính" in answer.content.decode()


def shown_choices(client, batch):
    [group] = client.get(page("mapping", batch.pk)).context["groups"]
    return {f"column-0-{one['letter']}": one["field"] for one in group.columns}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"column-0-D": "full_name"}, "Cột B và cột D cùng là “Họ và tên”."),
        ({"column-0-B": "ignored"}, "hãy chọn cột nào là “Họ và tên”"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused_and_kept_on_the_page(
    client, hamlet, head, other, said
):
    batch = read_in(hamlet, head, ONE)
    chosen = shown_choices(client, batch) | {"include-0": "on", "header-0": "2"} | other

    answer = client.post(page("mapping", batch.pk), chosen)

    [group] = answer.context["groups"]
    shown = {f"column-0-{one['letter']}": one["field"] for one in group.columns}
    batch.refresh_from_db()
    assert said in answer.content.decode()
    assert {name: shown[name] for name in other} == other
    assert batch.state == State.PREVIEW


def test_sheets_with_the_same_headings_are_corrected_once(client, hamlet, head):
    content = xlsx(grid_of(ONE, name="Tổ 1"), grid_of(TWO, name="Tổ 2"))
    batch = read_file(hamlet, head, content)
    chosen = shown_choices(client, batch) | {"column-0-D": "ignored", "header-0": "2"}

    client.post(page("mapping", batch.pk), chosen | {"include-0": "on", "include-1": "on"})
    member_import.read(batch.pk)

    assert sorted(batch.rows.filter(lane="new").values_list("full_name", "phone")) == [
        (ONE[0], ""), (TWO[0], ""),
    ]  # fmt: skip


def test_a_choice_that_the_machine_could_not_follow_is_said(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)
    body = client.get(page("review", batch.pk)).content.decode()

    MemberImport.objects.update(header_rows={"Danh sách": 1})

    assert "máy đọc theo tiêu đề của tệp" not in body
    for name in ("review", "mapping"):
        assert "máy đọc theo tiêu đề của tệp" in client.get(page(name, batch.pk)).content.decode()


def test_a_list_that_failed_with_chosen_columns_can_be_chosen_anew(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)
    MemberImport.objects.update(state=State.FAILED, message="Bảng không có dòng nào.")

    body = client.get(page("show", batch.pk)).content.decode()
    chosen = shown_choices(client, batch) | {"include-0": "on", "header-0": "2"}
    client.post(page("mapping", batch.pk), chosen)
    member_import.read(batch.pk)

    batch.refresh_from_db()
    assert page("mapping", batch.pk) in body
    assert batch.state == State.PREVIEW


# Commit, result, undo


def test_the_commit_page_says_what_will_happen(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, TWO, BAD)

    context = client.get(page("commit", batch.pk)).context

    assert context["facts"] == [
        ("new", "2", "người mới được thêm vào danh sách thành viên"),
        ("refused", "1", "dòng không nhận vì có ô sai, không nhập"),
    ]
    assert context["basis"] == ""


def test_a_list_is_written_and_its_result_shown(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, TWO, BAD)

    answer = client.post(page("commit", batch.pk), {"basis": ""})
    committing.run(batch.pk)
    context = client.get(page("result", batch.pk)).context

    assert answer["Location"] == page("show", batch.pk)
    assert sorted(Member.objects.values_list("full_name", "consent_basis")) == [
        (ONE[0], "none"), (TWO[0], "none"),
    ]  # fmt: skip
    assert context["written"][0] == ("2", "người mới")
    assert [(lane, count) for lane, _label, count, _why in context["left_out"]] == [
        ("refused", "1"), ("dropped", "1"),
    ]  # fmt: skip
    assert context["can_undo"] is True


def test_consent_is_written_only_as_the_paper_says(login, chief, hamlet):
    batch = read_in(hamlet, chief, ONE)
    officer = make_officer(hamlet.commune, user=chief)
    notice = make_notice(hamlet.commune)
    said = {"basis": "list", "notice": notice.pk, "collected_by": officer.pk}
    client = login(chief)

    halfway = client.post(page("commit", batch.pk), said)
    client.post(page("commit", batch.pk), said | {"given_on": str(timezone.localdate())})
    committing.run(batch.pk)

    assert "Hãy ghi ngày người dân đồng ý." in halfway.content.decode()
    member = Member.objects.get()
    assert (member.consent_basis, member.consent_collected_by) == ("list", officer)


def test_undo_shows_what_changes_back_and_does_it(client, hamlet, head):
    kept = make_member(hamlet, full_name="Phạm Văn Cũ", phone="+84900000009", birth_year=1950)
    changed = (kept.full_name, 1951, "0900000009", "")
    batch = write_down(read_in(hamlet, head, ONE, changed), head)

    shown = client.get(page("undo", batch.pk))
    client.post(page("undo", batch.pk))

    kept.refresh_from_db()
    batch.refresh_from_db()
    body = shown.content.decode()
    assert (shown.context["removed"], shown.context["restored"]) == ("1", "1")
    assert "<ins>1950</ins>" in body
    assert "Bị bỏ khỏi danh sách thành viên" in body
    assert list(Member.objects.values_list("full_name", flat=True)) == [kept.full_name]
    assert (kept.birth_year, batch.state) == (1950, State.UNDONE)


def test_undo_says_who_stays_and_why(client, hamlet, head):
    batch = write_down(read_in(hamlet, head, ONE), head)
    Member.objects.update(address="Nhà mới")

    body = client.get(page("undo", batch.pk)).content.decode()

    assert "Để nguyên. Đã được sửa sau khi nhập." in body


def test_undo_ends_with_its_time(client, hamlet, head):
    batch = write_down(read_in(hamlet, head, ONE), head)
    MemberImport.objects.update(undo_until=timezone.now() - timedelta(minutes=1))

    answer = client.post(page("undo", batch.pk))

    assert answer["Location"] == page("show", batch.pk)
    assert Member.objects.count() == 1
    assert client.get(page("result", batch.pk)).context["can_undo"] is False


def test_a_list_is_thrown_away_after_a_question(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)

    asked = client.get(page("discard", batch.pk))
    client.post(page("discard", batch.pk))

    batch.refresh_from_db()
    assert "Bỏ danh sách này?" in asked.content.decode()
    assert (batch.state, batch.rows.count()) == (State.DISCARDED, 0)


def test_the_marked_file_is_a_workbook_with_a_safe_name(client, hamlet, head):
    batch = read_in(hamlet, head, BAD)
    MemberImport.objects.update(filename='Tổ 1 "độc"\r\nX: y;.xlsx')

    answer = client.get(page("marked", batch.pk))

    assert answer.content.startswith(b"PK")
    assert answer["Content-Disposition"] == 'attachment; filename="to-1-doc-x-y-danh-dau.xlsx"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
