"""Past posts: found, printed in large type, read out, and marked where they were wrong."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from broadcasts.models import Broadcast, Delivery
from broadcasts.services import mark_posted
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_ordinary_group

LIBRARY = "/admin/broadcasts/broadcast/kho/"


def page(post: Broadcast, name: str) -> str:
    return reverse(f"admin:broadcasts_broadcast_{name}", args=[post.pk])


def titles(client, **query) -> list[str]:
    return [card["post"].title for card in client.get(LIBRARY, query).context["cards"]]


@pytest.fixture
def past(commune, hamlet):
    """`past(title=…)`: a completed post that one group of the hamlet has."""

    def make(**fields):
        post = make_broadcast(commune, **({"status": "completed"} | fields))
        make_delivery(post, make_group(hamlet), status="sent")
        return post

    return make


@pytest.mark.parametrize("count", [1, 3])
def test_the_library_lists_what_has_left_in_few_queries(
    login, chief, past, commune, count, django_assert_max_num_queries
):
    for number in range(count):
        past(title=f"Bài {number}")
    make_broadcast(commune, title="Nháp")
    client = login(chief)

    with django_assert_max_num_queries(26):
        found = titles(client)

    assert found == [f"Bài {number}" for number in reversed(range(count))]


def test_the_search_needs_no_marks(login, chief, past):
    past(title="Phòng cháy", text="Tắt bếp trước khi ngủ.")
    past(title="Giao thông", text="Đội mũ.")

    assert titles(login(chief), q="tat bep") == ["Phòng cháy"]
    assert titles(login(chief), q="giao thong") == ["Giao thông"]


def test_the_library_narrows_by_topic_month_state_and_hamlet(
    login, chief, past, commune, hamlet, other_hamlet
):
    july = datetime(2026, 7, 15, 8, tzinfo=timezone.get_current_timezone())
    old = past(title="Tháng bảy", started_at=july)
    new = past(title="Mới", status="sending")
    client = login(chief)

    assert titles(client, month="2026-07") == ["Tháng bảy"]
    assert titles(client, state="dang-gui") == ["Mới"]
    assert titles(client, topic=old.topic_id) == ["Mới", "Tháng bảy"]
    assert titles(client, topic=new.topic_id + 1) == []
    assert len(titles(client, hamlet=hamlet.pk)) == 2
    assert titles(client, hamlet=other_hamlet.pk) == []


def test_a_corrected_post_is_marked_and_not_offered_again(login, chief, past, commune):
    wrong = past(title="Sai giờ")
    right = past(title="Đính chính giờ", corrects=wrong)
    client = login(chief)

    body = client.get(LIBRARY, {"state": "dinh-chinh"}).content.decode()
    review = client.get(page(wrong, "review")).content.decode()

    assert titles(client, state="dinh-chinh") == ["Sai giờ"]
    assert titles(client, state="la-dinh-chinh") == ["Đính chính giờ"]
    assert "Đã đính chính." in body
    assert f"?dung-lai={wrong.pk}" not in body
    assert "Bài này đã được đính chính." in review
    assert page(right, "review") in review


def test_a_hamlet_head_finds_posts_to_print_and_starts_none(login, hamlet_head_of, hamlet, past):
    post = past()

    body = login(hamlet_head_of(hamlet)).get(LIBRARY).content.decode()

    assert page(post, "notice") in body
    assert "dung-lai" not in body
    assert page(post, "review") not in body


def test_the_library_shows_an_officer_own_places_only(
    login, author, past, commune, hamlet, other_hamlet
):
    past(title="Của tôi", audience_hamlets=[hamlet.pk])
    past(title="Của ấp khác", audience_hamlets=[other_hamlet.pk])

    assert titles(login(author)) == ["Của tôi"]


def test_the_sheet_for_the_board_is_as_large_as_it_fits(login, chief, past):
    short, long = past(text="Tắt bếp. Gọi 114."), past(text="Tắt bếp. " * 200)
    client = login(chief)

    sheet = client.get(page(short, "notice"))

    assert (sheet.context["size"], client.get(page(long, "notice")).context["size"]) == (
        "notice-xl", "notice-s",
    )  # fmt: skip
    body = sheet.content.decode()
    assert f"Công an {short.commune}" in body
    assert "Tắt bếp. Gọi 114." in body
    assert "style=" not in body


def test_the_sheet_carries_the_code_of_a_group_of_the_reader(
    login, hamlet_head_of, hamlet, other_hamlet, past
):
    post = past()
    mine = make_ordinary_group(hamlet, link="https://zalo.me/g/abcdef123")
    other = make_ordinary_group(other_hamlet, link="https://zalo.me/g/abcdef456")
    client = login(hamlet_head_of(hamlet))

    with_code = client.get(page(post, "notice"), {"nhom": mine.pk})
    without = client.get(page(post, "notice"), {"nhom": other.pk})

    assert with_code.context["qr"].startswith("data:image/svg+xml")
    assert str(mine) in with_code.content.decode()
    assert without.context["qr"] == ""


def test_the_script_is_words_alone(login, chief, past):
    post = past(text="Họp lúc 19:00 ngày 5/12/2026. Xem https://zalo.me/abc")

    body = login(chief).get(page(post, "voice")).content.decode()

    assert "Họp lúc mười chín giờ ngày mùng năm tháng mười hai năm hai nghìn" in body
    assert "zalo.me/abc" not in body


@pytest.mark.parametrize("status", ["draft", "pending_approval", "paused", "cancelled", "rejected"])
@pytest.mark.parametrize("name", ["notice", "voice"])
def test_only_what_stands_approved_is_printed(login, chief, commune, status, name):
    post = make_broadcast(commune, status=status, text="Chữ chưa duyệt.")

    answer = login(chief).get(page(post, name))

    assert (answer.status_code, answer["Location"]) == (302, page(post, "review"))


def test_printing_a_corrected_post_leads_to_the_right_one(login, chief, past):
    wrong = past()
    right = past(corrects=wrong)

    answer = login(chief).get(page(wrong, "notice"))

    assert answer["Location"] == page(right, "notice")


def test_the_hand_task_of_a_correction_asks_for_the_old_post_to_go(
    login, hamlet_head_of, hamlet, commune, chief
):
    head, group = hamlet_head_of(hamlet), make_ordinary_group(hamlet)
    wrong = make_broadcast(commune, status="completed", title="Sai giờ")
    old = make_delivery(wrong, group, status="posted", posted_by=head)
    right = make_broadcast(commune, status="sending", corrects=wrong)
    task = make_delivery(right, group)
    address = reverse("admin:broadcasts_delivery_hand_task", args=[task.pk])
    client = login(head)

    assert "Gỡ bài cũ" in client.get(address).content.decode()
    client.post(address, {"posted": "1", "recalled": "1"})

    old.refresh_from_db()
    task.refresh_from_db()
    assert (old.recalled_by, old.status) == (head, Delivery.Status.POSTED)
    assert task.status == Delivery.Status.POSTED


def test_a_correction_is_posted_also_where_the_old_post_cannot_go(hamlet_head_of, hamlet, commune):
    head, group = hamlet_head_of(hamlet), make_ordinary_group(hamlet)
    wrong = make_broadcast(commune, status="completed")
    old = make_delivery(wrong, group, status="posted", posted_by=head)
    task = make_delivery(make_broadcast(commune, status="sending", corrects=wrong), group)

    mark_posted(task, by=head)

    old.refresh_from_db()
    assert (old.recalled_by, old.recalled_at) == (None, None)


def test_an_open_hand_task_of_a_corrected_post_says_do_not_post(
    login, hamlet_head_of, hamlet, commune
):
    group = make_ordinary_group(hamlet)
    wrong = make_broadcast(commune, status="sending")
    task = make_delivery(wrong, group)
    make_broadcast(commune, status="scheduled", corrects=wrong)

    answer = login(hamlet_head_of(hamlet)).get(
        reverse("admin:broadcasts_delivery_hand_task", args=[task.pk])
    )

    assert "Bài này đã được đính chính. Đừng đăng." in answer.content.decode()
    assert 'value="1">Tôi đã đăng' not in answer.content.decode()


def test_new_groups_are_counted_on_the_page_and_get_the_post_by_one_button(
    login, chief, author, past, hamlet
):
    post = past(started_at=timezone.now() - timedelta(days=2))
    new = make_group(hamlet)
    step = reverse("admin:broadcasts_broadcast_step", args=[post.pk, "gui-them"])

    seen = login(chief).get(page(post, "review"))
    for_officer = login(author).get(page(post, "review")).content.decode()
    login(chief).post(step)

    assert seen.context["newcomers"] == 1
    assert step in seen.content.decode()
    assert step not in for_officer
    assert post.deliveries.get(zalo_group=new).status == Delivery.Status.QUEUED
