"""Calls that no page and no worker of ours makes: refused, alarmed, and nothing learnt."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.alarms.models import Alarm
from accounts.encryption.services import DecryptionError
from accounts.users.roles import Role
from accounts.vault import operations
from oversight.commendations import informants
from reports import intake
from reports.models import ChatReply, Diversion, Reporter, TipMessage, TipReport
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip, make_worked
from tests.factories.year import make_form
from tests.factories.zalo import make_official_account
from tests.vaults import opened, reporter_of, session_of

pytestmark = pytest.mark.django_db

PERSON = "700123456789"
HEARD = {"zalo_user_id": PERSON}


def call(operation: str, *, caller: str, session: str = "", **arguments: Any) -> dict[str, Any]:
    """Return what comes back over a socket."""
    asked = {"operation": operation, "arguments": arguments, "session": session}
    said = operations.answer(json.dumps(asked).encode(), caller=caller)  # type: ignore[arg-type]
    assert PERSON.encode() not in said or operation == "reports.letter"
    found: dict[str, Any] = json.loads(said)
    return found


def alarms() -> set[str]:
    return set(Alarm.objects.values_list("kind", flat=True))


@pytest.fixture
def tip(commune: Any) -> TipReport:
    """A tip of the chat."""
    with opened():
        return make_tip(commune, channel="oa_chat", person=intake.Person(**HEARD))


@pytest.fixture
def reply(commune: Any) -> ChatReply:
    """An answer that a worker has claimed."""
    now = timezone.now()
    return ChatReply.objects.create(
        account=make_official_account(commune), kind="greeting", zalo_user_id=PERSON,
        heard_at=now, state="sending", next_attempt_at=now + timedelta(minutes=3), attempts=1,
    )  # fmt: skip


def asked_for(claimed: Any, **changes: Any) -> dict[str, Any]:
    until = claimed.next_attempt_at.isoformat()
    return {"kind": "reply", "row": claimed.pk, "until": until} | changes


def test_worker_that_claimed_a_row_gets_its_address_and_words(reply):
    said = call("reports.letter", caller="work", **asked_for(reply))

    assert said["result"]["to"] == PERSON
    assert "viết ngay tại đây" in said["result"]["text"]


def test_prospect_tells_nothing_of_whom(reply):
    said = call("reports.prospect", caller="work", **asked_for(reply))

    assert said["result"] == {"obstacle": "", "heard_at": reply.heard_at.isoformat()}


@pytest.mark.parametrize("operation", ["reports.letter", "reports.prospect"])
def test_web_gets_no_address_whoever_is_signed_in(operation, reply, chief):
    said = call(operation, caller="web", session=session_of(chief), **asked_for(reply))

    assert said["kind"] == "ForgedCall"
    assert "vault_forged" in alarms()


@pytest.mark.parametrize(
    "changes",
    [
        {"until": "2026-01-01T00:00:00+00:00"},
        {"kind": "talk"},
        {"kind": "reporter"},
        {"row": 0},
        {"until": "9999-01-01T00:00:00+00:00"},
    ],
)
def test_address_of_a_row_that_is_not_claimed_so_is_refused(changes, reply):
    said = call("reports.letter", caller="work", **asked_for(reply, **changes))

    assert "refused" in said


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "waiting"},
        {"state": "uncertain"},
        {"next_attempt_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_address_goes_with_the_claim(fields, reply):
    ChatReply.objects.filter(pk=reply.pk).update(**fields)
    reply = ChatReply.objects.get()

    assert "refused" in call("reports.letter", caller="work", **asked_for(reply))


def test_address_of_who_wrote_long_ago_is_refused(reply):
    ChatReply.objects.update(heard_at=timezone.now() - timedelta(days=3))

    assert "refused" in call("reports.letter", caller="work", **asked_for(reply))


@pytest.mark.parametrize("until", ["", "now", None, 5, {}])
def test_a_moment_that_is_none_is_forged(until, reply):
    said = call("reports.letter", caller="work", **asked_for(reply, until=until))

    assert said["kind"] == "ForgedCall"


def test_answer_in_a_talk_goes_to_the_reporter_of_its_tip(tip, chief):
    account = make_official_account(tip.commune)
    now = timezone.now()
    row = TipMessage.objects.create(
        tip=tip, direction="out", via="chat", text="Đã nhận.", by=chief, state="sending",
        next_attempt_at=now + timedelta(minutes=3),
    )  # fmt: skip

    said = call("reports.letter", caller="work", **asked_for(row, kind="talk"))

    assert account.is_active
    assert said["result"] == {"to": PERSON, "text": "Đã nhận.", "is_withheld": False}


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("reports.split", {"summary": "Việc thứ hai."}),
    ("reports.divert", {"kind": "complaint"}),
    ("reports.hand_over", {}),
    ("reports.open_identity", {}),
]


@pytest.mark.parametrize(("act", "more"), ACTS)
@pytest.mark.parametrize("who", ["nobody", "neighbour", "other commune", "ended", "worker"])
def test_acts_on_a_tip_need_a_session_that_sees_it(
    act, more, who, tip, other_commune, officer_of, other_hamlet
):
    session, caller = "", "web"
    match who:
        case "neighbour":
            session = session_of(officer_of(other_hamlet))
        case "other commune":
            session = session_of(make_user(other_commune, Role.CHIEF))
        case "ended":
            session = "x" * 32
        case "worker":
            caller = "work"
    TipReport.objects.filter(pk=tip.pk).update(status="triaged", kind="feedback", category="khac")

    said = call(act, caller=caller, session=session, tip=str(tip.uuid), **more)

    assert said["kind"] == "ForgedCall"
    assert "vault_forged" in alarms()
    assert TipReport.objects.count() == 1
    assert not Diversion.objects.exists()


def test_reporter_moved_to_a_tip_of_ones_own_opens_nothing(tip, chief):
    """A writer of database rows hangs a reporter on a tip that may be opened."""
    own = make_worked(chief)
    Reporter._base_manager.filter(tip=own).delete()
    Reporter._base_manager.filter(tip=tip).update(tip=own)

    with pytest.raises(DecryptionError):
        reporter_of(own)


def test_chief_whom_the_tip_bars_is_refused_alike(tip, chief):
    tip.conflicts.create(user=chief, added_at=timezone.now())

    said = call(
        "reports.divert", caller="web", session=session_of(chief), tip=str(tip.uuid),
        kind="complaint",
    )  # fmt: skip

    assert said["kind"] == "ForgedCall"


def test_informant_is_put_forward_by_who_has_the_identity_open_alone(chief):
    tip = make_worked(chief)
    form = make_form(chief.commune)

    said = call(
        "oversight.nominate_informant", caller="web", session=session_of(chief), tip=tip.pk,
        kind="helping", what="Giúp ngăn một vụ vi phạm.", form=form.pk, review=None,
        occasion=informants.OCCASIONS[0],
    )  # fmt: skip

    assert said["refused"] == informants.NOT_OPEN
    assert call("oversight.informants", caller="web", session=session_of(chief)) == {"result": []}


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("zalo.interpret_private", {"uuids": []}),
        ("zalo.file_address", {"file": 1, "until": "2026-12-01T08:00:00+07:00"}),
        ("reports.collect_file", {}),
        ("reports.mark_files", {}),
    ],
)
def test_what_workers_have_done_is_for_workers_alone(operation, asked, chief):
    said = call(operation, caller="web", session=session_of(chief), **asked)

    assert said["kind"] == "ForgedCall"


def test_kin_of_a_tip_are_numbers_and_never_a_hash(tip, chief):
    operation = "reports.kin"
    index = reporter_of(tip).zalo_index

    said = json.dumps(call(operation, caller="web", tip=str(tip.uuid)))

    assert index not in said
    assert call(operation, caller="web", tip="0" * 32)["kind"] == "ForgedCall"
    assert call(operation, caller="web", tip="x")["kind"] == "ForgedCall"
