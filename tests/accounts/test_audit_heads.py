"""The heads of the chains leave by mail, to a server of this test on loopback."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.audit import heads
from accounts.audit import services as audit
from accounts.models import AuditChain, AuditEvent
from accounts.system_health.checks import audit_heads
from accounts.tasks import send_audit_heads
from tests.accounts.test_audit import raw


class Postbox:
    """An SMTP server that takes one mail."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.text = ""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        try:
            caller, _ = self.socket.accept()
        except OSError:
            return
        with caller, caller.makefile("rwb") as line:
            line.write(b"220 here\r\n")
            line.flush()
            is_text = False
            for got in line:
                if is_text and got != b".\r\n":
                    self.text += got.decode()
                    continue
                word = got[:4].upper()
                if is_text:
                    is_text, answer = False, b"250 taken\r\n"
                elif word == b"DATA":
                    is_text, answer = True, b"354 go on\r\n"
                else:
                    answer = b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"
                line.write(answer)
                line.flush()
                if word == b"QUIT":
                    return


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    box = Postbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.AUDIT_HEADS_MAIL = "moc@example.vn"
    cache.delete(heads.SENT_KEY)
    yield box
    box.socket.close()
    cache.delete(heads.SENT_KEY)


def test_heads_leave_and_nothing_else_does(commune, postbox):
    for number in range(3):
        audit.record("test.made", commune=commune, reason="Lý do kín", number=number)

    send_audit_heads()
    postbox.thread.join(5)

    chain = AuditChain.objects.get(commune=commune)
    assert f"{chain.pk}:3:{chain.last_hash}" in postbox.text
    assert "kín" not in postbox.text
    assert commune.name not in postbox.text
    assert audit_heads(timezone.now())["ok"] is True
    assert audit_heads(timezone.now() + timedelta(hours=27))["ok"] is False


def test_trail_set_back_is_found_by_what_left(commune, postbox):
    for number in range(3):
        audit.record("test.made", commune=commune, number=number)
    (line,) = heads.lines()
    last, before = AuditEvent.objects.order_by("-sequence")[:2]
    raw("DELETE FROM accounts_auditevent WHERE id = %s", last.pk)
    AuditChain.objects.update(length=2, last_hash=before.hash)

    assert list(audit.verify()) == []
    with pytest.raises(CommandError):
        call_command("verify_audit", expect=[line], stderr=StringIO(), stdout=StringIO())


def test_server_of_mail_that_is_away_is_told(commune, postbox, settings, caplog):
    settings.EMAIL_PORT = 9

    assert heads.send() is False
    assert audit_heads(timezone.now())["ok"] is False
    assert "not mailed: ConnectionRefusedError" in caplog.text


def test_without_an_address_the_health_page_says_so(db, settings):
    settings.AUDIT_HEADS_MAIL = ""

    assert heads.send() is False
    assert audit_heads(timezone.now())["is_named"] is False
