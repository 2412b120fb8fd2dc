"""A dump, and every key but the vault's: no body, no file and no word of a private talk opens, and
no hash tells of whom or what it is."""

import hashlib
import json
import re
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts.encryption.rotation import encrypted_fields, label
from accounts.encryption.services import PURPOSES, DecryptionError, KeyRing, derive
from accounts.models import User
from accounts.vault import sealing
from reports import intake, tasks
from reports.models import TipAttachment, TipReport
from reports.triage import services as triage
from tests.factories.tips import make_tip
from tests.factories.zalo import make_official_account
from tests.flows.leaks.dictionary import (
    TOKENS,
    Loot,
    attack,
    common_words,
    key_of_the_vault,
    keys_of_others,
    words_of_tips,
)
from tests.reports.chat.conftest import Chat, hung
from tests.zalo import webhooks
from zalo.inbox import files
from zalo.inbox import services as inbox
from zalo.models import InboundFile, WebhookEvent

pytestmark = pytest.mark.django_db

WORDS = "Đêm nào cũng đánh bạc sau quán nước."
KEPT_WORDS = "Nhà số chín giấu hàng cấm trong vựa lúa"
ADDRESS = "https://f1.zdn.vn/anh-cua-ba-sau.jpg"
NAME = "don to cao ong chin.pdf"
PERSON = "8123456789004417"
CHECKSUM = "c" * 32
PICTURE = b"\xff\xd8\xff a known picture " * 9
# What is sealed to the vault of private talks, of their files, and of the files of tips.
COLUMNS = (
    "zalo_webhookevent.private_body", "zalo_inboundfile.url", "zalo_inboundfile.checksum",
    "zalo_inboundfile.content", "reports_tipattachment.content",
)  # fmt: skip
SUMMARY = "Tụ tập đánh bạc sau quán nước, để xe chắn lối đi."


@pytest.fixture(autouse=True)
def scene(commune: Any, settings: Any, monkeypatch: Any) -> Chat:
    """Messages that were taken, that wait and that nobody takes; files at each stage."""
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    monkeypatch.setattr(files, "download", lambda **asked: files.Fetched(PICTURE, "image/jpeg"))
    chat = Chat(make_official_account(commune))
    chat.says(WORDS, user=PERSON)
    sends_picture(chat)
    files.fetch_due()
    tip = make_tip(commune, words=WORDS)
    intake.keep_file(tip, intake.File(PICTURE, "image/jpeg"), position=0, at=tip.received_at)
    tasks.take_over_files()
    sends_picture(chat)
    files.fetch_due()
    sends_picture(chat)
    stranger = webhooks.message(oa="4711", user=PERSON, text=KEPT_WORDS, message=picture())
    chat.tell(stranger)
    keep(nameless())
    assert set(TipAttachment.objects.values_list("state", flat=True)) == {"ready", "waiting"}
    assert set(InboundFile.objects.values_list("state", flat=True)) == {"fetched", "waiting"}
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {
        "interpreted", "held", "new",
    }  # fmt: skip
    return chat


def picture() -> dict[str, Any]:
    return hung("image", url=ADDRESS, name=NAME, checksum=CHECKSUM)


def sends_picture(chat: Chat) -> None:
    chat.tell(chat.body(None, user=PERSON, name="user_send_image", message=picture()))


def nameless() -> dict[str, Any]:
    """A message without an id, every byte of which but its words is easily guessed."""
    content = webhooks.message(user=PERSON, text=KEPT_WORDS, timestamp="1790000000000")
    del content["message"]["msg_id"]
    return content


def keep(content: dict[str, Any]) -> None:
    inbox.store(inbox.read(webhooks.raw(content)), webhooks.raw(content))


