"""The permission page and the token endpoint (fact sheet §2)."""

import re
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.zalo.simulator.asking import get, heard, tell
from zalo_simulator.server import Simulator

REDIRECT = "https://portal.example.vn/zalo/da-cap-quyen/"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def open_page(simulator: Simulator, **changes: str) -> requests.Response:
    query = {
        "app_id": simulator.state.app_id,
        "redirect_uri": REDIRECT,
        "code_challenge": CHALLENGE,
        "state": "s-1",
    } | changes
    return requests.get(f"{simulator.url}/v4/oa/permission", params=query, timeout=30)


def press(
    simulator: Simulator, page: requests.Response, answer: str = "allow", **form: Any
) -> requests.Response:
    [number] = re.findall(r'name="number" value="([^"]+)"', page.text)
    boxes = re.findall(r'name="permission" value="([^"]+)"', page.text)
    return requests.post(
        f"{simulator.url}/v4/oa/permission",
        data={"number": number, "answer": answer, "permission": boxes} | form,
        allow_redirects=False,
        timeout=30,
    )


def granted(simulator: Simulator, **form: Any) -> str:
    """The code that an administrator's press sends to the application."""
    answer = press(simulator, open_page(simulator), **form)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def ask_token(simulator: Simulator, secret: str | None = None, **form: str) -> dict[str, Any]:
    answer = requests.post(
        f"{simulator.url}/v4/oa/access_token",
        data={"app_id": simulator.state.app_id} | form,
        headers={"secret_key": simulator.state.app_secret if secret is None else secret},
        timeout=30,
    )
    assert answer.status_code == 200
    return answer.json()


def exchange(simulator: Simulator, code: str, verifier: str = VERIFIER) -> dict[str, Any]:
    return ask_token(simulator, grant_type="authorization_code", code=code, code_verifier=verifier)


def refresh(simulator: Simulator, token: str) -> dict[str, Any]:
    return ask_token(simulator, grant_type="refresh_token", refresh_token=token)


def test_page_is_vietnamese_and_asks_for_the_account(simulator: Simulator):
    page = open_page(simulator)

    assert page.status_code == 200
    assert "Cho phép" in page.text
    assert "Từ chối" in page.text
    assert simulator.state.oa_name in page.text
    assert f"form-action 'self' {REDIRECT[:25]}" in page.headers["Content-Security-Policy"]


def test_press_leads_back_with_code_account_and_state(simulator: Simulator):
    answer = press(simulator, open_page(simulator))

    address, _, query = answer.headers["Location"].partition("?")
    fields = parse_qs(query)
    assert (answer.status_code, address) == (302, REDIRECT)
    assert (fields["oa_id"], fields["state"]) == ([simulator.state.oa_id], ["s-1"])
    assert set(fields) == {"code", "oa_id", "state"}


def test_press_counts_once(simulator: Simulator):
    page = open_page(simulator)
    press(simulator, page)

    again = press(simulator, page)

    assert (again.status_code, "đã được dùng" in again.text) == (200, True)
    assert simulator.state.stats["consents"] == 1


def test_refusal_gives_no_code_and_changes_nothing(simulator: Simulator):
    before = simulator.state.tokens

    answer = press(simulator, open_page(simulator), "refuse")

    assert "Location" not in answer.headers
    assert f'href="{REDIRECT}?state=s-1"' in answer.text
    assert simulator.state.tokens == before
    assert get(simulator, "/v2.0/oa/getoa")["error"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example.vn/zalo/da-cap-quyen",
        "https://PORTAL.example.vn/zalo/da-cap-quyen/",
        "http://portal.example.vn/zalo/da-cap-quyen/",
        REDIRECT + "?a=1",
        REDIRECT + "x",
        "",
    ],
)
def test_redirect_must_be_the_registered_one(simulator: Simulator, address: str):
    tell(simulator, "app", redirect_uris=[REDIRECT])

    page = open_page(simulator, redirect_uri=address)

    assert "-14003" in page.text
    assert "<form" not in page.text


def test_redirect_with_a_query_is_refused_even_where_none_is_registered(simulator: Simulator):
    assert "-14003" in open_page(simulator, redirect_uri=REDIRECT + "?a=1").text
    assert "Cho phép" in open_page(simulator).text


