"""The public page of genuine groups: what anyone reads, and what nobody does."""

import re
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.communes import public_pages
from groups.models import ZaloGroup
from tests.factories.accounts import make_commune, make_profile
from tests.factories.groups import make_group, make_hamlet, make_officer, make_ordinary_group
from tests.factories.oa_groups import make_at_zalo
from tests.factories.zalo import make_official_account
from tests.reports.public.walking import Walk

LINK = "https://zalo.me/g/thatla1"


def page(commune: Any, **query: str) -> Any:
    return Client().get(reverse("genuine_groups", args=[commune.code]), query)


def test_the_only_commune_is_shown_at_once(commune):
    answer = Client().get("/nhom-chinh-thuc/")

    assert answer.url == f"/nhom-chinh-thuc/{commune.code}/"
    assert page(commune).status_code == 200


def test_of_several_communes_one_is_chosen(commune, other_commune):
    everything = Client().get("/nhom-chinh-thuc/").content.decode()
    found = Client().get("/nhom-chinh-thuc/", {"tim": "tân"}).content.decode()

    assert str(commune) in everything
    assert (str(commune) in found, str(other_commune) in found) == (False, True)


def test_it_names_groups_in_service_and_no_person(commune, hamlet):
    make_profile(commune, duty_phone="0251 000 0113")
    owner = make_officer(commune, full_name="Nguyễn Văn Kín", phone="+84900000555")
    make_group(hamlet, name="Bình yên ấp Thật", owner=owner, head_count=120)
    make_ordinary_group(hamlet, name="Bà con ấp Thật", head_count=4)
    make_group(hamlet, name="Nhóm đang soạn", status="draft", zalo_group_id="")
    make_group(hamlet, name="Nhóm đã đóng", status="closed")
    resting = make_group(hamlet, name="Nhóm nghỉ", status="paused")
    make_at_zalo(resting, status="disabled", disabled_on="2026-11-01", is_held=True)
    make_group(make_hamlet(make_commune("Nơi khác")), name="Nhóm nơi khác")

    text = page(commune).content.decode()

    for there in ("Bình yên ấp Thật", "Bà con ấp Thật", "Nhóm nghỉ", "120 người (theo Zalo",
                  "Đang tạm ngừng", "0251 000 0113"):  # fmt: skip
        assert there in text
    for hidden in ("Nhóm đang soạn", "Nhóm đã đóng", "Nhóm nơi khác", "Nguyễn Văn Kín", "0900",
                   "4 người"):  # fmt: skip
        assert hidden not in text


def test_a_link_stands_there_only_where_it_may(commune, hamlet):
    public = make_ordinary_group(hamlet, name="Công khai", link=LINK, is_link_public=True)
    secret = make_ordinary_group(hamlet, name="Kín", link="https://zalo.me/g/kinkin1")
    shut = make_group(
        hamlet, name="Tắt liên kết", link="https://zalo.me/g/tatroi1", is_link_public=True
    )
    make_at_zalo(shut, is_link_open=False)

    text = page(commune).content.decode()
    posters = [
        Client().get(reverse("genuine_poster", args=[commune.code, group.pk])).status_code
        for group in (public, secret, shut)
    ]

    assert LINK in text
    assert "kinkin1" not in text
    assert "tatroi1" not in text
    assert posters == [200, 404, 404]


@pytest.mark.parametrize(
    ("asked", "is_genuine"),
    [
        ("https://zalo.me/g/kinkin1", True),
        ("zalo.me/g/kinkin1/?utm=1", True),
        ("HTTPS://ZALO.ME/g/kinkin1", True),
        ("https://zalo.me/g/KINKIN1", False),
        ("https://zalo.me.evil.test/g/kinkin1", False),
        ("https://zalo.me@evil.test/g/kinkin1", False),
        ("https://evil.test/zalo.me/g/kinkin1", False),
        ("http://[", False),
        ("zalo.me", False),
        ("zalo.me/<script>alert(1)</script>", False),
    ],
)
def test_a_pasted_link_is_told_genuine_or_not(commune, hamlet, asked, is_genuine):
    make_ordinary_group(hamlet, name="Kín", link="https://zalo.me/g/kinkin1")

    answer = page(commune, **{"lien-ket": asked})
    text = answer.content.decode()

    assert ("Đúng là nhóm chính thức" in text) is is_genuine
    assert ("Không phải nhóm chính thức" in text) is not is_genuine
    assert answer["Cache-Control"] == "no-store"
    assert "<script>alert" not in text


def test_the_policy_of_a_public_page_is_strict_and_nothing_comes_from_elsewhere(commune, hamlet):
    group = make_ordinary_group(hamlet, link=LINK, is_link_public=True)

    for answer in (
        page(commune),
        Client().get(reverse("genuine_poster", args=[commune.code, group.pk])),
    ):
        policy = answer["Content-Security-Policy"]
        text = answer.content.decode()
        assert "unsafe" not in policy
        assert "style=" not in text
        assert "<script>" not in text
        assert "Set-Cookie" not in answer.headers


