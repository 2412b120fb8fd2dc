"""The list behind a number opens to those who may read it, for addresses that are allowed."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from oversight import periods
from oversight.dashboards.list_page import LINES
from oversight.direction.querysets import OVERSEE
from oversight.figures.listing import COUNTS_ONLY, HIDDEN, NO_LINE
from oversight.figures.registry import FIGURES, LISTINGS, behind_row, compute
from oversight.figures.scopes import READ_TIPS, scope_of, whole_commune
from oversight.figures.table import NotListed, Row
from reports.models import TipConflict
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
)
from tests.oversight.conftest import at

NOVEMBER = periods.month(2026, 11)
DAYS = {"tu": "2026-11-01", "den": "2026-11-30"}
OF_NO_HAMLET = {key for key, one in LISTINGS.items() if one.is_of_commune}
OF_TIPS = {key for key, one in LISTINGS.items() if one.right == READ_TIPS}
# Directions, plans, proposals: for who oversees them; others list those of their own bodies, of
# which there are none here.
OF_DIRECTION = {key for key, one in LISTINGS.items() if one.right == OVERSEE or one.own}
# Of the whole commune: the police read tips that are theirs, and questions.
WHOLE = {
    Role.CHIEF: set(LISTINGS) - OF_DIRECTION,
    Role.PARTY_MEMBER: OF_DIRECTION,
    Role.PARTY_OFFICE: OF_DIRECTION,
    Role.OFFICER: OF_NO_HAMLET,
    Role.DUTY_OFFICER: OF_NO_HAMLET,
    Role.SUPERIOR: OF_TIPS,  # those that nobody in the commune reads
}


def open_list(client, key, **asked):
    return client.get(reverse("admin:oversight_list", args=[key]), DAYS | asked)


def codes(response):
    return [line.cells[0].text for line in response.context["lines"]]


@pytest.mark.parametrize("role", Role)
def test_lists_of_the_whole_commune_are_for_who_sees_its_records(commune, hamlet, login, role):
    client = login(make_user(commune, role))

    opened = {key for key in LISTINGS if open_list(client, key).status_code == 200}

    assert opened == WHOLE.get(role, set())


def test_way_back_leads_to_the_page_of_figures_of_these_places(commune, hamlet, login):
    head, chief = make_user(commune, Role.HAMLET_HEAD), make_user(commune, Role.CHIEF)
    make_assignment(make_officer(commune, user=head), hamlet)
    own = reverse("admin:oversight_hamlet", args=[hamlet.pk])

    of_hamlet = open_list(login(head), "groups", ap=str(hamlet.pk))
    of_commune = open_list(login(chief), "groups")

    assert of_hamlet.context["back"] == f"{own}?tu=2026-11-01&den=2026-11-30"
    assert of_commune.context["back"].startswith(reverse("admin:oversight_figures"))
    assert login(head).get(of_hamlet.context["back"]).status_code == 200


def test_lists_of_tips_are_those_of_the_figures_of_tips():
    assert {key for key, one in FIGURES.items() if one.is_sensitive} >= OF_TIPS
    sensitive = {key for key, one in FIGURES.items() if one.is_sensitive and key in LISTINGS}
    assert sensitive == OF_TIPS


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT])
def test_who_sees_counts_reaches_no_list_by_an_address(commune, hamlet, tips_of, login, role):
    tips_of(6, date(2026, 8, 3), kind="feedback")
    client = login(make_user(commune, role))

    for key in LISTINGS.keys() - WHOLE.get(role, set()):
        for asked in ({}, {"ap": str(hamlet.pk)}, {"tu": "2026-07-01", "den": "2026-09-30"}):
            assert open_list(client, key, **asked).status_code == 403, (key, asked)


def test_no_number_of_tips_leads_who_sees_counts_to_a_list(commune, hamlet, tips_of, party_member):
    tips_of(6, date(2026, 8, 3), kind="feedback")
    scope, quarter = whole_commune(commune, reader=party_member), periods.quarter(2026, 3)

    for key in OF_TIPS:
        table = compute(key, scope, quarter, as_of=timezone.now()).table
        for row in [*table.rows, *([table.total] if table.total else [])]:
            with pytest.raises(NotListed):
                behind_row(key, scope, quarter, row)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Row("Ẩn", (None,), "feedback"), HIDDEN),
        (Row("Không rõ", (3,)), NO_LINE),
    ],
)
def test_hidden_number_and_nameless_line_have_no_list(commune, chief, row, why):
    with pytest.raises(NotListed, match=why):
        behind_row("tips_by_kind", whole_commune(commune, reader=chief), NOVEMBER, row)


def test_number_has_no_list_for_who_may_not_read_its_records(commune, hamlet, duty_officer):
    scope = whole_commune(commune, reader=duty_officer)

    with pytest.raises(NotListed, match=COUNTS_ONLY):
        behind_row("groups", scope, NOVEMBER, Row("Cộng", (1,), "tat-ca"))


def test_officer_opens_lists_of_own_hamlets_and_of_no_other(
    commune, other_commune, hamlet, officer_of, login
):
    next_door, away = make_hamlet(commune), make_hamlet(other_commune)
    make_group(hamlet, name="Nhóm nhà")
    make_group(next_door, name="Nhóm bên")
    client = login(officer_of(hamlet))

    assert codes(open_list(client, "groups", ap=str(hamlet.pk))) == ["Nhóm nhà"]
    for places in (str(next_door.pk), f"{hamlet.pk},{next_door.pk}", str(away.pk), "0", "9" * 30):
        assert open_list(client, "groups", ap=places).status_code == 403, places


def test_chief_opens_no_list_of_another_commune(commune, hamlet, other_commune, chief, login):
    away = make_hamlet(other_commune)
    make_group(away, name="Nhóm xa")
    make_group(hamlet, name="Nhóm nhà")

    assert codes(open_list(login(chief), "groups")) == ["Nhóm nhà"]
    assert open_list(login(chief), "groups", ap=str(away.pk)).status_code == 403


def test_list_of_tips_shows_no_tip_that_bars_its_reader(commune, chief, tips_of, login):
    seen, barred = tips_of(2, date(2026, 11, 3))
    TipConflict.objects.create(tip=barred, user=chief)

    response = open_list(login(chief), "tips")

    assert codes(response) == [seen.code]
    assert barred.code not in response.content.decode()


def test_list_of_tips_says_code_kind_and_stage_and_none_of_the_words(
    commune, chief, tips_of, login
):
    tips_of(1, date(2026, 11, 3), kind="feedback", words="Lời kể riêng của bà con")

    text = open_list(login(chief), "tips_by_kind", dong="feedback", cot="1").content.decode()

    assert "Kiến nghị, phản ánh" in text
    assert "Lời kể riêng" not in text
    assert "Tụ tập đánh bạc" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {"dong": "la"}, {"dong": "feedback' OR 1=1"}, {"cot": "0"},
        {"cot": "99"}, {"cot": "-1"}, {"cot": "một"}, {"cot": "²"}, {"ap": "abc"}, {"ap": "1,"},
        {"ap": "²"}, {"tu": "hôm qua"}, {"tu": "2026-12-31"}, {"tu": "1900-01-01"},
        {"tu": "9999-12-31", "den": "9999-12-31"}, {"tu": "0001-01-01", "den": "0001-01-01"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["groups", "tips_by_kind", "posts_by_topic", "coverage"])
def test_address_that_names_no_number_is_refused_in_words(
    commune, hamlet, chief, login, key, asked
):
    response = open_list(login(chief), key, **asked)

    assert response.status_code == 400
    assert "Chưa mở được danh sách" in response.content.decode()


def test_number_that_counts_no_records_has_no_page(commune, hamlet, chief, login):
    assert open_list(login(chief), "coverage", dong="tat-ca", cot="1").status_code == 400


@pytest.mark.parametrize("key", ["khong-co", "tips.json"])
def test_unknown_figure_has_no_page(commune, chief, login, key):
    response = login(chief).get(f"/admin/so-lieu/danh-sach/{key}/", DAYS)

    assert response.status_code == 404


def test_stranger_is_led_to_sign_in(client, db):
    assert open_list(client, "groups").status_code == 302


@pytest.mark.parametrize(
    ("key", "is_written"), [("tips", True), ("coverage", True), ("groups", False)]
)
def test_opening_a_list_of_tips_or_people_is_written_down(
    commune, hamlet, chief, login, key, is_written
):
    open_list(login(chief), key)

    found = AuditEvent.objects.filter(action="figures.list_opened", actor=chief)
    assert [event.details["figure"] for event in found] == ([key] if is_written else [])


@pytest.mark.parametrize("key", sorted(OF_TIPS))
def test_trail_of_a_list_tells_who_is_shut_out_of_a_tip_no_number_of_it(chief, login, tips_of, key):
    tips_of(1, date(2026, 11, 3), kind="crime_report")
    client = login(chief)

    open_list(client, key)

    event = AuditEvent.objects.get(action="figures.list_opened")
    assert event.details == {"figure": key, "first": "2026-11-01", "last": "2026-11-30"}


def test_trail_of_a_list_of_people_says_how_many_there_were(hamlet, chief, login):
    make_membership(make_member(hamlet), make_group(hamlet), joined_on=date(2026, 11, 3))

    open_list(login(chief), "members_moved")

    assert AuditEvent.objects.get(action="figures.list_opened").details["lines"] == 1


def test_long_list_is_told_a_page_at_a_time(commune, hamlet, chief, login):
    for _number in range(LINES + 1):
        make_group(hamlet)
    client = login(chief)

    first, second = (open_list(client, "groups", trang=page) for page in ("1", "2"))

    assert [len(codes(one)) for one in (first, second)] == [LINES, 1]
    assert first.context["page"].paginator.count == LINES + 1


@pytest.mark.parametrize("key", ["posts_by_topic", "members_moved", "groups", "tips", "coverage"])
def test_list_asks_as_often_for_many_lines_as_for_one(
    commune, hamlet, chief, login, tips_of, django_assert_num_queries, key
):
    def one_more():
        group = make_group(hamlet)
        make_membership(make_member(hamlet), group, joined_on=date(2026, 11, 3))
        day = at(date(2026, 11, 3))
        post = make_broadcast(commune, status="completed", scheduled_for=day, started_at=day)
        make_delivery(post, group, status="sent", sent_at=day)
        tips_of(1, date(2026, 11, 3))

    client = login(chief)
    one_more()
    open_list(client, key)
    with CaptureQueriesContext(connection) as asked:
        open_list(client, key)
    for _number in range(3):
        one_more()

    with django_assert_num_queries(len(asked)):
        assert len(codes(open_list(client, key))) == 4


def test_hamlet_head_opens_the_lists_of_the_own_hamlet(commune, hamlet, hamlet_head_of, login):
    member = make_member(hamlet, full_name="Người nhà")
    make_membership(member, make_group(hamlet), joined_on=date(2026, 11, 3))
    head = hamlet_head_of(hamlet)
    scope = scope_of(head)
    table = compute("members_moved", scope, NOVEMBER, as_of=timezone.now()).table

    response = login(head).get(behind_row("members_moved", scope, NOVEMBER, table.rows[0], 0))

    assert codes(response) == ["Người nhà"]


@pytest.mark.parametrize("other", [Role.PARTY_MEMBER, Role.FRONT])
@pytest.mark.parametrize(("column", "own"), [("2", "Hộ NHA-1"), ("3", "Hộ NHA-2")])
def test_all_figures_of_a_second_role_open_no_household_of_another_hamlet(
    commune, hamlet, hamlet_head_of, login, other, column, own
):
    head, next_door = hamlet_head_of(hamlet), make_hamlet(commune)
    head.groups.add(Group.objects.get(name=str(other.label)))
    for place, home in ((hamlet, "NHA"), (next_door, "BEN")):
        inside = make_member(place, household_code=f"{home}-1")
        make_membership(inside, make_group(place))
        make_member(place, household_code=f"{home}-2", reached_through=inside)
    client = login(head)

    running = periods.month_of(timezone.localdate()).query | {"cot": column}

    assert codes(open_list(client, "coverage", **running)) == [own]
    assert "BEN" not in open_list(client, "coverage", **running, ap=str(next_door.pk)).text
