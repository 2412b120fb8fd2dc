"""Rows of a tip open under that tip alone, also those of the form before, once none is left."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.encryption.services import DecryptionError
from accounts.vault import resealing, sealing, unbound
from accounts.vault.calls import Call, running
from accounts.vault.rows import rebind
from reports.models import TipAttachment, TipMessage
from tests.factories.tips import make_message, make_tip, make_worked
from tests.vaults import opened, outside

pytestmark = pytest.mark.django_db

SAID = "Chú Hai nhà cuối xóm kể lại."
PICTURE = b"\xff\xd8 a picture"


@pytest.fixture
def tip(hamlet: Any) -> Any:
    return make_tip(hamlet=hamlet)


@pytest.fixture
def message(tip: Any) -> TipMessage:
    return make_message(tip, text=SAID)


@pytest.fixture
def file(tip: Any, message: TipMessage) -> TipAttachment:
    return TipAttachment.objects.create(tip=tip, message=message, content=PICTURE, size=12)


@pytest.fixture
def log(settings: Any, tmp_path: Any) -> None:
    settings.VAULT_LOG = str(tmp_path / "vault.log")


def as_before(row: Any, name: str) -> Any:
    """Seal a value as it was done when it was bound to its row alone; returns what is stored."""
    field = row._meta.get_field(name)
    made = sealing.seal_bytes if isinstance(getattr(row, name), bytes) else sealing.seal
    plain = getattr(row, name)
    context = field.context_of(row)
    old = field.sealed_type(
        made(plain if isinstance(plain, bytes) else plain.encode(), context=context)
    )
    type(row)._base_manager.filter(pk=row.pk).update(**{name: old})
    return old


def read(row: Any, name: str) -> Any:
    with opened():
        found = getattr(type(row)._base_manager.get(pk=row.pk), name)
        return bytes(found) if name == "content" else found


def test_words_and_files_moved_by_sql_open_on_no_page_of_another_tip(
    tip, message, file, officer_of, hamlet, login
):
    officer = officer_of(hamlet)
    own = make_worked(officer, hamlet=hamlet)
    TipMessage.objects.filter(pk=message.pk).update(tip=own)
    TipAttachment.objects.filter(pk=file.pk).update(tip=own)
    client = login(officer)
    client.raise_request_exception = False

    talk = client.get(reverse("admin:reports_tipreport_talk", args=[own.pk]))
    shown = client.get(reverse("admin:reports_tipreport_file", args=[own.pk, file.pk]))

    assert (talk.status_code, SAID in talk.content.decode()) == (500, False)
    assert (shown.status_code, PICTURE in shown.content) == (500, False)
    for row, name in ((message, "text"), (file, "content")):
        with pytest.raises(DecryptionError):
            read(row, name)


@pytest.mark.usefixtures("log")
def test_the_form_before_opens_until_none_is_left_and_never_again(tip, message, file):
    old = {row: as_before(row, name) for row, name in ((message, "text"), (file, "content"))}
    assert (read(message, "text"), read(file, "content")) == (SAID, PICTURE)
    assert resealing.waiting() == 2

    done = dict(resealing.seal_anew())

    assert done["reports_tipmessage.text"] == done["reports_tipattachment.content"] == 1
    assert (resealing.waiting(), resealing.remaining_kids()) == (0, {"v2"})
    assert (read(message, "text"), read(file, "content")) == (SAID, PICTURE)
    for row, stored in old.items():  # from a dump of before
        name = "text" if row is message else "content"
        type(row)._base_manager.filter(pk=row.pk).update(**{name: stored}, tip=make_tip())
        with pytest.raises(DecryptionError):
            read(row, name)
    with pytest.raises(resealing.ResealingStopped, match="reports_"):
        dict(resealing.seal_anew())
    with unbound.allowed():  # a person says that such a dump was put back
        dict(resealing.seal_anew())
    assert read(message, "text") == SAID


@pytest.mark.usefixtures("log")
def test_what_is_left_keeps_its_column_open(message):
    as_before(message, "text")

    resealing.close_unbound()

    with pytest.raises(DecryptionError):
        unbound.require_open("reports_conflictproposal.reason")
    unbound.require_open("reports_tipmessage.text")
    assert read(message, "text") == SAID


def test_a_row_that_moves_is_sealed_anew_and_counts_for_no_page(tip, message):
    to = make_tip()
    row = TipMessage.objects.get(pk=message.pk)
    counted = _Page()
    with outside(), running(Call("test", page=counted)):
        rebind(row, tip=to)
        before = list(counted.shown)
        assert row.text == SAID

    assert (before, counted.shown) == ([], [to.pk])
    assert read(message, "text") == SAID


class _Page:
    def __init__(self) -> None:
        self.shown: list[Any] = []

    def count(self, subject: Any, *, is_match: bool = False) -> None:
        if not is_match:
            self.shown.append(subject)


@pytest.mark.parametrize("name", ["text", "content"])
def test_a_row_read_before_and_saved_late_brings_no_old_value_back(message, file, name):
    row = message if name == "text" else file
    old = as_before(row, name)
    stale = type(row)._base_manager.get(pk=row.pk)
    stale_hash = TipAttachment.objects.get(pk=file.pk)
    TipAttachment.objects.filter(pk=file.pk).update(fingerprint="a" * 64)

    dict(resealing.seal_anew())
    stale.save()
    stale_hash.save()

    now = type(row)._base_manager.values_list(name, flat=True).get(pk=row.pk)
    assert bytes(now or b"")[:3] != bytes(old)[:3] if name == "content" else str(now) != str(old)
    assert read(row, name) == (SAID if name == "text" else PICTURE)
    with opened():
        assert TipAttachment.objects.get(pk=file.pk).fingerprint == "a" * 64
