"""A thief holds a running web, or a worker: its code, its keys, its socket and its database.

The vault is a real process beside this one, which is that web. Every operation of the vault is
asked for what none of our pages and workers asks; new ones are tried without a word here.
"""

import inspect
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.encryption.services import DecryptionError
from accounts.models import Alarm, User
from accounts.sign_in import sessions
from accounts.users.roles import Role
from accounts.vault import operations
from accounts.vault.calls import Call, running
from accounts.vault.indexes import vault_index
from accounts.vault.operations import Operation
from reports import intake
from reports.models import IdentityOpening, OpeningProof, Reporter, SealedText, TipReport
from reports.vault import openings
from reports.vault.models import OF_PERSON
from tests.factories.accounts import make_user
from tests.factories.proofs import App, approve, in_the_vault
from tests.factories.tips import make_triaged, make_worked
from tests.vault_process import Vault, as_web, vault_process
from tests.vaults import outside, session_of

pytestmark = pytest.mark.django_db(transaction=True)

NAME, PHONE, ZALO = "Nguyễn Thị Mẫu Mực", "0900000123", "7712345678901"
WORDS = "Tối nào cũng tụ tập đánh bạc sau quán nước."
PERSON = intake.Person(name=NAME, phone=PHONE, zalo_user_id=ZALO)
TIPS_AN_HOUR, TIPS_TOGETHER = 4, 9
SECRET = (NAME, PHONE, ZALO, WORDS)
# What an argument of that name looks like where one of ours asks.
LIKELY: dict[str, Any] = {
    "opening": "00000000-0000-4000-8000-000000000001", "reason": "Cần hỏi lại giờ.", "aim": "call",
    "kind": "complaint", "summary": "Việc thứ hai.", "code": "123456", "answer": "", "act": "ask",
    "receipt": "1234 5678 9012 3456 7890", "proof": "1.x", "what": "Giúp ngăn một vụ.", "form": 1,
    "review": None, "occasion": "", "row": 1, "until": "2026-12-01T08:00:00+07:00", "file": 1,
    "uuids": [], "achievements": [], "message_id": "m1", "site": "x.vn", "origin": "https://x.vn",
    "name": "máy", "second": "a", "second_code": "123456", "environ": {},
    "number": "00000000-0000-4000-8000-000000000002",
}  # fmt: skip


@pytest.fixture(scope="module")
def process(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Vault]:
    limits = {
        "VAULT_TIPS_AN_HOUR": str(TIPS_AN_HOUR), "VAULT_TIPS_TOGETHER_AN_HOUR": str(TIPS_TOGETHER),
    }  # fmt: skip
    with django_db_blocker.unblock(), vault_process(**limits) as running_one:
        yield running_one


@pytest.fixture
def vault(process: Vault) -> Iterator[Vault]:
    with as_web(process):
        yield process


@pytest.fixture
def tip(officer_of: Any, hamlet: Any) -> TipReport:
    owner = officer_of(hamlet)
    with in_the_vault():  # which alone hashes who writes on Zalo
        return make_worked(owner, hamlet=hamlet, person=PERSON, words=WORDS)


def asked(
    vault: Vault, operation: str, *, by: str = "web", session: str = "", **arguments: Any
) -> dict[str, Any]:
    """Return the answer; never anything of the reporter."""
    question = {"operation": operation, "arguments": arguments, "session": session}
    said = vault.answer_to(json.dumps(question).encode(), by=by)
    assert not any(one.encode() in said for one in SECRET)
    found: dict[str, Any] = json.loads(said)
    return found


def alarms() -> set[str]:
    return set(Alarm.objects.values_list("kind", flat=True))


def names_of(one: Operation) -> list[str]:
    """The names of its arguments, without the call."""
    return list(inspect.signature(one.act).parameters)[1:]


def arguments_of(one: Operation, tip: TipReport) -> dict[str, Any]:
    """Arguments as one of our pages gives them, of this tip."""
    names = names_of(one)
    likely = {**LIKELY, "tip": tip.pk if one.name.startswith("oversight.") else str(tip.uuid)}
    assert set(names) <= set(likely), f"LIKELY has nothing for {one.name}"
    return {name: likely[name] for name in names}


def those(*, needs_session: bool | None = None, caller: str = "") -> list[Operation]:
    return [
        one
        for one in operations.names().values()
        if needs_session in {None, one.needs_session} and caller in {"", one.caller}
    ]