def test_readers_of_the_same_minute_ask_the_database_once(
    commune, hamlet, django_assert_max_num_queries
):
    make_official_account(commune)
    for _number in range(3):
        make_ordinary_group(hamlet)
    page(commune)

    with django_assert_max_num_queries(1):  # the commune itself
        page(commune)


def test_more_groups_are_not_more_queries(commune, hamlet):
    def count() -> int:
        cache.delete(f"{public_pages.PREFIX}:genuine:{commune.pk}")
        with CaptureQueriesContext(connection) as made:
            page(commune)
        return len(made)

    make_ordinary_group(hamlet)
    first = count()
    for _number in range(4):
        make_ordinary_group(make_hamlet(commune))

    assert count() == first


def test_without_redis_the_page_is_made_anew(commune, hamlet, monkeypatch):
    make_ordinary_group(hamlet, name="Vẫn đọc được")

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise redis.ConnectionError

    monkeypatch.setattr(public_pages.cache, "get", broken)

    assert "Vẫn đọc được" in page(commune).content.decode()


@pytest.mark.parametrize("address", ["/nhom-chinh-thuc/khong-co/", "/nhom-chinh-thuc/%00/"])
def test_nonsense_is_not_found(db, address):
    assert Client().get(address).status_code in {400, 404}
    assert not ZaloGroup.objects.exists()


def test_page_tells_the_true_account_and_address_and_takes_a_report(commune, hamlet, settings):
    settings.PORTAL_URL = "https://cong.example.vn"
    without = page(commune).content.decode()
    cache.delete(f"{public_pages.PREFIX}:genuine:{commune.pk}")
    account = make_official_account(commune, is_verified=True)

    text = page(commune).content.decode()

    assert "Trang này chưa ghi tài khoản Zalo nào." in without
    assert "chưa ghi tài khoản" not in text
    assert f"https://zalo.me/{account.oa_id}" in text
    assert "đã được Zalo xác thực" in text
    assert "<strong>cong.example.vn</strong>" in text
    assert f"/phan-anh/{commune.code}/bao-tin/?viec=gia-mao" in text


def test_report_of_a_fake_starts_the_form_with_its_subject(commune):
    walk = Walk(commune)
    walk.go_to(f"/phan-anh/{commune.code}/bao-tin/?viec=gia-mao")
    walk.press("now", "khong")

    assert re.search(r'value="lua-dao"\s+aria-current="true"', walk.html)


def test_pages_for_anyone_lead_to_one_another(commune, hamlet):
    for address in (f"/nhom-chinh-thuc/{commune.code}/", f"/phan-anh/{commune.code}/", "/thu-tuc/"):
        text = Client().get(address).content.decode()
        for other in ("/thu-tuc/?xa=", f"/phan-anh/{commune.code}/", "/nhom-chinh-thuc/"):
            assert f'href="{other}' in text
        assert "noi-dung" in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Bà con ấp Suối Mây", ["Bà con ấp Suối Mây"]),
        ("nhom zalo ap suoi may", ["Bà con ấp Suối Mây"]),
        ("SUỐI", ["Bà con ấp Suối Mây", "Tổ 4 suối cạn"]),
        ("to 4", ["Tổ 4 suối cạn"]),
        ("Tổ 4.An Bình", ["Tổ 4 suối cạn"]),
        ("nhóm công an xã", []),
        ("vay tiền nhanh", []),
        ("Đầu tư vàng/bạc 24h", []),
        ("....", []),
    ],
)
def test_a_typed_name_searches_the_groups_and_accuses_nobody(commune, hamlet, asked, found):
    make_ordinary_group(hamlet, name="Bà con ấp Suối Mây")
    make_ordinary_group(hamlet, name="Tổ 4 suối cạn")

    text = page(commune, **{"lien-ket": asked}).content.decode()
    answer = text.partition('role="status">')[2].partition("<section")[0]

    assert [name for name in ("Bà con ấp Suối Mây", "Tổ 4 suối cạn") if name in answer] == found
    assert "Không phải nhóm chính thức" not in text
    assert ("chưa thấy nhóm nào tên như vậy" in answer) is not found


def test_a_link_inside_a_passed_on_sentence_is_checked(commune, hamlet):
    make_ordinary_group(hamlet, name="Kín", link="https://zalo.me/g/kinkin1")

    passed_on = "Mời bà con vào nhóm https://zalo.me/g/{} nhé"
    genuine, false = (
        page(commune, **{"lien-ket": passed_on.format(name)}).content.decode()
        for name in ("kinkin1", "giamao9")
    )

    assert "Đúng là nhóm chính thức" in genuine
    assert "Không phải nhóm chính thức" in false
