"""Hamlets that need support: each cause by itself, their order, who is left out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.asking import alone
from accounts.users.roles import Role
from broadcasts.models import Delivery
from groups.models import Hamlet
from oversight.direction.rounds.models import DirectionRound
from oversight.figures.scopes import whole_commune
from oversight.indicators import support
from tests.factories.accounts import make_commune, make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.direction import make_direction
from tests.factories.groups import (
    make_assignment,
    make_hamlet,
    make_meeting,
    make_officer,
    make_ordinary_group,
    make_regulation,
)

TODAY = timezone.localdate()


def days_ago(days):
    return TODAY - timedelta(days=days)


def sound(commune, **fields):
    """A hamlet that lacks nothing."""
    hamlet = make_hamlet(commune, **fields)
    make_regulation(hamlet)
    head = make_user(commune, Role.HAMLET_HEAD, last_login=timezone.now())
    make_assignment(make_officer(commune, user=head), hamlet)
    return hamlet


@pytest.fixture
def needs(commune, chief):
    def read():
        return alone(support.needs(whole_commune(commune, reader=chief), TODAY))

    return read


@pytest.fixture
def causes(needs):
    def of(hamlet):
        return next((list(one.causes) for one in needs() if one.hamlet == hamlet), [])

    return of


def test_a_hamlet_that_lacks_nothing_is_left_out(commune, needs):
    hamlet = sound(commune)
    make_ordinary_group(hamlet, head_count=20, head_count_on=days_ago(80))
    make_direction(hamlet)
    assert needs() == []


def test_it_begins_with_asking_the_people(commune, causes):
    hamlet = sound(commune)
    hamlet.regulations.all().delete()
    assert causes(hamlet) == ["chưa họp lấy ý kiến"]
    make_meeting(make_regulation(hamlet, agreed=False), hamlet, held_on=days_ago(3), agree=10)
    assert causes(hamlet) == [f"đã họp {days_ago(3):%d/%m/%Y}, chưa thống nhất quy chế"]


def test_nobody_in_charge_is_said_with_the_last_day(commune, causes):
    hamlet = sound(commune)
    hamlet.assignments.update(valid_to=days_ago(9))
    assert causes(hamlet) == [
        f"chưa có cán bộ phụ trách từ sau {days_ago(9):%d/%m/%Y}",
        "trưởng ấp chưa có tài khoản",
    ]


@pytest.mark.parametrize(("days", "is_said"), [(29, False), (30, False), (31, True)])
def test_a_head_who_has_not_signed_in_for_a_month(commune, causes, days, is_said):
    hamlet = sound(commune)
    head = hamlet.assignments.get().officer.user
    head.last_login = timezone.now() - timedelta(days=days)
    head.save()
    said = [f"trưởng ấp chưa đăng nhập từ {days_ago(days):%d/%m/%Y}"] if is_said else []
    assert causes(hamlet) == said


def test_a_head_who_never_signed_in(commune, causes):
    hamlet = sound(commune)
    head = hamlet.assignments.get().officer.user
    head.last_login = None
    head.save()
    assert causes(hamlet) == ["trưởng ấp chưa đăng nhập lần nào"]


def test_groups_that_were_counted_long_ago(commune, causes):
    hamlet = sound(commune)
    make_ordinary_group(hamlet, head_count=20, head_count_on=days_ago(91))
    make_ordinary_group(hamlet)
    assert causes(hamlet) == ["2 nhóm chưa đếm lại trong 90 ngày"]


def test_posts_that_nobody_posted(commune, causes):
    hamlet = sound(commune)
    group = make_ordinary_group(hamlet, head_count=20, head_count_on=TODAY)
    post = make_broadcast(commune, status="completed")
    make_delivery(post, group, status=Delivery.Status.MISSED)
    assert causes(hamlet) == ["1 lượt bài bỏ lỡ trong 30 ngày"]


def test_directions_of_the_party_that_are_past_due(commune, causes):
    hamlet = sound(commune)
    make_direction(hamlet, given_on=days_ago(20), due_on=days_ago(4))
    make_direction(hamlet, given_on=days_ago(20), due_on=TODAY)
    other = make_direction(hamlet, given_on=days_ago(20), due_on=days_ago(9))
    other.round.issuer = DirectionRound.Issuer.POLICE
    other.round.save()
    assert causes(hamlet) == ["1 chỉ đạo quá hạn trả lời, lâu nhất 4 ngày"]


def test_who_lacks_most_stands_first_and_nobody_of_elsewhere(commune, needs):
    one = sound(commune, code="AP001")
    one.regulations.all().delete()
    make_hamlet(commune, code="AP002")
    make_hamlet(make_commune(name="Xã Kế Bên"))
    make_hamlet(commune, code="AP000", valid_to=days_ago(1))
    assert [need.hamlet.code for need in needs()] == ["AP002", "AP001"]


def test_a_sentence_says_how_much_it_leaves_out():
    assert support.sentence(("a", "b"), 2) == "A; b."
    assert support.sentence(("a", "b", "c", "d"), 2) == "A; b; còn 2 việc nữa."


def test_the_page_shows_five_with_links(commune, party_member, login):
    for _number in range(10):
        make_hamlet(commune)
    page = login(party_member).get(reverse("admin:oversight_one_page")).content.decode()
    first = Hamlet.objects.of_commune(commune).order_by("code").first()
    assert reverse("admin:oversight_hamlet", args=[first.pk]) in page
    assert page.count('class="why"') == 5
    assert "Còn 5 ấp, khu phố khác" in page
    assert "xếp hạng" not in page
