"""A roster from a workbook: faults by cell, a preview, all or nothing."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import Seat, Shift
from duty.shifts import workbook
from tests.duty.roster.conftest import DAY, NOON, local
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
HEADING = ["Ngày", "Trực ban", "Trực chỉ huy", "Trực phụ"]


def file_of(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def plan_of(roster, *rows):
    return workbook.read(file_of(*rows), roster.commune, NOON)


def test_three_columns_of_names_become_shifts(roster):
    plan = plan_of(
        roster, ["LỊCH TRỰC THÁNG 12"], [], HEADING,
        [datetime(2026, 12, 3), "Trần An", "Lê Khải", ""],  # noqa: DTZ001 -- a cell of Excel
        ["Thứ Sáu 04/12/2026", "  ngô bình ", None, "DO CUC"],
    )  # fmt: skip

    assert plan.faults == []
    assert [(line.cell, line.day, line.seat, line.name) for line in plan.lines] == [
        ("B4", "2026-12-03", "duty", "Trần An"),
        ("C4", "2026-12-03", "leader", "Lê Khải"),
        ("B5", "2026-12-04", "duty", "Ngô Bình"),
        ("D5", "2026-12-04", "second", "Đỗ Cúc"),
    ]
    assert workbook.commit(roster.commune, plan.lines, by=roster.chief) == 4
    first = Shift.objects.in_seat(Seat.DUTY).earliest("starts_at")
    assert (first.person, first.starts_at, first.ends_at) == (roster.an, local(3), local(4))
    assert AuditEvent.objects.get(action="shift.imported").details == {"shifts": 4}


def test_seat_and_name_in_columns_of_their_own(roster):
    plan = plan_of(
        roster, ["STT", "Ngày trực", "Vị trí", "Họ và tên"], [1, "5/12/2026", "trực phụ", "Trần An"]
    )

    assert [(line.cell, line.seat) for line in plan.lines] == [("D2", "second")]


def test_every_fault_names_its_cell(roster):
    make_user(roster.commune, Role.OFFICER, last_name="Ngô", first_name="Bình")
    make_user(roster.commune, Role.HAMLET_HEAD, last_name="Võ", first_name="Phúc")
    roster.shift(roster.cuc, local(6))
    plan = plan_of(
        roster, HEADING, ["03/12/2026", "Ngô Bình"], ["04/12/2026", "Trần Ân"],
        ["05/12/2026", "Võ Phúc"], ["06/12/2026", "Trần An"], ["mai", "Trần An"],
        ["07/12/2026", "Trần An"], ["7/12/2026", "Đỗ Cúc"], ["01/11/2026", "Trần An"],
    )  # fmt: skip

    assert [fault.split(":")[0] for fault in sorted(plan.faults)] == [
        "A6", "B2", "B4", "B5", "B8", "B9",
    ]  # fmt: skip
    sentences = dict(fault.split(": ", 1) for fault in plan.faults)
    assert "2 tài khoản" in sentences["B2"]
    assert "chưa có quyền xem lịch trực" in sentences["B4"]
    assert "đã có người trực" in sentences["B5"]
    assert "trùng với ô B7" in sentences["B8"]
    assert "đã qua" in sentences["B9"]


def test_unknown_name_is_refused_by_cell(roster):
    assert plan_of(roster, HEADING, ["03/12/2026", "Người Lạ"]).faults == [
        "B2: không có tài khoản nào của xã tên “Người Lạ”."
    ]


def test_name_of_another_commune_is_unknown(roster, other_commune):
    make_user(other_commune, Role.OFFICER, last_name="Mai", first_name="Xa")

    assert plan_of(roster, HEADING, ["03/12/2026", "Mai Xa"]).faults != []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", file_of(["a", "b"], [1, 2])])
def test_file_without_a_roster_is_refused_with_a_sentence(roster, content):
    with pytest.raises(NotAllowed):
        workbook.read(content, roster.commune, NOON)


def test_overlap_that_came_meanwhile_stops_all_of_it(roster):
    plan = plan_of(roster, HEADING, ["03/12/2026", "Trần An"], ["04/12/2026", "Ngô Bình"])
    roster.shift(roster.cuc, local(4))

    with pytest.raises(NotAllowed, match=r"^B3: Giờ này đã có người trực"):
        workbook.commit(roster.commune, plan.lines, by=roster.chief)
    assert Shift.objects.count() == 1


def test_page_shows_a_preview_and_stores_only_what_is_confirmed(roster, page):
    client, address = page(roster.chief), reverse("admin:duty_roster_import")
    upload = SimpleUploadedFile("lich.xlsx", file_of(HEADING, ["03/12/2026", "Trần An"]))

    response = client.post(address, {"tep": upload})
    assert Shift.objects.count() == 0
    signed = response.context["signed"]
    client.post(reverse("admin:duty_roster_import_commit"), {"ban": signed})

    assert [row.person for row in Shift.objects.all()] == [roster.an]


def test_forged_old_and_borrowed_previews_are_refused(roster, page):
    client, address = page(roster.chief), reverse("admin:duty_roster_import")
    upload = SimpleUploadedFile("lich.xlsx", file_of(HEADING, ["03/12/2026", "Trần An"]))
    signed = client.post(address, {"tep": upload}).context["signed"]
    commit = reverse("admin:duty_roster_import_commit")

    client.post(commit, {"ban": signed + "x"})
    page(roster.leader).post(commit, {"ban": signed})
    roster.clock.shift(DAY / 12)
    page(roster.chief).post(commit, {"ban": signed})

    assert Shift.objects.count() == 0


def test_faulty_file_offers_nothing_to_confirm(roster, page):
    upload = SimpleUploadedFile("lich.xlsx", file_of(HEADING, ["03/12/2026", "Người Lạ"]))
    response = page(roster.chief).post(reverse("admin:duty_roster_import"), {"tep": upload})

    assert response.context["signed"] == ""
    assert "B2: không có tài khoản" in response.content.decode()


def test_day_of_a_cell_is_read_in_several_forms():
    forms = ["03/12/2026", "3-12-2026", "2026-12-03", "T5 03.12.2026", date(2026, 12, 3)]

    assert {workbook._day(form) for form in forms} == {date(2026, 12, 3)}
    assert workbook._day("31/02/2026") is None
