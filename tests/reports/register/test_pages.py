"""The register on screen and as a file, the hand-over list, the sheet for a wall."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.models import AuditEvent
from accounts.users.roles import Role
from reports import intake
from reports.models import TipConflict, TipEvent, TipReport
from reports.register import rows
from reports.tips.models import barred_as
from reports.triage import services as triage
from reports.vault import conflicts
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_message, make_opening, make_tip, make_triaged, make_worked
from tests.papers_checking import validate

REGISTER = reverse("admin:reports_tipreport_register")
FILE = reverse("admin:reports_tipreport_register_file")
POSTER = reverse("admin:reports_tipreport_poster")
PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", address="Tổ 9 Bàu Mẫu")


@pytest.fixture(autouse=True)
def _database(db):
    pass


def handover(tip) -> str:
    return reverse("admin:reports_tipreport_handover", args=[tip.pk])


def handover_file(tip) -> str:
    return reverse("admin:reports_tipreport_handover_file", args=[tip.pk])


def today() -> rows.Period:
    day = timezone.localdate()
    return rows.Period(day, day)


def cells(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(BytesIO(content)).tables[1].rows]


def texts(content: bytes) -> str:
    document = Document(BytesIO(content))
    parts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        parts += [cell.text for row in table.rows for cell in row.cells]
    section = document.sections[0]
    parts += [paragraph.text for paragraph in section.footer.paragraphs]
    parts += [paragraph.text for paragraph in section.first_page_footer.paragraphs]
    return "\n".join(parts)


# Lines


def test_no_paper_carries_where_the_reporter_says_they_are(login, chief, hamlet):
    """A typed place or a phone's stands on paper only once it was summed up."""
    tip = make_tip(hamlet=hamlet, place="Sát vách nhà tôi, số 12", occurred_words="Lúc tôi đi chợ")
    browser = login(chief)

    def papers() -> str:
        [line] = rows.lines(today(), by=chief)
        return f"{line.where_and_when} {browser.get(handover(tip)).content.decode()}"

    assert "nhà tôi" not in papers()
    assert "đi chợ" not in papers()
    assert str(hamlet) in papers()

    triage.summarise(tip, by=chief, summary="Tụ tập đánh bạc.", place="Quán nước đầu ấp")

    assert papers().count("Quán nước đầu ấp") == 2


def test_lines_stand_in_the_order_of_receipt(chief):
    late = make_tip(chief.commune)
    early = make_tip(chief.commune, received_at=timezone.now() - timedelta(hours=1))
    period = rows.Period(timezone.localdate() - timedelta(days=1), timezone.localdate())

    assert [line.code for line in rows.lines(period, by=chief)] == [early.code, late.code]


def test_who_told_looks_the_same_with_and_without_a_name(chief):
    make_tip(chief.commune)
    make_tip(chief.commune, person=PERSON)

    assert {line.reporter for line in rows.lines(today(), by=chief)} == {"Niêm phong"}


def test_a_single_line_says_that_it_was_received_and_no_more(chief):
    now = timezone.now()
    make_tip(
        chief.commune, status="closed", disposition="handed_over", closed_at=now, emptied_at=now,
        place="",
    )  # fmt: skip

    (line,) = rows.lines(today(), by=chief)

    assert (line.summary, line.kind, line.where_and_when) == ("Đã nhận, đã bàn giao", "", "")


def test_both_ends_of_a_period_count_as_days_here(chief):
    here = timezone.get_default_timezone()
    for at in ((1, 0, 0), (2, 23, 45), (3, 0, 0)):
        make_tip(chief.commune, received_at=datetime(2026, 9, *at, tzinfo=here))

    found = rows.lines(rows.Period(date(2026, 9, 1), date(2026, 9, 2)), by=chief)

    assert [line.received_at.day for line in found] == [1, 2]


