"""Every line of the table: alone nothing changes, with the second person it works."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, ChangeProposal, SecondFactor, User
from accounts.second_person import periods
from accounts.second_person import services as second_person
from accounts.second_person.table import SIDE, table
from accounts.sign_in import second_account, second_factor
from accounts.tasks import carry_out_changes
from accounts.users.roles import Role
from broadcasts.models import OfficialPhone
from groups.models import ZaloGroup
from tests.attacks.second_person import (
    REASON,
    ask_password,
    ask_reset,
    filled_in,
    in_use,
    verified,
)
from tests.factories.accounts import PASSWORD, make_profile, make_second_factor
from tests.factories.broadcasts import make_official_phone
from tests.factories.groups import make_assignment, make_group, make_officer

pytestmark = pytest.mark.django_db
SIDES = table()["sides"]
PHONE = "0251 000 0200"


def account(commune: Any, hamlet: Any, role: str) -> User:
    """An account in use; of an officer that covers the hamlet."""
    user = in_use(commune, Role(role))
    if role == Role.OFFICER:
        make_assignment(make_officer(commune, user=user), hamlet)
    return user


# Doors by kind: what they begin with, how it is proposed, whether it is done.


def _profile(commune: Any, hamlet: Any, by: User, victim: User | None) -> Callable[[], bool]:
    row = make_profile(commune)
    url = reverse("admin:accounts_communeprofile_change", args=[row.pk])
    filled_in(verified(by), url, duty_phone=PHONE)
    return lambda: type(row).objects.get(pk=row.pk).duty_phone == PHONE


def _phone(commune: Any, hamlet: Any, by: User, victim: User | None) -> Callable[[], bool]:
    filled_in(
        verified(by), reverse("admin:broadcasts_officialphone_add"), label="Trực ban",
        phone="0900 000 200", valid_from="2026-01-01",
    )  # fmt: skip
    return lambda: OfficialPhone.objects.filter(label="Trực ban").exists()


def _group(commune: Any, hamlet: Any, by: User, victim: User | None) -> Callable[[], bool]:
    row = make_group(hamlet, genuine_name="")
    url = reverse("admin:groups_zalogroup_genuine", args=[row.pk])
    verified(by).post(url, {"choice": "name"})
    return lambda: ZaloGroup.objects.get(pk=row.pk).genuine_name == row.name


def _step(commune: Any, hamlet: Any, by: User, victim: User | None) -> Callable[[], bool]:
    assert victim is not None
    make_second_factor(victim)
    ask_reset(verified(by), victim)
    return lambda: not SecondFactor.objects.get(user=victim).is_enrolled


def _password(commune: Any, hamlet: Any, by: User, victim: User | None) -> Callable[[], bool]:
    assert victim is not None
    assert ask_password(verified(by), victim) == ""
    return lambda: not User.objects.get(pk=victim.pk).check_password(PASSWORD)


def _period(commune: Any, hamlet: Any, by: None, victim: None) -> Callable[[], bool]:
    for days in (90, 1):
        periods.compare("thử", days)
    return lambda: periods.days_in_force("thử", 1) == 1


DOORS = {
    "commune_profile": _profile, "official_phone": _phone, "group_genuine": _group,
    "second_step": _step, "temporary_password": _password, "retention": _period,
}  # fmt: skip


def lines() -> Iterator[Any]:
    """(kind, role that proposes, role that confirms, side of the account concerned)."""
    for kind, rule in table()["kinds"].items():
        for proposes, seconds in rule["proposes"].items():
            for second in seconds:
                if kind not in {"second_step", "temporary_password"}:
                    yield pytest.param(kind, proposes, second, "", id=f"{kind}-{proposes}-{second}")
                    continue
                for side, members in SIDES.items():
                    confirms = members["seconds"][0] if second == SIDE else [second]
                    for one in confirms:
                        name = f"{kind}-{side}-{proposes}-{one}"
                        yield pytest.param(kind, proposes, one, side, id=name)


@pytest.fixture(autouse=True)
def in_service(commune: Any) -> None:
    """A chief has signed in once, and is gone: the first days are over."""
    commune.chief_since = timezone.now()
    commune.save()


def decide(proposal: ChangeProposal, by: User) -> None:
    """Confirm and fetch over the pages, then let a week pass but an hour."""
    client = verified(by)
    client.post(reverse("admin:accounts_changeproposal_step", args=[proposal.pk, "xac-nhan"]))
    client.post(reverse("admin:accounts_changeproposal_fetch", args=[proposal.pk]))
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        carry_out_changes()


@pytest.mark.parametrize(("kind", "proposes", "confirms", "side"), list(lines()))
def test_line(commune, hamlet, kind, proposes, confirms, side):
    by = account(commune, hamlet, proposes) if proposes != "server" else None
    victim = account(commune, hamlet, SIDES[side]["roles"][0]) if side else None
    second = account(commune, hamlet, confirms)

    is_done = DOORS[kind](commune, hamlet, by, victim)
    proposal = ChangeProposal.objects.get()
    others = [role for role in Role if role not in proposal.seconds and role != Role.CITY]
    assert not is_done()
    wrong = [one for one in (by, victim) if one is not None]
    for one in (*wrong, *(account(commune, hamlet, role) for role in others)):
        decide(proposal, one)
        assert not is_done(), one

    decide(proposal, second)

    assert is_done()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("done", second)


def test_every_line_of_the_table_is_tried():
    assert {param.values[0] for param in lines()} == set(DOORS)
    assert set(table()["commands"]) == set(COMMANDS)
    assert set(table()["alone"]) == set(ALONE)


def _lock(commune: Any, hamlet: Any, by: User) -> bool:
    victim = in_use(commune, Role.FRONT)
    services.lock(victim, by=by)
    return not User.objects.get(pk=victim.pk).is_active


def _lost(commune: Any, hamlet: Any, by: User) -> bool:
    victim = in_use(commune, Role.FRONT)
    make_second_factor(victim)
    second_factor.report_lost(victim, by=by)
    return not SecondFactor.objects.get(user=victim).is_enrolled


def _off(commune: Any, hamlet: Any, by: User) -> bool:
    row = make_group(hamlet)
    url = reverse("admin:groups_zalogroup_genuine", args=[row.pk])
    verified(by).post(url, {"choice": "nothing"})
    return ZaloGroup.objects.get(pk=row.pk).genuine_name == ""


def _delete(commune: Any, hamlet: Any, by: User) -> bool:
    row = make_official_phone(commune)
    url = reverse("admin:broadcasts_officialphone_delete", args=[row.pk])
    verified(by).post(url, {"post": "yes", "delete_reason": "Ghi nhầm"})
    return not OfficialPhone.objects.exists()


ALONE = {
    "lock_account": _lock, "shut_lost_phone": _lost, "take_group_off_the_page": _off,
    "delete_official_phone": _delete,
}  # fmt: skip


@pytest.mark.parametrize(
    ("act", "role"), [(act, role) for act, roles in table()["alone"].items() for role in roles]
)
def test_what_only_takes_away_is_done_alone(commune, hamlet, act, role):
    assert ALONE[act](commune, hamlet, account(commune, hamlet, role))
    assert not ChangeProposal.objects.exists()


# Commands of the server.


def _make(_victim: User) -> Any:
    return ("createsuperuser", "--username", "moi", "--email", "", "--no-input")


COMMANDS: dict[str, Callable[[User], Any]] = {
    "createsuperuser": _make,
    "changepassword": lambda victim: ("changepassword", victim.username),
    "reset_second_factor": lambda victim: (
        "reset_second_factor", victim.username, "--reason", REASON,
    ),
    "rotate_keys": lambda _victim: ("rotate_keys",),
}  # fmt: skip


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`typed(password)`: what the second person types; a new password is typed twice."""

    def types(password: str) -> None:
        answers = {"Mật khẩu của người thứ hai: ": password}
        monkeypatch.setattr(
            second_account.getpass,
            "getpass",
            lambda prompt="": answers.get(prompt, "Mật-khẩu-khác-91"),
        )

    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Mật-khẩu-khác-91")
    return types


