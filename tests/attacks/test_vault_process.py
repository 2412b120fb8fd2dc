"""The real vault against forged calls, a stolen web, and its own sudden death.

This process is web: it has the keys of web and none of the vault's. The vault is another process on
the same database.
"""

import json
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.encryption.services import PURPOSES, DecryptionError, KeyRing, derive
from accounts.models import Alarm, AuditEvent, ProofKey
from accounts.sign_in import sessions
from accounts.users.roles import Role
from accounts.vault import log, sealing, sides
from accounts.vault.client import ask
from accounts.vault.errors import VaultAway, VaultOnly, VaultRefused
from reports import intake
from reports.models import OpeningProof, Reporter, TipReport
from reports.tips.errors import NotAllowed
from reports.triage.operations import split_off
from reports.vault import conflicts, openings
from reports.vault.operations import identity_of
from tests.factories.accounts import make_user
from tests.factories.proofs import App, approve
from tests.factories.tips import make_tip, make_worked
from tests.vault_process import SECRETS, as_web, vault_process
from tests.vaults import session_of, signed_in, with_token

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", how_known="Ở cạnh quán")
LIMIT = 5


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), vault_process(VAULT_OPENINGS_AN_HOUR=str(LIMIT)) as vault:
        yield vault


@pytest.fixture
def vault(running):
    with as_web(running):
        yield running


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, chief, hamlet):
    """A tip of which the officer may see the reporter."""
    return opened_to(make_worked(officer, hamlet=hamlet, person=PERSON), officer, chief)


def opened_to(tip, officer, chief):
    opening = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    approve(opening, by=chief, looks=True)
    return tip


def alarms():
    return set(Alarm.objects.values_list("kind", flat=True))


def call(operation="reports.open_identity", session="", **arguments):
    question = {"operation": operation, "arguments": arguments, "session": session}
    return json.dumps(question).encode()


def stored(tip):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reports_reporter WHERE tip_id = %s", [tip.pk])
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


# What it is for


def test_an_officer_with_leave_reads_it_on_the_page_and_nobody_else_does(
    vault, tip, officer, chief, login
):
    page = reverse("admin:reports_tipreport_identity", args=[tip.pk])

    shown = with_token(login(officer)).post(page, {"open": "1"}).content.decode()
    refused = with_token(login(chief)).post(page, {"open": "1"}).content.decode()

    assert (PERSON.name in shown, PERSON.name in refused) == (True, False)
    assert AuditEvent.objects.filter(action="tip.identity_opened").count() == 1
    mine = [line for line in vault.lines() if line.get("subject") == str(tip.uuid)]
    pages = [line for line in vault.lines() if line["operation"] == "vault.answer_page"]
    assert {line["view"] for line in pages} == {"admin:reports_tipreport_identity"}
    assert [(line["account"], line["outcome"]) for line in mine] == [
        (officer.pk, "begun"), (officer.pk, "answered"), (chief.pk, "begun"), (chief.pk, "refused"),
    ]  # fmt: skip
    assert alarms() == set()


def test_splitting_carries_the_reporter_over_without_web_seeing_it(vault, tip, officer):
    with signed_in(officer):
        made = split_off(tip, summary="Đốt rác trong khu dân cư.")

    assert made.status == "new"
    assert stored(made)["name"].startswith("v2:")
    assert stored(made)["name"] != stored(tip)["name"]


def test_web_has_no_way_of_its_own(vault, tip):
    assert not sealing.is_vault()
    with pytest.raises(VaultOnly):
        _ = Reporter.objects.get(tip=tip).name
    row = Reporter.objects.get(tip=tip)
    row.save()
    assert stored(tip)["name"].startswith("v2:v2:")


def test_the_vault_tells_web_and_workers_apart(vault):
    assert sides.is_of_web()

    with override_settings(VAULT_SOCKET=vault.work):
        assert not sides.is_of_web()


def test_purging_from_the_container_of_web_is_refused_without_an_alarm(vault):
    with pytest.raises(CommandError, match="worker-slow"):
        call_command("purge_expired")

    assert alarms() == set()


def test_dump_and_every_key_of_web_and_workers_open_nothing(vault, tip):
    keys = [*settings.DATA_ENCRYPTION_KEYS.items(), ("v2", settings.VAULT_PUBLIC_KEYS["v2"])]
    row = stored(tip)
    sealed = {name: row[name] for name in ("name", "phone", "address", "how_known", "why_unnamed")}
    opened = []
    for name, value in sealed.items():
        context = f"reports_reporter.{name}:{row['uuid']}:tip_id={row['tip_id']}"
        for kid, key in keys:
            for purpose in PURPOSES:
                ring = KeyRing({kid: derive(key, purpose) if purpose else key})
                with suppress(DecryptionError):
                    opened.append(ring.unseal(value, context=context))
            with suppress(DecryptionError):
                opened.append(sealing.opens_with({kid: key}, value, context=context))

    assert opened == []
    assert len({len(value) for value in sealed.values()}) == 1
    assert not any(os.environ[name] in value for name in SECRETS for value in sealed.values())