def test_page_refuses_another_application(simulator: Simulator):
    assert "-14002" in open_page(simulator, app_id="1").text


def test_what_the_application_sends_is_shown_harmless(simulator: Simulator):
    page = open_page(simulator, redirect_uri='https://a.vn/"><script>x</script>')

    assert "<script>" not in page.text


def test_code_becomes_a_pair_once(simulator: Simulator):
    code = granted(simulator)

    first, again = exchange(simulator, code), exchange(simulator, code)

    assert set(first) >= {"access_token", "refresh_token", "expires_in"}
    assert first["expires_in"] == "90000"
    assert again["error"] == -14005
    assert "access_token" not in again
    assert simulator.state.access_error(first["access_token"]) == 0


def test_code_dies_after_ten_minutes(simulator: Simulator):
    code = granted(simulator)
    simulator.state.advance(599)
    other = granted(simulator)
    simulator.state.advance(601)

    assert exchange(simulator, other)["error"] == -14005
    assert exchange(simulator, code)["error"] == -14005


@pytest.mark.parametrize("verifier", ["", "x" * 43, VERIFIER[:42], VERIFIER + "x"])
def test_wrong_verifier_is_refused_and_uses_the_code_up(simulator: Simulator, verifier: str):
    code = granted(simulator)

    assert exchange(simulator, code, verifier)["error"] == -14005
    assert exchange(simulator, code)["error"] == -14005


def test_granting_again_kills_the_stored_pair_at_once(simulator: Simulator):
    old = simulator.state.tokens.access, simulator.state.tokens.refresh

    granted(simulator)

    assert simulator.state.access_error(old[0]) == -216
    assert refresh(simulator, old[1])["error"] == -14014


def test_wrong_secret_and_wrong_encoding_are_refused(simulator: Simulator):
    code = granted(simulator)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}

    assert ask_token(simulator, "wrong", **form)["error"] == -14004
    assert ask_token(simulator, "", **form)["error"] == -14004
    as_json = requests.post(
        f"{simulator.url}/v4/oa/access_token",
        json=form | {"app_id": simulator.state.app_id},
        headers={"secret_key": simulator.state.app_secret},
        timeout=30,
    )
    assert (as_json.status_code, as_json.json()["error"]) == (200, -14018)
    assert exchange(simulator, code)["access_token"]  # none of them has used the code up


def test_error_may_come_without_a_number(simulator: Simulator):
    tell(simulator, "app", is_oauth_error_numbered=False)

    body = refresh(simulator, "wrong")

    assert "error" not in body
    assert body["error_name"] == "Invalid refresh token"


def test_of_two_refreshes_at_once_one_wins(simulator: Simulator):
    token = simulator.state.tokens.refresh
    start, answers = threading.Barrier(2), []

    def ask() -> None:
        start.wait()
        answers.append(refresh(simulator, token))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted("access_token" in answer for answer in answers) == [False, True]
    [loser] = [answer for answer in answers if "access_token" not in answer]
    assert loser["error"] == -14014


def test_refresh_token_lives_ninety_days_from_its_own_issue(simulator: Simulator):
    simulator.state.advance(89 * 86_400)
    fresh = refresh(simulator, simulator.state.tokens.refresh)
    simulator.state.advance(89 * 86_400)

    assert get(simulator, "/v2.0/oa/getoa")["error"] == -220
    assert refresh(simulator, fresh["refresh_token"])["access_token"]
    simulator.state.advance(90 * 86_400 + 1)
    assert refresh(simulator, simulator.state.tokens.refresh)["error"] == -14014


def test_permission_that_was_not_ticked_is_missing(simulator: Simulator):
    exchange(simulator, granted(simulator, permission=["oa_info", "send"]))

    assert get(simulator, "/v2.0/oa/getoa")["error"] == 0
    assert get(simulator, "/v3.0/oa/group/getgroupsofoa")["error"] == -223


def test_revoking_is_told(simulator: Simulator):
    told = heard(simulator)

    shown = tell(simulator, "tokens", action="revoke")

    assert told == [("permission_revoked", {"oa_id": simulator.state.oa_id})]
    assert (shown["access_token"], shown["refresh_token"]) == ("", "")
