"""The page of a post: what is sent and the steps; the log of every group."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, BroadcastEvent
from groups.models import Hamlet
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group

Login = Callable[[User], Client]
OfficerOf = Callable[..., User]


def page(post: Broadcast, name: str, *args: Any) -> str:
    return reverse(f"admin:broadcasts_broadcast_{name}", args=[post.pk, *args])


def test_review_shows_parts_reach_and_author(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    make_group(hamlet)
    make_ordinary_group(hamlet)
    post = make_broadcast(commune, status="pending_approval", text="Đoạn một.\n\nĐoạn hai.")

    response = login(chief).get(page(post, "review"))

    assert response.context["parts"] == ["Đoạn một.\n\nĐoạn hai."]
    assert (response.context["reach"].by_api, response.context["reach"].by_hand) == (1, 1)
    assert str(post.created_by) in response.content.decode()
    assert "Duyệt bài này" in response.content.decode()


def test_review_tells_the_author_why_another_must_approve(
    commune: Commune, chief: User, login: Login
) -> None:
    post = make_broadcast(commune, status="pending_approval", created_by=chief)

    body = login(chief).get(page(post, "review")).content.decode()

    assert "Đồng chí là người soạn hoặc trình bài này nên người khác phải duyệt." in body
    assert page(post, "step", "duyet") not in body


def test_review_names_only_places_that_the_reader_may_see(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    Hamlet.objects.filter(pk=other_hamlet.pk).update(name="Kín Đáo")
    post = make_broadcast(commune, audience_hamlets=[hamlet.pk, other_hamlet.pk])

    body = login(officer_of(hamlet)).get(page(post, "review")).content.decode()

    assert "Kín Đáo" not in body
    assert "1 nơi khác" in body


def test_approval_by_button_schedules_the_post(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    make_group(hamlet)
    later = timezone.now() + timedelta(days=1)
    post = make_broadcast(commune, status="pending_approval", scheduled_for=later)

    client, seen = login(chief), {"seen": post.content_hash}
    unseen = client.post(page(post, "step", "duyet"), follow=True).content.decode()
    response = client.post(page(post, "step", "duyet"), seen, follow=True)

    post.refresh_from_db()
    assert "Hãy xem lại rồi duyệt" in unseen
    assert (post.status, post.approved_by) == ("scheduled", chief)
    assert "Đã duyệt." in response.content.decode()


def test_return_needs_a_reason_and_shows_it_to_the_author(
    commune: Commune, hamlet: Hamlet, chief: User, officer_of: OfficerOf, login: Login
) -> None:
    author = officer_of(hamlet)
    post = make_broadcast(commune, status="pending_approval", created_by=author)
    client = login(chief)

    refused = client.post(page(post, "step", "tra-lai"), follow=True).content.decode()
    client.post(page(post, "step", "tra-lai"), {"reason": "Ghi rõ giờ."})

    post.refresh_from_db()
    assert "Hãy ghi lý do để người soạn biết cần làm gì." in refused
    assert post.status == "returned"
    assert "Ghi rõ giờ." in login(author).get(page(post, "change")).content.decode()


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("duyet", "pending_approval"),
        ("tra-lai", "pending_approval"),
        ("khong-duyet", "pending_approval"),
        ("dung", "sending"),
        ("gui-tiep", "paused"),
        ("huy", "scheduled"),
        ("gui-lai", "completed"),
    ],
)
def test_officer_cannot_take_a_step_of_the_chief(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, login: Login, step: str, before: str
) -> None:
    post = make_broadcast(commune, status=before)
    make_delivery(post, make_group(hamlet), status="failed")

    login(officer_of(hamlet)).post(page(post, "step", step), {"reason": "Thử."})

    post.refresh_from_db()
    assert post.status == before


def test_stopping_asks_first_and_is_not_where_approval_was(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    make_group(hamlet)
    post = make_broadcast(commune, status="pending_approval", priority="urgent")
    client = login(chief)

    before = client.get(page(post, "review")).context
    seen = {"seen": post.content_hash}
    after = client.post(page(post, "step", "duyet"), seen, follow=True).context

    assert [offer.name for offer in before["presses"]] == ["duyet"]
    assert "dung" not in [offer.name for offer in after["presses"]]
    (stop,) = [offer for offer in after["asks"] if offer.name == "dung"]
    assert (stop.opens, stop.is_open, stop.button) == (True, False, "Dừng gửi ngay")


@pytest.mark.parametrize("reason", ["", "Nhầm giờ"])
def test_stopping_takes_no_word_and_keeps_one_that_is_given(
    commune: Commune, chief: User, login: Login, reason: str
) -> None:
    post = make_broadcast(commune, status="sending")

    login(chief).post(page(post, "step", "dung"), {"reason": reason})

    post.refresh_from_db()
    assert (post.status, post.events.last().note) == ("paused", reason)


def test_step_by_get_is_refused(commune: Commune, chief: User, login: Login) -> None:
    post = make_broadcast(commune, status="pending_approval")

    response = login(chief).get(page(post, "step", "duyet"))

    post.refresh_from_db()
    assert (response.status_code, post.status) == (405, "pending_approval")


def test_step_needs_the_token_of_the_page(commune: Commune, chief: User) -> None:
    post = make_broadcast(commune, status="pending_approval")
    client = Client(enforce_csrf_checks=True)
    client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(page(post, "step", "duyet"))

    post.refresh_from_db()
    assert (response.status_code, post.status) == (403, "pending_approval")


def test_pages_of_another_commune_are_not_there(
    commune: Commune, other_commune: Commune, chief: User, login: Login
) -> None:
    post = make_broadcast(other_commune, status="pending_approval")
    client = login(chief)

    answers = {
        client.get(page(post, "review")).status_code,
        client.get(page(post, "log")).status_code,
        client.get(page(post, "log_fragment")).status_code,
        client.get(page(post, "image")).status_code,
        client.post(page(post, "step", "duyet")).status_code,
    }

    post.refresh_from_db()
    assert answers == {404}
    assert post.status == "pending_approval"


def test_log_shows_an_officer_only_own_hamlets(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    make_delivery(post, make_group(hamlet, name="Nhóm của tôi"), status="sent")
    make_delivery(post, make_group(other_hamlet, name="Nhóm người khác"), status="failed")
    BroadcastEvent.objects.create(broadcast=post, kind="settled", note="Nhóm người khác: đã có.")

    response = login(officer_of(hamlet)).get(page(post, "log"))

    body = response.content.decode()
    assert "Nhóm của tôi" in body
    assert "Nhóm người khác" not in body
    assert response.context["progress"]["total"] == 1


def test_log_puts_trouble_first_and_filters_by_status(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    for status in ("sent", "queued", "failed", "uncertain"):
        make_delivery(post, make_group(hamlet), status=status)
    client = login(chief)

    everything = client.get(page(post, "log")).context["lines"]
    failed = client.get(page(post, "log"), {"trang-thai": "failed"}).context["lines"]

    shown = [line["delivery"].status for line in everything]
    assert shown == ["uncertain", "failed", "queued", "sent"]
    assert [line["delivery"].status for line in failed] == ["failed"]


def test_log_fragment_says_how_soon_to_ask_again(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    by_machine = make_broadcast(commune, status="sending")
    make_delivery(by_machine, make_group(hamlet))
    by_hand = make_broadcast(commune, status="sending")
    make_delivery(by_hand, make_ordinary_group(hamlet))
    done = make_broadcast(commune, status="completed")
    client = login(chief)

    answers = [
        client.get(page(post, "log_fragment"))["X-Refresh-Ms"]
        for post in (by_machine, by_hand, done)
    ]

    assert answers == ["2000", "15000", "0"]


def test_unclear_delivery_is_settled_by_one_button(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    delivery = make_delivery(post, make_group(hamlet), status="uncertain")
    officer = officer_of(hamlet)

    login(officer).post(
        reverse("admin:broadcasts_broadcast_settle", args=[delivery.pk]), {"finding": "arrived"}
    )

    delivery.refresh_from_db()
    assert (delivery.finding, delivery.settled_by) == ("arrived", officer)


def test_settling_in_another_hamlet_is_not_there(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    delivery = make_delivery(post, make_group(other_hamlet), status="uncertain")

    response = login(officer_of(hamlet)).post(
        reverse("admin:broadcasts_broadcast_settle", args=[delivery.pk]), {"finding": "arrived"}
    )

    delivery.refresh_from_db()
    assert (response.status_code, delivery.settled_at) == (404, None)


def test_send_again_queues_the_failed_group_alone(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    post = make_broadcast(commune, status="completed")
    sent = make_delivery(post, make_group(hamlet), status="sent")
    failed = make_delivery(post, make_group(hamlet), status="failed")

    login(chief).post(page(post, "step", "gui-lai"), {"from": "log"})

    sent.refresh_from_db()
    failed.refresh_from_db()
    assert (sent.status, failed.status) == ("sent", "queued")


def test_decided_post_leads_to_the_next_one_that_waits(
    commune: Commune, chief: User, login: Login
) -> None:
    decided = make_broadcast(commune, status="scheduled")
    waiting = make_broadcast(commune, status="pending_approval")
    make_broadcast(commune, status="pending_approval", created_by=chief)

    response = login(chief).get(page(decided, "review"))

    assert response.context["next_waiting"] == waiting
