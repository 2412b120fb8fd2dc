"""A list of people leaves by one door: reason, watermark, audit, masked, and never a formula."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from groups.export_workbooks import Workbook
from groups.models import Member
from groups.personal_data import holdings
from groups.residents import exports
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.people import make_consent, make_data_request, make_merge

LIST = reverse("admin:groups_member_changelist")
REASON = "Đối chiếu với trưởng ấp"
EVIL = ("=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "{=1}")


def cells(content: bytes) -> list:
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def words(content: bytes) -> str:
    return " | ".join(str(cell.value) for cell in cells(content))


def export(client, members, **form):
    data = {
        "action": "take_list", "select_across": "0", "index": "0",
        "_selected_action": [member.pk for member in members],
    }  # fmt: skip
    return client.post(LIST, {**data, **form})


@pytest.fixture
def member(hamlet):
    return make_member(
        hamlet, full_name="Nguyễn Văn Tám", birth_date="1960-02-03", phone="0900000456",
        address="Số 7 đường Đất", household_code="H77",
    )  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_what_looks_like_a_formula_is_inert_text(chief, hamlet, evil):
    make_member(hamlet, full_name=evil.strip() or "x", address=evil.strip())

    listing = exports.export(Member.objects.all(), by=chief, reason=REASON, in_full=True)
    content = exports.workbook(listing)

    found = cells(content)
    assert {cell.data_type for cell in found} == {"s"}
    assert evil.strip() in [cell.value for cell in found]
    with ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f" in sheet or b"<hyperlink" in sheet for sheet in sheets)
        assert not [name for name in parts.namelist() if "external" in name.lower()]


def test_a_workbook_writes_even_numbers_as_text():
    book = Workbook("Dấu & nước")
    book.add_sheet("Một", ("A", "B"), [("0900000001", "1/2")])

    found = {cell.value: cell.data_type for cell in cells(book.content())}
    assert found == {"Dấu & nước": "s", "A": "s", "B": "s", "0900000001": "s", "1/2": "s"}


def test_numbers_are_masked_unless_asked_for_in_full(chief, member):
    masked = exports.export(Member.objects.all(), by=chief, reason=REASON)
    whole = exports.export(Member.objects.all(), by=chief, reason=REASON, in_full=True)

    text = " | ".join(masked.rows[0])
    assert ("1960" in text, "456" in text) == (True, True)
    for hidden in ("0900 000 456", "0900000456", "03/02/1960", "đường Đất", "H77"):
        assert hidden not in text
    for shown in ("0900 000 456", "03/02/1960", "Số 7 đường Đất", "H77"):
        assert shown in whole.rows[0]
    details = [event.details for event in AuditEvent.objects.order_by("sequence")]
    assert [row["is_masked"] for row in details] == [True, False]


def test_of_who_took_the_agreement_back_no_number_leaves(chief, member):
    Member.objects.filter(pk=member.pk).update(status="withdrawn")

    (row,) = exports.export(Member.objects.all(), by=chief, reason=REASON, in_full=True).rows

    assert row[2:5] == ("1960", "", "••• ••• 456")
    assert row[7:9] == ("", "")


def test_every_page_says_who_took_it_and_when(chief, member):
    listing = exports.export(Member.objects.all(), by=chief, reason=REASON)
    content = exports.workbook(listing)

    assert "KHÔNG SAO CHÉP" in listing.mark
    assert str(chief) in listing.mark
    assert chief.username in listing.mark
    assert cells(content)[0].value == listing.mark
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert chief.username in sheet.oddHeader.center.text


def test_a_list_needs_a_reason_and_leaves_a_trace(chief, member):
    with pytest.raises(NotAllowed, match="lý do"):
        exports.export(Member.objects.all(), by=chief, reason="xem  ")
    assert not AuditEvent.objects.filter(action="member.exported").exists()

    exports.export(Member.objects.all(), by=chief, reason=REASON, filters="Ấp 1")
    event = AuditEvent.objects.get(action="member.exported")
    assert (event.actor, event.reason) == (chief, REASON)
    assert event.details == {"rows": 1, "filters": "Ấp 1", "is_masked": True}


def test_who_may_not_export_is_refused(officer_of, hamlet_head_of, hamlet, member):
    for user in (officer_of(hamlet), hamlet_head_of(hamlet)):
        with pytest.raises(NotAllowed):
            exports.export(Member.objects.all(), by=user, reason=REASON)


def test_who_sees_masked_numbers_does_not_export_them_in_full(commune, member):
    clerk = make_user(commune)
    wanted = ("view_member", "export_member", "view_all_hamlets")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=wanted))

    with pytest.raises(NotAllowed, match="không được lấy đủ"):
        exports.export(Member.objects.all(), by=clerk, reason=REASON, in_full=True)
    assert len(exports.export(Member.objects.all(), by=clerk, reason=REASON).rows) == 1


def test_only_people_in_sight_are_taken(chief, other_commune, member):
    make_member(make_hamlet(other_commune))

    assert len(exports.export(Member.objects.all(), by=chief, reason=REASON).rows) == 1


def test_the_page_asks_for_a_reason_before_it_hands_over(login, chief, member):
    client = login(chief)

    asked = export(client, [member])
    empty = export(client, [member], shape="xlsx", reason="")
    given = export(client, [member], shape="xlsx", reason=REASON)

    assert "Lý do lấy danh sách" in asked.content.decode()
    assert empty["Content-Type"].startswith("text/html")
    assert AuditEvent.objects.filter(action="member.exported").count() == 1
    assert given["Content-Disposition"].startswith("attachment")
    assert given["Cache-Control"].startswith("no-store")
    assert "Nguyễn Văn Tám" in words(given.content)
    assert "0900 000 456" not in words(given.content)


def test_a_printed_list_carries_the_mark_and_escapes_names(login, chief, hamlet):
    evil = make_member(hamlet, full_name="<script>alert(1)</script>")

    page = export(login(chief), [evil], shape="print", reason=REASON).content.decode()

    assert "KHÔNG SAO CHÉP" in page
    assert REASON in page
    assert "<script>alert" not in page
    assert AuditEvent.objects.filter(action="member.printed").count() == 1


def test_a_search_is_said_to_be_there_and_not_repeated(login, chief, member):
    client = login(chief)
    client.post(
        f"{LIST}?q=Nguyen+Van+Tam&status__exact=active",
        {"action": "take_list", "select_across": "1", "index": "0", "shape": "xlsx",
         "reason": REASON, "_selected_action": [member.pk]},
    )  # fmt: skip

    said = AuditEvent.objects.get(action="member.exported").details["filters"]
    assert "Tam" not in said
    assert "có tìm theo tên hoặc số điện thoại" in said


def test_no_door_of_the_list_opens_for_the_head_of_a_hamlet(
    login, hamlet_head_of, hamlet, other_hamlet, member
):
    client = login(hamlet_head_of(hamlet))

    page = client.get(LIST).content.decode()
    forged = export(client, [member], shape="xlsx", reason=REASON)

    assert "take_list" not in page
    assert "spreadsheet" not in forged.get("Content-Type", "")
    assert not AuditEvent.objects.filter(action__in=["member.exported", "member.printed"]).exists()


# What is held about one person


def test_the_copy_says_everything_that_is_held(officer_of, hamlet, member):
    officer = officer_of(hamlet)
    make_membership(member, make_group(hamlet, name="Nhóm ấp"))
    make_consent(member, evidence="Tủ 3")
    make_data_request(hamlet.commune, hamlet=hamlet, member=member, detail="Xin xem")

    held = holdings.gather(member, by=officer, reason="Yêu cầu số 1")

    said = words(holdings.workbook(held))
    for part in ("0900 000 456", "03/02/1960", "Số 7 đường Đất", "H77", "Nhóm ấp", "Xin xem"):
        assert part in said
    event = AuditEvent.objects.get(action="member.disclosed")
    assert (event.reason, event.target_id) == ("Yêu cầu số 1", str(member.pk))


def test_the_copy_says_where_the_paper_lies(officer_of, hamlet, member):
    make_consent(member, evidence="Hồ sơ 12, tủ 2")

    held = holdings.gather(member, by=officer_of(hamlet), reason="Yêu cầu số 1")

    assert "Giấy tờ lưu ở: Hồ sơ 12, tủ 2." in str(held.sections)


def test_the_copy_says_what_a_joined_row_said(officer_of, hamlet, member):
    officer = officer_of(hamlet)
    twin = make_member(hamlet, full_name="Nguyễn Văn Tám", phone="0900000789", address="Nhà cũ")
    make_merge(member, twin, by=officer)

    held = holdings.gather(member, by=officer, reason="Yêu cầu số 1")

    said = words(holdings.workbook(held))
    assert ("0900 000 789" in said, "Nhà cũ" in said) == (True, True)


def test_the_copy_says_what_rows_said_that_were_joined_one_after_another(
    officer_of, hamlet, member
):
    officer = officer_of(hamlet)
    first, second = make_member(hamlet, phone="+84900000771"), make_member(hamlet)
    make_merge(second, first, by=officer)
    make_merge(member, Member.objects.get(pk=second.pk), by=officer)

    held = holdings.gather(member, by=officer, reason="Yêu cầu số 1")

    assert "0900 000 771" in str(held.sections)


def test_the_copy_names_nobody_of_a_hamlet_out_of_sight(officer_of, hamlet, other_hamlet, member):
    member.reached_through = make_member(other_hamlet, full_name="Ở Ấp Kia")
    member.save()

    held = holdings.gather(member, by=officer_of(hamlet), reason="Yêu cầu số 1")

    said = words(holdings.workbook(held))
    assert ("Ở Ấp Kia" in said, holdings.ELSEWHERE in said) == (False, True)


def test_the_copy_is_made_after_a_reason_was_given(login, officer_of, hamlet, member):
    client = login(officer_of(hamlet))
    page = reverse("admin:groups_member_holdings", args=[member.pk])

    asked = client.get(page).content.decode()
    assert "0900 000 456" not in asked
    assert not AuditEvent.objects.filter(action="member.disclosed").exists()

    answer = {"reason": "Người dân đến xin xem", "shape": "print"}
    shown = client.post(page, answer)
    assert "0900 000 456" in shown.content.decode()
    assert shown["Cache-Control"].startswith("no-store")
    assert client.post(page, {**answer, "shape": "xlsx"})["Content-Disposition"]
    assert AuditEvent.objects.filter(action="member.disclosed").count() == 2
