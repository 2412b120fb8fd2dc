from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts import retention
from zalo import call_log, tasks
from zalo.models import ApiCall, OfficialAccount
from zalo.simulator.server import Simulator


def test_refresh_tokens_renews_what_is_due_and_looks_after_the_account(
    account: OfficialAccount, simulator: Simulator
):
    OfficialAccount.objects.filter(pk=account.pk).update(
        refreshed_at=timezone.now() - timedelta(days=8)
    )

    counts = tasks.refresh_tokens()

    assert counts == {"refreshed": 1, "failed": 0, "healthy": 1, "failing": 0}
    call_log.flush()
    assert {call.code for call in ApiCall.objects.all()} == {"0"}


def test_end_of_a_task_leaves_no_call_unwritten(account: OfficialAccount, simulator: Simulator):
    OfficialAccount.objects.update(refreshed_at=timezone.now() - timedelta(days=8))

    tasks.refresh_tokens.apply()

    assert ApiCall.objects.exists()
    assert call_log.flush() == 0


def test_tasks_have_their_queue():
    assert settings.CELERY_TASK_ROUTES[tasks.refresh_tokens.name] == {"queue": "send"}


def test_call_log_has_a_retention_rule():
    assert "zalo.ApiCall" in {rule.label for rule in retention.rules()}
