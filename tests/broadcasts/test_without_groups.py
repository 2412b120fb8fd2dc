"""An account that Zalo does not let post into groups: everything runs on hands."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from accounts.services import NotAllowed
from broadcasts import services
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling import tick
from broadcasts.sending import delivery
from groups.models import Hamlet, ZaloGroup
from groups.services import activate
from groups.zalo_groups.services import obstacles
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount

NO = {"groups": {"state": "no", "code": -235, "at": "2026-11-01T08:00:00+07:00"}}


@pytest.fixture
def account(commune: Commune) -> OfficialAccount:
    return make_official_account(commune, oa_type=4, capabilities=NO)


def test_fan_out_makes_hand_tasks_of_every_group(
    account: OfficialAccount, commune: Commune, hamlet: Hamlet
):
    make_group(hamlet, status="active")
    make_ordinary_group(hamlet, status="active")
    post = make_broadcast(commune, status="approved")

    tick.fan_out(post, timezone.now())

    rows = list(post.deliveries.values_list("way", "status"))
    assert rows == [("hand", "to_post")] * 2


def test_reach_says_hands_and_why(account: OfficialAccount, commune: Commune, hamlet: Hamlet):
    make_group(hamlet, status="active")
    make_ordinary_group(hamlet, status="active")

    reach = services.reach(make_broadcast(commune))

    assert (reach.by_api, reach.by_hand) == (0, 2)
    assert "loại tài khoản OA này" in reach.why_by_hand


def test_post_page_says_how_it_will_leave(
    account: OfficialAccount,
    commune: Commune,
    hamlet: Hamlet,
    chief: User,
    login: Callable[[User], Client],
):
    make_group(hamlet, status="active")
    post = make_broadcast(commune, status="draft", created_by=chief)

    page = login(chief).get(f"/admin/broadcasts/broadcast/{post.pk}/xem/").content.decode()

    assert "Nhóm của OA cũng phải đăng tay" in page


def test_what_waits_for_the_machine_is_handed_over_without_a_call(
    account: OfficialAccount, commune: Commune, hamlet: Hamlet
):
    post = make_broadcast(commune, status="sending")
    waiting = make_delivery(post, make_group(hamlet, status="active"))
    begun = make_delivery(
        post, make_group(hamlet, status="active"), parts_sent=1, zalo_message_ids=["m1"]
    )

    counts = delivery.drain(commune.pk, urgent=False)

    waiting.refresh_from_db()
    begun.refresh_from_db()
    assert counts == {"to_post": 1}
    assert (waiting.way, waiting.status) == ("hand", "to_post")
    assert "Việc đăng tay" in waiting.error_text
    assert begun.status == Delivery.Status.QUEUED


def test_group_of_the_account_cannot_begin(account: OfficialAccount, hamlet: Hamlet, chief: User):
    group = make_group(hamlet, status="draft")

    with pytest.raises(NotAllowed, match="loại tài khoản OA này"):
        activate(group, by=chief, reason="chỉ huy cho phép")

    assert any("loại tài khoản OA này" in sentence for sentence in obstacles(group))
    assert ZaloGroup.objects.get().status == "draft"


def test_ordinary_group_begins_as_ever(account: OfficialAccount, hamlet: Hamlet, chief: User):
    group = make_ordinary_group(hamlet, status="draft")

    activate(group, by=chief, reason="chỉ huy cho phép")

    assert ZaloGroup.objects.get().status == "active"


def test_form_refuses_a_new_group_of_the_account(
    account: OfficialAccount, hamlet: Hamlet, chief: User, login: Callable[[User], Client]
):
    page = login(chief).post(
        "/admin/groups/zalogroup/add/",
        {"name": "Nhóm", "kind": "oa", "hamlet": hamlet.pk, "memberships-TOTAL_FORMS": 0,
         "memberships-INITIAL_FORMS": 0},
    )  # fmt: skip

    assert "Zalo không mở tính năng này" in page.content.decode()
    assert not ZaloGroup.objects.exists()


def test_without_any_account_nothing_changes(commune: Commune, hamlet: Hamlet):
    """It may be connected later: what waits for the machine goes on waiting."""
    make_group(hamlet, status="active")
    make_ordinary_group(hamlet, status="active")
    post = make_broadcast(commune, status="approved")

    tick.fan_out(post, timezone.now())

    rows = Broadcast.objects.get().deliveries.values_list("zalo_group__kind", "way", "status")
    assert set(rows) == {("oa", "api", "queued"), ("ordinary", "hand", "to_post")}
