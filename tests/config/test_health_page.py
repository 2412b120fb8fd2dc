"""The page “Sức khỏe hệ thống”: parts in words, for the technical administrator alone."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.system_health import snapshot
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.zalo import make_official_account

PAGE = "/admin/suc-khoe-he-thong/"


@pytest.mark.parametrize("role", list(Role))
def test_only_the_technical_administrator_opens_it(commune, login, role):
    snapshot.record()
    client = login(make_user(None if role is Role.CITY else commune, role))
    expected = role is Role.TECH_ADMIN

    assert client.get(PAGE).status_code == (200 if expected else 403)
    section = reverse("admin:section", args=["thiet-lap"])
    assert (PAGE in client.get(section).text) == expected


def test_superuser_opens_it(commune, login):
    snapshot.record()

    assert login(make_user(commune, is_superuser=True)).get(PAGE).status_code == 200


def test_stranger_is_led_to_sign_in(client, db):
    assert client.get(PAGE).status_code == 302


def test_page_puts_what_is_wrong_first_and_says_what_to_do(commune, login, tech_admin):
    make_official_account(commune, needs_consent=True)
    snapshot.record()

    page = login(tech_admin).get(PAGE)
    lines = page.context["lines"]

    worst_first = [("bad", "warn", "good").index(line.state.value) for line in lines]
    assert worst_first == sorted(worst_first)
    assert "Có tài khoản mà Zalo không cho gửi nữa." in page.text
    assert "Bấm Kết nối Zalo, rồi Cấp quyền lại, cùng quản trị viên của OA." in page.text
    assert "mục hỏng" in page.text
    assert "Cơ sở dữ liệu" in page.text


def test_page_says_that_it_is_old(login, tech_admin):
    snapshot.record()

    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        page = login(tech_admin).get(PAGE).text

    assert "Số liệu này đã cũ" in page


def test_page_opens_before_the_first_snapshot(login, tech_admin):
    assert "Chưa kiểm tra lần nào." in login(tech_admin).get(PAGE).text


def test_page_opens_after_a_release_that_knew_other_parts(login, tech_admin):
    row = snapshot.record()
    row.parts = {"of_another_release": {"ok": False, "state": "bad", "since": "x"}}
    row.save(force_update=True)

    assert login(tech_admin).get(PAGE).status_code == 200


def test_page_tells_no_number_of_tips(commune, login, tech_admin):
    row = snapshot.record()
    row.parts["tips"] |= {"for_a_superior": 7_654_321, "new": 7_654_321, "overdue": 7_654_321}
    row.save(force_update=True)

    assert "7654321" not in login(tech_admin).get(PAGE).text.replace(".", "")
