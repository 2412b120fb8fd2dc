"""Minutes of a meeting: page and Word file say the same, keep the rules and leave a trace."""

import html
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from accounts.models import AuditEvent
from tests.factories.groups import make_meeting, make_regulation
from tests.papers_checking import validate


def at(name: str, *args: object) -> str:
    return reverse(f"admin:groups_{name}", args=args)


@pytest.fixture
def regulation(hamlet):
    return make_regulation(hamlet, agreed=False, status="consulting", text="Điều 1. Yên lành")


def a_meeting(regulation, **fields):
    values = {
        "agree": 70, "disagree": 8, "other": 2, "chair": "Bà Chủ Trì", "secretary": "Ông Thư Ký",
        "venue": "Nhà văn hóa", "form": "ballots", "ballot_team": "Ông A\nBà B\nÔng C",
    }  # fmt: skip
    return make_meeting(regulation, **(values | fields))


def file_of(browser, meeting) -> bytes:
    return browser.post(at("consultationmeeting_minutes", meeting.pk)).content


def lines_of(content: bytes) -> list[str]:
    return [one.text for one in Document(BytesIO(content)).paragraphs if one.text]


def test_page_and_file_of_minutes_hold_what_the_law_asks_for(login, chief, regulation):
    meeting = a_meeting(regulation)
    browser = login(chief)

    page = browser.get(at("consultationmeeting_print_minutes", meeting.pk))
    content = file_of(browser, meeting)

    text = " ".join(html.unescape(page.content.decode()).split())
    found = lines_of(content)
    for said in (
        "Tổng số hộ: 120. Có mặt: 80. Vắng: 40.",
        "Đồng ý: 70. Không đồng ý: 8. Ý kiến khác: 2.",
        "Địa điểm: Nhà văn hóa", "Tổ lấy phiếu: Ông A; Bà B; Ông C.",
        f"Lấy ý kiến về {regulation}.", "Chủ trì: Bà Chủ Trì", "Thư ký: Ông Thư Ký",
    ):  # fmt: skip
        assert said in text
        assert said in found
    assert "Cần ít nhất 61/120 hộ đồng ý; hiện 70 (58,3%): đạt." in text
    assert "Đại diện các hộ" in text
    assert "DỰ THẢO LẦN 1" in text
    assert validate(content) == []


def test_minutes_with_clusters_and_of_the_commune_keep_the_rules(login, chief, hamlet, regulation):
    whole = make_meeting(None, commune=hamlet.commune, hamlet=None, attendance="Ấp 1\nẤp 2")
    parts = a_meeting(regulation)
    for name in ("Cụm Tổ 1", "Cụm Tổ 2"):
        parts.clusters.create(name=name, represented=40, agree=35, disagree=4, other=1)
    browser = login(chief)

    of_commune, of_parts = (file_of(browser, meeting) for meeting in (whole, parts))

    assert (validate(of_commune), validate(of_parts)) == ([], [])
    assert "Thành phần: Ấp 1; Ấp 2." in lines_of(of_commune)
    clusters = Document(BytesIO(of_parts)).tables[1]
    assert [row.cells[0].text for row in clusters.rows] == ["Cụm", "Cụm Tổ 1", "Cụm Tổ 2"]


def test_file_of_minutes_is_audited_and_counts_its_drafts(login, chief, regulation):
    meeting = a_meeting(regulation)
    browser = login(chief)

    file_of(browser, meeting)
    browser.get(at("consultationmeeting_print_minutes", meeting.pk))
    meeting.minutes = "Mọi người nhất trí."
    meeting.save()
    second = file_of(browser, meeting)

    events = AuditEvent.objects.filter(action="meeting.minutes_exported").order_by("pk")
    assert [(event.actor, event.details["draft"]) for event in events] == [(chief, 1), (chief, 2)]
    assert "Mọi người nhất trí." in lines_of(second)
    assert chief.username in Document(BytesIO(second)).sections[0].footer.paragraphs[0].text


def test_file_of_minutes_is_for_who_sees_the_meeting(
    login, hamlet_head_of, tech_admin, hamlet, other_hamlet, regulation
):
    meeting = a_meeting(regulation)
    url = at("consultationmeeting_minutes", meeting.pk)

    assert login(hamlet_head_of(hamlet)).post(url).status_code == 200
    assert login(hamlet_head_of(hamlet)).get(url).status_code == 405
    assert login(hamlet_head_of(other_hamlet)).post(url).status_code == 404
    assert login(tech_admin).post(url).status_code == 403
    assert AuditEvent.objects.filter(action="meeting.minutes_exported").count() == 1