@pytest.mark.parametrize("command", COMMANDS)
def test_command_asks_for_a_second_account(commune, hamlet, typed, command, capsys):
    victim = in_use(commune, Role.FRONT)
    colleague, chief = in_use(commune, Role.FRONT), in_use(commune, Role.CHIEF)
    tech_admin = in_use(commune, Role.TECH_ADMIN)
    fits = colleague if SIDE in table()["commands"][command] else chief
    arguments = COMMANDS[command](victim)
    before = list(User.objects.order_by("pk").values_list("pk", "password"))

    for second, password in (
        (victim, PASSWORD), (tech_admin, PASSWORD), (fits, "sai"), (None, PASSWORD),
    ):  # fmt: skip
        typed(password)
        name = second.username if second else "khong.co"
        with pytest.raises(CommandError, match="người thứ hai"):
            call_command(*arguments, "--second", name)
    assert list(User.objects.order_by("pk").values_list("pk", "password")) == before

    typed(PASSWORD)
    call_command(*arguments, "--second", fits.username)


def test_command_asks_for_the_code_too(commune, typed, monkeypatch):
    chief = in_use(commune, Role.CHIEF)
    make_second_factor(chief)
    typed(PASSWORD)
    monkeypatch.setattr("builtins.input", lambda _prompt="": "000000")

    with pytest.raises(CommandError, match="Chưa có gì thay đổi"):
        call_command("rotate_keys", "--second", chief.username)


