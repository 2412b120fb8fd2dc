"""A name of the roll is found with marks or without, in every team, by the server too."""

import pytest
from django.urls import reverse

from groups.models import Membership
from tests.factories.groups import make_member, make_ordinary_group, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


@pytest.fixture
def ask(login, hamlet_head_of, hamlet, group):
    browser = login(hamlet_head_of(hamlet))
    address = reverse("admin:groups_zalogroup_roll", args=[group.pk])

    def asked(words, **others):
        return browser.get(address, {"tim": words, **others})

    asked.browser, asked.address = browser, address
    return asked


def names(answer):
    return [person.name for person in answer.context["people"]]


@pytest.mark.parametrize("words", ["hoang den", "Hoàng Đen", " HOANG  đen ", "den"])
def test_a_name_is_found_without_marks_in_every_team(ask, hamlet, words):
    first, second = make_team(hamlet, name="Tổ 1"), make_team(hamlet, name="Tổ 2")
    make_member(hamlet, team=second, full_name="Lê Hoàng Đen", household_code="H1")
    make_member(hamlet, team=second, full_name="Lê Thị Mận", household_code="H1")
    make_member(hamlet, team=first, full_name="Vũ Xoài")

    answer = ask(words, to=str(first.pk))

    assert names(answer) == ["Lê Hoàng Đen"]
    assert "Cả hộ" not in answer.content.decode(), "a box of a household that is cut would lie"


def test_nobody_found_says_so_and_leads_back(ask, hamlet):
    make_member(hamlet, full_name="Vũ Xoài")

    text = ask("khong ai").content.decode()

    assert "Thấy 0 người tên “khong ai”." in text
    assert "Xem lại cả danh sách" in text


def test_a_save_from_what_was_found_touches_nobody_else(ask, hamlet, group):
    found = make_member(hamlet, full_name="Lê Hoàng Đen")
    other = make_member(hamlet, full_name="Vũ Xoài")
    Membership.objects.create(member=other, group=group, state="joined")
    page = ask("hoang den")

    ask.browser.post(
        ask.address, {"seen": page.context["roll"].seen, "in": str(found.pk), "once": "x"}
    )

    joined = Membership.objects.joined().filter(group=group)
    assert set(joined.values_list("member", flat=True)) == {found.pk, other.pk}