# Calls that none of ours makes


@pytest.mark.parametrize("how", ["none", "ended", "invented", "of a number"])
def test_without_a_session_that_runs_no_act_of_an_officer_is_done(
    vault: Vault, tip: TipReport, how: str
) -> None:
    owner = tip.owner
    assert owner is not None
    key: Any = {"none": "", "invented": "z" * 32, "of a number": 7}.get(how) or ""
    if how == "ended":
        key = session_of(owner)
        sessions.end_all(owner)
    before, acts = len(vault.lines()), those(needs_session=True)

    said = [asked(vault, one.name, session=key, **arguments_of(one, tip)) for one in acts]

    assert len(acts) > 8
    assert {one.get("kind") for one in said} == {"ForgedCall"}
    assert [line["outcome"] for line in vault.lines()[before:]].count("forged") == len(acts)
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize(("side", "by"), [("work", "web"), ("web", "work")])
def test_neither_side_is_answered_what_is_the_others(
    vault: Vault, tip: TipReport, side: str, by: str
) -> None:
    key, acts = session_of(tip.owner), those(caller=side)  # type: ignore[arg-type]

    said = [asked(vault, one.name, by=by, session=key, **arguments_of(one, tip)) for one in acts]

    assert len(acts) > 6
    assert {one.get("kind") for one in said} == {"ForgedCall"}
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize("who", ["other hamlet", "other commune", "shut out", "no right"])
def test_what_a_page_of_that_officer_would_not_show_is_not_theirs_to_ask(
    vault: Vault, tip: TipReport, who: str, officer_of: Any, other_hamlet: Any,
    other_commune: Any, actor: Any, chief: User,
) -> None:  # fmt: skip
    user = chief
    match who:
        case "other hamlet":
            user = officer_of(other_hamlet)
        case "other commune":
            user = make_user(other_commune, Role.CHIEF)
        case "no right":
            user = actor(Role.TECH_ADMIN)
        case "shut out":
            tip.conflicts.create(user=chief, added_at=timezone.now())
    acts = [one for one in those(needs_session=True) if "tip" in names_of(one)]
    key = session_of(user)

    said = {one.name: asked(vault, one.name, session=key, **arguments_of(one, tip)) for one in acts}

    assert len(acts) > 6
    assert not [name for name, one in said.items() if "result" in one]
    assert {one["kind"] for name, one in said.items() if one_tip(name)} == {"ForgedCall"}
    assert "vault_forged" in alarms()
    assert TipReport.objects.count() == 1


def one_tip(name: str) -> bool:
    return not name.startswith("oversight.")


def test_arguments_that_are_not_of_the_act_are_forged(vault: Vault, tip: TipReport) -> None:
    key = session_of(tip.owner)  # type: ignore[arg-type]
    strange = [{"words": WORDS[:5]}, {"tip": str(tip.uuid), "call": 1}, {"user": 1}, {"": ""}]
    acts = [one for one in those(caller="web") if one.name != "vault.end_own_proofs"]

    said = [
        asked(vault, one.name, session=key, **more) for one in acts for more in strange
    ]  # fmt: skip

    assert not [one for one in said if "result" in one]
    assert {one.get("kind") for one in said} == {"ForgedCall"}
    assert alarms() == {"vault_forged"}


# Its code and its keys


