"""Plain import and export: scoped, repeatable, and with errors that a person can act on."""

import csv
from io import BytesIO, StringIO

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.models import Hamlet, Officer, Team, ZaloGroup
from groups.resources import HamletResource, OfficerResource, TeamResource, ZaloGroupResource
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_officer,
    make_ordinary_group,
    make_team,
)


def run(resource, user, headers, *rows, dry_run=False):
    dataset = tablib.Dataset(*rows, headers=headers)
    return resource().import_data(dataset, user=user, dry_run=dry_run)


def counts(result) -> dict[str, int]:
    return {kind: number for kind, number in result.totals.items() if number}


def problems(result) -> list[tuple[int, dict[str, list[str]]]]:
    assert not result.has_errors(), [str(error.error) for error in result.base_errors]
    return [(row.number, row.error_dict) for row in result.invalid_rows]


HAMLETS = ["Mã ấp", "Loại", "Tên ấp", "Số hộ", "Vùng sâu, vùng xa", "Có từ ngày", "Đến hết ngày"]
TEAMS = ["Mã ấp", "Tên tổ", "Số hộ"]
OFFICERS = ["Họ và tên", "Chức vụ", "Số điện thoại", "Đang công tác"]
GROUPS = ["Mã ấp", "Tên tổ", "Tên nhóm", "Loại nhóm", "Mã nhóm trên Zalo", "Sức chứa"]


def test_hamlets_are_read_as_people_write_them(chief, commune):
    result = run(
        HamletResource, chief, HAMLETS,
        ("AP01", "ấp", "Đồng  Tâm", "1.250", "x", "01/07/2026", ""),
        (2.0, "Khu pho", "2", 300.0, "", None, None),
    )  # fmt: skip

    assert problems(result) == []
    first, second = Hamlet.objects.order_by("-code")
    assert (first.commune, first.name, first.kind) == (commune, "Đồng Tâm", "ap")
    assert (first.households, first.is_remote, str(first.valid_from)) == (1250, True, "2026-07-01")
    assert (second.code, second.kind, second.households) == ("2", "khu_pho", 300)


def test_same_file_twice_changes_nothing(chief, commune):
    make_hamlet(commune, code="AP01")
    officers = ("Lê An", "Trực ban", "0900 000 111", "Có")
    for resource, headers, row in (
        (HamletResource, HAMLETS, ("AP02", "Ấp", "Mới", 5, "", "", "")),
        (TeamResource, TEAMS, ("AP01", "Tổ 1", 30)),
        (OfficerResource, OFFICERS, officers),
        (ZaloGroupResource, GROUPS, ("AP01", "", "Nhóm A", "Nhóm thường", "", "")),
    ):
        assert counts(run(resource, chief, headers, row)) == {"new": 1}
        assert counts(run(resource, chief, headers, row)) == {"skip": 1}


def test_changed_row_is_updated(chief, commune):
    hamlet = make_hamlet(commune, code="AP01")
    team = make_team(hamlet, name="Tổ 1", households=10)

    assert counts(run(TeamResource, chief, TEAMS, ("AP01", "Tổ 1", 35))) == {"update": 1}
    team.refresh_from_db()
    assert team.households == 35


def test_blank_key_means_new_and_never_match(chief, commune):
    make_officer(commune, full_name="Lê An", title="Trưởng ấp", phone="")
    row = ("Lê An", "Trưởng ấp", "", "Có")

    assert counts(run(OfficerResource, chief, OFFICERS, row, row)) == {"new": 2}
    assert Officer.objects.filter(full_name="Lê An").count() == 3


def test_hamlet_without_code_is_refused_by_row(chief):
    ((number, cells),) = problems(
        run(HamletResource, chief, HAMLETS, ("", "Ấp", "Mới", 1, "", "", ""))
    )

    assert (number, set(cells)) == (2, {"Mã ấp"})


