"""Web and workers do their work, and neither Zalo id nor hash of a teller is in their memory."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as of_django
from django.urls import reverse

from reports import intake
from reports.models import TipReport
from reports.vault import openings
from tests.factories.proofs import approve
from tests.factories.tips import make_message, make_worked
from tests.factories.zalo import make_official_account
from tests.flows.harness import ROOT, database_url
from tests.reports.chat.conftest import Chat
from tests.vault_process import vault_process
from tests.vaults import opened, reporter_of, session_of
from tests.zalo import webhooks
from zalo.inbox import services as inbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180), pytest.mark.flow]

# Long and odd, so that they stand nowhere by chance.
PERSON, NAME, PHONE = "8123456789004417", "Nguyễn Thị Kín Tiếng", "0987004417"
SAID = "vựa lúa ông Chín Kín Tiếng"
PAGES = (
    "show", "read", "sort", "summary", "talk", "files", "identity", "split", "alike", "conflicts",
    "refer", "resolve", "tell",
)  # fmt: skip
TASKS = (
    "reports.take_over_files", "reports.tend_clocks", "reports.follow_alerts",
    "reports.end_openings", "reports.pass_on_proposals", "zalo.fetch_files",
)  # fmt: skip


@contextmanager
def outsider(socket: str, asked: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield its deeds, and its number while it stands still."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VAULT_")}
    own |= {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url(),
        "REDIS_URL": of_django.REDIS_URL, "REDIS_KEY_PREFIX": of_django.REDIS_KEY_PREFIX,
        "VAULT_PUBLIC_KEY": os.environ["VAULT_PUBLIC_KEY"], "VAULT_SOCKET": socket,
        "ALLOWED_HOSTS": "testserver", "ZALO_OA_SECRET_KEY": webhooks.OA_SECRET,
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reports.vault.outsider"],
        cwd=ROOT, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        yield json.loads(process.stdout.readline()), process.pid
    finally:
        process.kill()
        process.wait()


def memory_of(pid: int) -> Iterator[bytes]:
    """Everything that the process may write."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found is None:
                continue
            start, end = (int(part, 16) for part in found.groups())
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue


def found_in(pid: int, secrets: dict[str, str]) -> set[str]:
    parts = list(memory_of(pid))
    assert sum(map(len, parts)) > 20_000_000
    return {name for name, value in secrets.items() if any(value.encode() in one for one in parts)}


@pytest.fixture
def tip(chief: Any, deputy_chief: Any) -> TipReport:
    """A tip of the chat on which the chief works, with leave to open the identity."""
    with opened():
        made = make_worked(
            chief, channel="oa_chat",
            person=intake.Person(name=NAME, phone=PHONE, zalo_user_id=PERSON),
        )  # fmt: skip
    make_message(made, via="chat")
    asked = openings.ask(made, by=chief, reason="Cần hỏi lại giờ xảy ra.")
    approve(asked, by=deputy_chief, looks=True)
    return made


def secrets_of(tip: TipReport) -> dict[str, str]:
    known = reporter_of(tip)
    return {
        "Zalo id": PERSON, "name": NAME, "phone": PHONE, "index": known.zalo_index,
        "told with": known.told_with,
    }  # fmt: skip


def test_pages_of_a_tip(tip, chief):
    secrets = secrets_of(tip)
    address = {name: reverse(f"admin:reports_tipreport_{name}", args=[tip.pk]) for name in PAGES}
    asked = {
        "as": "web", "session": session_of(chief),
        "get": [reverse("admin:index"), reverse("admin:reports_tipreport_changelist"),
                *(address[name] for name in PAGES if name != "read"),
                reverse("admin:oversight_commendation_informants")],
        "post": [
            (address["read"], {}),
            (address["talk"], {"text": "Công an xã đang xác minh."}),
            (address["split"], {"summary": "Đốt rác trong khu dân cư."}),
            (reverse("admin:reports_tipreport_step", args=[tip.pk, "don-to-cao"]), {}),
        ],
    }  # fmt: skip

    with vault_process() as vault, outsider(vault.web, asked) as (done, pid):
        seen = found_in(pid, secrets)

    assert {code for path, code in done.items() if path.startswith("GET")} == {200}, done
    assert all(code in (200, 302) for code in done.values()), done
    assert TipReport.objects.count() == 2  # split
    assert TipReport.objects.get(pk=tip.pk).emptied_at is not None  # diverted
    assert seen == set()


def test_identity_that_is_opened_shows_no_zalo_id(tip, chief):
    page = reverse("admin:reports_tipreport_identity", args=[tip.pk])
    asked = {
        "as": "web", "session": session_of(chief), "get": [], "post": [(page, {"open": "1"})],
    }  # fmt: skip
    secrets = secrets_of(tip)

    with vault_process() as vault, outsider(vault.web, asked) as (done, pid):
        seen = found_in(pid, secrets)

    assert set(done.values()) == {200}
    assert seen == {"name", "phone"}


def test_tasks_of_workers(tip, settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    chat = Chat(make_official_account(tip.commune))
    for content in (
        chat.body(f"Hôm nay lại có, {SAID}", user=PERSON),
        chat.body("MÃ", user=PERSON),
        webhooks.body("user_withdraw", oa_id=chat.account.oa_id, user_id=PERSON),
    ):
        inbox.store(inbox.read(webhooks.raw(content)), webhooks.raw(content))
    secrets = {**secrets_of(tip), "words": SAID}

    asked = {"as": "work", "tasks": TASKS}
    with vault_process() as vault, outsider(vault.work, asked) as (done, pid):
        seen = found_in(pid, secrets)

    assert done["interpreted"] == {"interpreted": 3}
    assert seen == set()
