"""The simulated token endpoint: form encoding only, each secret once, errors as HTTP 200."""

import hmac
import html
import re
import secrets
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from zalo_simulator.answers import Page
from zalo_simulator.api import Call, Reply
from zalo_simulator.records import Tokens
from zalo_simulator.state import (
    ACCESS_TOKEN_LIFE_S,
    PERMISSIONS,
    REFRESH_TOKEN_LIFE_S,
    SimulatorState,
)

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


# The permission page: where an administrator of the account allows the application, or does not.
#
# What Zalo does after a refusal is not documented. Here the person stays on the page and may go
# back to the application by a link that carries no code.


PATH: Final = "/v4/oa/permission"
ASSETS: Final = Path(__file__).parent / "assets"
MOST_WAITING: Final = 200
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
WRONG: Final = {
    -14002: ("Invalid app id", "Mã ứng dụng không đúng hoặc ứng dụng chưa kích hoạt."),
    -14003: ("Invalid redirect uri", "Địa chỉ nhận kết quả chưa được đăng ký cho ứng dụng."),
}


class PermissionPage:
    """Shows the question, and takes each answer once."""

    def __init__(self, state: SimulatorState) -> None:
        self.state = state
        self._asked: dict[str, dict[str, str]] = {}

    def answer(self, call: Call) -> Page:
        """GET shows the page for the application's request; POST takes what was pressed."""
        return self._pressed(call) if call.method == "POST" else self._ask(dict(call.query))

    def _ask(self, query: dict[str, str]) -> Page:
        if code := self._error(query):
            name, sentence = WRONG[code]
            return _page("permission_wrong.html", code=str(code), reason=name, sentence=sentence)
        number = secrets.token_urlsafe(24)
        with self.state.lock:
            for old in list(self._asked)[: len(self._asked) - MOST_WAITING + 1]:
                del self._asked[old]
            self._asked[number] = query
        address = urlsplit(query["redirect_uri"])
        boxes = "".join(
            f'<li><label><input type="checkbox" name="permission" value="{name}" checked>'
            f"<span>{html.escape(label)}</span></label></li>"
            for name, label in PERMISSIONS.items()
        )
        return _page(
            "permission.html",
            raw={"boxes": boxes},
            goes_to=f"{address.scheme}://{address.netloc}",
            number=number,
            oa_name=self.state.oa_name,
            oa_id=self.state.oa_id,
            app_id=query.get("app_id", ""),
            redirect_uri=query["redirect_uri"],
        )

    def _error(self, query: dict[str, str]) -> int:
        if self.state.app_id and query.get("app_id") != self.state.app_id:
            return -14002
        if not self.state.settings.is_app_active:
            return -14002
        address = query.get("redirect_uri", "")
        parts = urlsplit(address)
        registered = self.state.settings.redirect_uris
        if registered and address not in registered:
            return -14003
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            return -14003
        return -14003 if parts.query or parts.fragment or address.endswith("?") else 0

    def _pressed(self, call: Call) -> Page:
        form = parse_qs(call.body.decode(errors="replace"))
        with self.state.lock:
            query = self._asked.pop(form.get("number", [""])[-1], None)
        if query is None:
            return _page(
                "permission_wrong.html",
                code="",
                reason="Trang đã cũ",
                sentence="Trang này đã được dùng rồi. Hãy quay lại ứng dụng và bấm kết nối lại.",
            )
        passed_on = {"state": query["state"]} if "state" in query else {}
        if form.get("answer", [""])[-1] != "allow":
            back = query["redirect_uri"] + (f"?{urlencode(passed_on)}" if passed_on else "")
            self.state.stats["consents_refused"] += 1
            return _page("permission_refused.html", back=back)
        code = self.state.allow(
            challenge=query.get("code_challenge", ""), permissions=form.get("permission", [])
        )
        answer = urlencode({"code": code, "oa_id": self.state.oa_id} | passed_on)
        headers = {"Location": f"{query['redirect_uri']}?{answer}"} | HEADERS
        return Page(b"", 302, "text/html; charset=utf-8", headers)


def _page(
    name: str, *, goes_to: str = "", raw: dict[str, str] | None = None, **values: str
) -> Page:
    template = Template((ASSETS / name).read_text(encoding="utf-8"))
    safe = {key: html.escape(value, quote=True) for key, value in values.items()}
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action 'self' {goes_to}; frame-ancestors 'none'"
    )
    return Page(
        template.substitute(safe | (raw or {})).encode(),
        200,
        "text/html; charset=utf-8",
        HEADERS | {"Content-Security-Policy": policy},
    )
