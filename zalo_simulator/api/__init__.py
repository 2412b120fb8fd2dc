"""The simulated Official Account API: what Zalo accepts, what it refuses, in its own words.

Numbers are sent as strings in some fields and integers in others on purpose, as Zalo does.
"""

import hashlib
import hmac
from typing import Final

from zalo_simulator.api import articles, content, groups, messages, quota, users
from zalo_simulator.api.calls import Call, Refused, Reply, Routes, failure
from zalo_simulator.state import SimulatorState

__all__ = ["ROUTES", "Call", "Refused", "Reply", "answer", "failure"]

ROUTES: Final[Routes] = {
    **messages.ROUTES,
    **content.ROUTES,
    **groups.ROUTES,
    **quota.ROUTES,
    **users.ROUTES,
    **articles.ROUTES,
}


def answer(state: SimulatorState, call: Call) -> Reply:
    """Carry out one call of the Official Account API."""
    headers: dict[str, str] = {}
    try:
        _check_application(state)
        _check_token(state, call)
        kind = "article" if call.path.startswith("/v2.0/article/") else "oa"
        broken, headers = state.take_call(kind)
        if broken:
            raise Refused(-32, f"Request rate limit of {broken} reached")
        route = ROUTES.get((call.method, call.path))
        if route is None:
            raise Refused(404)
        if route.permission not in state.settings.permissions:
            raise Refused(-223)
        data = route.handler(state, call)
        reply = Reply({"error": 0, "message": "Success"})
        if data is not None:
            reply.body["data"] = data
    except Refused as refused:
        reply = failure(refused.code, refused.message)
    reply.headers = headers
    return reply


def _check_application(state: SimulatorState) -> None:
    if not state.settings.is_app_active:
        raise Refused(-209)
    if state.settings.account_refusal is not None:
        raise Refused(state.settings.account_refusal)


def _check_token(state: SimulatorState, call: Call) -> None:
    token = call.headers.get("access_token")
    if code := state.access_error(token):
        raise Refused(code)
    proof = call.headers.get("appsecret_proof")
    if proof is None and not state.settings.is_proof_required:
        return
    expected = hmac.new(
        state.app_secret.encode(), (token or "").encode(), hashlib.sha256
    ).hexdigest()
    # Without a secret of its own the simulator cannot judge a proof and lets it pass.
    if state.app_secret and not hmac.compare_digest(proof or "", expected):
        raise Refused(-242)
