"""The simulated token endpoint: form encoding only, each secret once, errors as HTTP 200."""

import hmac
import re
from typing import Final
from urllib.parse import parse_qs

from zalo.simulator.api import Call, Reply
from zalo.simulator.records import Tokens
from zalo.simulator.state import ACCESS_TOKEN_LIFE_S, REFRESH_TOKEN_LIFE_S, SimulatorState

TOKEN_PATH: Final = "/v4/oa/access_token"  # noqa: S105 -- a path
VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43}")


def answer(state: SimulatorState, call: Call) -> Reply:
    """Carry out one call of the token endpoint."""
    if call.method != "POST" or "application/x-www-form-urlencoded" not in call.headers.get(
        "content-type", ""
    ):
        return _failure(state, -14018, "Invalid grant type")
    form = {name: values[-1] for name, values in parse_qs(call.body.decode()).items()}
    if state.app_id and form.get("app_id") != state.app_id:
        return _failure(state, -14002, "Invalid app id")
    if not state.settings.is_app_active:
        return _failure(state, -14002, "App is not active")
    secret = call.headers.get("secret_key", "")
    if not secret or (state.app_secret and not hmac.compare_digest(secret, state.app_secret)):
        return _failure(state, -14004, "Invalid secret key")
    match form.get("grant_type"):
        case "authorization_code":
            return _first_pair(state, form.get("code", ""), form.get("code_verifier", ""))
        case "refresh_token":
            tokens = state.refresh(form.get("refresh_token", ""))
            return _pair(tokens) if tokens else _failure(state, -14014, "Invalid refresh token")
    return _failure(state, -14018, "Invalid grant type")


def _first_pair(state: SimulatorState, code: str, verifier: str) -> Reply:
    # A verifier of another length is not documented; it is refused like a wrong code.
    tokens = state.exchange(code, verifier if VERIFIER.fullmatch(verifier) else "")
    return _pair(tokens) if tokens else _failure(state, -14005, "Invalid code")


def _pair(tokens: Tokens) -> Reply:
    return Reply(
        {
            "access_token": tokens.access,
            "refresh_token": tokens.refresh,
            "expires_in": str(ACCESS_TOKEN_LIFE_S),
            "refresh_token_expires_in": str(REFRESH_TOKEN_LIFE_S),
        }
    )


def _failure(state: SimulatorState, code: int, name: str) -> Reply:
    body = {
        "error_name": name,
        "error_reason": name,
        "error_description": name,
        "ref_doc": "https://developers.zalo.me/docs/official-account",
    }
    if state.settings.is_oauth_error_numbered:
        return Reply({"error": code, **body})
    return Reply(body)