def dump(*beginnings: str) -> list[tuple[str, str, Any]]:
    """Table, column and value of everything in these tables, as a thief has it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(beginnings):
                continue
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 -- names of ours
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                found += [
                    (table, name, bytes(value) if isinstance(value, memoryview) else value)
                    for name, value in zip(names, row, strict=True)
                ]
    return found


def rings() -> list[KeyRing]:
    """Every key of web and workers, as each purpose derives it; the public ones, too."""
    keys = {**settings.DATA_ENCRYPTION_KEYS, **settings.VAULT_PUBLIC_KEYS}
    return [
        KeyRing({kid: derive(key, purpose) if purpose else key})
        for kid, key in keys.items()
        for purpose in PURPOSES
    ]


@pytest.mark.parametrize("column", COLUMNS)
def test_no_key_of_web_and_workers_opens_it(column):
    ((model, field),) = [
        one for one in encrypted_fields(of_vault=True) if label(*one) == column
    ]  # fmt: skip
    rows = [row for row in model._base_manager.all() if row.__dict__[field.attname]]
    assert rows

    opened = []
    for row in rows:
        stored, context = row.__dict__[field.attname], field.bound_to(row)
        assert sealing.is_sealed_here(stored)
        for ring in rings():
            unseal = ring.unseal if isinstance(stored, str) else ring.unseal_bytes
            for form in (stored, stored.replace(*_as_before(stored))):
                with suppress(DecryptionError):
                    opened.append(unseal(form, context=context))
        if isinstance(stored, str):
            with suppress(DecryptionError):
                opened.append(
                    sealing.opens_with(settings.VAULT_PUBLIC_KEYS, stored, context=context)
                )

    assert opened == []


def _as_before(stored: Any) -> tuple[Any, Any]:
    """Return what to replace for a value to look as if the portal sealed it."""
    return ("v2:", "v1:") if isinstance(stored, str) else (b"v2:", b"v1:")


def test_nothing_of_it_lies_in_clear_or_under_the_keys_of_the_portal():
    opened = [value for _table, _column, value in dump("")]
    for model, field in encrypted_fields():
        for row in model._base_manager.all():
            with suppress(DecryptionError):
                opened.append(getattr(row, field.attname))
    whole = "\n".join(map(str, opened))

    for secret in (KEPT_WORDS, ADDRESS, NAME, CHECKSUM, "a known picture"):
        assert secret not in whole
    assert json.dumps(KEPT_WORDS)[1:-1] not in whole


def dictionary() -> set[str]:
    """Return what a thief knows: people, phones, common words, pictures, how hashes are made."""
    text = f"{WORDS} {KEPT_WORDS}"
    words = {*common_words(300), *re.findall(r"\w+", text.lower()), WORDS, KEPT_WORDS}
    people = {PERSON, *(str(number) for number in range(7000, 7030))}
    phones = {f"09{number:08d}" for number in range(100)}
    digests = {PICTURE.hex(), *(hashlib.new(one, PICTURE).hexdigest() for one in ("md5", "sha256"))}
    return words | people | phones | digests | {ADDRESS, NAME, CHECKSUM, *_composed(words)}


def _composed(words: set[str]) -> set[str]:
    """Longer texts that were hashed: of tips, of messages, of whole bodies."""
    raws = [webhooks.raw({**nameless(), "message": {"text": one}}) for one in words]
    tips = TipReport.objects.values_list("pk", "uuid")
    found = {str(uuid) for _pk, uuid in tips}
    found |= {f"{pk}:{one}" for pk, _uuid in tips for one in (WORDS, PERSON, "")}
    for name in ("user_send_text", "user_send_image"):
        found |= {json.dumps([name, hashlib.sha256(raw).hexdigest()]) for raw in raws}
        found |= {json.dumps([name, "9001", "1790000000000", one]) for one in (PERSON, "7001")}
        found |= {json.dumps([name, "", "1790000000000", "", "", "", "", PERSON, "9001"])}
    return found


def stolen() -> Loot:
    """Every hash and every token of the database."""
    found = Loot()
    for table, column, value in dump(""):
        found.add(f"{table}.{column}", value.hex() if isinstance(value, bytes) else str(value))
    rows = TipReport.objects.exclude(search_tokens=[]).values_list("pk", "search_tokens")
    found.tokens = {pk: frozenset(tokens) for pk, tokens in rows}
    return found


@pytest.fixture
def tip_with_words(commune: Any, chief: User) -> TipReport:
    tip = triage.sort(make_tip(commune), by=chief, kind="feedback", category="ttatxh")
    return triage.summarise(tip, by=chief, summary=SUMMARY, place="")


def test_a_dictionary_finds_no_hash_and_with_the_key_of_the_vault_it_does(tip_with_words):
    words = words_of_tips()
    guesses = [*dictionary(), *(word for said in words.values() for word in said)]
    loot = stolen()

    thief = attack(loot, guesses, keys_of_others(), words)
    control = attack(loot, guesses, key_of_the_vault(), words)

    assert thief.guesses > 500
    assert thief.of_tips() == {}
    assert loot.joined() == []
    assert {
        "reports_reporter.zalo_index", "reports_tipattachment.fingerprint", TOKENS,
    } <= control.of_tips().keys()  # fmt: skip
    assert control.claims["reports_reporter.zalo_index"] == {PERSON}
