"""From a direction on paper to a correction: over HTTP, with worker, beat and Zalo as processes."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery, PostRequest, PostTemplate, Topic
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_delivery
from tests.flows import harness
from zalo_simulator.server import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    harness.forget_redis()
    running = harness.new_simulator(answer_delay_s=0.02)
    yield running
    running.stop()


@pytest.fixture
def portal(simulator: Simulator, tmp_path: Path) -> Iterator[harness.Portal]:
    made = harness.Portal(simulator, tmp_path / "portal.log", ZALO_TIMEOUT_S="10")
    made.start_worker()
    made.start_beat()
    yield made
    made.stop()


def step(client: Client, post: Broadcast, name: str) -> str:
    address = reverse("admin:broadcasts_broadcast_step", args=[post.pk, name])
    shown = {"seen": post.content_hash}
    return client.post(address, shown, follow=True).content.decode()


def wait_completed(post: Broadcast) -> None:
    def is_completed() -> bool:
        post.refresh_from_db()
        return post.status == Broadcast.Status.COMPLETED

    harness.wait_until(is_completed, timeout_s=60, what=f"{post} to be completed")


def write_from_template(client: Client, asked: PostRequest) -> Broadcast:
    """Fill the template for directions step by step, choose where it goes, and submit it."""
    template = PostTemplate.objects.get(commune=None, code="theo-chi-dao")
    address = reverse("admin:broadcasts_posttemplate_fill", args=[template.pk])
    address += f"?yeu-cau={asked.pk}"
    page = client.get(address)
    answers = {
        "việc được chỉ đạo": "Treo cờ Tổ quốc dịp lễ",
        "số văn bản": asked.document_number,
        "ngày văn bản": "20/11/2026",
        "cơ quan ban hành": "Đảng ủy xã",
        "nội dung, viết cho bà con dễ hiểu": "mời bà con treo cờ",
        "việc bà con cần làm": "treo cờ từ 6 giờ sáng thứ Tư",
    }
    told: dict[str, str] = {}
    while page.status_code == 200:
        step_shown, here = page.context["step"], page.context["here"]
        told |= {one.name: answers.get(one.blank.label, "") for one in step_shown.asked}
        page = client.post(address, {**told, "buoc": str(here), "next": "1"})
    form = client.get(page["Location"]).context["adminform"].form
    data = {name: form.initial[name] for name in ("title", "text", "topic", "priority")}
    client.post(page["Location"], {**data, "send_to": "whole", "_submit": "1"})
    return Broadcast.objects.get()


def test_a_direction_becomes_a_post_reaches_every_group_and_is_corrected_where_it_stands(
    simulator: Simulator, portal: harness.Portal, login: Callable[[User], Client]
) -> None:
    scene = harness.Scene(simulator)
    groups = scene.add_groups(5)
    office = make_user(scene.commune, Role.PARTY_OFFICE)
    asks, writes, decides = login(office), login(scene.author), login(scene.chief)

    asks.post(
        reverse("admin:broadcasts_postrequest_add"),
        {
            "source": "party", "source_name": "", "document_number": "25-CV/ĐU",
            "document_date": "2026-11-20", "title": "Treo cờ", "message": "Mời bà con treo cờ.",
            "topic": Topic.objects.get(code="chi-dao").pk, "audience": "", "due_on": "",
        },
    )  # fmt: skip
    asked = PostRequest.objects.get()
    post = write_from_template(writes, asked)
    assert (post.status, post.request, post.template.code) == (
        "pending_approval", asked, "theo-chi-dao",
    )  # fmt: skip
    assert "Thực hiện văn bản số 25-CV/ĐU ngày 20/11/2026 của Đảng ủy xã" in post.text

    step(decides, post, "duyet")
    wait_completed(post)
    wanted = Counter({group.zalo_group_id: 1 for group in groups})
    assert scene.received() == wanted
    shown = asks.get(reverse("admin:broadcasts_postrequest_show", args=[asked.pk]))
    assert "5/5 nhóm đã nhận" in shown.content.decode()
    assert shown.context["content"].badge == "Đã có bài"

    late = scene.add_groups(2)
    assert "2 nhóm mới" in step(decides, post, "gui-them")
    wait_completed(post)
    wanted += Counter({group.zalo_group_id: 1 for group in late})
    assert scene.received() == wanted

    never = scene.add_groups(1)  # began after the wrong post: it has nothing to be corrected
    lost = scene.add_groups(1)
    make_delivery(post, lost[0], status=Delivery.Status.FAILED)
    address = f"{reverse('admin:broadcasts_broadcast_add')}?dinh-chinh={post.pk}"
    form = writes.get(address).context["adminform"].form
    assert "send_to" not in form.fields
    writes.post(
        address,
        {
            "title": form.initial["title"], "text": "ĐÍNH CHÍNH\n\nĐúng là treo cờ từ thứ Năm.",
            "topic": form.initial["topic"], "priority": "routine", "_submit": "1",
        },
    )  # fmt: skip
    correction = Broadcast.objects.get(corrects=post)
    step(decides, correction, "duyet")
    wait_completed(correction)

    wanted += Counter({group.zalo_group_id: 1 for group in (*groups, *late)})
    assert scene.received() == wanted
    assert not correction.deliveries.filter(zalo_group__in=[*never, *lost]).exists()
    assert "đã có bài đính chính" in step(decides, post, "gui-them")
    review = reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    assert "Bài này đã được đính chính." in writes.get(review).content.decode()

    decides.post(reverse("admin:broadcasts_postrequest_step", args=[asked.pk, "xong"]))
    shown = asks.get(reverse("admin:broadcasts_postrequest_show", args=[asked.pk]))
    assert shown.context["content"].badge == "Đã xong"
