"""Lists over the whole city: found by ids, counted by estimate, in the order of an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.scoped_admin import base
from accounts.scoped_admin.base import CappedPaginator
from accounts.users.roles import Role
from groups.models import Member
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership

MEMBERS = reverse("admin:groups_member_changelist")
MEMBERSHIPS = reverse("admin:groups_membership_changelist")


@pytest.fixture
def city(db, login):
    return login(make_user(None, is_superuser=True))


@pytest.fixture
def two_communes(db):
    return make_hamlet(), make_hamlet()


def listed(client, address: str, **asked: object) -> list[str]:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return [str(row) for row in answer.context["cl"].result_list]


def test_search_over_the_city_is_in_order_and_ends_at_the_cap(city, two_communes, monkeypatch):
    monkeypatch.setattr(base, "SEARCH_CAP", 2)
    monkeypatch.setattr(base.ScopedModelAdmin, "search_cap", 2)
    near, far = two_communes
    make_member(near, full_name="Lê Thị Út")
    make_member(far, full_name="Lê Văn Ân")
    make_member(near, full_name="Lê Bé")
    make_member(far, full_name="Trần An")

    assert listed(city, MEMBERS, q="lê") == ["Lê Văn Ân", "Lê Thị Út"]
    assert "Chỉ hiện 2 dòng tìm thấy đầu tiên." in city.get(MEMBERS, {"q": "lê"}).text
    assert "Chỉ hiện" not in city.get(MEMBERS, {"q": "tran"}).text
    assert "Chỉ hiện" not in city.get(MEMBERS).text
    assert listed(city, MEMBERS, q="tran") == ["Trần An"]
    assert len(listed(city, MEMBERS)) == 4


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("an", ["Trần An", "Lê Thị Ân"]),  # begins a word; not in the middle of one
        ("an tr", ["Trần An"]),
        ("lan", ["Hà Lan"]),
        ("ha la", ["Hà Lan"]),
        ("...", []),
    ],
)
def test_short_words_begin_a_word_of_the_name(city, two_communes, asked, found):
    for name in ["Trần An", "Lê Thị Ân", "Hà Lan"]:
        make_member(two_communes[0], full_name=name)

    assert set(listed(city, MEMBERS, q=asked)) == set(found)


def test_memberships_over_the_city_are_found_by_person_and_by_group(city, two_communes):
    near, far = two_communes
    group = make_group(near, name="Nhóm bờ sông")
    for name in ["Lê Thị Út", "Trần An"]:
        make_membership(make_member(near, full_name=name), group)
    make_membership(make_member(far, full_name="Lê Bờ"), make_group(far, name="Nhóm gò cao"))

    assert listed(city, MEMBERSHIPS, q="lê") == ["Lê Thị Út – Nhóm bờ sông", "Lê Bờ – Nhóm gò cao"]
    assert listed(city, MEMBERSHIPS, q="bo") == [
        "Lê Thị Út – Nhóm bờ sông",
        "Trần An – Nhóm bờ sông",
        "Lê Bờ – Nhóm gò cao",
    ]
    assert listed(city, MEMBERSHIPS, q="go cao") == ["Lê Bờ – Nhóm gò cao"]
    assert listed(city, MEMBERSHIPS, q="khong co ai") == []


def test_city_list_is_filtered_by_commune_and_hamlet(city, two_communes):
    near, far = two_communes
    make_member(near, full_name="Lê Gần")
    make_member(far, full_name="Lê Xa")

    assert listed(city, MEMBERS, hamlet__commune__id__exact=near.commune_id) == ["Lê Gần"]
    assert listed(city, MEMBERS, hamlet__id__exact=far.pk) == ["Lê Xa"]
    assert listed(city, MEMBERS, hamlet__commune__id__exact=far.commune_id, q="gan") == []


def test_city_search_shows_no_hidden_row(city, two_communes):
    kept = make_member(two_communes[0], full_name="Lê Thị Út")
    gone = make_member(
        two_communes[0], full_name="Lê Thị Út", status=Member.Status.MERGED, merged_into=kept
    )
    make_membership(gone, make_group(two_communes[0]))

    assert listed(city, MEMBERS, q="lê") == ["Lê Thị Út"]
    assert listed(city, MEMBERSHIPS, q="lê") == []


def test_pages_hold_every_row_once_and_in_order(two_communes):
    for number in range(7):
        make_member(two_communes[number % 2], full_name=f"Lê Thị {number % 3}")
    rows = Member.objects.select_related("hamlet").order_by("sort_key", "pk")

    pages = CappedPaginator(rows, 3)

    assert pages.count == 7
    assert [row for number in pages.page_range for row in pages.page(number)] == list(rows.all())
    with CaptureQueriesContext(connection) as made:
        assert [row.hamlet for row in pages.page(2)]
    assert len(made) == 1


@pytest.mark.parametrize("model", ["team", "zalogroup", "datarequest", "regulation"])
def test_hamlets_of_a_city_are_searched_not_listed(city, login, two_communes, model):
    address = reverse(f"admin:groups_{model}_changelist")
    own = make_hamlet(two_communes[0].commune)
    chief = make_user(own.commune, Role.CHIEF)

    assert f'<option value="{own.pk}"' not in city.get(address).text
    assert 'name="hamlet__id__exact"' in city.get(address).text
    assert f'<option value="{own.pk}"' in login(chief).get(address).text


def test_people_who_may_be_one_are_asked_for_by_hamlet(city, two_communes):
    for _row in range(2):
        make_member(two_communes[0], full_name="Lê Thị Út", birth_year=1960)
    address = reverse("admin:groups_member_duplicates")

    unasked = city.get(address)
    asked = city.get(address, {"ap": two_communes[0].pk})

    assert "Hãy chọn một ấp, khu phố" in unasked.text
    assert (unasked.context["pairs"], len(asked.context["pairs"])) == ([], 1)
