from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts import retention
from zalo import tasks
from zalo.models import ApiCall, OfficialAccount
from zalo.official_accounts import call_log
from zalo_simulator.server import Simulator


def test_refresh_tokens_renews_what_is_due_and_looks_after_the_account(
    account: OfficialAccount, simulator: Simulator
):
    OfficialAccount.objects.filter(pk=account.pk).update(
        refreshed_at=timezone.now() - timedelta(days=8)
    )

    counts = tasks.refresh_tokens()

    assert counts == {
        "settled": 0, "still_waiting": 0, "refreshed": 1, "failed": 0, "healthy": 1, "failing": 0,
    }  # fmt: skip
    call_log.flush()
    account.refresh_from_db()
    assert ApiCall.objects.filter(endpoint="/v2.0/oa/getoa").get().code == "0"
    assert account.capabilities["groups"]["state"] == "yes"


def test_end_of_a_task_leaves_no_call_unwritten(account: OfficialAccount, simulator: Simulator):
    OfficialAccount.objects.update(refreshed_at=timezone.now() - timedelta(days=8))

    tasks.refresh_tokens.apply()

    assert ApiCall.objects.exists()
    assert call_log.flush() == 0


def test_tasks_have_their_queue():
    assert settings.CELERY_TASK_ROUTES[tasks.refresh_tokens.name] == {"queue": "send"}


def test_call_log_has_a_retention_rule():
    assert "zalo.ApiCall" in {rule.label for rule in retention.rules()}
