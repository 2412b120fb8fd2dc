"""Posts in the admin: lists, the form, the page to decide, the log."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Commune, User
from accounts.scoped_admin.queue import queue_of
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from broadcasts import occasions
from broadcasts.models import Broadcast, Delivery, Topic
from groups.models import Hamlet
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet, make_ordinary_group

Login = Callable[[User], Client]
OfficerOf = Callable[..., User]


def page(post: Broadcast, name: str, *args: Any) -> str:
    return reverse(f"admin:broadcasts_broadcast_{name}", args=[post.pk, *args])


def form_data(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Phòng cháy mùa khô",
        "text": "Bà con không đốt rẫy khi trời gió.",
        "topic": Topic.objects.get(code="thong-bao-antt").pk,
        "priority": "routine",
        "send_to": "whole",
    } | fields


def photo(name: str = "anh.jpg", side: int = 2400, **options: Any) -> SimpleUploadedFile:
    content = BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(content, "JPEG", **options)
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def test_home_leads_the_chief_to_the_posts_that_wait(
    commune: Commune, chief: User, login: Login
) -> None:
    waiting = make_broadcast(commune, status="pending_approval", title="Chờ duyệt một")
    make_broadcast(commune, status="pending_approval", created_by=chief, title="Của chính chỉ huy")

    body = login(chief).get(reverse("admin:index")).content.decode()

    assert page(waiting, "review") in body
    assert "Đọc và duyệt" in body
    assert "Của chính chỉ huy" not in body


def test_home_counts_only_hand_tasks_of_own_hamlets(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    make_delivery(post, make_ordinary_group(hamlet))
    make_delivery(post, make_ordinary_group(other_hamlet))

    body = login(officer_of(hamlet)).get(reverse("admin:index")).content.decode()

    assert "1 nhóm chờ đăng tay." in body


def matters(user: User) -> list[tuple[str, str, int]]:
    """The hour, title and number of each matter of posts in the queue of an account."""
    now = timezone.localtime()
    hours = queue_of(lists_for(user, now), now, kind="Bài đăng").hours
    return [(hour.title, card.title, card.stands_for) for hour in hours for card in hour.cards]


def test_hand_tasks_of_others_are_one_matter_for_the_chief_to_know_of(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, chief: User
) -> None:
    officer = officer_of(hamlet)
    post = make_broadcast(commune, status="sending", priority="urgent", started_at=timezone.now())
    for _number in range(3):
        make_delivery(post, make_ordinary_group(hamlet), is_urgent=True)
    occasions.call_hands(post)

    assert matters(chief) == [("Để biết", post.title, 1)]
    assert matters(officer) == [("Ngay bây giờ", post.title, 1)]


def test_hand_tasks_that_nobody_else_has_are_the_chiefs_own(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, chief: User
) -> None:
    post = make_broadcast(commune, status="sending")
    make_delivery(post, make_ordinary_group(hamlet))
    make_delivery(post, make_ordinary_group(make_hamlet(commune)))
    officer_of(hamlet)

    assert matters(chief) == [("Hôm nay", post.title, 1)]


def test_a_post_of_which_a_group_was_given_up_waits_for_the_chief(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, chief: User
) -> None:
    officer = officer_of(hamlet)
    post = make_broadcast(commune, status="sending", priority="urgent")
    make_delivery(post, make_ordinary_group(hamlet), is_urgent=True)
    given_up = {"status": "missed", "posted_by": officer, "posted_at": timezone.now()}
    make_delivery(post, make_ordinary_group(hamlet), is_urgent=True, **given_up)

    assert matters(chief) == [("Ngay bây giờ", post.title, 1)]


def test_posts_to_approve_stand_urgent_first_with_their_mark(
    commune: Commune, chief: User, login: Login
) -> None:
    soon, later = (timezone.now() + timedelta(days=day) for day in (1, 2))
    waits = {"status": "pending_approval"}
    urgent = make_broadcast(commune, priority="urgent", title="Mưa lũ", **waits)
    last = make_broadcast(commune, scheduled_for=later, **waits)
    first = make_broadcast(commune, scheduled_for=soon, **waits)

    response = login(chief).get(reverse("admin:broadcasts_broadcast_changelist"), {"viec": "duyet"})

    assert list(response.context["cl"].result_list) == [urgent, first, last]
    table = response.content.decode().split('id="result_list"')[1].split("</table>")[0]
    lines = table.split('<tr class="data-row">')[1:]
    assert ["Khẩn" in line for line in lines] == [True, False, False]


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.DUTY_OFFICER, Role.TECH_ADMIN])
def test_home_shows_no_posts_to_roles_without_them(
    commune: Commune, actor: Callable[..., User], login: Login, role: Role
) -> None:
    make_broadcast(commune, status="pending_approval", title="Bài không dành cho vai này")

    response = login(actor(role)).get(reverse("admin:index"))

    assert response.status_code == 200
    assert "Bài không dành cho vai này" not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three_posts(
    commune: Commune,
    chief: User,
    login: Login,
    rows: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(rows):
        make_delivery(make_broadcast(commune, status="sending"), make_group(commune=commune))
    client = login(chief)
    client.get(reverse("admin:broadcasts_broadcast_changelist"))

    with django_assert_num_queries(8):
        response = client.get(reverse("admin:broadcasts_broadcast_changelist"))

    assert response.status_code == 200


@pytest.mark.parametrize("asked", ["phong chay", "PHÒNG CHÁY", "dot ray"])
def test_list_finds_title_and_text_without_marks(
    commune: Commune, chief: User, login: Login, asked: str
) -> None:
    make_broadcast(commune, title="Phòng cháy mùa khô", text="Không đốt rẫy.")
    make_broadcast(commune, title="Bài khác")

    response = login(chief).get(reverse("admin:broadcasts_broadcast_changelist"), {"q": asked})

    assert [post.title for post in response.context["cl"].result_list] == ["Phòng cháy mùa khô"]


def test_list_of_posts_to_approve_leaves_out_own_ones(
    commune: Commune, chief: User, login: Login
) -> None:
    waiting = make_broadcast(commune, status="pending_approval")
    make_broadcast(commune, status="pending_approval", created_by=chief)

    response = login(chief).get(reverse("admin:broadcasts_broadcast_changelist"), {"viec": "duyet"})

    assert list(response.context["cl"].result_list) == [waiting]


def test_new_post_is_a_draft_of_its_author(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    officer = officer_of(hamlet)

    response = login(officer).post(reverse("admin:broadcasts_broadcast_add"), form_data(_save="1"))

    post = Broadcast.objects.get()
    assert response["Location"] == page(post, "review")
    assert (post.status, post.created_by, post.last_edited_by, post.commune) == (
        "draft", officer, officer, hamlet.commune,
    )  # fmt: skip
    assert post.content_hash == post.compute_hash()


def test_new_post_keeps_the_chosen_hamlets(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    data = form_data(
        send_to="chosen", audience_hamlets=[hamlet.pk], scheduled_for="2027-01-05T06:30"
    )

    login(officer_of(hamlet)).post(reverse("admin:broadcasts_broadcast_add"), data)

    post = Broadcast.objects.get()
    assert post.audience_hamlets == [hamlet.pk]
    assert timezone.localtime(post.scheduled_for).strftime("%H:%M %d/%m/%Y") == "06:30 05/01/2027"


def test_form_refuses_a_hamlet_of_another_officer(
    hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    data = form_data(send_to="chosen", audience_hamlets=[other_hamlet.pk])

    response = login(officer_of(hamlet)).post(reverse("admin:broadcasts_broadcast_add"), data)

    assert response.status_code == 200
    assert "audience_hamlets" in response.context["adminform"].form.errors
    assert not Broadcast.objects.exists()


def test_form_refuses_chosen_places_when_none_is_chosen(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    response = login(officer_of(hamlet)).post(
        reverse("admin:broadcasts_broadcast_add"), form_data(send_to="chosen")
    )

    assert response.context["adminform"].form.errors == {
        "send_to": ["Hãy chọn ít nhất một ấp hoặc một nhóm."]
    }


def test_form_explains_in_place_what_the_gate_stops(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    make_group(hamlet)
    data = form_data(text="TỐI MẬT\n\nNội dung.", _submit="1")

    response = login(officer_of(hamlet)).post(reverse("admin:broadcasts_broadcast_add"), data)

    (sentence,) = response.context["adminform"].form.errors["text"]
    assert "bí mật nhà nước" in sentence
    assert not Broadcast.objects.exists()


def test_save_and_submit_hands_the_post_to_the_chief(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    make_group(hamlet)
    officer = officer_of(hamlet)

    login(officer).post(reverse("admin:broadcasts_broadcast_add"), form_data(_submit="1"))

    post = Broadcast.objects.get()
    assert (post.status, post.submitted_by) == ("pending_approval", officer)


def test_picture_is_made_small_and_loses_its_metadata(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[0x010E] = "ảnh chụp tại nhà"
    client = login(officer_of(hamlet))

    client.post(
        reverse("admin:broadcasts_broadcast_add"),
        form_data(_save="1", image=photo(quality=95, exif=exif)),
    )
    post = Broadcast.objects.get()
    response = client.get(page(post, "image"))

    content = b"".join(response)
    kept = Image.open(BytesIO(content))
    assert len(content) <= 1024 * 1024
    assert (kept.format, max(kept.size), dict(kept.getexif())) == ("JPEG", 1600, {})
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_edit_of_an_approved_post_voids_the_approval(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    officer = officer_of(hamlet)
    post = make_broadcast(commune, status="scheduled", created_by=officer)

    login(officer).post(page(post, "change"), form_data(text="Lời khác.", _save="1"))

    post.refresh_from_db()
    assert (post.status, post.approved_by, post.text) == ("draft", None, "Lời khác.")


@pytest.mark.parametrize("status", ["sending", "completed", "cancelled", "rejected", "paused"])
def test_post_that_has_left_is_shown_and_not_edited(
    commune: Commune, chief: User, login: Login, status: str
) -> None:
    post = make_broadcast(commune, status=status, text="Như đã gửi.")
    client = login(chief)

    shown = client.get(page(post, "change"))
    written = client.post(page(post, "change"), form_data(text="Khác", _save="1"))

    post.refresh_from_db()
    assert (shown["Location"], written["Location"]) == (page(post, "review"), page(post, "review"))
    assert post.text == "Như đã gửi."


def test_officer_does_not_edit_the_post_of_another(
    commune: Commune, hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    post = make_broadcast(commune, status="scheduled", text="Như đã duyệt.")

    login(officer_of(hamlet)).post(page(post, "change"), form_data(text="Khác", _save="1"))

    post.refresh_from_db()
    assert (post.status, post.text) == ("scheduled", "Như đã duyệt.")


@pytest.mark.parametrize("places", [False, True])
def test_where_a_post_goes_must_be_said(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login, places: bool
) -> None:
    data = form_data(audience_hamlets=[hamlet.pk]) if places else form_data()
    del data["send_to"]

    response = login(officer_of(hamlet)).post(reverse("admin:broadcasts_broadcast_add"), data)

    assert response.context["adminform"].form.errors == {
        "send_to": ["Hãy chọn: cả xã, hay chỉ những ấp, nhóm nào."]
    }
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize(
    ("audience", "chosen"), [({}, "whole"), ({"audience_hamlets": [7]}, "chosen"), (None, None)]
)
def test_form_shows_where_a_post_goes_and_chooses_nothing_for_a_new_one(
    commune: Commune, chief: User, login: Login, audience: dict[str, Any] | None, chosen: str | None
) -> None:
    address = reverse("admin:broadcasts_broadcast_add")
    if audience is not None:
        address = page(make_broadcast(commune, created_by=chief, **audience), "change")

    form = login(chief).get(address).context["adminform"].form

    assert form["send_to"].value() == chosen


@pytest.mark.parametrize("send_to", ["", "chosen"])
def test_preview_promises_no_group_before_it_is_said_where_to(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login, send_to: str
) -> None:
    make_group(hamlet)
    soon = timezone.now() + timedelta(minutes=10)
    make_broadcast(hamlet.commune, status="scheduled", scheduled_for=soon)

    response = login(officer_of(hamlet)).post(
        reverse("admin:broadcasts_broadcast_preview"), {"text": "Chào", "send_to": send_to}
    )

    body = response.content.decode()
    assert "Chưa chọn gửi tới đâu." in body
    assert "nhóm có bài thường khác" not in body


def test_a_remark_that_asks_nothing_of_anybody_is_not_yellow(
    hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    make_group(hamlet)
    soon = timezone.now() + timedelta(minutes=10)
    make_broadcast(hamlet.commune, status="scheduled", scheduled_for=soon)

    response = login(officer_of(hamlet)).post(
        reverse("admin:broadcasts_broadcast_preview"), {"text": "Chào", "send_to": "whole"}
    )

    body = response.content.decode()
    assert "1 nhóm có bài thường khác" in body
    assert "by-finding by-warn" not in body


def test_preview_counts_only_visible_places(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet, officer_of: OfficerOf, login: Login
) -> None:
    make_group(hamlet)
    make_group(other_hamlet)

    response = login(officer_of(hamlet)).post(
        reverse("admin:broadcasts_broadcast_preview"),
        {"text": "<b>Chào</b>", "send_to": "chosen", "audience_hamlets": [hamlet.pk]},
    )

    body = response.content.decode()
    assert "1 nhóm do máy gửi" in body
    assert "&lt;b&gt;Chào&lt;/b&gt;" in body


def test_deliveries_are_looked_at_and_never_written(
    commune: Commune, hamlet: Hamlet, superuser: User, login: Login
) -> None:
    delivery = make_delivery(make_broadcast(commune, status="sending"), make_group(hamlet))
    client = login(superuser)
    address = reverse("admin:broadcasts_delivery_change", args=[delivery.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, {"status": "sent"}).status_code == 403
    assert client.get(reverse("admin:broadcasts_delivery_add")).status_code == 403


def test_delivery_list_of_unclear_ones_matches_the_home_page(
    commune: Commune, hamlet: Hamlet, chief: User, login: Login
) -> None:
    post = make_broadcast(commune, status="sending")
    open_one = make_delivery(post, make_group(hamlet), status="uncertain")
    make_delivery(
        post, make_group(hamlet), status="uncertain", finding=Delivery.Finding.ARRIVED,
        settled_by=chief, settled_at=timezone.now(),
    )  # fmt: skip

    response = login(chief).get(
        reverse("admin:broadcasts_delivery_changelist"), {"viec": "uncertain"}
    )

    assert list(response.context["cl"].result_list) == [open_one]


@pytest.mark.parametrize(
    ("makes_communes", "is_of_city", "field", "icon"),
    [
        (True, True, True, True),
        (False, True, True, False),
        (True, False, False, False),
    ],
)
def test_commune_of_an_official_phone_is_added_by_who_may_add_one(
    commune: Commune, login: Callable[[User], Client],
    makes_communes: bool, is_of_city: bool, field: bool, icon: bool,
) -> None:  # fmt: skip
    user = make_user(None if is_of_city else commune, Role.CHIEF)
    if makes_communes:
        user.groups.add(Group.objects.get(name=Role.TECH_ADMIN.label))

    page = login(user).get(reverse("admin:broadcasts_officialphone_add")).content.decode()

    assert ('name="commune"' in page, 'id="add_id_commune"' in page) == (field, icon)
