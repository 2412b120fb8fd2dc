"""Pictures, documents, events and forms that grow without end are soon refused, in words."""

import contextlib
import io
import json
import random
import time
import tracemalloc

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from broadcasts.posts.attachments import NotADocument, clean_document
from documents import active_content, pictures, uploads
from documents.pictures import NotAPicture, small_jpeg
from tests.attacks.bombs import DOCUMENTS, PICTURES
from tests.attacks.pictures import KINDS, telling
from tests.broadcasts.documents import word
from tests.factories.accounts import make_commune
from tests.sizes import size
from tests.zalo import webhooks
from tests.zalo.webhooks import post
from zalo.inbox.file_types import RISKY, NotTaken, made_harmless

MOST_SECONDS = 5
DEEP = 100_000
MULTIPART = "multipart/form-data; boundary=b"
# Neither program nor lock, and only what opens it would suffer, which the portal does not.
HARMLESS_WHILE_CLOSED = {"deep"}


@pytest.fixture(autouse=True)
def _soon():
    began = time.process_time()
    yield
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", PICTURES)
def test_picture_that_grows_is_a_sentence_at_every_door(name):
    content = PICTURES[name]()
    assert len(content) < 400_000
    tracemalloc.start()

    with pytest.raises(NotAPicture):
        small_jpeg(io.BytesIO(content))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with pytest.raises(ValidationError):
        pictures.prepare(SimpleUploadedFile("a.png", content))
    with pytest.raises(ValidationError):
        uploads.prepare(SimpleUploadedFile("a.png", content))
    with pytest.raises(NotTaken):
        made_harmless("image", content)
    assert most < 100 * 1024**2


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS)
def test_spoiled_picture_is_a_picture_or_a_sentence(kind):
    """Bytes changed at random make Pillow raise errors of many kinds."""
    chance, content = random.Random(kind), telling(kind)
    for _picture in range(size(3000, 60)):
        spoiled = bytearray(content)
        for _place in range(chance.choice((1, 2, 5, 20))):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        with contextlib.suppress(NotAPicture):
            small_jpeg(io.BytesIO(bytes(spoiled)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_that_grows_or_leads_out_is_refused_at_every_door(name):
    content = DOCUMENTS[name]()
    assert len(content) < 1_000_000

    with pytest.raises(NotADocument):
        clean_document(content)
    if name in HARMLESS_WHILE_CLOSED:
        return
    with pytest.raises(ValidationError):
        uploads.prepare(SimpleUploadedFile("a.docx", content))
    assert made_harmless("file", content)[1].startswith(RISKY)


def test_document_without_a_bomb_passes_the_same_doors():
    content = word("Xin chào")

    assert "Xin chào" in clean_document(content).text
    assert active_content.look(content) == 0
    assert uploads.prepare(SimpleUploadedFile("a.docx", content)).read() == content


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b"\xef\xbb\xbf  <svg/>", b"<html><script>1</script>", b"%!PS\n(a) run",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["image", "file"])
def test_drawing_or_page_of_a_stranger_is_not_taken(content, kind):
    with pytest.raises(NotTaken):
        made_harmless(kind, content)
    with pytest.raises(NotAPicture):
        small_jpeg(io.BytesIO(content))


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * (DEEP // 3) + b"1" + b"}" * (DEEP // 3),
        b'{"timestamp":"1","event_name":"x","message":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b"9" * 250_000, b'{"timestamp":' + b"9" * 250_000 + b"}",
        b'{"timestamp":1e999999999,"event_name":NaN}', b'{"a":1,' * 30_000, b"\xff\xfe{}", b"",
    ],
    ids=[
        "open", "lists", "objects", "inside", "number", "clock", "infinite", "many", "bom", "none",
    ],
)  # fmt: skip
def test_event_that_is_deep_or_long_is_refused_before_it_is_kept(raw, db, settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET

    assert post(Client(), raw, sign="mac=none").status_code in {400, 403}


def _many_parts(count: int, *, named: str) -> tuple[bytes, str]:
    part = f'--b\r\nContent-Disposition: form-data; name="{named}"\r\n\r\nx\r\n'
    return (part * count + "--b--\r\n").encode(), MULTIPART


FORMS = {
    "parts": lambda: _many_parts(10_000, named="noi-dung"),
    "files": lambda: _many_parts(10_000, named='anh"; filename="a.png'),
    "fields": lambda: (b"a=1&" * 60_000, "application/x-www-form-urlencoded"),
    "half a part": lambda: (b"--b\r\nContent-Disposition: form-data; name=", MULTIPART),
    "long boundary": lambda: (b"--b--", f"multipart/form-data; boundary={'b' * 5000}"),
    "no boundary": lambda: (b"x" * 100, "multipart/form-data"),
    "long head of a part": lambda: (
        b"--b\r\nX-A: " + b"x" * 500_000 + b"\r\n\r\nx\r\n--b--\r\n", MULTIPART),
    "packed part": lambda: (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 200_000 + b"\r\n--b--\r\n",
        MULTIPART),
    "json": lambda: (json.dumps({"a": 1}).encode(), "application/json"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "page", ["/phan-anh/{code}/bao-tin/", "/phan-anh/tra-cuu/", "/admin/login/"]
)
def test_form_of_many_parts_is_answered_and_nothing_breaks(name, page, db):
    commune = make_commune()
    content, kind = FORMS[name]()
    client = Client(raise_request_exception=True)

    answer = client.generic("POST", page.format(code=commune.code), content, content_type=kind)

    assert answer.status_code in {200, 400, 403, 413}
    assert len(answer.content) < 200_000
