"""Groups that were being made, and answers about linking, after a restore."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from groups.linking import replies
from groups.models import GroupCreation, LinkReply
from groups.oa_groups import creation
from groups.oa_groups.creation import UNCERTAIN, Wanted
from groups.oa_groups.work_lists import creations_unclear
from groups.services import NotAllowed
from tests.factories.groups import make_group, make_officer
from tests.factories.zalo import make_asset, make_follower, make_official_account
from tests.flows.harness import forget_redis
from tests.zalo.gate import rows_after_restore
from zalo.hold import process, services
from zalo.models import HeldRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.WITNESS_DIR = tmp_path
    process.forget()
    yield
    process.forget()
    forget_redis()


@pytest.fixture
def account(commune: Any) -> Any:
    return make_official_account(commune)


@pytest.fixture
def attempt(hamlet: Any, chief: Any) -> GroupCreation:
    group = make_group(hamlet, status="draft", zalo_group_id="")
    return GroupCreation.objects.create(group=group, name="Ấp Một", asked_by=chief)


@pytest.mark.parametrize("decision", ["", "sent", "send", "uncertain", "drop"])
def test_attempt_becomes_one_of_unknown_outcome(decision, attempt, chief):
    (row,) = rows_after_restore()

    services.settle([row], decision, by=chief)

    attempt.refresh_from_db()
    assert (row.finding, row.place) == (HeldRow.Finding.ATTEMPTED, str(attempt.group))
    assert (attempt.state, attempt.problem) == ("uncertain", UNCERTAIN)
    assert creations_unclear(chief, timezone.now()).count == 1


def test_group_is_not_made_while_everything_is_held(hamlet, commune, account, chief):
    group = make_group(hamlet, status="draft", zalo_group_id="")
    admin = make_officer(commune, zalo_user_id="8123456789012345678")
    services.hold(by=chief, reason="Thử")

    with pytest.raises(NotAllowed, match="giữ lại"):
        creation.create(group, Wanted(make_asset(account), "Ấp Một", admin), by=chief)

    assert not GroupCreation.objects.exists()


@pytest.mark.parametrize(
    ("decision", "state"),
    [("", "uncertain"), ("sent", "sent"), ("send", "waiting"), ("drop", "failed")],
)
def test_answer_about_linking_is_not_sent_again_by_itself(decision, state, account, chief):
    follower = make_follower(account, "7001234567890")
    made_at = timezone.now() - timedelta(minutes=1)
    LinkReply.objects.create(follower=follower, kind="linked", made_at=made_at)

    rows = rows_after_restore()
    services.settle(rows, decision, by=chief)

    assert [(row.kind, row.title) for row in rows] == [("link_reply", "Trả lời về liên kết Zalo")]
    assert [row.state for row in LinkReply.objects.all()] == [state]
    assert replies.send_due() == 0