def test_more_than_a_page_can_hold_is_refused(chief, monkeypatch):
    monkeypatch.setattr(rows, "MOST", 1)
    make_tip(chief.commune)
    make_tip(chief.commune)

    with pytest.raises(rows.TooMany, match="ngắn hơn"):
        rows.lines(today(), by=chief)


def test_an_officer_gets_what_the_officer_sees(officer_of):
    hamlet = make_hamlet()
    officer = officer_of(hamlet)
    own = make_worked(officer)
    make_triaged(officer.commune)
    barred = make_worked(officer)
    TipConflict.objects.create(tip=barred, user=officer)

    assert [line.code for line in rows.lines(today(), by=officer)] == [own.code]


# Page and file


def test_page_shows_the_lines_and_who_took_them(chief, login):
    make_profile(chief.commune)
    tip = make_triaged(chief.commune, person=PERSON)

    answer = login(chief).get(REGISTER)

    assert tip.code in answer.text
    assert tip.summary in answer.text
    assert chief.username in answer.text
    assert "không thay thế sổ tiếp nhận" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert not any(word in answer.text for word in ("Mẫu", "0900000123"))
    event = AuditEvent.objects.get(action="tip.register_printed")
    assert event.details["rows"] == 1


@pytest.mark.parametrize("way", ["conflict", "single line"])
def test_trail_counts_no_line_that_somebody_is_shut_out_of(chief, deputy_chief, login, way):
    """They read in the trail what another one took, and would find theirs shorter."""
    make_profile(chief.commune)
    about, _other = make_triaged(chief.commune), make_triaged(chief.commune)
    if way == "conflict":
        conflicts.add(about, user=chief, by=deputy_chief)
    else:
        TipReport.objects.filter(pk=about.pk).update(barred=[barred_as(chief.pk)])
    day = timezone.localdate().isoformat()

    page = login(deputy_chief).get(REGISTER, {"tu": day, "den": day})

    assert about.code in page.text
    assert AuditEvent.objects.get(action="tip.register_printed").details["rows"] == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?tu=2026-02-31&den=2026-03-01", "không đọc được"),
        ("?tu=2026-03-02&den=2026-03-01", "đứng trước"),
        ("?tu=2020-01-01&den=2026-03-01", "một năm"),
        ("?tu=x", "không đọc được"),
    ],
)
def test_days_that_make_no_period_are_named(chief, login, query, sentence):
    answer = login(chief).get(REGISTER + query)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert not AuditEvent.objects.filter(action="tip.register_printed").exists()


def test_file_has_the_same_lines(chief, login):
    make_profile(chief.commune)
    tip = make_triaged(chief.commune, person=PERSON, place="Quán nước đầu ấp")
    day = timezone.localdate().isoformat()

    answer = login(chief).post(FILE, {"tu": day, "den": day})

    content = b"".join(answer) if answer.streaming else answer.content
    _head, line = cells(content)
    assert line[:2] == ["1", tip.code]
    assert line[5] == "Niêm phong"
    assert line[7] == tip.summary
    assert chief.username in texts(content)
    assert not any(word in texts(content) for word in ("Mẫu", "0900000123"))
    assert AuditEvent.objects.filter(action="tip.register_exported").count() == 1


def test_file_keeps_the_rules_and_counts_its_drafts(chief, login):
    make_profile(chief.commune)
    browser = login(chief)
    day = timezone.localdate().isoformat()

    def draft() -> str:
        content = browser.post(FILE, {"tu": day, "den": day}).content
        assert validate(content) == []
        page = browser.get(REGISTER, {"tu": day, "den": day}).text
        (line,) = [one for one in texts(content).splitlines() if one.startswith("DỰ THẢO")]
        assert line in page
        return line

    tip = make_triaged(chief.commune, summary="Đèn đường\nấp Mẫu hỏng")
    found = [draft(), draft()]
    triage.summarise(tip, by=chief, summary="Đèn đường đã sửa.", place="")
    found.append(draft())

    assert found == ["DỰ THẢO LẦN 1", "DỰ THẢO LẦN 1", "DỰ THẢO LẦN 2"]


