"""Rows that may be one person: which are offered, which never, and the facts that are said."""

from datetime import date

import pytest

from groups.duplicates import pairs
from groups.duplicates import services as duplicates_services
from groups.models import Member
from tests.factories.groups import make_member

NAME = "Nguyễn Thị Thúy"


@pytest.fixture
def person(hamlet):
    return make_member(hamlet, full_name=NAME, birth_year=1960, phone="0900000001")


def offered() -> list[tuple[int, int]]:
    return pairs.pair_ids(Member.objects.all())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (NAME, "Cùng họ tên"),
        ("Nguyễn Thị Thuý", "khác chỗ đặt dấu"),
        ("NGUYỄN THỊ THÚY", "Cùng họ tên"),
        ("Nguyen Thi Thuy", "không dấu"),
        ("Thúy Nguyễn Thị", "thứ tự chữ"),
    ],
)
def test_ways_to_write_one_name_are_offered(hamlet, person, name, why):
    twin = make_member(hamlet, full_name=name, birth_year=1960, phone="")

    assert offered() == [(person.pk, twin.pk)]
    assert why in pairs.reasons(person, twin)[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "Nguyễn Thị Thủy", "birth_year": 1960},
        {"full_name": NAME, "birth_year": 1961},
        {"full_name": "Trần Văn Ba", "birth_year": 1960, "phone": "0900000001"},
        {"full_name": NAME, "birth_year": 1960, "status": "left"},
    ],
)
def test_other_people_are_not_offered(hamlet, person, fields):
    make_member(hamlet, **{"phone": "", **fields})

    assert offered() == []


def test_two_days_of_birth_in_one_year_are_two_people(hamlet):
    make_member(hamlet, full_name=NAME, birth_date=date(1960, 2, 3))
    make_member(hamlet, full_name=NAME, birth_date=date(1960, 3, 2))

    assert offered() == []


def test_the_first_of_january_stands_for_a_year(hamlet):
    first = make_member(hamlet, full_name=NAME, birth_year=None, birth_date=date(1960, 1, 1))
    second = make_member(hamlet, full_name=NAME, birth_year=None, birth_date=date(1960, 3, 2))

    assert offered() == [(first.pk, second.pk)]


def test_a_shared_phone_reaches_over_hamlets_and_stands_first(hamlet, other_hamlet, person):
    near = make_member(hamlet, full_name=NAME, birth_year=1960, phone="")
    far = make_member(other_hamlet, full_name=NAME, birth_year=1960, phone=person.phone)

    assert offered() == [(person.pk, far.pk), (person.pk, near.pk)]
    assert "Ở hai ấp khác nhau" in pairs.reasons(person, far)


def test_only_people_in_sight_are_compared(officer_of, hamlet, other_hamlet, person):
    make_member(other_hamlet, full_name=NAME, birth_year=1960, phone=person.phone)

    assert pairs.pair_ids(Member.objects.visible_to(officer_of(hamlet))) == []


def test_a_pair_told_apart_or_merged_is_gone(officer_of, hamlet, person):
    officer = officer_of(hamlet)
    second = make_member(hamlet, full_name=NAME, birth_year=1960)
    third = make_member(hamlet, full_name=NAME, birth_year=1960)
    duplicates_services.tell_apart(third, second, by=officer)
    assert offered() == [(person.pk, second.pk), (person.pk, third.pk)]

    duplicates_services.merge(person, second, from_absorbed={}, by=officer)

    assert offered() == []


def test_the_pairs_come_with_their_people_in_one_go(hamlet, person, django_assert_num_queries):
    for _number in range(3):
        make_member(hamlet, full_name=NAME, birth_year=1960)
    ids = offered()

    with django_assert_num_queries(1):
        found = pairs.pairs(ids)
        assert {str(pair.first.hamlet) for pair in found} == {str(hamlet)}
    assert len(found) == 6
