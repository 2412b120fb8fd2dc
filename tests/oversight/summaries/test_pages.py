"""The page of a summary: who sees it, what it offers, what the buttons do."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from oversight import periods
from oversight.models import PeriodSummary
from oversight.periods import Period, commune_year, hamlet_year
from oversight.summaries import services as summaries
from tests.factories.accounts import make_user
from tests.factories.summaries import last_month, make_draft, make_signed
from tests.factories.year import make_review
from tests.oversight.conftest import at
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db


def url(page, *args):
    return reverse(f"admin:oversight_periodsummary_{page}", args=args)


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
    assert f"Đúng với lúc ký (mã đối chiếu {signed.digest[:16]})" in page
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


def test_replacement_is_drafted_from_the_page_and_dropped_again(chief, login):
    signed = make_signed(chief)
    client = login(chief)

    client.post(url("supersede", signed.pk), {"reason": "Ghi sót"})
    newer = PeriodSummary.objects.get(supersedes=signed)
    page = client.get(url("show", newer.pk)).content.decode()
    client.post(url("discard", newer.pk), {"ly-do": "Lập nhầm"})

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


def test_every_quarter_of_the_year_before_is_offered(chief, login):
    with time_machine.travel(at(date(2026, 11, 16)), tick=False):
        page = login(chief).get(url("draft")).text

    for words in ("Quý III/2026", "Quý II/2026", "Quý I/2026", "Quý IV/2025"):
        assert f">{words}</option>" in page


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
