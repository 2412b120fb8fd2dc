"""The page of a section says how it stands: the lists of home, as numbers, in the same scope."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import Place, lists_for
from accounts.users.roles import Role
from broadcasts.models import Broadcast
from config.navigation.sections import apps_of, open_to
from config.navigation.state import state_of
from duty.models import DutySettings
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.tips import make_tip, make_triaged

pytestmark = pytest.mark.django_db
POSTS, TIPS, PEOPLE = "bai-dang", "phan-anh", "nhom-ba-con"


def waiting(user, key):
    return {line.title: line for line in state_of(user, key, timezone.localtime()).waiting}


def lines(user, key):
    return [line.title for line in state_of(user, key, timezone.localtime()).lines]


def pending(commune, **fields):
    return make_broadcast(commune, status=Broadcast.Status.PENDING_APPROVAL, **fields)


def test_posts_that_wait_are_a_number_that_leads_to_them(chief, commune, other_commune, login):
    posts = [pending(commune), pending(commune)]
    pending(other_commune)
    line = waiting(chief, POSTS)["Bài chờ đồng chí duyệt"]

    assert line.number == str(len(posts))
    answer = login(chief).get(line.url)
    assert all(post.title in answer.content.decode() for post in posts)


def test_a_list_of_what_is_late_does_not_say_so_twice(chief):
    make_triaged(chief.commune, next_due_at=timezone.now() - timedelta(hours=2))

    found = waiting(chief, TIPS)

    assert (found["Phản ánh quá hạn"].due, found["Phản ánh quá hạn"].is_late) == ("", True)
    assert found["Phản ánh chưa giao"].due == "quá hạn xử lý"


def test_one_matter_alone_is_opened_at_once(chief, commune):
    post = pending(commune)

    address = reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    assert waiting(chief, POSTS)["Bài chờ đồng chí duyệt"].url == address


def test_the_page_shows_it_and_leads_to_the_queue_of_its_kind(chief, commune, login):
    post = pending(commune, title="Phòng cháy mùa khô")
    browser = login(chief)

    page = browser.get(reverse("admin:section", args=[POSTS]))
    text = page.content.decode()
    assert "Bài chờ đồng chí duyệt" in text
    assert "Không có gì chờ" not in text
    queue = page.context["state"].queue
    assert f'href="{queue}"'.replace("&", "&amp;") in text
    cards = [card for hour in browser.get(queue).context["queue"].hours for card in hour.cards]
    assert [card.title for card in cards] == [post.title]


def test_where_nothing_waits_the_page_says_so(commune, login):
    page = login(make_user(commune, Role.OFFICER)).get(reverse("admin:section", args=[POSTS]))

    assert "Không có gì chờ." in page.content.decode()


def test_tips_are_those_of_the_account_s_sight(chief, commune, other_commune, officer_of, hamlet):
    make_tip(commune)
    make_tip(other_commune)

    assert waiting(chief, TIPS)["Phản ánh mới chưa phân loại"].number == "1"
    assert lines(chief, TIPS) == ["1 phản ánh chưa xong"]
    assert lines(officer_of(hamlet), TIPS) == ["Phản ánh nào cũng đã xong"]


def test_coverage_is_that_of_the_hamlets_of_the_account(chief, commune, hamlet_head_of):
    mine, other = make_hamlet(commune, households=10), make_hamlet(commune, households=30)
    for place in (mine, other):
        make_membership(make_member(place, household_code="H1"), make_group(place))

    assert "Độ phủ: 2/40 hộ có người trong nhóm" in lines(chief, PEOPLE)
    assert "Độ phủ: 1/10 hộ có người trong nhóm" in lines(hamlet_head_of(mine), PEOPLE)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.OFFICER, Role.HAMLET_HEAD, Role.PARTY_OFFICE])
def test_a_section_has_the_numbers_of_home(commune, role):
    make_tip(commune)
    pending(commune)
    user = make_user(commune, role)
    home = [one for one in lists_for(user, timezone.localtime()) if one.place == Place.QUEUE]

    for section in open_to(user)[1:]:
        apps = apps_of(section.key)
        expected = {one.title: str(one.count) for one in home if one.app in apps and one.count}
        found = waiting(user, section.key)
        assert {title: line.number for title, line in found.items()} == expected


def test_who_sets_the_common_ways_reads_that_none_is_set(chief, duty_officer, commune):
    line = "Đường báo chung: chưa đặt"

    assert line in lines(chief, "truc")
    assert line not in lines(duty_officer, "truc")
    DutySettings.objects.create(commune=commune, office_mail="truc@example.vn")
    assert line not in lines(chief, "truc")
