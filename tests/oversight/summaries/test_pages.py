"""The page of a summary: who sees it, what it offers, what the buttons do."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.checking import validate
from accounts.papers.letterheads import Issuer
from accounts.roles import Role
from accounts.today import lists_for
from broadcasts.models import Broadcast
from oversight import periods, summaries
from oversight.models import PeriodSummary
from oversight.periods import Period, commune_year, hamlet_year
from tests.factories.accounts import make_user
from tests.factories.summaries import last_month, make_draft, make_signed
from tests.factories.year import make_review
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db


def url(page, *args):
    return reverse(f"admin:oversight_periodsummary_{page}", args=args)


@pytest.mark.parametrize(
    ("role", "issuer", "is_signed", "sees"),
    [
        (Role.CHIEF, Issuer.POLICE, False, True),
        (Role.CHIEF, Issuer.PARTY, False, False),
        (Role.CHIEF, Issuer.PARTY, True, True),
        (Role.PARTY_OFFICE, Issuer.PARTY, False, True),
        (Role.PARTY_OFFICE, Issuer.COMMITTEE, False, True),
        (Role.CHIEF, Issuer.COMMITTEE, False, False),
        (Role.PARTY_MEMBER, Issuer.COMMITTEE, False, False),
        (Role.PARTY_MEMBER, Issuer.COMMITTEE, True, True),
        (Role.PARTY_OFFICE, Issuer.POLICE, True, False),
        (Role.PARTY_MEMBER, Issuer.PARTY, False, False),
        (Role.PARTY_MEMBER, Issuer.PARTY, True, True),
        (Role.PARTY_MEMBER, Issuer.POLICE, True, False),
        (Role.OFFICER, Issuer.PARTY, True, False),
        (Role.FRONT, Issuer.PARTY, True, False),
        (Role.HAMLET_HEAD, Issuer.PARTY, True, False),
        (Role.DUTY_OFFICER, Issuer.POLICE, True, False),
        (Role.TECH_ADMIN, Issuer.PARTY, True, False),
    ],
)
def test_summary_is_shown_to_its_readers_alone(
    chief, party_office, login, role, issuer, is_signed, sees
):
    by = chief if issuer is Issuer.POLICE else party_office
    summary = (make_signed if is_signed else make_draft)(by, issuer)

    response = login(make_user(chief.commune, role)).get(url("show", summary.pk))

    assert (response.status_code == 200) is sees


def test_chief_of_another_commune_sees_none(chief, other_commune, login):
    summary = make_signed(chief)

    client = login(make_user(other_commune, Role.CHIEF))

    assert client.get(url("show", summary.pk)).status_code == 404
    assert client.post(url("take", summary.pk, "docx")).status_code == 404


def test_chief_drafts_signs_and_takes_the_file(chief, login):
    client, month = login(chief), last_month()

    client.post(url("draft"), {"period": f"{month.first}:{month.last}", "issuer": "police"})
    draft = PeriodSummary.objects.get()
    confirm = client.get(url("sign", draft.pk)).content.decode()
    client.post(url("sign", draft.pk), {"digest": draft.digest})
    signed = PeriodSummary.objects.get()
    taken = client.post(url("take", draft.pk, "docx"))
    page = client.get(url("show", draft.pk)).content.decode()

    assert "Không ai sửa hoặc xóa được bản đã ký" in confirm
    assert signed.is_signed
    assert taken.content == bytes(signed.docx)
    assert client.post(url("take", draft.pk, "xlsx")).content == bytes(signed.xlsx)
    assert f"Đúng với lúc ký (sha256 {signed.digest})" in page
    assert AuditEvent.objects.filter(action="summary.taken", actor=chief).count() == 2


def test_office_drafts_the_safety_years_that_ended_and_the_span_of_a_review(
    chief, party_office, other_commune, login
):
    make_review(chief.commune, chief, first=date(2024, 3, 1), last=date(2025, 2, 14), year=2024)
    make_review(other_commune, chief, first=date(2024, 5, 6), last=date(2025, 5, 5), year=2024)
    client = login(party_office)

    with time_machine.travel(at(date(2026, 11, 27)), tick=False):
        page = client.get(url("draft")).content.decode()
        for asked in ("2025-11-01:2026-10-31", "2025-11-16:2026-11-15", "2024-03-01:2025-02-14"):
            client.post(url("draft"), {"period": asked, "issuer": "party"})

    assert "Năm xét xã an toàn 2026" in page
    assert "2024-05-06" not in page
    assert [one.period for one in PeriodSummary.objects.order_by("first")] == [
        Period(date(2024, 3, 1), date(2025, 2, 14)), hamlet_year(2026), commune_year(2026),
    ]  # fmt: skip


def test_office_signs_the_summary_of_the_peoples_committee_with_small_numbers_hidden(
    party_office, login, tips_of
):
    tips_of(3, last_month().first)
    client, month = login(party_office), last_month()

    asked = {"period": f"{month.first}:{month.last}", "issuer": "committee"}
    client.post(url("draft"), asked)
    draft = PeriodSummary.objects.get()
    client.post(url("sign", draft.pk), {"digest": draft.digest})
    signed = PeriodSummary.objects.get()

    assert (signed.issuer, signed.signed_by) == (Issuer.COMMITTEE, party_office)
    paper = summaries.paper_of(signed)
    assert paper.letterhead.body == f"Ủy ban nhân dân {party_office.commune}"
    assert validate(bytes(signed.docx)) == []
    tips = next(one for one in summaries.figures_of(signed) if one.figure.key == "tips")
    assert {value for row in tips.table.rows for value in row.values} <= {None}


def test_paper_is_opened_to_be_printed_as_it_was_signed(chief, login):
    summary = make_signed(chief)
    summary.commune.name = "Xã Tên Mới"
    summary.commune.save()

    page = login(chief).get(url("sheet", summary.pk)).content.decode()

    assert f"sha256 {summary.digest[:16]}" in page
    assert "Tên Mới" not in page
    assert url("take", summary.pk, "docx") in page
    assert AuditEvent.objects.get(action="summary.printed").actor == chief


def test_paper_of_a_draft_is_looked_at_before_it_is_signed(chief, login):
    summary = make_draft(chief)

    page = login(chief).get(url("sheet", summary.pk)).content.decode()

    assert "Số liệu chưa chốt" in page
    assert url("take", summary.pk, "docx") not in page


def test_summary_that_cannot_be_read_says_so(chief, login):
    summary = make_draft(chief)
    summary.content = '{"schema":99}'
    summary.save()
    client = login(chief)

    page = client.get(url("show", summary.pk)).content.decode()
    sheet = client.get(url("sheet", summary.pk), follow=True).content.decode()

    assert "bản phần mềm mới hơn" in page
    assert "bản phần mềm mới hơn" in sheet


def test_draft_counted_anew_since_it_was_looked_at_is_not_signed(chief, login, tips_of):
    draft = make_draft(chief)
    tips_of(2, last_month().first)
    client = login(chief)
    client.post(url("redraft", draft.pk))

    response = client.post(url("sign", draft.pk), {"digest": draft.digest}, follow=True)

    assert "Dự thảo vừa được lập lại" in response.content.decode()
    assert not PeriodSummary.objects.get().is_signed


def test_what_nobody_has_looked_at_is_not_signed(chief, login):
    draft = make_draft(chief)

    login(chief).post(url("sign", draft.pk))

    assert not PeriodSummary.objects.get().is_signed


def test_refused_draft_keeps_the_span_and_the_body_that_were_chosen(
    party_office, login, monkeypatch
):
    monkeypatch.setattr("oversight.summaries.services.COUNTS", 0)  # no two counts agree
    month = periods.before(last_month())
    asked = {"period": f"{month.first}:{month.last}", "issuer": "committee"}

    page = " ".join(login(party_office).post(url("draft"), asked).text.split())

    assert "chưa đếm được" in page
    for value in asked.values():
        assert f'<option value="{value}" selected>' in page


def test_refused_replacement_keeps_the_reason_that_was_typed(chief, login, monkeypatch):
    signed = make_signed(chief)
    monkeypatch.setattr("oversight.summaries.services.COUNTS", 0)  # no two counts agree

    page = login(chief).post(url("supersede", signed.pk), {"reason": "Ghi sót hai nhóm"})

    assert page.status_code == 400
    assert "chưa đếm được" in page.content.decode()
    assert ">Ghi sót hai nhóm</textarea>" in page.content.decode()
    assert list(PeriodSummary.objects.all()) == [signed]


@pytest.mark.parametrize(
    "asked", [{}, {"period": "x", "issuer": "police"}, {"period": "x:y", "issuer": "party"}]
)
def test_rubbish_drafts_nothing(chief, login, asked):
    response = login(chief).post(url("draft"), asked)

    assert response.status_code == 400
    assert not PeriodSummary.objects.exists()


def test_chief_drafts_nothing_for_the_party(chief, login):
    month = last_month()

    login(chief).post(url("draft"), {"period": f"{month.first}:{month.last}", "issuer": "party"})

    assert not PeriodSummary.objects.exists()


def test_reader_who_does_not_sign_is_told_so(chief, party_office, login):
    summary = make_signed(party_office, Issuer.PARTY)
    client = login(make_user(chief.commune, Role.PARTY_MEMBER))

    page = client.get(url("show", summary.pk)).content.decode()
    response = client.post(url("supersede", summary.pk), {"reason": "x"}, follow=True)

    assert "Lập bản thay thế" not in page
    assert "không lập, ký" in response.content.decode()


def test_replacement_is_drafted_from_the_page_and_dropped_again(chief, login):
    signed = make_signed(chief)
    client = login(chief)

    client.post(url("supersede", signed.pk), {"reason": "Ghi sót"})
    newer = PeriodSummary.objects.get(supersedes=signed)
    page = client.get(url("show", newer.pk)).content.decode()
    client.post(url("discard", newer.pk))

    assert "Lý do: Ghi sót" in page
    assert list(PeriodSummary.objects.all()) == [signed]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "exe"])
def test_draft_has_no_file(chief, login, kind):
    assert login(chief).post(url("take", make_draft(chief).pk, kind)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(
    chief, login, count, django_assert_max_num_queries
):
    month = last_month()
    for _number in range(count):
        make_draft(chief, period=month)
        month = type(month)(month.first.replace(year=month.first.year - 1), month.last)
    client = login(chief)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("admin:oversight_periodsummary_changelist"))

    assert page.status_code == 200


def test_span_that_is_signed_leads_to_its_report_and_not_back_to_an_empty_form(chief, login):
    signed = make_signed(chief)
    asked = {"period": f"{signed.first}:{signed.last}", "issuer": "police"}

    answer = login(chief).post(url("draft"), asked, follow=True)

    assert answer.redirect_chain == [(url("show", signed.pk), 302)]
    assert "Cần sửa thì lập bản thay thế" in answer.text


def test_every_quarter_of_the_year_before_is_offered(chief, login):
    with time_machine.travel(at(date(2026, 11, 16)), tick=False):
        page = login(chief).get(url("draft")).text

    for words in ("Quý III/2026", "Quý II/2026", "Quý I/2026", "Quý IV/2025"):
        assert f">{words}</option>" in page


def test_report_of_the_police_says_where_the_post_comes_from(chief, party_office, login):
    police, party = make_signed(chief), make_signed(party_office, Issuer.PARTY)
    client, words = login(chief), "soạn từ báo cáo đã ký của Đảng ủy"

    assert words in client.get(url("show", police.pk)).text
    assert words not in client.get(url("show", party.pk)).text


# The home page


def test_who_signs_is_told_of_drafts_that_wait(chief, party_office):
    make_draft(chief)
    make_signed(party_office, Issuer.PARTY)

    def waiting(user):
        return [
            one.count
            for one in lists_for(user, timezone.localtime())
            if one.title == "Dự thảo báo cáo chờ ký"
        ]

    assert waiting(chief) == [1]
    assert waiting(party_office) == []
    assert waiting(make_user(chief.commune, Role.PARTY_MEMBER)) == []


# The post of the results


def test_chief_drafts_a_post_from_the_partys_signed_summary(chief, party_office, login):
    summary = make_signed(party_office, Issuer.PARTY)

    response = login(chief).post(url("post", summary.pk))

    post = Broadcast.objects.get()
    assert response.url == reverse("admin:broadcasts_broadcast_change", args=[post.pk])
    assert (post.status, post.created_by, post.topic.code) == ("draft", chief, "ket-qua-mo-hinh")


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.PARTY_MEMBER])
def test_nobody_else_drafts_a_post(chief, party_office, login, role):
    summary = make_signed(party_office, Issuer.PARTY)

    response = login(make_user(chief.commune, role)).post(url("post", summary.pk))

    assert response.status_code == 403
    assert not Broadcast.objects.exists()


def test_police_numbers_become_no_post(chief, login):
    summary = make_signed(chief)

    response = login(chief).post(url("post", summary.pk), follow=True)

    assert "Chỉ soạn bài từ báo cáo đã ký" in response.content.decode()
    assert not Broadcast.objects.exists()


def test_a_replaced_summary_becomes_no_post_once_the_newer_one_is_signed(
    chief, party_office, login
):
    client, old = login(chief), make_signed(party_office, Issuer.PARTY)
    newer = summaries.supersede(old, by=party_office, reason="Thiếu một nhóm.")
    offered = "Soạn bài kết quả mô hình"
    assert offered in client.get(url("show", old.pk)).content.decode()
    summaries.sign(newer, by=party_office)

    response = client.post(url("post", old.pk), follow=True).content.decode()

    assert "đã có bản khác ký thay" in response
    assert offered not in response
    assert not Broadcast.objects.exists()
    assert offered in client.get(url("show", newer.pk)).content.decode()
    client.post(url("post", newer.pk))
    assert Broadcast.objects.count() == 1
