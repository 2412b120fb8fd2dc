"""Before there is a chief: administrator and chief set up for each other, neither alone."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, User
from accounts.sign_in import second_factor
from accounts.users.roles import Role
from tests.attacks.second_person import REASON
from tests.factories.accounts import PASSWORD, SEED, make_user

pytestmark = pytest.mark.django_db
ENROL = "/admin/xac-thuc/cai-dat/"


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def pair(commune: Any) -> tuple[User, User]:
    return (
        make_user(commune, Role.CHIEF, username="truong.ca", password=PASSWORD),
        make_user(commune, Role.TECH_ADMIN, username="quan.tri", password=PASSWORD),
    )


@pytest.fixture
def sheets(pair: Any, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The code on each sheet, by login."""
    call_command("print_first_codes", "truong.ca", "quan.tri")
    lines = capsys.readouterr().out.splitlines()
    heads = [number for number, line in enumerate(lines) if "mã giấy của" in line]
    return {lines[at].split("(")[1].rstrip(")"): lines[at + 1] for at in heads}


def types(user: User, own: str, other: str) -> bool:
    """Whether the two codes lead on to the QR code of this account."""
    client = Client()
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    client.post(ENROL, {"own_code": own, "other_code": other})
    return "plain-key" in client.get(ENROL).content.decode()


def test_password_alone_sets_up_neither(pair):
    for user in pair:
        client = Client()
        client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
        page = client.get(ENROL).content.decode()

        assert "plain-key" not in page
        assert "mã trên tờ giấy" in page


@pytest.mark.parametrize("who", ["truong.ca", "quan.tri"])
def test_one_sheet_sets_up_neither(pair, sheets, who):
    """The administrator with a temporary password of the chief's, or a thief of one sheet."""
    code = sheets[who]
    for user in pair:
        for own, other in ((code, code), (code, ""), ("", code), (code, "abcd-efgh-jkmn")):
            assert not types(user, own, other)


def test_both_sheets_set_up_both(pair, sheets):
    chief, administrator = pair

    assert types(chief, sheets["truong.ca"], sheets["quan.tri"])
    assert types(administrator, sheets["quan.tri"].upper(), sheets["truong.ca"])


def test_codes_in_the_wrong_boxes_open_nothing_and_guessing_pauses(pair, sheets):
    chief, _administrator = pair
    for _attempt in range(second_factor.MAX_FAILURES):
        assert not types(chief, sheets["quan.tri"], sheets["truong.ca"])

    assert not types(chief, sheets["truong.ca"], sheets["quan.tri"])
    assert AuditEvent.objects.filter(action="account.second_step_paused").count() == 1


def test_no_word_of_anybody_takes_the_place_of_the_sheets(pair, superuser):
    for user in pair:
        with pytest.raises(services.NotAllowed, match="tờ giấy"):
            second_factor.reset(user, by=superuser, reason=REASON)


def test_sheets_are_printed_for_these_two_and_only_in_the_first_days(pair, commune, sheets):
    make_user(commune, Role.FRONT, username="mat.tran")
    with pytest.raises(CommandError, match="không có vai trò"):
        call_command("print_first_codes", "truong.ca", "mat.tran")
    type(commune).objects.update(vouching_since="2026-11-01T00:00:00Z")

    with pytest.raises(CommandError, match="đã có chỉ huy"):
        call_command("print_first_codes", "truong.ca", "quan.tri")


def test_administrator_who_lost_the_phone_later_needs_the_chief_and_no_paper(pair, sheets):
    chief, administrator = pair
    for user in pair:
        make_second_factor_again(user)
    type(chief.commune).objects.update(vouching_since="2026-11-01T00:00:00Z")
    chief, administrator = (User.objects.get(pk=user.pk) for user in pair)
    second_factor.report_lost(administrator, by=administrator)
    with pytest.raises(services.NotAllowed):
        second_factor.check_may_enrol(administrator, has_shown_code=False)

    second_factor.reset(administrator, by=chief, reason=REASON)

    second_factor.check_may_enrol(administrator, has_shown_code=False)


def make_second_factor_again(user: User) -> None:
    """The account has set up its app, after the papers were printed."""
    factor = second_factor.of(user)
    factor.seed, factor.confirmed_at = SEED, timezone.now()
    factor.save()
