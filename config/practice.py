"""The practice portal's band over every page, and its mailbox that takes nothing."""

import re
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any, Final

from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.templatetags.static import static

from accounts.practice import NOTHING_LEAVES

BAND: Final = "CỔNG TẬP – không gửi đi đâu"
_BODY: Final = re.compile(r"<body(?:[^>\"]|\"[^\"]*\")*>")


class BandMiddleware:
    """Puts the band at the head of every page that a person sees, public, printed or an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: Any = self.get_response(request)
        is_page = str(response.get("Content-Type", "")).startswith("text/html")
        if response.streaming or not is_page:
            return response  # type: ignore[no-any-return]
        text = response.content.decode(response.charset)
        if (body := _BODY.search(text)) is not None:
            band = f'<p class="practice-band" role="note">{BAND}</p>'
            text = f"{text[: body.end()]}{band}{text[body.end() :]}"
            style = f'<link rel="stylesheet" href="{static("accounts/practice.css")}">'
            response.content = text.replace("</head>", f"{style}</head>", 1)
            if response.has_header("Content-Length"):
                response["Content-Length"] = len(response.content)
        return response  # type: ignore[no-any-return]


class NoMail(BaseEmailBackend):
    """Refuses every mail, so that each way by mail says that it failed."""

    def open(self) -> bool:
        raise SMTPException(NOTHING_LEAVES)

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPException(NOTHING_LEAVES)