def test_file_of_nothing_says_so(chief, login):
    answer = login(chief).post(FILE, {"tu": "2026-01-05", "den": "2026-01-05"})

    assert cells(answer.content)[1][0] == "Không có phản ánh nào trong khoảng này."


def test_paper_needs_a_commune(superuser, login):
    browser = login(superuser)

    for answer in (browser.post(FILE, {}), browser.get(REGISTER)):
        assert answer.status_code == 400
        assert "tài khoản của một xã" in answer.text


def test_pages_are_for_who_may_print(login, duty_officer, party_member, tech_admin):
    tip = make_triaged(duty_officer.commune)

    for user in (duty_officer, party_member, tech_admin):
        client = login(user)
        assert client.get(REGISTER).status_code == 403
        assert client.post(FILE, {}).status_code == 403
        assert client.get(handover(tip)).status_code == 403
        assert client.post(handover_file(tip)).status_code == 403


# Hand-over list


def test_handover_numbers_the_steps_and_the_materials(chief, login):
    make_profile(chief.commune)
    owner = make_user(chief.commune, Role.OFFICER)
    tip = make_worked(owner, person=PERSON, words="Ông Ba Mẫu đánh người")
    make_message(tip, text="Nói thêm Mẫu")
    tip.events.create(kind=TipEvent.Kind.NOTED, by=owner, note="Hỏi bà Mẫu")
    tip.events.create(kind=TipEvent.Kind.WORDS_READ, by=owner)
    make_opening(tip, owner)

    page = login(chief).get(handover(tip)).text

    assert "Ghi việc đã làm" in page
    assert "Đọc lời gốc" not in page
    assert "Lời nói thêm của người báo tin (niêm phong)" in page
    assert "Mẫu" not in page
    assert "0900000123" not in page
    assert AuditEvent.objects.get(action="tip.handover_printed").actor == chief


def test_handover_looks_the_same_with_and_without_a_name(chief, login, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # the sheet says its minute
    client = login(chief)
    pages = []
    for person in (None, PERSON):
        tip = make_triaged(chief.commune, person=person)
        _before, sheet = client.get(handover(tip)).text.split("<main")
        pages.append(sheet.replace(tip.code, ""))

    assert pages[0] == pages[1]


def test_handover_as_a_file_keeps_the_rules_and_is_audited(chief, login):
    make_profile(chief.commune)
    tip = make_worked(make_user(chief.commune, Role.OFFICER), person=PERSON, words="Ông Ba Mẫu")

    content = login(chief).post(handover_file(tip)).content

    assert validate(content) == []
    assert tip.code in texts(content)
    assert "Lời gốc của người báo tin (niêm phong)" in texts(content)
    assert "Mẫu" not in texts(content)
    assert chief.username in texts(content)
    assert AuditEvent.objects.get(action="tip.handover_exported").actor == chief


@pytest.mark.parametrize("why", ["conflict", "emptied", "foreign"])
def test_handover_of_what_is_not_to_be_seen_is_not_there(chief, login, why):
    commune = None if why == "foreign" else chief.commune
    tip = make_triaged(commune, emptied_at=timezone.now() if why == "emptied" else None)
    if why == "conflict":
        TipConflict.objects.create(tip=tip, user=chief)

    assert login(chief).get(handover(tip)).status_code == 404
    assert login(chief).post(handover_file(tip)).status_code == 404


# Sheet for a wall


def test_sheet_names_address_and_phone(chief, login, settings):
    settings.PORTAL_URL = "https://binhyen.example"
    make_profile(chief.commune)

    page = login(chief).get(POSTER).text

    assert f"https://binhyen.example/phan-anh/{chief.commune.code}/" in page
    assert "data:image/svg+xml" in page
    assert "0251 000 113" in page


def test_sheet_needs_a_commune(superuser, login):
    answer = login(superuser).get(POSTER, follow=True)

    assert "tài khoản của một xã" in answer.text