ONLY_CHIEF = [name for name, roles in table()["commands"].items() if SIDE in roles]


@pytest.mark.parametrize("command", ONLY_CHIEF)
def test_only_chief_without_a_party_office_is_helped_from_the_server(commune, typed, command):
    chief, tech_admin = in_use(commune, Role.CHIEF), in_use(commune, Role.TECH_ADMIN)
    typed(PASSWORD)

    call_command(*COMMANDS[command](chief), "--second", tech_admin.username)

    seconded = AuditEvent.objects.get(action="account.command_seconded")
    assert (seconded.actor, seconded.reason) == (tech_admin, command)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.PARTY_OFFICE])
def test_technical_administrator_stands_in_for_nobody_who_is_only_shut(commune, typed, role):
    chief, tech_admin = in_use(commune, Role.CHIEF), in_use(commune, Role.TECH_ADMIN)
    other = in_use(commune, role)
    services.lock(other, by=tech_admin)
    typed(PASSWORD)

    with pytest.raises(CommandError, match="người thứ hai"):
        call_command("changepassword", chief.username, "--second", tech_admin.username)


def test_commands_ask_nobody_before_there_is_a_chief(commune, monkeypatch):
    type(commune).objects.update(chief_since=None)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Mật-khẩu-khác-91")

    call_command(*_make(make_profile))  # type: ignore[arg-type]

    assert User.objects.get(username="moi").is_superuser


def test_stale_proposal_ends_with_a_sentence(commune, hamlet):
    chief, officer = (account(commune, hamlet, role) for role in ("chief", "officer"))
    row = make_profile(commune)
    url = reverse("admin:accounts_communeprofile_change", args=[row.pk])
    filled_in(verified(chief), url, duty_phone=PHONE)
    type(row).objects.update(duty_phone="0251 000 0999")
    proposal = ChangeProposal.objects.get()

    with pytest.raises(services.NotAllowed, match="đã bị đổi"):
        second_person.confirm(proposal, by=officer)

    proposal.refresh_from_db()
    row.refresh_from_db()
    assert (proposal.state, row.duty_phone) == ("refused", "0251 000 0999")


def test_proposer_is_told_that_another_confirms(commune, hamlet):
    """A chief whose role may confirm such changes, but not this one."""
    chief = account(commune, hamlet, "chief")
    row = make_profile(commune)
    url = reverse("admin:accounts_communeprofile_change", args=[row.pk])
    filled_in(verified(chief), url, duty_phone=PHONE)

    with pytest.raises(services.NotAllowed, match="người khác phải xác nhận"):
        second_person.confirm(ChangeProposal.objects.get(), by=chief)
