"""People find their job by words of their own (everyday_words.toml), with rows around it."""

import tomllib
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.users.roles import Role
from config.guides.reading import address as guide_address
from config.navigation import search
from config.navigation.matching import Line, Lines, words_of
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet, make_member, make_team

WORDS = tomllib.loads(Path(__file__).with_name("everyday_words.toml").read_text("utf-8"))
# Lines that a phone shows without scrolling.
SEEN = 5
LEAST_OF_TEN = 9


def found(user, words):
    request = RequestFactory().get(reverse("admin:search"))
    request.user = user
    return search.find(admin.site, request, words).lines


def target(place):
    return guide_address(place) if "#" in place else reverse(f"admin:{place}")


@pytest.fixture
def village(commune):
    """Rows with names that sound like jobs."""
    hamlet = make_hamlet(commune, name="Ấp Báo Đáp")
    make_member(hamlet, full_name="Nguyễn Văn Ban")
    make_group(hamlet, name="Nhóm Tổ 1")
    make_team(hamlet, name="Tổ 1")
    make_broadcast(commune, title="Lịch họp dân tháng 12")
    return hamlet


@pytest.mark.django_db
@pytest.mark.parametrize("role", WORDS)
def test_nine_of_ten_everyday_words_lead_to_the_page_of_the_job(commune, village, role):
    user = make_user(commune, Role(role))
    missed = [
        words
        for words, places in WORDS[role].items()
        if not {line.link for line in found(user, words)[:SEEN]} & set(map(target, places))
    ]

    assert len(WORDS[role]) == 10
    assert len(missed) <= len(WORDS[role]) - LEAST_OF_TEN, missed


@pytest.mark.django_db
def test_a_name_that_sounds_like_a_page_finds_the_person_first(chief, village):
    assert found(chief, "nguyen van ban")[0].title == "Nguyễn Văn Ban"


def weigh(typed, *lines):
    made = [Line(line) for line in lines]
    weights = Lines(made)
    return [weights.match(words_of(typed), line).rank for line in made]


def test_marks_count_where_they_are_typed():
    lost, front = weigh("giấy bị mất", "Giấy tờ mất", "Giấy của Mặt trận")
    assert lost > front
    lost, front = weigh("mat", "Giấy tờ mất", "Giấy của Mặt trận")
    assert lost == front > 0


def test_words_side_by_side_count_more_than_apart_and_rare_ones_more_than_frequent():
    together, apart = weigh("mật khẩu", "Đổi mật khẩu", "Khẩu hiệu bí mật")
    assert together > apart
    rare, frequent = weigh("tin zalo", "Kết nối zalo", "Ghi tin", "Sửa tin", "Chuyển tin")[:2]
    assert rare > frequent


def test_one_spelling_finds_the_other():
    assert weigh("dang ki", "Đăng ký") == weigh("dang ky", "Đăng ký")
    assert weigh("đăng kí", "Đăng ký")[0] > 0.5
