import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, Commune
from tests.factories.zalo import make_official_account
from tests.zalo.wire import closed_port, http, listening
from zalo.models import OfficialAccount
from zalo_simulator.server import Simulator


def connect(simulator: Simulator | None = None, **options: Any) -> tuple[str, str]:
    """Run the command with the simulator's data; returns what it printed."""
    if simulator is not None:
        options = {
            "oa_id": simulator.state.oa_id,
            "access_token": simulator.state.tokens.access,
            "refresh_token": simulator.state.tokens.refresh,
        } | options
    out, err = io.StringIO(), io.StringIO()
    call_command("zalo_connect", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_binds_to_the_only_commune(commune: Commune, simulator: Simulator):
    out, err = connect(simulator)

    account = OfficialAccount.objects.get()
    assert account.commune == commune
    assert account.access_token == simulator.state.tokens.access
    assert (account.oa_type, account.name) == (2, "Công an xã Bình Yên")
    assert account.token_expires_at is None  # the age of these tokens is unknown
    assert "Đã kết nối" in out
    assert err == ""


def test_leaves_an_audit_event_without_tokens(commune: Commune, simulator: Simulator):
    connect(simulator)

    event = AuditEvent.objects.get(action="zalo.connect")
    assert event.commune == commune
    assert event.details["oa_id"] == simulator.state.oa_id
    assert "sim-" not in str(event.details) + event.target_label + event.reason


def test_second_call_connects_anew(commune: Commune, simulator: Simulator):
    account = make_official_account(commune, oa_id=simulator.state.oa_id, needs_consent=True)

    connect(simulator)

    account.refresh_from_db()
    assert OfficialAccount.objects.count() == 1
    assert account.refresh_token == simulator.state.tokens.refresh
    assert account.needs_consent is False


def test_tokens_may_come_from_the_input(
    commune: Commune, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    pair = simulator.state.tokens
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{pair.access}\n{pair.refresh}\n"))

    connect(simulator, access_token="-", refresh_token="-")

    account = OfficialAccount.objects.get()
    assert (account.access_token, account.refresh_token) == (pair.access, pair.refresh)


@pytest.mark.parametrize("option", ["access_token", "refresh_token"])
@pytest.mark.parametrize("value", ["", "có dấu", "a b"])
def test_broken_tokens_are_refused(commune: Commune, simulator: Simulator, option: str, value: str):
    with pytest.raises(CommandError):
        connect(simulator, **{option: value})

    assert not OfficialAccount.objects.exists()


def test_unreachable_zalo_saves_with_a_warning(commune: Commune, settings: Any):
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = closed_port()

    _, err = connect(oa_id="123", access_token="a", refresh_token="r")

    assert OfficialAccount.objects.get().access_token == "a"
    assert "Cảnh báo" in err


def test_zalo_that_answers_nonsense_saves_with_a_warning(commune: Commune, settings: Any):
    with listening(http("<html>?</html>", "404 Not Found")) as wire:
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = wire.url
        _, err = connect(oa_id="123", access_token="a", refresh_token="r")

    assert OfficialAccount.objects.get().access_token == "a"
    assert "Cảnh báo" in err


def test_tokens_of_another_account_are_refused(commune: Commune, simulator: Simulator):
    with pytest.raises(CommandError, match="thuộc OA"):
        connect(simulator, oa_id="999")

    assert not OfficialAccount.objects.exists()


def test_expired_access_token_is_renewed_at_once(commune: Commune, simulator: Simulator):
    connect(simulator, access_token="expired")

    account = OfficialAccount.objects.get()
    assert account.access_token == simulator.state.tokens.access
    assert account.refresh_token == simulator.state.tokens.refresh
    assert account.token_expires_at is not None


def test_dead_pair_is_refused(commune: Commune, simulator: Simulator):
    with pytest.raises(CommandError, match="cấp quyền"):
        connect(simulator, access_token="dead", refresh_token="dead")

    assert not OfficialAccount.objects.exists()


def test_several_communes_need_a_choice(
    commune: Commune, other_commune: Commune, simulator: Simulator
):
    with pytest.raises(CommandError, match=r"90001.*90002"):
        connect(simulator)

    connect(simulator, commune="90002")

    assert OfficialAccount.objects.get().commune == other_commune


def test_unknown_commune_and_none_at_all_say_so(db: None, simulator: Simulator):
    with pytest.raises(CommandError, match="chưa có xã"):
        connect(simulator)
    with pytest.raises(CommandError, match="77777"):
        connect(simulator, commune="77777")


def test_account_of_another_commune_is_not_taken_over(
    commune: Commune, other_commune: Commune, simulator: Simulator
):
    make_official_account(other_commune, oa_id=simulator.state.oa_id)

    with pytest.raises(CommandError, match="đã được kết nối"):
        connect(simulator, commune="90001")


def test_other_account_of_the_commune_needs_replace(commune: Commune, simulator: Simulator):
    make_official_account(commune, oa_id="111", endpoint_family="v2")

    with pytest.raises(CommandError, match="--replace"):
        connect(simulator)
    connect(simulator, replace=True)

    account = OfficialAccount.objects.get()
    assert account.oa_id == simulator.state.oa_id
    assert account.endpoint_family == "unknown"


def test_oa_id_must_not_be_blank(commune: Commune):
    with pytest.raises(CommandError, match="mã OA"):
        connect(oa_id=" ", access_token="a", refresh_token="r")
