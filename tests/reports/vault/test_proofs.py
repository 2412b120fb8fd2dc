"""An identity opens by the proofs of two officers, which neither a session nor SQL makes."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Alarm, AuditEvent, ProofKey
from accounts.sign_in import sessions
from accounts.users.roles import Role
from accounts.vault import log, operations
from accounts.vault.proofs import checking, memory
from oversight.commendations import informants
from reports import intake
from reports.models import IdentityOpening, OpeningProof, TipReport
from reports.vault import openings
from reports.vault.proofs import LOOK_FOR
from tests.factories.accounts import make_user
from tests.factories.proofs import App, approve
from tests.factories.tips import make_worked
from tests.vaults import opened, session_of

pytestmark = pytest.mark.django_db

PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", address="Ấp Mẫu")
WHY = "Cần hỏi lại giờ xảy ra."


def call(operation: str, user: Any, **arguments: Any) -> Any:
    """The result of an operation that the account asks, or the refusal as it comes back."""
    asked = {"operation": operation, "arguments": arguments, "session": session_of(user)}
    found = json.loads(operations.answer(json.dumps(asked).encode(), caller="web"))
    return found.get("result", found)


def alarms() -> set[str]:
    return set(Alarm.objects.values_list("kind", flat=True))


@pytest.fixture
def lines(settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    return lambda: list(log.lines())


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet) -> TipReport:
    return make_worked(officer, hamlet=hamlet, person=PERSON)


@pytest.fixture
def app(officer) -> App:
    return App(officer)


@pytest.fixture
def chiefs_app(chief) -> App:
    return App(chief)


def ask(tip, officer, app, aim="identity") -> IdentityOpening:
    made = call("reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim=aim, **app())
    return IdentityOpening.objects.get(uuid=made)


def confirm(opening, chief, app) -> Any:
    return call("reports.approve_opening", chief, opening=str(opening.uuid), **app())


def look(tip, officer, **proof) -> Any:
    return call("reports.open_identity", officer, tip=str(tip.uuid), **proof)


def test_two_officers_with_their_phones_open_it_for_one_of_them(
    tip, officer, chief, app, chiefs_app, lines
):
    opening = ask(tip, officer, app)
    assert confirm(opening, chief, chiefs_app) is True
    found = look(tip, officer, **app())

    assert (found["name"], found["phone"]) == (PERSON.name, PERSON.phone)
    proofs = opening.proofs.values_list("act", "user")
    assert list(proofs) == [("ask", officer.pk), ("approve", chief.pk), ("look", officer.pk)]
    used = [line["account"] for line in lines() if line["operation"] == memory.OPERATION]
    assert used == [officer.pk, chief.pk, officer.pk]
    assert app.seed not in str(lines())
    assert alarms() == set()


def test_sessions_of_both_alone_do_nothing(tip, officer, chief, app, chiefs_app):
    nothing = {"tip": str(tip.uuid), "reason": WHY, "aim": "identity", "code": ""}
    assert "mã 6 số" in call("reports.ask_opening", officer, **nothing)["refused"]
    opening = ask(tip, officer, app)
    refused = call("reports.approve_opening", chief, opening=str(opening.uuid), code="")
    assert "mã 6 số" in refused["refused"]
    confirm(opening, chief, chiefs_app)

    assert "15 phút" in look(tip, officer)["refused"]
    opening.refresh_from_db()
    assert opening.opened_at is None
    assert not AuditEvent.objects.filter(action="tip.identity_opened").exists()


def test_account_without_an_app_reads_what_to_do_and_nothing_is_asked(tip, officer):
    refused = call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity", code="123456"
    )

    assert refused["refused"] == checking.NO_KEY
    assert not IdentityOpening.objects.exists()


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "chiefs"])
def test_code_that_is_not_theirs_now_is_refused(tip, officer, app, chiefs_app, code):
    typed = chiefs_app.code() if code == "chiefs" else code

    refused = call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity", code=typed
    )

    assert refused["refused"] == checking.WRONG
    assert not IdentityOpening.objects.exists()


@pytest.mark.parametrize("later", [checking.TOLERANCE + 1, -checking.TOLERANCE - 1])
def test_code_of_a_step_too_far_is_refused(tip, officer, app, later, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    code = app.code(later=later)

    refused = call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity", code=code
    )

    assert refused["refused"] == checking.WRONG


@pytest.mark.parametrize("how", ["again", "row set back", "vault started anew"])
def test_code_is_used_once(tip, officer, hamlet, app, how, lines):
    other = make_worked(officer, hamlet=hamlet)
    code = app.code()
    first = {"reason": WHY, "aim": "identity", "code": code}
    call("reports.ask_opening", officer, tip=str(tip.uuid), **first)
    if how != "again":
        ProofKey.objects.update(last_step=0)
    if how == "vault started anew":
        checking.forget()
        memory.begin()

    refused = call("reports.ask_opening", officer, tip=str(other.uuid), **first)

    assert refused["refused"] == checking.USED
    assert not other.openings.exists()
    assert (lines()[-1]["outcome"], lines()[-1]["error"]) == ("refused", "ProofMisused")
    assert alarms() == {"vault_proof"}


def test_guessing_stops_after_a_few_and_people_are_told(tip, officer, app):
    asked = {"tip": str(tip.uuid), "reason": WHY, "aim": "identity"}
    for _number in range(checking.MOST_TRIES):
        refused = call("reports.ask_opening", officer, code="000000", **asked)
        assert refused["refused"] == checking.WRONG
    assert alarms() == set()

    assert call("reports.ask_opening", officer, **asked, **app())["refused"] == checking.TOO_MANY
    assert alarms() == {"vault_proof"}


def test_nobody_approves_their_own_with_whatever_phone(tip, chief, chiefs_app, hamlet):
    own = make_worked(chief, hamlet=hamlet)
    opening = ask(own, chief, chiefs_app)

    assert confirm(opening, chief, chiefs_app)["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


def write_approval(opening, chief) -> None:
    """Approve as whoever writes SQL does."""
    now = timezone.now()
    IdentityOpening.objects.filter(pk=opening.pk).update(
        state="approved", approved_by=chief, decided_at=now, until=now + timedelta(hours=24)
    )


def test_approval_written_by_sql_opens_nothing(tip, officer, chief, app, lines):
    opening = ask(tip, officer, app)
    write_approval(opening, chief)

    assert look(tip, officer, **app())["kind"] == "ForgedCall"
    assert lines()[-1]["outcome"] == "forged"
    assert alarms() == {"vault_forged"}
    with opened():
        assert informants.opened_by(chief) == informants.opened_by(officer) == []


def test_request_written_by_sql_is_not_approved(tip, officer, chief, chiefs_app):
    opening = openings.ask(tip, by=officer, reason=WHY)

    assert confirm(opening, chief, chiefs_app)["kind"] == "ForgedCall"
    opening.refresh_from_db()
    assert opening.state == "asked"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize(
    "what", ["proofs moved", "approver", "aim", "mark", "later", "made up", "asker's twice"]
)
def test_rows_changed_by_sql_open_nothing(
    what, tip, officer, chief, deputy_chief, app, hamlet, time_machine
):
    approved = approve(openings.ask(tip, by=officer, reason=WHY), by=chief)
    rows = OpeningProof.objects.filter(opening=approved)
    match what:
        case "proofs moved":
            tip = make_worked(officer, hamlet=hamlet, person=PERSON)
            other = openings.ask(tip, by=officer, reason=WHY)
            write_approval(other, chief)
            rows.update(opening=other)
        case "approver":
            IdentityOpening.objects.update(approved_by=deputy_chief)
            rows.filter(act="approve").update(user=deputy_chief)
        case "aim":
            IdentityOpening.objects.update(aim="call")
        case "mark":
            rows.filter(act="approve").update(mark="0" * 64)
        case "later":
            time_machine.move_to(timezone.now() + timedelta(hours=25), tick=False)
            IdentityOpening.objects.update(until=timezone.now() + timedelta(hours=1))
        case "made up":
            rows.filter(act="approve").delete()
            OpeningProof.objects.create(
                opening=approved, act="approve", user=chief, key=uuid4(), at=timezone.now(),
                mark="f" * 64,
            )  # fmt: skip
        case "asker's twice":
            mark = rows.get(act="ask").mark
            rows.filter(act="approve").update(mark=mark)
    name = "reports.open_phone" if what == "aim" else "reports.open_identity"

    assert call(name, officer, tip=str(tip.uuid), **app())["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("what", ["other owner", "other seed", "made up", "other secret"])
def test_key_that_sql_wrote_proves_nothing(what, tip, officer, chief, app):
    """A thief of web has a key of an own account, or none."""
    own = App(make_user(tip.commune, Role.CHIEF))
    theirs = ProofKey.objects.get(user=officer)
    match what:
        case "other owner":
            theirs.delete()
            ProofKey.objects.update(user=officer)
        case "other seed":
            theirs.secret = own.seed
            theirs.save()
        case "made up":
            theirs.delete()
            ProofKey.objects.create(user=officer, kind="code", secret=own.seed, mark="f" * 64)
        case "other secret":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE accounts_proofkey SET secret = other.secret"
                    " FROM accounts_proofkey other"
                    " WHERE other.id <> accounts_proofkey.id AND accounts_proofkey.id = %s",
                    [theirs.pk],
                )

    refused = call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity", **own()
    )

    assert refused["kind"] == "ForgedCall"
    assert not IdentityOpening.objects.exists()
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("who", ["other commune", "ended", "worker"])
def test_approving_needs_a_session_that_sees_it(who, tip, officer, chief, app, other_commune):
    opening = ask(tip, officer, app)
    caller, user = "web", chief
    if who == "other commune":
        user = make_user(other_commune, Role.CHIEF)
    session = session_of(user)
    if who == "ended":
        sessions.end_all(user)
    if who == "worker":
        caller = "work"
    asked = {"operation": "reports.approve_opening", "session": session,
             "arguments": {"opening": str(opening.uuid), **App(user)()}}  # fmt: skip

    found = json.loads(operations.answer(json.dumps(asked).encode(), caller=caller))

    assert found["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize(
    "wrong", [{"code": 7}, {"code": None}, {"code": "1" * 50_000}, {"aim": "all"}, {"reason": 1}]
)
def test_what_no_page_sends_is_forged(wrong, tip, officer, app):
    asked = {"tip": str(tip.uuid), "reason": WHY, "aim": "identity", **app()} | wrong

    assert call("reports.ask_opening", officer, **asked)["kind"] == "ForgedCall"


def test_look_is_good_for_a_quarter_of_an_hour_and_for_its_account(
    tip, officer, chief, app, time_machine
):
    approve(openings.ask(tip, by=officer, reason=WHY), by=chief)
    start = timezone.now()
    given = app()
    look(tip, officer, **given)
    time_machine.move_to(start + LOOK_FOR - timedelta(minutes=1), tick=False)
    assert look(tip, officer)["name"] == PERSON.name
    assert look(tip, officer, **given)["name"] == PERSON.name  # a page that is loaded again
    assert alarms() == set()

    time_machine.move_to(start + LOOK_FOR + timedelta(minutes=1), tick=False)

    assert "15 phút" in look(tip, officer)["refused"]
    assert look(tip, officer, **app())["name"] == PERSON.name


# To call back


def see_number(tip, officer, **proof) -> Any:
    return call("reports.open_phone", officer, tip=str(tip.uuid), **proof)


def test_number_is_seen_once_and_never_the_name(tip, officer, chief, app, chiefs_app, lines):
    opening = ask(tip, officer, app, aim="call")
    confirm(opening, chief, chiefs_app)
    assert "chưa được duyệt" in look(tip, officer, **app())["refused"]

    assert see_number(tip, officer, **app()) == PERSON.phone

    assert "chưa được duyệt" in see_number(tip, officer, **app())["refused"]
    opening.refresh_from_db()
    assert (opening.state, opening.opened_at is None) == ("ended", False)
    event = tip.events.get(kind="identity_opened")
    assert event.details == {"is_number_alone": True}
    assert PERSON.phone not in str(lines())
    assert alarms() == set()


def test_number_needs_a_proof_of_that_moment(tip, officer, chief, app):
    made = openings.ask(tip, by=officer, reason=WHY, aim=IdentityOpening.Aim.CALL)
    approve(made, by=chief, looks=True)

    assert "mã 6 số" in see_number(tip, officer, code="")["refused"]
    assert see_number(tip, officer, **app()) == PERSON.phone


def test_opening_that_sql_set_back_shows_the_number_no_second_time(tip, officer, chief, app):
    made = openings.ask(tip, by=officer, reason=WHY, aim=IdentityOpening.Aim.CALL)
    approve(made, by=chief)
    see_number(tip, officer, **app())
    IdentityOpening.objects.update(state="approved", opened_at=None)

    assert see_number(tip, officer, **app())["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


def test_identity_that_may_be_opened_is_no_number_to_call(tip, officer, chief, app):
    approve(openings.ask(tip, by=officer, reason=WHY), by=chief)

    assert "chưa được duyệt" in see_number(tip, officer, **app())["refused"]
