"""/health/deep and /metrics tell numbers of tips, and nothing of their words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.system_health import snapshot
from accounts.users.roles import Role
from reports import health
from reports.models import ChatReply, TipConflict
from tests.factories.accounts import make_commune, make_user
from tests.factories.tips import make_message, make_tip
from tests.factories.zalo import make_official_account

WORDS = "Quán nước cạnh chợ Mẫu tối nào cũng đánh bạc."


@pytest.fixture(autouse=True)
def _database(db):
    pass


def waiting_answer(tip, minutes: int) -> None:
    make_message(
        tip, direction="out", via="chat", state="queued", by=make_user(tip.commune),
        next_attempt_at=timezone.now() - timedelta(minutes=minutes),
    )  # fmt: skip


def test_what_waits_is_counted():
    now = timezone.now()
    tip = make_tip(received_at=now - timedelta(hours=5, minutes=10))
    make_tip(status="closed", disposition="guided", closed_at=now, next_due_at=now)
    make_tip(tip.commune, next_due_at=now - timedelta(days=1))
    waiting_answer(tip, 1)

    told = health.counts(now)

    assert told["ok"]
    assert (told["new"], told["oldest_new_h"], told["overdue"]) == (2, 5, 1)
    assert (told["answers_waiting"], told["answers_late"]) == (1, 0)


def test_nothing_new_has_no_age():
    assert health.counts(timezone.now())["oldest_new_h"] is None


@pytest.mark.parametrize("kind", ["answer", "reply"])
def test_answers_that_do_not_leave_are_not_well(kind):
    tip = make_tip()
    if kind == "answer":
        waiting_answer(tip, 26)
    else:
        ChatReply.objects.create(
            account=make_official_account(tip.commune), kind="greeting", zalo_user_id="7001",
            heard_at=timezone.now(), next_attempt_at=timezone.now() - timedelta(minutes=26),
        )  # fmt: skip

    told = health.counts(timezone.now())

    assert (told["ok"], told["answers_late"]) == (False, 1)


def test_tips_that_need_a_superior_are_a_number_for_the_token_alone(client, settings):
    settings.METRICS_TOKEN = "t"
    commune = make_commune()
    chief = make_user(commune, Role.CHIEF)
    TipConflict.objects.create(tip=make_tip(commune, words=WORDS), user=chief)

    snapshot.record()
    public = client.get("/health/deep")
    told = client.get("/health/deep", headers={"Authorization": "Bearer t"})
    metrics = client.get("/metrics", headers={"Authorization": "Bearer t"}).text

    assert public.status_code == 403
    assert told.json()["checks"]["tips"]["for_a_superior"] == 1
    assert "binhyen_tips_for_a_superior 1\n" in metrics
    assert not any("Mẫu" in text for text in (public.text, told.text, metrics))
