"""Files of private messages: each fetched once, sealed, its address forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.encryption.fields import EncryptedBinaryField, EncryptedTextField
from accounts.encryption.services import DecryptionError
from accounts.vault import resealing
from accounts.vault.client import ask
from accounts.vault.errors import VaultFailed, VaultOnly, VaultRefused
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.vaults import look, opened
from zalo.inbox import files
from zalo.inbox.files import fetch_due
from zalo.models import InboundFile, WebhookEvent

pytestmark = pytest.mark.django_db
CONTENT = b"the bytes of a picture"


@pytest.fixture
def event():
    return WebhookEvent.objects.create(
        account=make_official_account(make_commune()), key="k", event_name="user_send_image",
        state="held",
    )  # fmt: skip


def make_file(event, position=0, **fields):
    values = {"kind": "image", "url": f"https://f1.zdn.vn/{position}.jpg"}
    return InboundFile.objects.create(
        event=event, position=position, next_attempt_at=timezone.now(), **(values | fields)
    )


@pytest.fixture
def answers(monkeypatch):
    """address → what is fetched there, or the exception; and the addresses asked for."""

    class Answers(dict):
        asked = []

    told = Answers()
    told.asked = []

    def download(*, url, kind, checksum):
        told.asked.append(url)
        found = told.get(url, files.Fetched(CONTENT, "image/jpeg"))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(files, "download", download)
    return told


def test_file_is_kept_sealed_and_its_address_forgotten(event, answers):
    file = make_file(event)

    assert fetch_due() == {"fetched": 1}

    file = InboundFile.objects.get(pk=file.pk)
    with pytest.raises(VaultOnly):
        _ = file.content
    assert (look(file).content, file.content_type, file.size) == (
        CONTENT, "image/jpeg", len(CONTENT),
    )  # fmt: skip
    assert (file.url, file.checksum) == ("", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM zalo_inboundfile")
        content = bytes(cursor.fetchone()[0])
    assert content.startswith(b"v2:v2:")
    assert CONTENT not in content


def test_nothing_is_fetched_twice(event, answers):
    make_file(event)
    fetch_due()

    assert fetch_due() == {}
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    ("error", "state", "why"),
    [
        (files.Refused("host"), "refused", "host"),
        (files.Refused("size"), "refused", "size"),
        (files.Refused("type"), "refused", "type"),
        (files.Refused("redirect"), "refused", "redirect"),
        (files.Gone(), "gone", ""),
    ],
)
def test_what_is_not_taken_says_why(event, answers, error, state, why):
    answers["https://f1.zdn.vn/0.jpg"] = error
    make_file(event)
    make_file(event, 1)

    assert fetch_due() == {state: 1, "fetched": 1}
    file = InboundFile.objects.get(position=0)
    assert (file.state, file.reason, file.url, look(file).content) == (state, why, "", None)


def test_trouble_waits_longer_each_time_and_ends(event, answers):
    answers["https://f1.zdn.vn/0.jpg"] = files.NotYet("time")
    file = make_file(event)

    for number, wait in enumerate(files.WAITS_S, 1):
        assert fetch_due() == {"waiting": 1}
        file = InboundFile.objects.get(pk=file.pk)
        assert file.attempts == number
        due_in = (file.next_attempt_at - timezone.now()).total_seconds()
        assert wait - 5 < due_in <= wait
        InboundFile.objects.update(next_attempt_at=timezone.now())

    assert fetch_due() == {"refused": 1}
    assert InboundFile.objects.get().reason == "time"


def test_file_of_a_dead_worker_comes_up_again(event, answers):
    make_file(event)
    files._claim(timezone.now())
    assert fetch_due() == {}

    later = timezone.now() + files.LEASE + timedelta(seconds=1)

    assert [file.attempts for file in files._claim(later)] == [1]


def test_many_files_are_fetched_in_turns(event, answers):
    for position in range(10):
        make_file(event, position)

    assert fetch_due() == {"fetched": 8, "more": 1}
    assert fetch_due() == {"fetched": 2}


def test_address_that_does_not_open_is_given_up(event, answers):
    first, second = make_file(event), make_file(event, 1)
    sealed = InboundFile.objects.get(pk=first.pk).__dict__["url"]
    InboundFile.objects.filter(pk=second.pk).update(url=sealed)

    assert fetch_due() == {"fetched": 1, "refused": 1}


def test_event_that_went_meanwhile_leaves_no_file(event, answers):
    file = make_file(event)
    InboundFile.objects.filter(pk=file.pk).update(state="gone", url="", next_attempt_at=None)

    assert files._end(file, "refused", "host") == "refused"
    assert InboundFile.objects.get().state == "gone"


def seal_as_before(file, name, field):
    """Seal a value with the keys of the portal, as it was done before there was a vault."""
    field.set_attributes_from_name(name)
    with opened():
        sealed = field.sealed(getattr(file, name), file)
    InboundFile.objects.filter(pk=file.pk).update(**{name: sealed})


def test_files_of_before_are_fetched_and_sealed_anew(event, answers):
    fetched, waiting = make_file(event), make_file(event, 1)
    fetch_due()
    InboundFile.objects.filter(pk=waiting.pk).update(
        state="waiting", next_attempt_at=timezone.now(), content=None, fetched_at=None
    )
    fetched = InboundFile.objects.get(pk=fetched.pk)
    seal_as_before(fetched, "content", EncryptedBinaryField())
    waiting.url = "https://f1.zdn.vn/old.jpg"
    seal_as_before(waiting, "url", EncryptedTextField())

    assert fetch_due() == {"fetched": 1}
    counts = dict(resealing.seal_anew())

    assert answers.asked[-1] == "https://f1.zdn.vn/old.jpg"
    assert counts["zalo_inboundfile.content"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT substr(content, 1, 3) FROM zalo_inboundfile")
        assert {bytes(row[0]) for row in cursor.fetchall()} == {b"v2:"}
    assert look(InboundFile.objects.get(pk=fetched.pk)).content == CONTENT


def test_file_copied_to_another_row_does_not_open(event, answers):
    make_file(event)
    make_file(event, 1)
    fetch_due()
    first, second = InboundFile.objects.order_by("position")
    InboundFile.objects.filter(pk=second.pk).update(content=first.__dict__["content"])

    with opened(), pytest.raises(DecryptionError):
        _ = InboundFile.objects.get(pk=second.pk).content


def test_content_cannot_be_filtered_on_or_written_in_bulk(event):
    with pytest.raises(TypeError, match="is encrypted"):
        InboundFile.objects.update(content=b"x")
    with pytest.raises(TypeError, match="is encrypted"):
        InboundFile.objects.filter(content=b"x").exists()


def test_file_that_breaks_its_reader_holds_up_no_other_and_is_given_up(event, answers):
    answers["https://f1.zdn.vn/0.jpg"] = ZeroDivisionError("of a library")
    make_file(event)
    make_file(event, 1)

    assert fetch_due() == {"waiting": 1, "fetched": 1}

    for _try in files.WAITS_S:
        InboundFile.objects.filter(state="waiting").update(next_attempt_at=timezone.now())
        last = fetch_due()
    assert last == {"refused": 1}
    assert InboundFile.objects.get(position=0).reason == "broken"


def test_file_that_kills_its_worker_each_time_is_given_up(event, answers):
    file = make_file(event)
    InboundFile.objects.update(attempts=len(files.WAITS_S) + 2)

    assert fetch_due() == {"refused": 1}
    assert answers.asked == []
    file = InboundFile.objects.get(pk=file.pk)
    assert (file.state, file.reason, file.url) == ("refused", "broken", "")


def test_nothing_by_which_a_sender_could_be_proved_lies_open(event, answers):
    """A holder of a picture learns from no dump that it was sent to the police."""
    make_file(event, checksum="c" * 32)

    with connection.cursor() as cursor:
        cursor.execute("SELECT zalo_inboundfile::text FROM zalo_inboundfile")
        row = cursor.fetchone()[0]
    assert "c" * 32 not in row
    assert fetch_due() == {"fetched": 1}


# Whoever asks for an address


def address(file, until):
    return ask(files.ADDRESS, file=file.pk, until=until)


def test_address_is_for_who_claimed_the_file_and_while_it_is_claimed(event):
    file = make_file(event, checksum="c" * 32)
    (claimed,) = files._claim(timezone.now())
    until = claimed.next_attempt_at.isoformat()

    assert address(file, until) == {"url": "https://f1.zdn.vn/0.jpg", "checksum": "c" * 32}
    with pytest.raises(VaultRefused, match="không còn chờ tải"):
        address(file, (claimed.next_attempt_at + timedelta(seconds=1)).isoformat())
    files._release([claimed])
    with pytest.raises(VaultRefused, match="không còn chờ tải"):
        address(file, until)


def test_address_of_a_claim_that_is_over_is_refused(event):
    file = make_file(event)
    past = timezone.now() - timedelta(seconds=1)
    InboundFile.objects.update(next_attempt_at=past)

    with pytest.raises(VaultRefused, match="không còn chờ tải"):
        address(file, past.isoformat())


@pytest.mark.parametrize("until", ["", "soon", None, 7, "2026-01-01T00:00:00"])
def test_call_without_a_claim_is_none_of_ours(event, until):
    with pytest.raises(VaultRefused, match="không hiểu lời gọi"):
        address(make_file(event), until)


def test_address_at_which_the_vault_breaks_is_tried_later_and_holds_up_no_other(
    event, answers, monkeypatch
):
    broken, _whole = make_file(event), make_file(event, 1)

    def asks(operation, **arguments):
        if arguments["file"] == broken.pk:
            raise VaultFailed
        return ask(operation, **arguments)

    monkeypatch.setattr(files, "ask", asks)

    assert fetch_due() == {"waiting": 1, "fetched": 1}
    broken = InboundFile.objects.get(pk=broken.pk)
    assert (broken.state, broken.attempts) == ("waiting", 1)
