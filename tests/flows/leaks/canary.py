"""One made-up word comes in by every way, in words, names, remarks of files and recordings.

Outside of what is sealed to the vault it must stand nowhere: dump, files, logs, broker, queues,
statements, figures for the watch, trail, mail and pushes to phones.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from accounts.users.roles import Role
from dev.places import PROJECT
from dev.push_service import server
from duty.occasions import rounds
from duty.ways import devices, sending
from duty.ways.push import transport
from reports.models import SealedText, TipAttachment, TipDraft
from tests.attacks.pictures import CANARY as OF_PICTURES
from tests.attacks.pictures import telling
from tests.flows.kill_alerts import KEY
from tests.flows.leaks import entrances, places
from tests.flows.leaks.finder import layers, writings_of_text
from tests.flows.leaks.people import Person, people
from tests.flows.leaks.scene import Reported, Scene, scene
from tests.vaults import opened
from zalo_simulator.records import Attachment

STEM = "qzvxmaut"  # as long as the name of the camera in the picture of a phone
TOKEN = "of-the-watch"
_HEIC = PROJECT / "tests" / "accounts" / "files" / "turned.heic"
CHIEF = (Role.CHIEF, Role.DUTY_OFFICER)

type Door = Callable[[Scene, Person], Reported]


def teller(number: int) -> Person:
    """Somebody in whose every part the word stands."""
    one = people(1, Random(number))[0]
    return replace(
        one, number=number, name=f"Nguyễn Thị {STEM}", address=f"số {number} hẻm {STEM}",
        words=f"Tối nào cũng tụ tập sau quán {STEM}{number:02d}, gọi tôi {one.phone}.",
        photo=telling("JPEG", (64, 48)), agent=f"Mozilla/5.0 ({STEM})",
    )  # fmt: skip


def recording() -> bytes:
    """A voice message of an older phone."""
    return b"#!AMR\n" + bytes(range(256)) * 4 + STEM.encode() + bytes(64)


def recording_of_newer_phones() -> bytes:
    """The same in a container, with a title."""
    title = b"\xa9nam" + STEM.encode()
    return b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0" + title + bytes(range(256)) * 4


def document() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:t>Đơn của {STEM}</w:t>")
        archive.writestr("docProps/core.xml", f"<dc:creator>{STEM}</dc:creator>")
    return kept.getvalue()


def picture_of_newer_phones() -> bytes:
    content = _HEIC.read_bytes()
    assert b"Hang Thu" in content
    return content.replace(b"Hang Thu", STEM.encode())


def by_form(there: Scene, person: Person) -> Reported:
    return entrances.by_form(there, person, is_named=True)


def by_form_with_heic(there: Scene, person: Person) -> Reported:
    return entrances.by_form(
        there, replace(person, photo=picture_of_newer_phones()), is_named=False
    )


def by_chat(there: Scene, person: Person) -> Reported:
    return entrances.by_chat(there, person, is_named=True)


def _with_file(kind: str, name: str, content: bytes) -> Door:
    """Words in the chat, and a file behind them."""

    def tell(there: Scene, person: Person) -> Reported:
        resident = there.resident_of(person)
        at, before = there.later(), there.count()
        there.does(resident, "write", text=person.words)
        stored = f"tep{person.number}"
        there.state.attachments[stored] = Attachment(
            stored, "application/octet-stream", content, there.state.now(), kind="file", name=name
        )
        if kind == "file":
            there.does(resident, "send_file", file_id=stored, name=name)
        else:
            there.tells(resident, kind, url=there.simulator.residents._media(stored))
        assert there.count() == before + 1
        return Reported(person, "chat", at, there.newest(), is_named=False)

    return tell


def _written(channel: str) -> Door:
    return lambda there, person: entrances.by_phone(there, person, is_named=True, channel=channel)


def by_head(there: Scene, person: Person) -> Reported:
    return entrances.by_relay(there, person, is_named=True)


def by_group(there: Scene, person: Person) -> Reported:
    return entrances.by_group(there, person, is_named=False)


WAYS: dict[str, Door] = {
    "form": by_form, "HEIC": by_form_with_heic, "chat": by_chat,
    "voice": _with_file("audio", f"{STEM}.amr", recording()),
    "voice of a newer phone": _with_file("audio", f"{STEM}.m4a", recording_of_newer_phones()),
    "attachment": _with_file("file", f"Don cua {STEM}.docx", document()),
    "call": _written("phone"), "desk": _written("desk"), "paper": _written("paper"),
    "head": by_head, "group": by_group,
}  # fmt: skip


def half_type(there: Scene, told: dict[str, Reported]) -> None:
    """Leave the word half typed: in a tip that is written down, one passed on, and a summary."""
    pages = {
        Role.DUTY_OFFICER: reverse("admin:reports_tipreport_record"),
        Role.HAMLET_HEAD: reverse("admin:reports_tipreport_relay"),
        Role.CHIEF: reverse("admin:reports_tipreport_summary", args=[told["form"].tip.pk]),
    }
    for role, address in pages.items():
        user = there.users[role]
        fields = [["words", f"Sau quán {STEM}"], ["name", f"Nguyễn Thị {STEM}"]]
        sent = {
            "account": user.pk, "address": address, "number": str(uuid4()),
            "fields": json.dumps(fields),
        }  # fmt: skip
        client = there.sign_in(user)
        saved = client.post(reverse("admin:form_draft_drafts"), sent).json()
        number = {"number": saved["number"]}
        found = client.post(reverse("admin:form_draft_open"), number).json()
        assert found["fields"] == fields[:1]


@contextmanager
def phones(there: Scene) -> Iterator[server.PushService]:
    """Officers who are told of tips on their phones."""
    running = server.start()
    hosts = override_settings(
        VAPID_PRIVATE_KEY=KEY, VAPID_SUBJECT="mailto:truc@congan.example.vn",
        PUSH_HOSTS=[running.url], METRICS_TOKEN=TOKEN,
    )  # fmt: skip
    with hosts:
        for role in CHIEF:
            phone = running.phones.add(str(role))
            given = devices.Subscription.read(phone.subscription(running.url))
            devices.enrol(there.users[role], given, label=str(role))
        yield running
        transport.forget_connections()
        running.stop()


def everything(there: Scene, log: str, pushed: list[Any]) -> dict[str, bytes]:
    """Every heap in which the word must not stand."""
    from accounts.system_health import snapshot  # noqa: PLC0415 -- reads what all apps registered

    chief = there.sign_in(there.users[Role.CHIEF])
    snapshot.record()
    watch = {"authorization": f"Bearer {TOKEN}"}
    return {
        "dump": places.dump(), "statements": places.statements(), "broker": places.broker(),
        "queues": there.queued + places.drained(), "logs": log.encode(), **places.files(),
        "messages of the account": places.said_by_the_account(there.state),
        "figures": Client().get("/metrics", headers=watch).content,
        "health": Client().get("/health/deep", headers=watch).content,
        "trail": chief.get(reverse("admin:accounts_auditevent_changelist")).content,
        "mail": "\n".join(str(one.message()) for one in mail.outbox).encode(),
        "pushes": "\n".join(map(repr, pushed)).encode(),
    }  # fmt: skip


def found_in(heaps: dict[str, bytes]) -> list[str]:
    """Places where a writing of the word stands, also packed."""
    wanted = {one for word in (STEM, OF_PICTURES) for one in writings_of_text(word)}
    hits = []
    for name, heap in heaps.items():
        for where, layer in layers(name, heap):
            lowered = layer.lower()
            for needle in wanted:
                if (at := lowered.find(needle)) >= 0:
                    hits.append(f"{where}: {layer[max(0, at - 60) : at + 40]!r}")
                    break
    return hits


def held_by_the_vault(told: dict[str, Reported]) -> dict[str, bool]:
    """Whether the word lies with the tip of each way, for whoever has the key."""
    with opened():
        held = {}
        for name, one in told.items():
            rows: list[Any] = list(SealedText.objects.filter(tip=one.tip))
            files = TipAttachment.objects.filter(tip=one.tip).exclude(content=None)
            whole = "".join(row.text for row in rows).encode()
            is_file = any(STEM.encode() in _inside(bytes(row.content)) for row in files)
            held[name] = is_file if name.startswith(("voice", "att")) else STEM.encode() in whole
        texts = [one.fields for one in TipDraft.objects.all()]
        held["half typed"] = [STEM in text for text in texts] == [True] * 3
    return held


def _inside(content: bytes) -> bytes:
    return b"".join(layer for _name, layer in layers("", content))


def run(folder: Path) -> tuple[list[str], dict[str, bool], int]:
    """Tell by every way and search: where it was found, who of the vault has it, how many pushes
    left. Call with a database to write in."""
    with ExitStack() as stack:
        there, log = stack.enter_context(scene(folder))
        service = stack.enter_context(phones(there))
        there.warm_up()
        told = {
            name: door(there, replace(teller(number), zalo_id=there.state.long_id()))
            for number, (name, door) in enumerate(WAYS.items(), start=1)
        }
        half_type(there, told)
        rounds.advance_due()
        sending.drain("push")
        pushed = list(service.phones.received)
        heaps = everything(there, log.getvalue(), pushed)
        return found_in(heaps), held_by_the_vault(told), len(pushed)
