"""The real vault dies again and again while it reads what people wrote: each word comes in once."""

import signal
import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from reports.models import SealedText, TipMessage, TipReport
from tests.factories.zalo import make_official_account
from tests.vault_process import vault_process
from tests.zalo import webhooks
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import WebhookEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180), pytest.mark.flow]

PEOPLE, EACH = 40, 5


@pytest.fixture
def words_of_many(commune: Any, settings: Any) -> list[str]:
    """The words of many people, stored as Zalo told them, each twice."""
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    account = make_official_account(commune)
    words = []
    for number in range(PEOPLE * EACH):
        text = f"Có chuyện số {number} cần báo ở xóm"
        content = webhooks.message(user=f"81{number % PEOPLE:04d}", oa=account.oa_id, text=text)
        for _time in range(2):
            inbox.store(inbox.read(webhooks.raw(content)), webhooks.raw(content))
        words.append(text)
    return words


def stored() -> Counter[str]:
    rows: list[Any] = [*SealedText.objects.all(), *TipMessage.objects.filter(direction="in")]
    return Counter(row.text for row in rows)


def test_each_word_comes_in_once(words_of_many):
    stopping = threading.Event()
    broken: list[Exception] = []

    def works() -> None:
        try:
            while not stopping.is_set():
                interpret_due(budget_s=1)
                time.sleep(0.02)
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    with vault_process() as vault, override_settings(VAULT_SOCKET=vault.work):
        workers = [threading.Thread(target=works) for _number in range(2)]
        for worker in workers:
            worker.start()
        for number in range(3):
            time.sleep(0.3 + 0.2 * number)
            assert vault.kill() == -signal.SIGKILL
            vault.start()
        end = time.monotonic() + 60
        while WebhookEvent.objects.filter(state="new").exists() and time.monotonic() < end:
            time.sleep(0.2)
        stopping.set()
        for worker in workers:
            worker.join()

    assert broken == []
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"interpreted"}
    assert stored() == Counter(words_of_many)
    assert TipReport.objects.count() == PEOPLE
