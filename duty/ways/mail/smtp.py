"""One mail by one connection, and the honest answer to “was it accepted?”."""

import ipaddress
from contextlib import suppress
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from zalo.outbox.outcomes import Outcome, Verdict, back_off

TIMEOUT_S: Final = 10
WAITS_S: Final = (5.0, 20.0, 60.0)
IN_CLEAR: Final = "Máy chủ thư không mã hóa đường truyền nên không gửi."
UNREACHABLE: Final = "Không nối được với máy chủ thư."
NOT_NOW: Final = "Máy chủ thư chưa nhận lúc này."
REFUSED: Final = "Máy chủ thư từ chối."
IN_DOUBT: Final = "Máy chủ thư không trả lời hết, không rõ thư đã tới chưa."


def is_encrypted() -> bool:
    """Whether mails leave encrypted, or do not leave this machine at all."""
    return settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_loopback(settings.EMAIL_HOST)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post(letter: EmailMessage, *, attempts: int) -> Outcome:
    """Hand a mail to the server; from any thread, at most once.

    `attempts` made so far with this one. Queued again: nothing was accepted. Uncertain: words had
    begun to leave, and no whole answer came.
    """
    if not is_encrypted():
        return Outcome(Verdict.FAILED, IN_CLEAR)
    later = Outcome(Verdict.QUEUED, UNREACHABLE, wait_s=back_off(attempts - 1, WAITS_S))
    connection = get_connection(timeout=TIMEOUT_S)
    try:
        connection.open()
    except SMTPServerDisconnected:
        return later
    except SMTPResponseException as error:
        return _answer(error.smtp_code, later)
    except SMTPException:  # no STARTTLS, no way to sign in
        return Outcome(Verdict.FAILED, IN_CLEAR if settings.EMAIL_USE_TLS else REFUSED)
    except OSError:
        return later
    letter.connection = connection
    try:
        letter.send()
    except SMTPRecipientsRefused as error:
        return _answer(min(code for code, _words in error.recipients.values()), later)
    except SMTPResponseException as error:
        return _answer(error.smtp_code, later)
    except (SMTPException, OSError):
        return Outcome(Verdict.UNCERTAIN, IN_DOUBT)
    finally:
        with suppress(SMTPException, OSError):  # what was accepted stays accepted
            connection.close()
    return Outcome(Verdict.SENT)


def _answer(code: int, later: Outcome) -> Outcome:
    """A refusal: 4xx for now, else for good."""
    if 400 <= code < 500:
        return Outcome(Verdict.QUEUED, f"{NOT_NOW} ({code})", wait_s=later.wait_s)
    return Outcome(Verdict.FAILED, f"{REFUSED} ({code})")
