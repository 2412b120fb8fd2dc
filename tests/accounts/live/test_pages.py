"""The address that live pages ask, and the pages that keep themselves true."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.live import pages
from accounts.models import SignIn, User
from accounts.sign_in import sessions
from accounts.users.roles import Role
from broadcasts.models import Delivery
from duty.services import open_occasion
from groups.models import Hamlet
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group
from tests.factories.tips import make_tip
from tests.factories.zalo import make_official_account

pytestmark = pytest.mark.django_db
Publish = Callable[[], int]
Login = Callable[[User], Client]
EVERYTHING = "tips,posts,hand,sending,progress,duty,home"


def topics_of(client: Client) -> str:
    """The signed topics of the account that is signed in."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    return pages.signed(user, EVERYTHING.split(","))


def asking(client: Client, version: str = "", *, topics: str = "", **options: Any) -> Any:
    headers = {"X-Live": "1"} | ({"If-None-Match": f'"{version}"'} if version else {})
    asked = {"phan": topics or topics_of(client)}
    return client.get(reverse("admin:live_ask"), asked, headers=headers, **options)


def test_nothing_new_costs_the_reading_of_session_and_account_and_writes_nothing(
    login: Login, chief: User, publish: Publish
) -> None:
    client = login(chief)
    session = client.session  # five minutes ago, so that a person's page would be noted
    session[sessions.MARK] |= {"seen": session[sessions.MARK]["seen"] - 300}
    session.save()
    version, topics = asking(client).json()["version"], topics_of(client)
    kept = Session.objects.values_list("session_data", "expire_date").get()
    seen = SignIn.objects.values_list("seen_at", flat=True).get()

    with CaptureQueriesContext(connection) as made:
        answer = asking(client, version, topics=topics)

    assert answer.status_code == 304
    assert answer.content == b""
    assert not answer.cookies
    assert [query["sql"].split()[0] for query in made.captured_queries] == ["SELECT"] * 2
    assert Session.objects.values_list("session_data", "expire_date").get() == kept
    assert SignIn.objects.values_list("seen_at", flat=True).get() == seen


def test_a_change_is_told_once(login: Login, chief: User, hamlet: Hamlet, publish: Publish) -> None:
    client = login(chief)
    version = asking(client).json()["version"]
    assert asking(client, version).status_code == 304

    make_tip(hamlet.commune)
    publish()
    answer = asking(client, version)

    assert answer.status_code == 200
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert asking(client, answer.json()["version"]).status_code == 304


def test_without_redis_whoever_asks_is_sent_to_the_page(
    login: Login, chief: User, publish: Publish, settings: Any
) -> None:
    client = login(chief)
    version = asking(client).json()["version"]
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    for _time in range(2):
        answer = asking(client, version)
        assert (answer.status_code, answer.json()) == (200, {"version": ""})


def test_a_page_that_asks_keeps_nobody_signed_in(
    login: Login, chief: User, publish: Publish
) -> None:
    client, now = login(chief), timezone.now()
    for minute in (10, 20, 29):
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            assert asking(client).status_code == 200
    with time_machine.travel(now + timedelta(minutes=31), tick=False):
        assert asking(client).status_code == 401


def test_whoever_is_signed_out_is_led_away(login: Login, chief: User, publish: Publish) -> None:
    client = login(chief)
    version = asking(client).json()["version"]
    sessions.end_all(chief)

    answer = asking(client, version)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


@pytest.fixture
def addresses(hamlet: Hamlet, chief: User) -> dict[str, str]:
    """Every live page with something on it."""
    make_official_account(hamlet.commune)
    post = make_broadcast(hamlet.commune, status="sending", created_by=chief, priority="urgent")
    make_delivery(post, make_ordinary_group(hamlet), is_urgent=True)
    make_delivery(post, make_group(hamlet), status="sent")
    make_tip(hamlet.commune, urgency="urgent")
    drill = open_occasion("drill", hamlet.commune, commune=hamlet.commune)
    return {
        "home": reverse("admin:index"),
        "tips": reverse("admin:reports_tipreport_changelist"),
        "posts": f"{reverse('admin:broadcasts_broadcast_changelist')}?viec=duyet",
        "hand": reverse("admin:broadcasts_delivery_hand_list"),
        "log": reverse("admin:broadcasts_broadcast_log", args=[post.pk]),
        "duty": reverse("admin:oversight_duty"),
        "matters": reverse("admin:duty_occasion_list"),
        "matter": reverse("duty_occasion", args=[drill.token]),
    }


