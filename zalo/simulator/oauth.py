"""The simulated token endpoint: form encoding only, one use a refresh token, errors as HTTP 200."""

import hmac
from urllib.parse import parse_qs

from zalo.simulator.api import Call, Reply
from zalo.simulator.state import ACCESS_TOKEN_LIFE_S, REFRESH_TOKEN_LIFE_S, SimulatorState

TOKEN_PATH = "/v4/oa/access_token"  # noqa: S105 -- a path


def answer(state: SimulatorState, call: Call) -> Reply:
    """Carry out one call of the token endpoint."""
    if "application/x-www-form-urlencoded" not in call.headers.get("content-type", ""):
        return _failure(-14018, "Invalid grant type")
    form = {name: values[-1] for name, values in parse_qs(call.body.decode()).items()}
    if state.app_id and form.get("app_id") != state.app_id:
        return _failure(-14002, "Invalid app id")
    secret = call.headers.get("secret_key", "")
    if not secret or (state.app_secret and not hmac.compare_digest(secret, state.app_secret)):
        return _failure(-14004, "Invalid secret key")
    if form.get("grant_type") != "refresh_token":
        return _failure(-14018, "Invalid grant type")
    tokens = state.refresh(form.get("refresh_token", ""))
    if tokens is None:
        return _failure(-14014, "Invalid refresh token")
    return Reply(
        {
            "access_token": tokens.access,
            "refresh_token": tokens.refresh,
            "expires_in": str(ACCESS_TOKEN_LIFE_S),
            "refresh_token_expires_in": str(REFRESH_TOKEN_LIFE_S),
        }
    )


def _failure(code: int, name: str) -> Reply:
    return Reply(
        {
            "error": code,
            "error_name": name,
            "error_reason": name,
            "error_description": name,
            "ref_doc": "",
        }
    )