def test_wrong_cells_are_named_by_row_and_column(chief, commune):
    make_hamlet(commune, code="AP01", name="Cũ")

    result = run(
        HamletResource, chief, HAMLETS,
        ("AP02", "Ấp", "Hai", 1, "", "", ""),
        ("AP03", "Bản", "Ba", "nhiều", "chắc", "31/02/2026", ""),
        ("AP04", "Ấp", "Cũ", 1, "", "", ""),
    )  # fmt: skip

    (third, cells), (fourth, names) = problems(result)
    assert (third, fourth) == (3, 4)
    assert set(cells) == {"Loại", "Số hộ", "Vùng sâu, vùng xa", "Có từ ngày"}
    assert cells["Số hộ"] == ["“nhiều” không phải là số. Ghi số nguyên, ví dụ 120."]
    assert cells["Loại"][0].startswith("“Bản” không có trong danh mục. Chọn một trong: Ấp")
    assert ["Xã đang có ấp, khu phố trùng tên."] in names.values()


def test_officer_imports_into_own_hamlets_only(officer_of, hamlet, other_hamlet):
    user = officer_of(hamlet)

    result = run(
        TeamResource, user, TEAMS, (hamlet.code, "Tổ 1", 5), (other_hamlet.code, "Tổ 1", 5)
    )

    assert problems(result) == [
        (3, {"Mã ấp": [f"Không có ấp mang mã “{other_hamlet.code}” trong địa bàn của bạn."]})
    ]
    assert list(Team.objects.values_list("hamlet", flat=True)) == [hamlet.pk]


def test_row_of_a_foreign_hamlet_is_never_updated(officer_of, hamlet, other_hamlet):
    team = make_team(other_hamlet, name="Tổ 9", households=40)

    run(TeamResource, officer_of(hamlet), TEAMS, (other_hamlet.code, "Tổ 9", 1))

    team.refresh_from_db()
    assert team.households == 40


def test_hamlet_code_of_another_commune_does_not_match(chief, commune, other_commune):
    far = make_hamlet(other_commune, code="AP01", name="Xa", households=900)

    assert counts(run(HamletResource, chief, HAMLETS, ("AP01", "Ấp", "Gần", 5, "", "", ""))) == {
        "new": 1
    }
    far.refresh_from_db()
    assert (far.name, far.households) == ("Xa", 900)


def test_group_is_imported_as_a_draft_whatever_the_file_says(chief, commune):
    make_hamlet(commune, code="AP01")
    headers = [*GROUPS, "Trạng thái"]

    run(
        ZaloGroupResource, chief, headers,
        ("AP01", "", "Nhóm A", "Nhóm của Zalo OA", "g-1", 200, "Đang hoạt động"),
    )  # fmt: skip

    group = ZaloGroup.objects.get()
    assert (group.kind, group.zalo_group_id, group.capacity) == ("oa", "g-1", 200)
    assert group.status == ZaloGroup.Status.DRAFT


def test_group_rules_hold_for_imports(chief, officer_of, hamlet, other_hamlet):
    make_team(other_hamlet, name="Tổ Bên")
    make_ordinary_group(hamlet, name="Nhóm cũ")
    make_ordinary_group(hamlet, name="Nhóm đóng", status="closed")

    result = run(
        ZaloGroupResource, chief, GROUPS,
        (hamlet.code, "Tổ Bên", "Nhóm A", "Nhóm thường", "", ""),
        (hamlet.code, "", "Nhóm cũ", "Nhóm của Zalo OA", "g1", ""),
        (hamlet.code, "", "Nhóm đóng", "Nhóm thường", "", 5),
        (hamlet.code, "", "Nhóm B", "Nhóm thường", "g2", ""),
    )  # fmt: skip
    whole = run(
        ZaloGroupResource, officer_of(hamlet), GROUPS, ("", "", "Cả xã", "Nhóm thường", "", "")
    )

    assert problems(result)[:3] == [
        (2, {"Tên tổ": ["Không có tổ “Tổ Bên” trong địa bàn của bạn."]}),
        (3, {"Loại nhóm": ["Không đổi loại của nhóm đã có. Hãy lập nhóm mới."]}),
        (4, {"Tên nhóm": ["Nhóm đã đóng, không sửa được nữa."]}),
    ]
    assert "Nhóm thường không có mã nhóm trên Zalo." in str(problems(result)[3])
    assert problems(whole) == [(2, {"Mã ấp": ["Hãy ghi mã ấp; chỉ chỉ huy lập nhóm của cả xã."]})]


def base_error(result) -> str:
    (error,) = result.base_errors
    assert result.total_rows == 0
    return str(error.error)


