"""Calls for a half-typed text that no page of ours makes: refused, alarmed, and nothing learnt."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.alarms.models import Alarm
from accounts.models import User
from accounts.users.roles import Role
from accounts.vault import operations
from groups.models import HamletAssignment
from reports.models import TipDraft, TipReport
from reports.vault.drafts import OPEN
from tests.factories.accounts import make_user
from tests.factories.tips import make_worked
from tests.vaults import session_of

pytestmark = pytest.mark.django_db

WORDS = "Tối nào cũng có đánh bạc sau quán nước."


@pytest.fixture
def officer(officer_of: Any, hamlet: Any) -> User:
    made: User = officer_of(hamlet)
    return made


@pytest.fixture
def tip(officer: User, hamlet: Any) -> TipReport:
    return make_worked(officer, hamlet=hamlet)


@pytest.fixture
def draft(officer: User, tip: TipReport) -> TipDraft:
    return make_draft(officer, tip)


def make_draft(account: User, tip: TipReport | None) -> TipDraft:
    address = (
        reverse("admin:reports_tipreport_summary", args=[tip.pk])
        if tip is not None
        else reverse("admin:reports_tipreport_record")
    )
    fields = json.dumps([["summary", WORDS]])
    return TipDraft.objects.create(
        account=account, tip=tip, address=address, fields=fields, updated_at=timezone.now()
    )


def ask(draft: TipDraft, session: str, *, caller: Any = "web", **changes: Any) -> dict[str, Any]:
    """Return what comes back over a socket."""
    arguments = {"number": str(draft.uuid)} | changes
    asked = {"operation": OPEN, "arguments": arguments, "session": session}
    found: dict[str, Any] = json.loads(operations.answer(json.dumps(asked).encode(), caller=caller))
    return found


def alarms() -> set[str]:
    return set(Alarm.objects.values_list("kind", flat=True))


def is_forged(said: dict[str, Any]) -> bool:
    return (
        said.get("kind") == "ForgedCall" and WORDS not in str(said) and "vault_forged" in alarms()
    )


def test_its_writer_gets_it(draft, officer):
    said = ask(draft, session_of(officer))

    assert json.loads(said["result"]) == [["summary", WORDS]]
    assert alarms() == set()


@pytest.mark.parametrize("of_tip", [True, False])
def test_another_officer_of_the_same_tip_does_not_whatever_the_right(
    officer, chief, superuser, tip, of_tip
):
    draft = make_draft(officer, tip if of_tip else None)

    for other in (chief, superuser):
        assert is_forged(ask(draft, session_of(other)))


def test_an_officer_of_another_commune_does_not(draft, other_commune):
    assert is_forged(ask(draft, session_of(make_user(other_commune, Role.CHIEF))))


def move_away(officer: User, draft: TipDraft, other_commune: Any) -> None:
    HamletAssignment.objects.filter(officer__user=officer).delete()
    User.objects.filter(pk=officer.pk).update(commune=other_commune)


def lose_role(officer: User, draft: TipDraft, other_commune: Any) -> None:
    officer.groups.clear()


def hang_on_a_tip_out_of_sight(officer: User, draft: TipDraft, other_commune: Any) -> None:
    of_others = make_worked(make_user(other_commune, Role.CHIEF))
    address = reverse("admin:reports_tipreport_summary", args=[of_others.pk])
    TipDraft.objects.filter(pk=draft.pk).update(tip=of_others, address=address)


def hang_on_another_tip_only(officer: User, draft: TipDraft, other_commune: Any) -> None:
    TipDraft.objects.filter(pk=draft.pk).update(tip=None)


@pytest.mark.parametrize(
    "loss", [move_away, lose_role, hang_on_a_tip_out_of_sight, hang_on_another_tip_only]
)
def test_its_writer_without_right_or_sight_does_not(draft, officer, other_commune, loss):
    session = session_of(officer)
    loss(officer, draft, other_commune)

    assert is_forged(ask(draft, session))


def flush(session: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(session).flush()


def lock(session: str) -> None:
    User.objects.filter(is_active=True).update(is_active=False)


def owe_a_password(session: str) -> None:
    User.objects.update(must_change_password=True)


@pytest.mark.parametrize("ending", [flush, lock, owe_a_password])
def test_a_session_that_ended_opens_nothing(draft, officer, ending: Callable[[str], None]):
    session = session_of(officer)
    ending(session)

    assert is_forged(ask(draft, session))


def test_neither_nobody_nor_a_worker_gets_it(draft, officer):
    assert is_forged(ask(draft, ""))
    assert is_forged(ask(draft, session_of(officer), caller="work"))


@pytest.mark.parametrize("number", ["", "1", None, ["x"], 7])
def test_what_is_no_number_is_refused(draft, officer, number):
    assert is_forged(ask(draft, session_of(officer), number=number))


def test_one_that_was_sent_meanwhile_is_refused_without_an_alarm(draft, officer):
    TipDraft.objects.all().delete()

    said = ask(draft, session_of(officer))

    assert (said["kind"], said["refused"]) == ("NotAllowed", "Bản đang ghi này không còn.")
    assert alarms() == set()
