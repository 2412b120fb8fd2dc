"""Posting by hand: the list of tasks, one task, its pictures."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Delivery
from groups.models import Hamlet
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_ordinary_group

Login = Callable[[User], Client]
HeadOf = Callable[..., User]
LIST = "admin:broadcasts_delivery_hand_list"


def address(delivery: Delivery, name: str = "hand_task") -> str:
    return reverse(f"admin:broadcasts_delivery_{name}", args=[delivery.pk])


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (300, 200), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def post(commune: Commune) -> Broadcast:
    return make_broadcast(commune, status="sending", approved_parts=["Tin một.", "Tin hai."])


def test_list_puts_urgent_posts_first(
    commune: Commune, hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    group = make_ordinary_group(hamlet)
    make_delivery(post, group)
    urgent = make_broadcast(commune, status="sending", priority="urgent")
    make_delivery(urgent, group)

    response = login(hamlet_head_of(hamlet)).get(reverse(LIST))

    assert [shown for shown, _tasks in response.context["posts"]] == [urgent, post]


def test_list_shows_only_open_tasks_of_own_hamlets(
    commune: Commune,
    hamlet: Hamlet,
    other_hamlet: Hamlet,
    post: Broadcast,
    hamlet_head_of: HeadOf,
    login: Login,
) -> None:
    own = make_delivery(post, make_ordinary_group(hamlet))
    make_delivery(post, make_ordinary_group(hamlet), status="posted")
    make_delivery(post, make_ordinary_group(other_hamlet))
    make_delivery(make_broadcast(commune, status="paused"), make_ordinary_group(hamlet))

    response = login(hamlet_head_of(hamlet)).get(reverse(LIST))

    assert [task for _post, tasks in response.context["posts"] for task in tasks] == [own]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three_tasks(
    hamlet: Hamlet,
    post: Broadcast,
    chief: User,
    login: Login,
    rows: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(rows):
        make_delivery(post, make_ordinary_group(hamlet))
    client = login(chief)
    client.get(reverse(LIST))

    with django_assert_num_queries(4):
        assert client.get(reverse(LIST)).status_code == 200


def test_task_shows_each_part_and_the_link(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet, link="https://zalo.me/g/thu01"))

    body = login(hamlet_head_of(hamlet)).get(address(task)).content.decode()

    assert "Sao chép tin 1" in body
    assert "Sao chép tin 2" in body
    assert 'href="https://zalo.me/g/thu01"' in body


def test_posted_is_written_down_and_leads_to_the_next_group(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    first = make_delivery(post, make_ordinary_group(hamlet, name="A"))
    second = make_delivery(post, make_ordinary_group(hamlet, name="B"))
    head = hamlet_head_of(hamlet)
    client = login(head)

    after_first = client.post(address(first), {"posted": "1"})
    after_second = client.post(address(second), {"posted": "1"})

    first.refresh_from_db()
    assert (first.status, first.posted_by) == ("posted", head)
    assert after_first["Location"] == f"{address(second)}?vua={first.pk}"
    assert after_second["Location"] == f"{reverse(LIST)}?vua={second.pk}"


def test_proof_is_kept_small_and_shown_to_those_who_see_the_group(
    hamlet: Hamlet,
    other_hamlet: Hamlet,
    post: Broadcast,
    chief: User,
    hamlet_head_of: HeadOf,
    login: Login,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    task = make_delivery(post, make_ordinary_group(hamlet))
    upload = SimpleUploadedFile("man-hinh.png", picture(), "image/png")

    login(hamlet_head_of(hamlet)).post(address(task), {"posted": "1", "proof": upload})
    seen = login(chief).get(address(task, "proof"))
    elsewhere = login(hamlet_head_of(other_hamlet)).get(address(task, "proof"))

    assert Image.open(BytesIO(b"".join(seen))).format == "JPEG"
    assert (seen["Content-Type"], seen["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert elsewhere.status_code == 404


def test_file_that_is_no_picture_is_refused_in_words(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    upload = SimpleUploadedFile("man-hinh.jpg", b"<script>alert(1)</script>", "image/jpeg")

    response = login(hamlet_head_of(hamlet)).post(address(task), {"posted": "1", "proof": upload})

    task.refresh_from_db()
    assert "Tệp này không phải là ảnh, hoặc ảnh bị hỏng." in response.content.decode()
    assert task.status == "to_post"


def test_missed_needs_a_reason(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    client = login(hamlet_head_of(hamlet))

    refused = client.post(address(task), {"missed": "1"}, follow=True).content.decode()
    client.post(address(task), {"missed": "1", "other": "Máy hết pin."})

    task.refresh_from_db()
    assert "Hãy ghi lý do chưa đăng được." in refused
    assert (task.status, task.error_text) == ("missed", "Máy hết pin.")


def test_second_tick_says_who_was_first(
    hamlet: Hamlet, post: Broadcast, chief: User, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    head = hamlet_head_of(hamlet)
    login(head).post(address(task), {"posted": "1"})

    body = login(chief).post(address(task), {"posted": "1"}, follow=True).content.decode()

    task.refresh_from_db()
    assert task.posted_by == head
    assert f"đã được {head} đánh dấu đã đăng" in body


@pytest.mark.parametrize("status", ["missed", "cancelled"])
def test_task_that_was_closed_is_not_ticked(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login, status: str
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet), status=status)

    login(hamlet_head_of(hamlet)).post(address(task), {"posted": "1"})

    task.refresh_from_db()
    assert (task.status, task.posted_at) == (status, None)


def test_task_of_a_paused_post_says_not_to_post(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    Broadcast.objects.filter(pk=post.pk).update(status="paused")

    body = login(hamlet_head_of(hamlet)).get(address(task)).content.decode()

    assert "Đừng đăng; hãy hỏi chỉ huy." in body
    assert "Tôi đã đăng" not in body
    assert post.text not in body


def test_what_was_posted_before_a_pause_is_not_posted_again_after_it(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    client = login(hamlet_head_of(hamlet))
    Broadcast.objects.filter(pk=post.pk).update(status="paused")

    offered = client.get(address(task)).content.decode()
    client.post(address(task), {"posted": "1"})
    task.refresh_from_db()
    declared = task.status
    client.post(address(task), {"mistake": "1"})
    task.refresh_from_db()
    post.refresh_from_db()

    assert "Đã đăng trước khi tạm dừng" in offered
    assert (declared, task.status, post.status) == ("posted", "to_post", "paused")


def test_nothing_is_called_impossible_while_a_post_is_paused(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    Broadcast.objects.filter(pk=post.pk).update(status="paused")

    login(hamlet_head_of(hamlet)).post(address(task), {"missed": "1", "other": "Hết pin"})

    task.refresh_from_db()
    assert task.status == "to_post"


@pytest.mark.parametrize("status", ["cancelled", "completed", "rejected"])
def test_nothing_is_posted_once_a_post_is_over(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login, status: str
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    Broadcast.objects.filter(pk=post.pk).update(status=status)

    login(hamlet_head_of(hamlet)).post(address(task), {"posted": "1"})

    task.refresh_from_db()
    assert task.status == "to_post"


def test_task_of_another_hamlet_is_not_there(
    hamlet: Hamlet, other_hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(other_hamlet))
    client = login(hamlet_head_of(hamlet))

    assert client.get(address(task)).status_code == 404
    assert client.post(address(task), {"posted": "1"}).status_code == 404
    assert client.get(address(task, "image")).status_code == 404
    task.refresh_from_db()
    assert task.status == "to_post"


def test_pages_are_refused_to_roles_without_hand_posting(
    hamlet: Hamlet, post: Broadcast, party_office: User, tech_admin: User, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))

    answers = {
        login(user).get(door).status_code
        for user in (party_office, tech_admin)
        for door in (reverse(LIST), address(task), address(task, "image"))
    }

    assert answers == {403}


def test_picture_of_the_post_is_downloaded_by_the_hamlet_head(
    hamlet: Hamlet,
    post: Broadcast,
    hamlet_head_of: HeadOf,
    login: Login,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    post.image.save("bai.png", ContentFile(picture()), save=False)
    Broadcast.objects.filter(pk=post.pk).update(image=post.image.name)
    task = make_delivery(post, make_ordinary_group(hamlet))

    response = login(hamlet_head_of(hamlet)).get(address(task, "image"))

    assert b"".join(response) == picture()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment")


def test_slip_of_the_finger_is_taken_back_by_the_same_person_only(
    hamlet: Hamlet, post: Broadcast, hamlet_head_of: HeadOf, login: Login
) -> None:
    task = make_delivery(post, make_ordinary_group(hamlet))
    head, colleague = hamlet_head_of(hamlet), hamlet_head_of(hamlet)

    ticked = login(head).post(address(task), {"posted": "1"}, follow=True)
    login(colleague).post(address(task), {"mistake": "1"})
    task.refresh_from_db()
    after_colleague = task.status
    login(head).post(address(task), {"mistake": "1"})

    task.refresh_from_db()
    assert "Bấm nhầm? Mở lại nhóm vừa ghi" in ticked.content.decode()
    assert after_colleague == Delivery.Status.POSTED
    assert (task.status, task.posted_by, task.posted_at) == (Delivery.Status.TO_POST, None, None)