def test_code_that_takes_itself_for_the_vault_opens_nothing(vault: Vault, tip: TipReport) -> None:
    """With the guard of the process taken away there is still no key."""
    found: list[Any] = []
    with outside(), running(Call("stolen")):
        for row in (Reporter._base_manager.get(tip=tip), SealedText.objects.get(tip=tip)):
            for column in ("name", "phone", "zalo_user_id", "text"):
                with suppress(DecryptionError, AttributeError):
                    found.append(getattr(row, column))
        hashes = {vault_index(ZALO, purpose=OF_PERSON)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT zalo_index FROM reports_reporter")
        stored = {value for (value,) in cursor.fetchall()}

    assert found == []
    assert not hashes & stored


# What its signed-in officers could open


def test_forged_sessions_give_what_their_officers_may_open_some_an_hour_and_are_noticed(
    vault: Vault, commune: Any, actor: Any, chief: User, login: Any
) -> None:
    """Web makes sessions of three officers and of an account that it wrote itself."""
    tips = [make_triaged(commune, summary=WORDS) for _number in range(TIPS_TOGETHER + 3)]
    made_up = User.objects.create(
        username="khong.ai", is_superuser=True, is_staff=True, commune=commune, password="!"
    )
    opened: list[set[int]] = []
    for number, user in enumerate((chief, actor(Role.CHIEF), actor(Role.CHIEF), made_up)):
        client = login(user)
        shown = {
            tip.pk: client.get(reverse("admin:reports_tipreport_show", args=[tip.pk]))
            for tip in tips[3 * number : 3 * number + TIPS_AN_HOUR + 1]
        }
        opened.append({pk for pk, page in shown.items() if WORDS in page.content.decode()})

    assert len(opened[0]) == max(map(len, opened)) == TIPS_AN_HOUR
    assert len(set().union(*opened)) == TIPS_TOGETHER
    assert {"vault_limit", "vault_busy"} <= alarms()
    told = [line for line in vault.lines() if line.get("view", "").endswith("tipreport_show")]
    assert {pk for line in told for pk in line.get("tips", [])} == set().union(*opened)


# Rows that SQL wrote


@pytest.mark.parametrize(
    "how", ["approved by SQL", "other tip", "proofs of another", "time over", "other officer"]
)
def test_rows_that_sql_approved_open_nothing(
    vault: Vault, tip: TipReport, chief: User, officer_of: Any, hamlet: Any, how: str
) -> None:
    """Two officers agreed on one tip; whoever writes rows wants another's reporter, or later."""
    owner = tip.owner
    assert owner is not None
    wanted, asker = tip, owner
    other = make_worked(owner, hamlet=hamlet)
    agreed = openings.ask(other, by=owner, reason="Cần hỏi lại giờ xảy ra.")
    approve(agreed, by=chief, looks=True)
    rows = IdentityOpening.objects.filter(pk=agreed.pk)
    match how:
        case "approved by SQL":
            made = openings.ask(tip, by=owner, reason="Cần hỏi lại giờ xảy ra.")
            IdentityOpening.objects.filter(pk=made.pk).update(
                **{name: getattr(IdentityOpening.objects.get(pk=agreed.pk), name)
                   for name in ("state", "approved_by_id", "decided_at", "until")}
            )  # fmt: skip
        case "other tip":
            rows.update(tip=tip)
        case "proofs of another":
            made = openings.ask(tip, by=owner, reason="Cần hỏi lại giờ xảy ra.")
            openings.decide(made, by=chief, approved=True)
            OpeningProof.objects.filter(opening=agreed).update(opening=made)
        case "time over":
            wanted = other
            OpeningProof.objects.update(at=timezone.now() - timedelta(hours=30))
            rows.update(until=timezone.now() + timedelta(hours=20))
        case "other officer":
            wanted, asker = other, officer_of(hamlet)
            rows.update(asked_by=asker)
            TipReport.objects.filter(pk=other.pk).update(owner=asker)

    said = [
        asked(vault, name, session=session_of(asker), tip=str(wanted.uuid), **code)
        for name, code in (
            ("reports.open_identity", {}), ("reports.open_phone", App(asker)()),
        )
    ]  # fmt: skip

    assert not [one for one in said if "result" in one]
    assert said[0]["kind"] == "ForgedCall"
    assert vault.lines()[-1]["outcome"] in {"forged", "refused"}
    assert "vault_forged" in alarms()


def test_keys_that_sql_gave_to_oneself_prove_nothing(
    vault: Vault, tip: TipReport, chief: User
) -> None:
    """Web copies the key of a phone that it holds onto the account of the one who approves."""
    owner = tip.owner
    assert owner is not None
    app = App(owner)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_proofkey SET user_id = %s", [chief.pk])
    made = openings.ask(tip, by=owner, reason="Cần hỏi lại giờ xảy ra.")

    said = asked(
        vault, "reports.approve_opening", session=session_of(chief), opening=str(made.uuid), **app()
    )

    assert said["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}
    assert not OpeningProof.objects.exists()


def test_a_worker_is_given_no_letter_that_it_did_not_claim(vault: Vault, tip: TipReport) -> None:
    until = (timezone.now() + timedelta(minutes=3)).isoformat()
    said = [
        asked(vault, "reports.letter", by="work", kind=kind, row=row, until=until)
        for kind in ("reply", "talk")
        for row in (0, 1, tip.pk)
    ]

    assert not [one for one in said if "result" in one]
