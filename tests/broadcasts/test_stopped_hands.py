"""A stopped post waits for nobody: no list has its groups, and no page calls them waiting."""

import pytest
from django.urls import reverse
from django.utils import timezone

from broadcasts import services
from broadcasts.posts.work_lists import hand_tasks
from duty.models import Occasion
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_ordinary_group

pytestmark = pytest.mark.django_db
WAITS, STOPPED = "Chờ đăng tay", "Đang dừng, chưa đăng"


@pytest.fixture
def post(commune):
    return make_broadcast(commune, status="sending", priority="urgent", started_at=timezone.now())


@pytest.fixture
def tasks(post, hamlet):
    return [make_delivery(post, make_ordinary_group(hamlet), is_urgent=True) for _ in range(2)]


def pages(client, post, task):
    log = client.get(reverse("admin:broadcasts_broadcast_log", args=[post.pk])).text
    rows = client.get(reverse("admin:broadcasts_delivery_changelist")).text
    row = client.get(reverse("admin:broadcasts_delivery_change", args=[task.pk])).text
    return log, row, rows


def test_stopping_ends_the_tasks_and_going_on_brings_them_back(
    post, tasks, chief, hamlet, hamlet_head_of, login
):
    head, client = hamlet_head_of(hamlet), login(chief)
    services.pause(post, by=chief, reason="Xem lại")

    assert hand_tasks(head, timezone.now()) is None
    assert not Occasion.objects.open().filter(kind__in=("hand_urgent", "hand_routine")).exists()
    log, row, rows = pages(client, post, tasks[0])
    for text in (log, row, rows):
        assert STOPPED in text
    for text in (log, row):  # the list offers all states as filters
        assert WAITS not in text
    assert "2 nhóm chưa đăng, đang dừng" in " ".join(log.split())

    services.resume(post, by=chief)

    assert hand_tasks(head, timezone.now()).items[0].note == "2 nhóm chờ đăng tay."
    assert Occasion.objects.open().filter(kind="hand_urgent").exists()
    for text in pages(client, post, tasks[0]):
        assert WAITS in text
        assert STOPPED not in text


def test_a_cancelled_post_leaves_no_task(post, tasks, chief):
    services.cancel(post, by=chief)

    assert {row.status for row in post.deliveries.all()} == {"cancelled"}
