"""Having access granted in a browser: through the simulator's permission page, over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from accounts.users.roles import Role
from tests.factories.zalo import make_official_account
from tests.zalo.consent_flow import CONNECT, begin, come_back, press
from tests.zalo.wire import closed_port, http, listening
from zalo.models import ConsentAttempt, OfficialAccount
from zalo.tokens import consenting, oauth
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator

SECRETS = ("sim-at-", "sim-rt-", "sim-dead-")


@pytest.fixture
def admin_client(tech_admin: User, login: Callable[[User], Client]) -> Client:
    return login(tech_admin)


def pair_of(account: OfficialAccount) -> tuple[str, str]:
    account.refresh_from_db()
    return account.access_token, account.refresh_token


def test_pkce_matches_the_published_vector():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert oauth.challenge_for(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert len(oauth.new_verifier()) == 43


def test_first_connection_ends_on_the_health_page(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    status, page = come_back(admin_client, press(begin(admin_client)))

    account = OfficialAccount.objects.get()
    assert status == 200
    assert "Đã kết nối OA Công an xã Bình Yên" in page
    assert pair_of(account) == (simulator.state.tokens.access, simulator.state.tokens.refresh)
    assert account.refresh_expires_at is not None
    assert account.capabilities["groups"]["state"] == "yes"
    attempt = ConsentAttempt.objects.get()
    assert (attempt.outcome, attempt.access_token, attempt.code_verifier) == ("connected", "", "")
    assert not [secret for secret in SECRETS if secret in page]


def test_request_carries_pkce_state_and_an_address_without_query(
    admin_client: Client, commune: Commune, simulator: Simulator, settings: Any
):
    settings.PORTAL_URL = "https://cong.example.vn"

    query = {
        name: values[0] for name, values in parse_qs(urlsplit(begin(admin_client)).query).items()
    }

    attempt = ConsentAttempt.objects.get()
    assert set(query) == {"app_id", "redirect_uri", "code_challenge", "state"}
    assert query["redirect_uri"] == "https://cong.example.vn/zalo/oauth/callback/"
    assert query["code_challenge"] == oauth.challenge_for(attempt.code_verifier)
    assert query["state"] not in attempt.state_hash
    assert attempt.expires_at - attempt.created_at <= timedelta(minutes=10)


def test_reconsent_brings_a_lost_account_back(
    admin_client: Client, account: OfficialAccount, simulator: Simulator
):
    OfficialAccount.objects.update(needs_consent=True, last_error="mất quyền")

    come_back(admin_client, press(begin(admin_client)))

    assert pair_of(account) == (simulator.state.tokens.access, simulator.state.tokens.refresh)
    assert (account.needs_consent, account.last_error) == (False, "")
    assert AuditEvent.objects.filter(action="zalo.connect").count() == 1


def test_refusal_at_zalo_has_its_sentence_and_changes_nothing(
    admin_client: Client, account: OfficialAccount, simulator: Simulator
):
    before = pair_of(account)

    _, page = come_back(admin_client, press(begin(admin_client), "deny"))

    assert "chưa có ai bấm đồng ý" in page
    assert pair_of(account) == before
    assert ConsentAttempt.objects.get().outcome == "refused"


def test_other_account_than_the_expected_is_refused(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    account = make_official_account(commune, oa_id="999000")
    before = pair_of(account)

    _, page = come_back(admin_client, press(begin(admin_client)))

    assert "nhưng xã đang dùng OA 999000" in page
    assert pair_of(account) == before
    assert simulator.state.stats["exchanged"] == 0


def test_lying_oa_id_is_found_out_by_asking_zalo(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    account = make_official_account(commune, oa_id="999000")
    before = pair_of(account)
    answer = press(begin(admin_client)) | {"oa_id": "999000"}

    _, page = come_back(admin_client, answer)

    assert "thuộc OA" in page
    assert pair_of(account) == before
    assert ConsentAttempt.objects.get().access_token == ""


@pytest.mark.parametrize("change", [{"state": "khác"}, {"state": ""}])
def test_foreign_state_is_refused(
    admin_client: Client, account: OfficialAccount, simulator: Simulator, change: dict[str, str]
):
    before = pair_of(account)

    _, page = come_back(admin_client, press(begin(admin_client)) | change)

    assert "Không nhận ra lần cấp quyền này" in page
    assert pair_of(account) == before


def test_code_comes_twice_and_is_used_once(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    answer = press(begin(admin_client))
    come_back(admin_client, answer)

    _, page = come_back(admin_client, answer)

    assert "đã được dùng rồi" in page
    assert simulator.state.stats["exchanged"] == 1
    assert OfficialAccount.objects.get().refresh_token == simulator.state.tokens.refresh


def test_stale_attempt_is_refused(
    admin_client: Client, account: OfficialAccount, simulator: Simulator
):
    answer = press(begin(admin_client))
    ConsentAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    _, page = come_back(admin_client, answer)

    assert "Đã quá 10 phút" in page
    assert simulator.state.stats["exchanged"] == 0


def test_code_that_zalo_calls_dead_starts_anew(
    admin_client: Client, account: OfficialAccount, simulator: Simulator
):
    before = pair_of(account)
    answer = press(begin(admin_client)) | {"code": "sai"}

    _, page = come_back(admin_client, answer)

    assert "Mã cấp quyền sai, đã hết hạn hoặc đã dùng" in page
    assert pair_of(account) == before


def test_unregistered_address_told_by_zalo_has_its_sentence(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    answer = press(begin(admin_client))

    _, page = come_back(admin_client, {"state": answer["state"], "error": "-14003"})

    assert "Địa chỉ nhận kết quả cấp quyền chưa được đăng ký" in page


def test_other_account_of_the_portal_cannot_finish_it(
    admin_client: Client, chief: User, login: Callable[[User], Client], simulator: Simulator
):
    answer = press(begin(admin_client))

    _, page = come_back(login(chief), answer)

    assert "do tài khoản khác bắt đầu" in page
    assert simulator.state.stats["exchanged"] == 0


def test_without_a_session_nothing_happens(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    answer = press(begin(admin_client))

    status, page = come_back(Client(), answer)

    assert status == 403
    assert "Đăng nhập và kết nối lại" in page
    assert ConsentAttempt.objects.get().used_at is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DUTY_OFFICER, Role.PARTY_OFFICE])
def test_others_may_not_connect(
    actor: Callable[..., User], login: Callable[[User], Client], role: Role
):
    client = login(actor(role))

    assert client.get(CONNECT).status_code == 403
    assert client.post(CONNECT).status_code == 403


def test_network_cut_while_exchanging_says_start_anew(
    admin_client: Client, account: OfficialAccount, simulator: Simulator, settings: Any
):
    before, answer = pair_of(account), press(begin(admin_client))

    with listening(lambda connection: connection.close()) as wire:
        settings.ZALO_OAUTH_URL = wire.url
        _, page = come_back(admin_client, answer)

    assert "Mất liên lạc với Zalo đúng lúc đổi mã" in page
    assert pair_of(account) == before


@pytest.mark.parametrize(
    "body",
    ["<html>", "{}", '{"access_token":""}', '{"access_token":"a"}', '{"error_name":"?"}', "[]"],
)
def test_malformed_answer_changes_nothing(
    admin_client: Client, account: OfficialAccount, simulator: Simulator, settings: Any, body: str
):
    before, answer = pair_of(account), press(begin(admin_client))

    with listening(http(body)) as wire:
        settings.ZALO_OAUTH_URL = wire.url
        _, page = come_back(admin_client, answer)

    assert "trả lời không đọc được" in " ".join(page.split())
    assert pair_of(account) == before


def test_pair_waits_sealed_while_zalo_cannot_be_asked_and_is_bound_later(
    admin_client: Client, account: OfficialAccount, simulator: Simulator, settings: Any
):
    before, answer = pair_of(account), press(begin(admin_client))
    settings.ZALO_API_URL = closed_port()

    _, page = come_back(admin_client, answer)
    kept = ConsentAttempt.objects.get()
    assert "Mã đã được cất an toàn" in page
    assert (pair_of(account), kept.outcome) == (before, "received")
    settings.ZALO_API_URL = simulator.url

    counts = consenting.settle_received()

    assert counts == {"settled": 1, "still_waiting": 0}
    assert pair_of(account) == (simulator.state.tokens.access, simulator.state.tokens.refresh)
    assert ConsentAttempt.objects.get().outcome == "connected"


def test_pair_received_and_not_saved_is_found_again(
    admin_client: Client,
    account: OfficialAccount,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
):
    """The database goes away between the answer of Zalo and the row."""
    answer = press(begin(admin_client))

    def fail(self: Any, *args: Any, **kwargs: Any) -> None:
        raise DatabaseError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(ConsentAttempt, "save", fail)
        with pytest.raises(DatabaseError):
            admin_client.get("/zalo/oauth/callback/", answer)
    ConsentAttempt.objects.update(used_at=timezone.now() - timedelta(minutes=3))

    consenting.settle_received()

    assert pair_of(account) == (simulator.state.tokens.access, simulator.state.tokens.refresh)
    assert simulator.state.stats["exchanged"] == 1


def test_newer_connection_is_not_undone_by_an_older_pair(
    account: OfficialAccount, tech_admin: User, simulator: Simulator
):
    now = timezone.now()
    attempt = ConsentAttempt.objects.create(
        commune=account.commune,
        expected_oa_id=account.oa_id,
        state_hash="0" * 64,
        access_token=simulator.state.tokens.access,
        refresh_token="older",
        received_at=now - timedelta(hours=1),
        created_by=tech_admin,
        expires_at=now,
        used_at=now,
        outcome="received",
    )
    OfficialAccount.objects.update(connected_at=now)
    before = pair_of(account)

    consenting.settle_received()

    attempt.refresh_from_db()
    assert pair_of(account) == before
    assert (attempt.outcome, attempt.refresh_token) == ("refused", "")


def test_attempt_nobody_came_back_from_is_closed_and_emptied(
    admin_client: Client, commune: Commune, simulator: Simulator
):
    begin(admin_client)
    ConsentAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    consenting.settle_received()

    attempt = ConsentAttempt.objects.get()
    assert (attempt.outcome, attempt.code_verifier) == ("expired", "")


def test_without_application_data_the_page_says_what_is_missing(
    admin_client: Client, commune: Commune, settings: Any
):
    settings.ZALO_APP_ID = ""

    page = admin_client.get(CONNECT).content.decode()
    pressed = admin_client.post(CONNECT, follow=True).content.decode()

    assert "ZALO_APP_ID" in page
    assert "Chưa đặt ZALO_APP_ID" in pressed
    assert not ConsentAttempt.objects.exists()


def test_page_allows_the_browser_to_go_to_zalo_and_nowhere_else(
    admin_client: Client, commune: Commune, settings: Any
):
    settings.ZALO_OAUTH_URL = "https://oauth.zaloapp.com"

    policy = admin_client.get(CONNECT)["Content-Security-Policy"]

    assert "form-action 'self' https://oauth.zaloapp.com" in policy


def test_health_page_starts_it_in_one_press(
    admin_client: Client, account: OfficialAccount, simulator: Simulator, settings: Any
):
    shown = admin_client.get(f"/admin/zalo/officialaccount/{account.pk}/suc-khoe/")

    page = shown.content.decode()
    assert f'<form method="post" action="{CONNECT}">' in page
    assert f'name="xa" value="{account.commune_id}"' in page
    assert f"form-action 'self' {simulator.url}" in shown["Content-Security-Policy"]


def test_city_account_chooses_the_commune(
    superuser: User, login: Callable[[User], Client], commune: Commune, other_commune: Commune,
    simulator: Simulator,
):  # fmt: skip
    client = login(superuser)

    page = client.get(CONNECT).content.decode()
    come_back(client, press(begin(client, other_commune.pk)))

    assert str(other_commune) in page
    assert OfficialAccount.objects.get().commune == other_commune
    tokens.forget()