def test_file_as_a_whole_is_refused_with_a_sentence(chief, superuser):
    row = ("AP01", "Tổ 1", 5)

    assert base_error(run(TeamResource, chief, ["Mã", "Tên tổ", "Số hộ"], row)).startswith(
        "Tệp thiếu cột: Mã ấp."
    )
    assert "tách thành nhiều tệp" in base_error(run(TeamResource, chief, TEAMS, *[row] * 2001))
    assert base_error(run(TeamResource, superuser, TEAMS, row)).startswith(
        "Tài khoản cấp thành phố không nhập từ tệp được."
    )


def test_export_without_a_queryset_gives_nothing(hamlet):
    make_team(hamlet)

    assert len(TeamResource().export()) == 0


# Through the pages


def upload(client, model: str, headers, *rows):
    dataset = tablib.Dataset(*rows, headers=headers)
    file = SimpleUploadedFile("tep.xlsx", dataset.export("xlsx"))
    return client.post(
        reverse(f"admin:groups_{model}_import"), {"format": "0", "import_file": file}
    )


def confirm(client, model: str, page):
    form = page.context["confirm_form"]
    return client.post(reverse(f"admin:groups_{model}_process_import"), form.initial, follow=True)


def test_upload_is_previewed_and_then_confirmed(login, chief, commune):
    make_hamlet(commune, code="AP01")
    client = login(chief)

    preview = upload(client, "team", TEAMS, ("AP01", "Tổ 1", 20), ("AP01", "Tổ 2", 30))
    assert Team.objects.count() == 0
    confirm(client, "team", preview)

    assert Team.objects.count() == 2
    event = AuditEvent.objects.get(action="data.imported")
    assert (event.actor, event.commune) == (chief, commune)
    assert event.details == {"model": "groups.team", "new": 2}


def test_wrong_row_is_shown_and_cannot_be_confirmed(login, chief, commune):
    make_hamlet(commune, code="AP01")

    page = upload(login(chief), "team", TEAMS, ("AP01", "Tổ 1", 20), ("AP77", "Tổ 2", 30))

    text = page.content.decode()
    assert "Không có ấp mang mã “AP77” trong địa bàn của bạn." in text
    assert "confirm_form" not in page.context
    assert "Traceback" not in text


def test_unreadable_file_is_a_sentence(login, chief):
    file = SimpleUploadedFile("tep.xlsx", b"khong phai excel")
    page = login(chief).post(
        reverse("admin:groups_team_import"), {"format": "0", "import_file": file}
    )

    assert "Không đọc được tệp." in page.content.decode()
    assert "zip" not in page.content.decode().lower()


def export(client, model: str, kind: str):
    return client.post(reverse(f"admin:groups_{model}_export"), {"format": kind})


def test_export_holds_own_rows_and_is_recorded(login, officer_of, hamlet, other_hamlet):
    user = officer_of(hamlet)
    make_team(hamlet, name="Tổ Đầu")
    make_team(other_hamlet, name="Tổ Bên")

    answer = export(login(user), "team", "1")

    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["Mã ấp", "Tên tổ", "Số hộ"], [hamlet.code, "Tổ Đầu", "30"]]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    event = AuditEvent.objects.get(action="data.exported")
    assert event.details == {"model": "groups.team", "rows": 1}


def test_exported_workbook_can_be_imported_again_unchanged(login, chief, hamlet):
    make_group(hamlet, name="Nhóm A")
    make_ordinary_group(hamlet, name="Nhóm B", head_count=12)
    client = login(chief)

    book = load_workbook(BytesIO(export(client, "zalogroup", "0").content))
    headers, *rows = book.active.values

    assert counts(run(ZaloGroupResource, chief, headers, *rows)) == {"skip": 2}


def test_formulas_are_defused_on_the_way_out(login, chief, hamlet):
    make_team(hamlet, name="=HYPERLINK(1)")

    answer = export(login(chief), "team", "1").content.decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in answer
    assert ",=HYPERLINK" not in answer


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.DUTY_OFFICER, Role.TECH_ADMIN])
@pytest.mark.parametrize("page", ["import", "export"])
def test_others_may_not_import_or_export(login, commune, role, page):
    client = login(make_user(commune, role))

    assert client.get(reverse(f"admin:groups_team_{page}")).status_code == 403
