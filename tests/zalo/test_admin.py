from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from tests.factories.zalo import make_official_account
from zalo.models import ApiCall


def make_call(account: object, **fields: object) -> ApiCall:
    values = {
        "account": account,
        "at": timezone.now(),
        "endpoint": "/v3.0/oa/group/message",
        "code": "0",
        "duration_ms": 12,
    }
    return ApiCall.objects.create(**(values | fields))


def test_account_page_shows_health_and_no_token(
    commune: Commune, tech_admin: User, login: Callable[[User], Client]
):
    account = make_official_account(
        commune, last_error="Gói dịch vụ chưa cho dùng.", last_error_at=timezone.now()
    )
    client = login(tech_admin)

    pages = [
        client.get("/admin/zalo/officialaccount/"),
        client.get(f"/admin/zalo/officialaccount/{account.pk}/change/"),
    ]

    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "Có lỗi" in text
        assert account.access_token not in text
        assert account.refresh_token not in text
    assert "Gói dịch vụ chưa cho dùng." in pages[1].content.decode()


def test_other_communes_account_and_calls_stay_hidden(
    commune: Commune,
    other_commune: Commune,
    tech_admin: User,
    login: Callable[[User], Client],
):
    foreign = make_official_account(other_commune, name="OA nơi khác")
    make_call(foreign, reference="nơi khác")
    client = login(tech_admin)

    accounts = client.get("/admin/zalo/officialaccount/").content.decode()
    calls = client.get("/admin/zalo/apicall/").content.decode()

    assert "OA nơi khác" not in accounts
    assert "nơi khác" not in calls
    assert client.get(f"/admin/zalo/officialaccount/{foreign.pk}/change/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_call_list_takes_the_same_queries_for_any_number(
    commune: Commune,
    tech_admin: User,
    login: Callable[[User], Client],
    django_assert_max_num_queries: Callable[[int], object],
    count: int,
):
    account = make_official_account(commune)
    for number in range(count):
        make_call(account, code="-237", at=timezone.now() - timedelta(minutes=number))
    client = login(tech_admin)

    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        page = client.get("/admin/zalo/apicall/?outcome=failed")

    assert page.status_code == 200
    assert page.content.decode().count("Nhóm đã hết hạn") == count


@pytest.mark.parametrize("path", ["officialaccount/add/", "apicall/add/"])
def test_nothing_is_made_by_hand(tech_admin: User, login: Callable[[User], Client], path: str):
    assert login(tech_admin).get(f"/admin/zalo/{path}").status_code == 403
