"""The list of who is put forward, on paper: an informant is a token there and nothing more."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from accounts.models import AuditEvent
from accounts.users.roles import Role
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_hamlet
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_commendation,
    make_form,
    make_informant,
)
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
SHEET, FILE = "admin:oversight_commendation_sheet", "admin:oversight_commendation_file"


def contents_of(content):
    document = Document(BytesIO(content))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    words = [one.text for one in document.paragraphs] + [one for row in cells for one in row]
    return cells, "\n".join(words)


@pytest.fixture
def listed(chief):
    """A team, a person who is not thanked, an informant; another year, another commune."""
    make_profile(chief.commune)
    team = make_achievement(chief.commune, name="Tổ Mẫu", place="Ấp Mẫu")
    declined = make_achievement(chief.commune, name="Thôi khen")
    make_commendation(team)
    make_commendation(declined, status="declined", declined_because="Chưa đủ.")
    make_commendation(make_achievement(chief.commune, name="Năm trước", year=2025))
    make_commendation(make_achievement(make_hamlet().commune, name="Nơi khác"))
    return make_accepted(make_informant(chief.commune), is_public=True,
                         consent_on="2026-11-20", consent_paper="9/VB")  # fmt: skip


def test_file_keeps_the_rules_and_tells_of_an_informant_the_token(chief, login, listed):
    answer = login(chief).post(f"{reverse(FILE)}?nam=2026")

    assert validate(answer.content) == []
    cells, text = contents_of(answer.content)
    of_informant = next(row for row in cells if listed.achievement.token in row[1])
    assert of_informant[2] == "Không công khai"
    assert "Tổ Mẫu" in text
    for absent in ("Thôi khen", "Năm trước", "Nơi khác", "9/VB", "20/11/2026"):
        assert absent not in text
    event = AuditEvent.objects.get(action="paper.commendations_exported")
    assert listed.achievement.token not in str(event.details)


def test_page_leads_to_the_file_and_to_another_year(chief, login, listed):
    page = login(chief).get(f"{reverse(SHEET)}?nam=2025")

    assert f"{reverse(FILE)}?nam=2025" in page.text
    assert f"{reverse(SHEET)}?nam=2026" in page.text
    assert "Năm trước" in page.text
    assert "Tổ Mẫu" not in page.text


@pytest.fixture
def decided(listed):
    """Of a year: the informant, a team whose paper is handed over, and one that waits for it."""
    commune = listed.commune
    make_accepted(
        make_achievement(commune, name="Tổ Đã Trao", place="Ấp Mẫu"), status="handed_over",
        form=make_form(commune, name="Giấy khen", given_by="Chủ tịch UBND xã"),
        decision_number="22/QĐ-UBND", decided_on="2026-11-17", handed_over_on="2026-11-19",
    )  # fmt: skip
    make_accepted(make_achievement(commune, name="Tổ Chờ Trao"))
    make_accepted(make_achievement(commune, name="Có từ năm trước", year=2025))
    make_accepted(make_achievement(make_hamlet().commune, name="Có ở nơi khác"))
    return listed


def test_list_of_decisions_tells_what_a_paper_is_written_and_handed_over_by(chief, login, decided):
    answer = login(chief).post(f"{reverse(FILE)}?nam=2026&loai=quyet-dinh")

    assert validate(answer.content) == []
    cells, text = contents_of(answer.content)
    row = next(row for row in cells if "Tổ Đã Trao" in row[1])
    assert row[1:] == [
        "Tổ Đã Trao, Ấp Mẫu", "Vận động đủ các hộ trong tổ tham gia nhóm.", "Giấy khen",
        "Chủ tịch UBND xã", "22/QĐ-UBND ngày 17/11/2026", "19/11/2026",
    ]  # fmt: skip
    assert next(row for row in cells if "Tổ Chờ Trao" in row[1])[-1] == "Chưa trao"
    of_informant = next(row for row in cells if decided.achievement.token in row[1])
    assert of_informant[1] == f"{decided.achievement.subject}, Không công khai"
    assert "3 lượt khen, 2 lượt chưa trao" in text
    for absent in ("Tổ Mẫu", "Thôi khen", "Có từ năm trước", "Có ở nơi khác", "9/VB", "20/11/2026"):
        assert absent not in text
    event = AuditEvent.objects.get(action="paper.commendations_exported")
    assert event.details["list"] == "Danh sách khen thưởng (đã có quyết định)"
    assert decided.achievement.token not in str(event.details)


def test_each_list_leads_to_the_other_and_stays_itself_in_another_year(chief, login, decided):
    page = login(chief).get(f"{reverse(SHEET)}?nam=2025&loai=quyet-dinh")

    for url in (f"{reverse(FILE)}?nam=2025&amp;loai=quyet-dinh", f"{reverse(SHEET)}?nam=2025",
                f"{reverse(SHEET)}?nam=2026&amp;loai=quyet-dinh"):  # fmt: skip
        assert f'"{url}"' in page.text
    assert "Có từ năm trước" in page.text
    assert "Tổ Đã Trao" not in page.text
    other = login(chief).get(f"{reverse(SHEET)}?nam=2025")
    assert f'"{reverse(SHEET)}?nam=2025&amp;loai=quyet-dinh"' in other.text
    assert "Danh sách khen thưởng (đã có quyết định)" in other.text


@pytest.mark.parametrize("year", ["", "x", "99999", "-1", "1900"])
def test_a_year_that_is_none_is_this_one(chief, login, listed, year):
    assert login(chief).get(f"{reverse(SHEET)}?nam={year}").status_code == 200


@pytest.mark.parametrize("role", [one for one in Role if one != Role.CHIEF])
def test_nobody_else_has_the_list(commune, login, listed, role):
    user = make_user(commune, role)

    assert login(user).get(reverse(SHEET)).status_code == 403
    assert login(user).post(reverse(FILE)).status_code == 403


def test_names_stand_by_their_letters(chief, login):
    make_profile(chief.commune)
    form = make_form(chief.commune)
    for name in ("Đội Mẫu", "Ủy ban Mẫu", "Êm Mẫu", "Tổ Mẫu", "Ấp Mẫu"):
        make_commendation(make_achievement(chief.commune, name=name), form=form)

    cells, _text = contents_of(login(chief).post(f"{reverse(FILE)}?nam=2026").content)

    named = [row[1] for row in cells if row[1].endswith(" Mẫu")]
    assert named == ["Ấp Mẫu", "Đội Mẫu", "Êm Mẫu", "Tổ Mẫu", "Ủy ban Mẫu"]


def test_a_refusal_does_not_name_a_page_that_it_does_not_lead_to(login):
    page = login(make_user(None, is_superuser=True)).get(reverse(SHEET))

    assert page.status_code == 400
    assert f'href="{reverse("admin:oversight_commendation_changelist")}">Quay lại</a>' in page.text
