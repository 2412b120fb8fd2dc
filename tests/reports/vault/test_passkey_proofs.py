"""Passkeys that the vault pinned: their challenge is for one act, one opening and one account."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Alarm, ProofKey
from accounts.users.roles import Role
from accounts.vault import operations
from accounts.vault.proofs import challenges, checking, memory, passkeys
from reports import intake
from reports.models import IdentityOpening, TipReport
from reports.vault import openings
from tests.attacks.authenticator import ORIGIN, SITE, Authenticator
from tests.attacks.test_passkeys import options_on
from tests.factories.accounts import make_user
from tests.factories.proofs import App, approve
from tests.factories.tips import make_worked
from tests.vaults import opened, session_of

pytestmark = pytest.mark.django_db

PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123")
WHY = "Cần hỏi lại giờ xảy ra."


def call(operation: str, user: Any, **arguments: Any) -> Any:
    """The result of an operation that the account asks, or the refusal as it comes back."""
    asked = {"operation": operation, "arguments": arguments, "session": session_of(user)}
    found = json.loads(operations.answer(json.dumps(asked).encode(), caller="web"))
    return found.get("result", found)


def alarms() -> set[str]:
    return set(Alarm.objects.values_list("kind", flat=True))


def pin(user, witness, phone, **changes) -> Any:
    """Pin a passkey of the account, with codes of both."""
    options = call("vault.passkey_options", user, site=SITE)
    given = {
        "answer": phone.make(options), "site": SITE, "origin": ORIGIN, "name": "Điện thoại",
        "code": App(user).code(), "second": witness.username, "second_code": App(witness).code(),
    }  # fmt: skip
    return call("vault.pin_passkey", user, **(given | changes))


def options_for(user, act, **rows) -> dict[str, str]:
    found: dict[str, str] = call("reports.proof_options", user, act=act, **rows)
    return found


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(officer, hamlet) -> TipReport:
    return make_worked(officer, hamlet=hamlet, person=PERSON)


@pytest.fixture
def phone(officer, chief) -> Authenticator:
    made = Authenticator()
    assert pin(officer, chief, made) is True
    return made


@pytest.fixture
def chiefs_phone(officer, chief) -> Authenticator:
    made = Authenticator()
    assert pin(chief, officer, made) is True
    return made


def ask(tip, officer, phone, options=None) -> Any:
    asked = options or options_for(officer, "ask", tip=str(tip.uuid))
    return call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity",
        opening=asked["opening"], answer=phone.use(asked["options"]),
    )  # fmt: skip


def test_two_passkeys_open_it(tip, officer, chief, phone, chiefs_phone):
    made = ask(tip, officer, phone)
    asked = options_for(chief, "approve", opening=made)
    yes = call(
        "reports.approve_opening", chief, opening=made, answer=chiefs_phone.use(asked["options"])
    )
    looking = options_for(officer, "look", opening=made)
    found = call(
        "reports.open_identity", officer, tip=str(tip.uuid), answer=phone.use(looking["options"])
    )

    assert str(tip.openings.get().uuid) == made == asked["opening"]
    assert (yes, found["name"]) == (True, PERSON.name)
    assert alarms() == set()


def test_answer_is_good_once(tip, officer, chief, phone, hamlet, settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    asked = options_for(officer, "ask", tip=str(tip.uuid))
    given = {"tip": str(tip.uuid), "reason": WHY, "aim": "identity",
             "opening": asked["opening"], "answer": phone.use(asked["options"])}  # fmt: skip
    made = call("reports.ask_opening", officer, **given)
    openings.end(IdentityOpening.objects.get(uuid=made), by=officer)
    IdentityOpening.objects.all().delete()
    checking.forget()  # the vault starts anew
    memory.begin()

    assert call("reports.ask_opening", officer, **given)["kind"] == "ForgedCall"
    assert not IdentityOpening.objects.exists()
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("what", ["other tip", "other opening", "other act", "other account"])
def test_answer_to_another_challenge_is_forged(
    what, tip, officer, chief, officer_of, phone, hamlet
):
    other = make_worked(officer, hamlet=hamlet)
    asked = options_for(officer, "ask", tip=str(tip.uuid))
    user, row = officer, tip
    match what:
        case "other tip":
            row = other
        case "other opening":
            asked["opening"] = options_for(officer, "ask", tip=str(tip.uuid))["opening"]
        case "other act":
            leave = approve(openings.ask(other, by=officer, reason=WHY), by=chief)
            asked["options"] = options_for(officer, "look", opening=str(leave.uuid))["options"]
        case "other account":
            user = officer_of(hamlet)
            row = make_worked(user, hamlet=hamlet)
            own = Authenticator()
            pin(user, chief, own)
            asked["opening"] = options_for(user, "ask", tip=str(row.uuid))["opening"]
            phone = own

    found = ask(row, user, phone, asked)

    assert found["kind"] == "ForgedCall"
    assert not row.openings.exists()
    assert alarms() == {"vault_forged"}


def test_challenge_lives_ten_minutes(tip, officer, phone, time_machine):
    asked = options_for(officer, "ask", tip=str(tip.uuid))
    time_machine.move_to(timezone.now() + challenges.GOOD_FOR + timedelta(seconds=1), tick=False)

    assert ask(tip, officer, phone, asked)["refused"] == challenges.STALE


@pytest.mark.parametrize("what", ["other key", "no finger", "other site", "nonsense", "empty"])
def test_answer_of_another_device_is_refused(what, tip, officer, phone):
    asked = options_for(officer, "ask", tip=str(tip.uuid))
    thief = Authenticator(number=phone.number, uses=phone.uses)
    match what:
        case "no finger":
            thief.key, thief.flags = phone.key, 0x01
        case "other site":
            thief.key, thief.origin = phone.key, "https://gia-mao.example"
    answer = {"nonsense": "{}", "empty": "x"}.get(what) or thief.use(asked["options"])

    found = call(
        "reports.ask_opening", officer, tip=str(tip.uuid), reason=WHY, aim="identity",
        opening=asked["opening"], answer=answer,
    )  # fmt: skip

    assert found["refused"] == passkeys.REFUSED
    assert not IdentityOpening.objects.exists()


def test_public_key_swapped_by_sql_proves_nothing(tip, officer, phone):
    row, thief = ProofKey.objects.get(kind="passkey"), Authenticator()
    asked = options_for(officer, "ask", tip=str(tip.uuid))
    with opened():
        known = json.loads(row.secret)
    row.secret = json.dumps(known | {"public_key": "AAAA"})
    row.save()
    thief.number = phone.number

    assert ask(tip, officer, thief, asked)["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


def test_passkey_hung_on_another_account_by_sql_proves_nothing(tip, officer, chief, phone, hamlet):
    ProofKey.objects.filter(kind="passkey").update(user=chief)
    own = make_worked(chief, hamlet=hamlet)
    options = {"challenge": "AAAA"}
    asked = {"opening": str(own.uuid), "options": json.dumps(options)}

    assert ask(own, chief, phone, asked)["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


# Pinning


@pytest.mark.parametrize("what", ["alone", "nobody", "stranger", "wrong", "twice", "hamlet head"])
def test_web_pins_nothing_without_codes_of_two(what, officer, chief, commune, other_commune):
    changes: dict[str, Any] = {}
    match what:
        case "alone":
            changes = {"code": "000000"}
        case "nobody":
            changes = {"second": "khong-co"}
        case "stranger":
            other = make_user(other_commune, Role.CHIEF)
            changes = {"second": other.username, "second_code": App(other).code()}
        case "wrong":
            changes = {"second_code": "000000"}
        case "twice":
            changes = {"second": officer.username}
        case "hamlet head":
            changes = {"second": make_user(commune, Role.HAMLET_HEAD).username}

    assert "refused" in pin(officer, chief, Authenticator(), **changes)
    assert not ProofKey.objects.filter(kind="passkey").exists()


def test_challenge_to_pin_is_no_proof_and_the_other_way_round(tip, officer, chief, phone):
    to_pin = call("vault.passkey_options", officer, site=SITE)
    asked = {"opening": str(ProofKey.objects.first().uuid), "options": to_pin}
    assert ask(tip, officer, phone, asked)["kind"] == "ForgedCall"

    other = Authenticator()
    to_ask = options_for(officer, "ask", tip=str(tip.uuid))["options"]
    assert pin(officer, chief, other, answer=other.make(to_ask))["kind"] == "ForgedCall"


def test_pages_offer_the_passkey_beside_the_code(tip, officer, chief, login):
    app, chiefs_app, phone = App(officer), App(chief), Authenticator()
    client, page = login(officer), reverse("admin:proof_keys")
    client.post(
        page,
        {"answer": phone.make(options_on(client, page)), **app(), "second": chief.username,
         "second_code": chiefs_app.code()},
    )  # fmt: skip
    assert ProofKey.objects.filter(kind="passkey", user=officer).count() == 1

    identity = reverse("admin:reports_tipreport_identity", args=[tip.pk])
    shown = client.get(identity)
    proof = shown.context["proof"]
    asked = {"reason": WHY, "aim": "identity", "opening": proof["opening"]}
    client.post(identity, {"ask": "1", **asked, "answer": phone.use(proof["options"])})

    opening = tip.openings.get()
    assert (str(opening.uuid), opening.proofs.get().act) == (asked["opening"], "ask")
    assert "data-uses-passkey" in shown.content.decode()