# Forged calls


def test_officer_of_another_commune_is_refused_logged_and_alarmed(vault, tip, other_commune):
    stranger = make_user(other_commune, Role.CHIEF)
    with signed_in(stranger), pytest.raises(VaultRefused):
        identity_of(tip)

    assert vault.lines()[-1]["outcome"] == "forged"
    assert vault.lines()[-1]["account"] == stranger.pk
    assert alarms() == {"vault_forged"}


def test_officer_whom_the_tip_is_about_is_refused_and_alarmed(vault, tip, officer, deputy_chief):
    key = session_of(officer)
    conflicts.add(tip, user=officer, by=deputy_chief)

    said = json.loads(vault.answer_to(call(session=key, tip=str(tip.uuid))))

    assert said["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("how", ["ended", "none", "invented"])
def test_session_that_is_over_opens_nothing(vault, tip, officer, how):
    key = session_of(officer)
    if how == "ended":
        sessions.end_all(officer)
    else:
        key = {"none": "", "invented": "a" * 32}[how]

    said = json.loads(vault.answer_to(call(session=key, tip=str(tip.uuid))))

    assert "Phiên đăng nhập đã hết" in said["refused"]
    assert vault.lines()[-1]["outcome"] == "forged"
    assert alarms() == {"vault_forged"}


def test_web_and_workers_are_asked_for_their_own(vault, tip, officer):
    key = session_of(officer)
    said = json.loads(vault.answer_to(call(session=key, tip=str(tip.uuid)), by="work"))

    assert said["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("number", ["", "1", "' OR 1=1", "\0", "a" * 5000, None, 7, {"a": 1}])
def test_number_of_no_tip_is_refused(vault, officer, number):
    said = json.loads(vault.answer_to(call(session=session_of(officer), tip=number)))

    assert "refused" in said


def test_lines_that_are_no_call_end_alone(vault):
    assert json.loads(vault.answer_to(b"\x80\x04K\x01."))["kind"] == "ForgedCall"
    assert vault.answer_to(b"", promise=2**31) == b""
    assert vault.answer_to(b"{}", promise=100) == b""
    assert ask("vault.ping") is True


def test_whoever_holds_web_opens_no_more_than_a_few_an_hour_and_is_noticed(vault, tip, officer):
    with signed_in(officer):
        got = []
        for _time in range(LIMIT + 3):
            try:
                got.append(identity_of(tip).name)
            except NotAllowed as refusal:
                got.append(str(refusal))

    assert got[:LIMIT] == [PERSON.name] * LIMIT
    assert all(f"{LIMIT} lần trong một giờ" in text for text in got[LIMIT:])
    assert alarms() == {"vault_limit"}
    assert Alarm.objects.get().account == officer


# Proofs of officers


def asked(tip, officer, app):
    """The question of a page, with the code of a phone."""
    given = {"reason": "Cần hỏi lại giờ xảy ra.", "aim": "identity", **app()}
    return call("reports.ask_opening", session=session_of(officer), tip=str(tip.uuid), **given)


def test_three_codes_of_two_phones_open_it(vault, officer, chief, hamlet):
    tip = make_worked(officer, hamlet=hamlet, person=PERSON)
    app, chiefs_app = App(officer), App(chief)
    made = json.loads(vault.answer_to(asked(tip, officer, app)))["result"]
    yes = call("reports.approve_opening", session=session_of(chief), opening=made, **chiefs_app())
    assert json.loads(vault.answer_to(yes)) == {"result": True}
    with signed_in(officer):
        assert identity_of(tip, **app()).name == PERSON.name

    assert alarms() == set()


def test_replayed_code_is_refused_also_by_a_vault_that_started_anew(officer, hamlet):
    with vault_process() as own:
        app = App(officer)
        fresh = {"code": app.code(later=2)}  # good until a slow vault has started anew
        question = asked(make_worked(officer, hamlet=hamlet), officer, lambda: fresh)
        given = json.loads(question)
        assert "result" in json.loads(own.answer_to(question))
        given["arguments"]["tip"] = str(make_worked(officer, hamlet=hamlet).uuid)
        ProofKey.objects.update(last_step=0)  # as a writer of SQL does
        first = json.loads(own.answer_to(json.dumps(given).encode()))
        assert own.kill() == -signal.SIGKILL
        own.start()
        ends = [first, json.loads(own.answer_to(json.dumps(given).encode()))]
        lines = own.lines()

    assert ["đã dùng rồi" in end["refused"] for end in ends] == [True, True]
    assert [line["error"] for line in lines].count("ProofMisused") == 2
    assert alarms() == {"vault_proof"}


def test_approval_written_by_sql_opens_nothing_to_whoever_holds_web(vault, officer, chief, hamlet):
    tip = make_worked(officer, hamlet=hamlet, person=PERSON)
    made = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    openings.decide(made, by=chief, approved=True)
    for act, user in (("ask", officer), ("approve", chief), ("look", officer)):
        OpeningProof.objects.create(
            opening=made, act=act, user=user, key=uuid4(), at=timezone.now(), mark="f" * 64
        )

    said = json.loads(vault.answer_to(call(session=session_of(officer), tip=str(tip.uuid))))

    assert said["kind"] == "ForgedCall"
    assert vault.lines()[-1]["outcome"] == "forged"
    assert alarms() == {"vault_forged"}


def test_callers_that_keep_it_waiting_keep_nobody_of_the_other_side(vault, officer):
    lines = [socket.socket(socket.AF_UNIX) for _number in range(12)]
    for line in lines:
        line.connect(vault.web)
    started = time.monotonic()
    with override_settings(VAULT_SOCKET=vault.work):
        assert ask("vault.ping") is True
    took = time.monotonic() - started
    for line in lines:
        line.close()

    assert took < 5


def test_the_log_holds_no_word_of_a_person_and_is_whole(vault, tip, officer):
    with signed_in(officer):
        identity_of(tip)

    text = vault.log.read_text()
    assert not any(word in text for word in (PERSON.name, PERSON.phone, "Mẫu", officer.username))
    with override_settings(VAULT_INDEX_KEY=os.environ["VAULT_INDEX_KEY"]):
        assert log.verify(vault.log).wrong_at is None
    assert vault.log.stat().st_mode & 0o077 == 0


# When it is away, or ends


def test_without_it_tips_come_in_and_pages_say_so(tip, officer, login, commune, tmp_path):
    page = reverse("admin:reports_tipreport_identity", args=[tip.pk])
    gone = {"VAULT_KEYS": {}, "VAULT_INDEX_KEY": "", "VAULT_SOCKET": str(tmp_path / "none")}
    with override_settings(**gone):
        shown = login(officer).post(page, {"open": "1"})
        made = make_tip(commune, person=PERSON)
        with signed_in(officer), pytest.raises(VaultAway):
            split_off(tip, summary="Đốt rác trong khu dân cư.")

    assert shown.status_code == 503
    assert "Kho niêm phong chưa trả lời" in shown.content.decode()
    assert stored(made)["name"].startswith("v2:")
    assert TipReport.objects.count() == 2


@pytest.mark.flow
def test_killed_at_any_moment_it_loses_nothing(tip, officer, django_db_blocker):
    with vault_process(VAULT_OPENINGS_AN_HOUR="100000") as own:
        key = session_of(officer)
        ends, stopping = [], threading.Event()

        def press():
            while not stopping.is_set():
                try:
                    said = json.loads(own.answer_to(call(session=key, tip=str(tip.uuid))) or b"{}")
                    ends.append(said.get("result", {}).get("name", "hung up"))
                except OSError:
                    ends.append("away")
                    time.sleep(0.05)

        threads = [threading.Thread(target=press) for _number in range(3)]
        for thread in threads:
            thread.start()
        for number in range(3):
            time.sleep(0.4 + 0.15 * number)
            assert own.kill() == -signal.SIGKILL
            own.start()
        time.sleep(0.5)
        stopping.set()
        for thread in threads:
            thread.join()
        with override_settings(VAULT_INDEX_KEY=os.environ["VAULT_INDEX_KEY"]):
            verdict = log.verify(own.log)
        mine = [line for line in own.lines() if line["operation"] == "reports.open_identity"]
        answered = [line for line in mine if line["outcome"] == "answered"]
        begun = [line for line in mine if line["outcome"] == "begun"]

    assert set(ends) <= {PERSON.name, "hung up", "away"}
    shown = ends.count(PERSON.name)
    looks = AuditEvent.objects.filter(action="tip.identity_opened").count()
    assert verdict.wrong_at is None
    assert 0 < shown <= len(answered) <= looks <= len(begun)