@pytest.mark.parametrize(
    ("name", "every_ms"),
    [
        ("home", pages.SOON_MS), ("tips", pages.LATER_MS), ("posts", pages.LATER_MS),
        ("hand", pages.SOON_MS), ("log", pages.LATER_MS), ("duty", pages.SOON_MS),
        ("matters", pages.SOON_MS), ("matter", pages.SOON_MS),
    ],
)  # fmt: skip
def test_each_live_page_says_its_version_and_how_often_it_asks(
    login: Login, chief: User, addresses: dict[str, str], publish: Publish, name: str,
    every_ms: int,
) -> None:  # fmt: skip
    client = login(chief)

    answer = client.get(addresses[name])

    live = answer.context["live"]
    words = answer.content.decode()
    assert f'data-every-ms="{every_ms}"' in words
    assert f'data-version="{live.version}"' in words
    assert "data-live=" in words
    told = client.get(live.address, headers={"If-None-Match": f'"{live.version}"'})
    assert told.status_code == 304


@pytest.mark.parametrize("name", ["home", "tips", "hand", "duty", "matters", "matter"])
def test_what_is_urgent_is_marked_for_title_and_sound(
    login: Login, chief: User, addresses: dict[str, str], publish: Publish, name: str
) -> None:
    assert "data-urgent=" in login(chief).get(addresses[name]).content.decode()


def test_a_quiet_home_page_asks_less_often(login: Login, chief: User, publish: Publish) -> None:
    page = login(chief).get(reverse("admin:index")).content.decode()

    assert f'data-every-ms="{pages.LATER_MS}"' in page
    assert "data-urgent=" not in page


def test_a_search_is_not_repeated_by_itself(
    login: Login, chief: User, addresses: dict[str, str], publish: Publish
) -> None:
    answer = login(chief).get(addresses["tips"], {"q": "trộm"})

    assert 'id="live"' not in answer.content.decode()


@pytest.mark.parametrize("name", ["home", "hand", "matters", "matter"])
def test_messages_stay_for_the_page_that_a_person_opens(
    login: Login, chief: User, addresses: dict[str, str], publish: Publish, name: str
) -> None:
    client = login(chief)
    task = Delivery.objects.get(status="to_post")
    client.post(reverse("admin:broadcasts_delivery_hand_task", args=[task.pk]), {"posted": "1"})

    unread = client.get(addresses[name], headers={"X-Live": "1"}).content.decode()
    read = client.get(addresses[name]).content.decode()

    assert "Đã ghi: đã đăng vào" not in unread
    assert "Đã ghi: đã đăng vào" in read


@pytest.mark.parametrize("name", ["admin:index", "admin:duty_occasion_list"])
def test_version_of_who_works_on_no_tips_does_not_say_that_one_came(
    login: Login, hamlet: Hamlet, publish: Publish, name: str
) -> None:
    head = make_user(hamlet.commune, Role.HAMLET_HEAD)
    client = login(head)
    before = client.get(reverse(name)).context["live"]

    tip = make_tip(hamlet.commune)
    open_occasion("tip_now", tip, commune=hamlet.commune)
    publish()
    after = client.get(reverse(name)).context["live"]

    assert before.version == after.version != ""
    assert client.get(before.address, headers={"X-Live": "1"}).json()["version"] == before.version


@pytest.mark.parametrize("phan", ["tips", "1:tips", "", "x" * 3000])
def test_topics_that_the_portal_did_not_sign_are_not_answered(
    login: Login, chief: User, publish: Publish, phan: str
) -> None:
    answer = login(chief).get(reverse("admin:live_ask"), {"phan": phan})

    assert answer.json() == {"version": ""}


def test_address_of_another_account_is_not_answered(
    login: Login, chief: User, deputy_chief: User, publish: Publish
) -> None:
    topics = pages.signed(deputy_chief, ["tips"])

    assert login(chief).get(reverse("admin:live_ask"), {"phan": topics}).json() == {"version": ""}


def test_version_of_the_list_changes_as_a_matter_opens_and_is_taken(
    login: Login, chief: User, publish: Publish
) -> None:
    client, address = login(chief), reverse("admin:duty_occasion_list")
    versions = [client.get(address).context["live"].version]
    assert chief.commune is not None

    drill = open_occasion("drill", chief.commune, commune=chief.commune)
    publish()
    versions.append(client.get(address).context["live"].version)
    client.post(reverse("duty_occasion_act", args=[drill.token, "nhan"]))
    publish()
    versions.append(client.get(address).context["live"].version)

    assert len(set(versions)) == 3
