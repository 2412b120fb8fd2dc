"""Short messages by a provider that the installation names; of no use to one matter alone.

A provider is one address that takes a request with phone and text. What the request looks like and
how an answer says that it was accepted is set by SMS_URL, SMS_METHOD, SMS_FORMAT, SMS_HEADERS,
SMS_FIELDS and SMS_ACCEPTED.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from zalo.client.errors import ZaloRetryable, ZaloUncertain
from zalo.client.transport import Request, exchange
from zalo.outbox.outcomes import Outcome, Verdict, back_off

TIMEOUT_S: Final = (5.0, 10.0)
WAITS_S: Final = (5.0, 20.0, 60.0)
_NAME: Final = re.compile(r"\{(phone|digits|text)\}")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
IS_OFF: Final = "Chưa cài dịch vụ tin nhắn SMS."
UNREACHABLE: Final = "Không nối được với dịch vụ SMS."
NOT_NOW: Final = "Dịch vụ SMS chưa nhận lúc này."
REFUSED: Final = "Dịch vụ SMS từ chối."
IN_DOUBT: Final = "Dịch vụ SMS không trả lời rõ, không biết tin đã đi chưa."


class Provider(Protocol):
    """Sends one short message: at most once a call, from any thread, touching no row."""

    def send(self, phone: str, text: str, *, attempts: int = 1) -> Outcome:
        """`phone` as E.164. Queued: nothing was accepted. Uncertain: it may have left."""


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """A provider reached by one HTTP request.

    In `headers` and `fields` (texts, also nested) `{phone}` is the number as `+84…`, `{digits}` the
    same without the sign, `{text}` the message. `format`: `json`, `form`, or `query` for the
    address. `accepted`: `path.in.answer=value` that a good answer has besides status 2xx.
    """

    url: str
    method: str = "POST"
    format: str = "json"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    accepted: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for an address that is not https, nor on this machine."""
        parts = urlsplit(self.url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not is_safe or not parts.hostname or parts.username is not None:
            raise ValueError("SMS_URL must be an https address without a user name")
        if self.format not in ("json", "form", "query"):
            raise ValueError("SMS_FORMAT is json, form or query")

    def send(self, phone: str, text: str, *, attempts: int = 1) -> Outcome:
        values = {"phone": phone, "digits": phone.lstrip("+"), "text": text}
        filled = _filled(self.fields, values)
        request = Request(
            self.method, self.url, "sms", _filled(self.headers, values), is_repeatable=False,
            params=filled if self.format == "query" else None,
            json=filled if self.format == "json" else None,
            form=filled if self.format == "form" else None,
        )  # fmt: skip
        wait_s = back_off(attempts - 1, WAITS_S)
        try:
            answer = exchange(request, timeout=TIMEOUT_S)
        except ZaloRetryable:
            return Outcome(Verdict.QUEUED, UNREACHABLE, wait_s=wait_s)
        except ZaloUncertain:  # a redirect among them, which is not followed
            return Outcome(Verdict.UNCERTAIN, IN_DOUBT)
        return self._read(answer, wait_s)

    def _read(self, answer: Any, wait_s: float) -> Outcome:
        status = answer.status_code
        if 200 <= status < 300:
            return self._read_body(answer)
        if status in (429, 503):
            return Outcome(Verdict.QUEUED, f"{NOT_NOW} ({status})", wait_s=wait_s)
        if status >= 500:
            return Outcome(Verdict.UNCERTAIN, IN_DOUBT)
        return Outcome(Verdict.FAILED, f"{REFUSED} ({status})")

    def _read_body(self, answer: Any) -> Outcome:
        path, _equals, wanted = self.accepted.partition("=")
        if not path:
            return Outcome(Verdict.SENT)
        try:
            found: Any = answer.json()
        except ValueError:
            return Outcome(Verdict.UNCERTAIN, IN_DOUBT)
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            return Outcome(Verdict.UNCERTAIN, IN_DOUBT)
        is_accepted = str(found).lower() == wanted.lower()
        return Outcome(Verdict.SENT) if is_accepted else Outcome(Verdict.FAILED, REFUSED)


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    """The same with the values in place of their names; names inside a value are left alone."""
    if isinstance(template, str):
        return _NAME.sub(lambda found: values[found[1]], template)
    if isinstance(template, Mapping):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    return template


def provider() -> Provider | None:
    """The provider of this installation; None where none is named, or none that may be used."""
    try:
        return _named() if settings.SMS_URL else None
    except ValueError:
        return None  # `wrong_settings` says so at the start


def _named() -> HttpProvider:
    return HttpProvider(
        url=settings.SMS_URL, method=settings.SMS_METHOD, format=settings.SMS_FORMAT,
        headers=settings.SMS_HEADERS, fields=settings.SMS_FIELDS, accepted=settings.SMS_ACCEPTED,
    )  # fmt: skip


@checks.register()
def wrong_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Say what is wrong with the settings of short messages."""
    try:
        if settings.SMS_URL:
            _named()
    except ValueError as error:
        return [checks.Error(str(error), id="duty.E001")]
    return []
