"""The pages of figures made for a role: who opens which, and what none of them betrays."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.users.roles import Role
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards import period_query
from oversight.dashboards.hamlet_cards import NEXT, SIGNS
from oversight.figures.place import STAGES
from oversight.periods import Period, month, quarter
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
    make_regulation,
    make_team,
)
from tests.factories.procedures import make_question
from tests.factories.zalo import make_official_account
from tests.oversight.conftest import at

PARTY, POLICE = "admin:oversight_party", "admin:oversight_police"
HAMLETS, HAMLET, DUTY = (
    "admin:oversight_hamlets", "admin:oversight_hamlet", "admin:oversight_duty",
)  # fmt: skip
OUTSIDE = {Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT}
WHO = {
    PARTY: OUTSIDE,
    POLICE: {Role.CHIEF},
    HAMLETS: OUTSIDE | {Role.CHIEF, Role.OFFICER, Role.HAMLET_HEAD},
    DUTY: {Role.CHIEF, Role.DUTY_OFFICER},
}
AUGUST = {"tu": "2026-08-01", "den": "2026-08-31"}
POLICE_ONLY = ("Từng bước đúng hạn", "Lần chuyển nơi khác", "Phản ánh quá hạn", "so-tiep-nhan")


def in_charge(commune, hamlet, role):
    """An account of the role that covers the hamlet."""
    user = make_user(commune, role)
    make_assignment(make_officer(commune, user=user), hamlet)
    return user


def body(client, name, *args, **asked):
    response = client.get(reverse(name, args=args), asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", WHO)
def test_pages_are_for_those_who_answer_for_them(commune, hamlet, login, page, role):
    client = login(in_charge(commune, hamlet, role))

    response = client.get(reverse(page), follow=True)

    assert response.status_code == (200 if role in WHO[page] else 403)


@pytest.mark.parametrize("page", WHO)
def test_pages_are_closed_to_strangers(client, db, page):
    assert client.get(reverse(page)).status_code == 302


@pytest.mark.parametrize("page", [PARTY, POLICE, HAMLETS, DUTY])
def test_account_of_no_commune_is_refused(superuser, login, page):
    assert login(superuser).get(reverse(page)).status_code in {400, 403}


@pytest.mark.parametrize(
    "role", [Role.CHIEF, Role.PARTY_MEMBER, Role.FRONT, Role.OFFICER, Role.HAMLET_HEAD]
)
def test_page_of_a_hamlet_opens_for_who_has_to_do_with_it(commune, hamlet, login, role):
    other = make_hamlet(commune, name="Ấp khác")
    client = login(in_charge(commune, hamlet, role))
    sees_all = role not in {Role.OFFICER, Role.HAMLET_HEAD}

    assert client.get(reverse(HAMLET, args=[hamlet.pk])).status_code == 200
    assert client.get(reverse(HAMLET, args=[other.pk])).status_code == (200 if sees_all else 404)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.PARTY_MEMBER, Role.HAMLET_HEAD])
def test_hamlet_of_another_commune_is_not_there(commune, hamlet, other_commune, login, role):
    away = make_hamlet(other_commune)

    client = login(in_charge(commune, hamlet, role))

    assert client.get(reverse(HAMLET, args=[away.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.TECH_ADMIN])
def test_page_of_a_hamlet_is_closed_to_who_keeps_none(commune, hamlet, login, role):
    client = login(in_charge(commune, hamlet, role))

    assert client.get(reverse(HAMLET, args=[hamlet.pk])).status_code == 403


def test_head_of_one_hamlet_is_led_to_it_with_the_days(commune, hamlet, login):
    client = login(in_charge(commune, hamlet, Role.HAMLET_HEAD))

    response = client.get(reverse(HAMLETS), AUGUST)

    assert response.url == reverse(HAMLET, args=[hamlet.pk]) + "?tu=2026-08-01&den=2026-08-31"


def test_head_without_a_hamlet_is_told_what_to_do(commune, hamlet, login):
    text = body(login(make_user(commune, Role.HAMLET_HEAD)), HAMLETS)

    assert "chưa được phân công" in text
    assert str(hamlet) not in text


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER])
def test_page_of_a_hamlet_says_nothing_of_tips_outside_the_police(
    commune, hamlet, login, tips_of, role
):
    tips_of(23, date(2026, 8, 3), hamlet=hamlet)

    text = body(login(in_charge(commune, hamlet, role)), HAMLET, hamlet.pk, **AUGUST)
    text = re.sub(r'<nav class="section-bar".*?</nav>', "", text, flags=re.DOTALL)

    assert "hản ánh" not in text
    assert re.findall(r"(?<![\w:/])23(?![\w:/])", text) == []  # but in a time of day, in a token


def test_officer_reads_the_numbers_of_tips_of_the_own_hamlet_alone(commune, hamlet, login, tips_of):
    tips_of(3, date(2026, 8, 3), hamlet=hamlet)
    tips_of(4, date(2026, 8, 3), hamlet=make_hamlet(commune))

    text = body(login(in_charge(commune, hamlet, Role.OFFICER)), HAMLET, hamlet.pk, **AUGUST)

    assert "Tháng 8/2026 nhận 3 phản ánh" in text


def test_party_sees_no_number_that_is_for_the_police(commune, hamlet, login, tips_of):
    tips_of(4, date(2026, 8, 3))
    tips_of(30, date(2026, 7, 3))

    party = body(login(make_user(commune, Role.PARTY_MEMBER)), PARTY, **AUGUST)
    police = body(login(make_user(commune, Role.CHIEF)), POLICE, **AUGUST)

    assert [words for words in POLICE_ONLY if words in party] == []
    assert [words for words in POLICE_ONLY if words not in police] == []
    assert "nhận 4 phản ánh" in police
    assert "nhận 4 phản ánh" not in party
    assert "Số quá nhỏ nên không nêu" in party


def test_small_months_have_no_column_for_the_party(commune, hamlet, login, tips_of):
    tips_of(4, date(2026, 8, 3))
    tips_of(30, date(2026, 7, 3))

    text = body(login(make_user(commune, Role.PARTY_MEMBER)), PARTY, **AUGUST)

    drawn = text[text.index('id="tips-thang-ten"') :]
    drawn = drawn[: drawn.index("</svg>")]
    assert "tháng 7/2026: 30; tháng 8/2026: không nêu" in drawn
    assert drawn.count("<rect") == 1


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(date(2026, 11, 30), 23), "Tháng 10/2026 nhận 12 phản ánh"),
        (at(date(2026, 12, 1), 0), "Tháng 11/2026 nhận 12 phản ánh"),
        (at(date(2027, 1, 1), 0), "Tháng 12/2026 nhận 12 phản ánh"),
    ],
)
def test_running_month_tells_the_party_of_the_last_one_that_is_over(
    commune, hamlet, login, tips_of, now, told
):
    with time_machine.travel(now):
        for number in (9, 10, 11, 12):  # a month beside an empty one of its quarter is not told
            tips_of(12, date(2026, number, 1))

        text = body(login(make_user(commune, Role.PARTY_MEMBER)), PARTY)

    assert told in text


def test_hamlets_stand_in_the_order_of_their_codes_and_lead_to_their_pages(commune, login):
    second, first = make_hamlet(commune, code="02"), make_hamlet(commune, code="01", households=100)
    make_membership(make_member(first, household_code="H1"), make_group(first))
    make_regulation(second, status="issued")

    text = body(login(make_user(commune, Role.PARTY_MEMBER)), PARTY)
    tiles = text[text.index('class="tiles"') :]

    assert tiles.index(reverse(HAMLET, args=[first.pk])) < tiles.index(
        reverse(HAMLET, args=[second.pk])
    )
    assert "1%, 1 trên 100 hộ" in tiles
    assert "Chưa họp lấy ý kiến" in tiles
    assert "Quy chế đã ban hành" in tiles
    assert "không xếp hạng" in text


def test_every_step_has_a_sign_and_words_of_its_own():
    assert list(SIGNS) == list(NEXT) == list(STAGES)
    assert len(set(SIGNS.values())) == len(set(NEXT.values())) == len(STAGES)


def test_chief_is_told_first_what_waits_and_each_number_is_as_long_as_its_list(
    commune, hamlet, login, tips_of
):
    tips_of(3, date(2026, 8, 3))
    client = login(make_user(commune, Role.CHIEF))

    text = body(client, POLICE)
    listed = client.get(reverse("admin:reports_tipreport_changelist"), {"viec": "moi"})

    assert "3 phản ánh chưa phân loại" in text
    assert "1 ấp, khu phố chưa thống nhất quy chế" in text
    assert listed.context["cl"].result_count == 3


def test_duty_desk_counts_what_its_officer_sees(commune, hamlet, login, tips_of):
    tips_of(2, timezone.localdate())
    tips_of(5, date(2026, 8, 3))
    for _times in range(3):
        make_question(commune)

    duty = body(login(make_user(commune, Role.DUTY_OFFICER)), DUTY)
    chief = body(login(make_user(commune, Role.CHIEF)), DUTY)

    assert "7 tin chưa phân loại" in chief
    assert "7 tin chưa phân loại" not in duty
    assert "1 câu hỏi thủ tục chờ trả lời" in duty  # asked three times, one line of its list
    assert "bàn trực không đếm" in duty
    assert "Hôm nay chuyển nơi khác 0 lần" in chief


def test_coverage_reads_the_same_on_every_page(commune, hamlet, login):
    hamlet.households = 3
    hamlet.save()
    group = make_group(hamlet)
    for code in ("H1", "H2"):
        make_membership(make_member(hamlet, household_code=code), group)
    client = login(make_user(commune, Role.CHIEF))

    pages = [body(client, POLICE), body(client, HAMLET, hamlet.pk)]
    coverage = body(client, "admin:groups_hamlet_coverage")

    assert all("66,7%" in page for page in (*pages, coverage))


def test_duty_desk_says_how_zalo_is(commune, hamlet, login):
    client = login(make_user(commune, Role.DUTY_OFFICER))
    before = body(client, DUTY)
    make_official_account(commune)

    assert "chưa kết nối tài khoản Zalo OA" in before
    assert "Chưa nhận được tin nào từ Zalo" in body(client, DUTY)


@pytest.mark.parametrize("page", [PARTY, HAMLETS])
def test_days_are_kept_on_the_way_to_the_other_pages(commune, hamlet, login, page):
    make_hamlet(commune)

    text = body(login(make_user(commune, Role.PARTY_MEMBER)), page, **AUGUST)

    query = "?tu=2026-08-01&amp;den=2026-08-31"
    assert reverse("admin:oversight_figures") + query in text
    assert text.count('aria-current="page"') == 1


@pytest.mark.parametrize("page", [PARTY, POLICE, HAMLETS])
def test_days_that_make_no_span_are_refused_in_words(commune, hamlet, login, page):
    user = make_user(commune, Role.CHIEF if page == POLICE else Role.PARTY_MEMBER)

    response = login(user).get(reverse(page), {"tu": "hôm qua"})

    assert response.status_code in {302, 400}


@pytest.mark.parametrize(
    ("page", "role", "queries"),
    [(PARTY, Role.PARTY_MEMBER, 60), (POLICE, Role.CHIEF, 75), (HAMLETS, Role.CHIEF, 40)],
)
def test_pages_ask_as_often_for_many_hamlets_as_for_one(
    commune, hamlet, login, django_assert_max_num_queries, page, role, queries
):
    for _number in range(20):
        make_membership(make_member(place := make_hamlet(commune)), make_group(place))
        make_team(place)
    client = login(make_user(commune, role))
    body(client, page, **AUGUST)  # the first one to look freezes what is over

    with django_assert_max_num_queries(queries):
        body(client, page, **AUGUST)


@pytest.mark.parametrize("page", [PARTY, HAMLETS])
def test_pages_need_neither_style_nor_script_of_their_own(commune, hamlet, login, page):
    make_hamlet(commune)

    text = body(login(make_user(commune, Role.PARTY_MEMBER)), page)

    assert "style=" not in text
    assert "<script>" not in text
    assert text.count("<script src=") == text.count("<script") == 2  # prints; alerts


@pytest.mark.parametrize("role", Role)
def test_home_and_sidebar_lead_to_the_pages_of_the_role_alone(commune, hamlet, login, role):
    user = in_charge(commune, hamlet, role)

    text = login(user).get(reverse("admin:index")).content.decode()

    leads = {page for page in WHO if f'"{reverse(page)}' in text}
    assert leads == {page for page in WHO if role in WHO[page]}
    assert [door.view for door in dashboards_pages.open_to(user)] == [
        door.view for door in dashboards_pages.COMMUNE_PAGES if door.may(user)
    ]


@pytest.mark.parametrize(
    ("period", "today", "trend"),
    [
        (month(2026, 11), date(2026, 11, 26), Period(date(2025, 12, 1), date(2026, 11, 30))),
        (month(2026, 8), date(2026, 11, 26), Period(date(2025, 9, 1), date(2026, 8, 31))),
        (quarter(2026, 4), date(2026, 11, 26), Period(date(2025, 12, 1), date(2026, 11, 30))),
        (month(2027, 3), date(2026, 11, 26), Period(date(2025, 12, 1), date(2026, 11, 30))),
        (
            Period(date(2026, 7, 5), date(2026, 8, 9)),
            date(2026, 11, 26),
            Period(date(2025, 9, 1), date(2026, 8, 31)),
        ),
    ],
)
def test_trend_is_twelve_months_up_to_the_end_of_the_span(period, today, trend):
    assert period_query.trend(period, today) == trend


def test_trend_of_whole_months_stops_before_the_running_one():
    whole = period_query.trend(month(2026, 11), date(2026, 11, 26), of_whole=True)

    assert whole == Period(date(2025, 11, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("period", "today", "found"),
    [
        (quarter(2026, 3), date(2026, 11, 26), quarter(2026, 3)),
        (month(2026, 8), date(2026, 11, 26), quarter(2026, 2)),
        (month(2026, 9), date(2026, 11, 26), quarter(2026, 3)),
        (month(2026, 11), date(2026, 11, 26), quarter(2026, 3)),
        (quarter(2026, 4), date(2026, 11, 26), quarter(2026, 3)),
    ],
)
def test_breakdowns_are_told_of_the_last_quarter_that_is_over(period, today, found):
    assert period_query.last_quarter(period, today) == found
