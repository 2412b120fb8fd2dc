"""A small storm of events, through each kind of restart of the large one."""

import random
from pathlib import Path
from typing import Any

import pytest

from reports.models import ChatReply, SealedText, TipMessage
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.flows.webhook_storm import OA_ID, RESTARTS, faults, make_letters, run_storm
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_each_event_is_counted_once_and_none_is_lost(tmp_path: Path) -> None:
    restarts = RESTARTS[:4]
    assert {name for _share, name in restarts} == {name for _share, name in RESTARTS}

    outcome = run_storm(tmp_path, 400, random.Random(4), restarts=restarts, web_workers=1)

    assert outcome.is_good, outcome
    assert outcome.refused >= 4
    assert outcome.told > outcome.events
    assert outcome.restarts == [name for _share, name in restarts]


def test_a_lost_message_and_one_that_came_twice_are_faults(settings: Any) -> None:
    make_official_account(make_commune("Bình Minh"), oa_id=OA_ID)
    letters, expected = make_letters(300, random.Random(4), settings.ZALO_APP_ID)
    for letter in letters:
        if not letter.is_forged:
            inbox.store(inbox.read(letter.raw), letter.raw)
    interpret_due()
    assert expected.private
    assert expected.greeters
    assert faults(expected) == []

    first, second = SealedText.objects.order_by("pk")[:2]
    first.delete()
    TipMessage.objects.create(
        tip=second.tip, direction="in", via="chat", text=second.text, source=second.source
    )
    ChatReply.objects.filter(kind=ChatReply.Kind.GREETING).first().delete()

    assert faults(expected) == [
        "private messages: 1 lost, 1 too many", "greeted: 1 lost, 0 too many",
    ]  # fmt: skip
