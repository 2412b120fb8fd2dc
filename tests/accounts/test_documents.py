"""Papers that people hand in: what is taken, what is refused, and how they leave again."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image

from documents import uploads


def word(*extra: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        for name in ("[Content_Types].xml", "word/document.xml", *extra):
            parts.writestr(name, "<x/>")
    return target.getvalue()


def picture() -> bytes:
    target = BytesIO()
    image = Image.new("RGB", (40, 30), "white")
    exif = Image.Exif()
    exif[0x010F] = "PHONEMAKER"
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (b"%PDF-1.7 x", "Bien ban.PDF", "Bien ban.pdf"),
        (word(), "bb.docx", "bb.docx"),
        (picture(), "anh.png", "anh.jpg"),
        (b"%PDF-1.7 x", "lua.docx", "lua.pdf"),
    ],
)
def test_paper_is_kept_under_what_it_is(content, name, kept):
    assert uploads.prepare(SimpleUploadedFile(name, content)).name == kept


def test_photo_loses_what_the_phone_wrote_into_it():
    kept = uploads.prepare(SimpleUploadedFile("anh.jpg", picture())).read()

    assert b"PHONEMAKER" in picture()
    assert b"PHONEMAKER" not in kept


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00", "Chỉ nhận tệp Word"),
        (b"", "Chỉ nhận tệp Word"),
        (b"PK\x03\x04 half a file", "Tệp bị hỏng"),
        (word("word/vbaProject.bin"), "macro"),
        (b"<html><script>alert(1)</script>", "Chỉ nhận tệp Word"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        uploads.prepare(SimpleUploadedFile("bien-ban.docx", content))


def test_a_workbook_is_no_word_file():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        parts.writestr("xl/workbook.xml", "<x/>")

    with pytest.raises(ValidationError, match="không phải là tệp Word"):
        uploads.prepare(SimpleUploadedFile("a.docx", target.getvalue()))


def test_too_heavy_a_paper_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 4)

    with pytest.raises(ValidationError, match="20 MB"):
        uploads.prepare(SimpleUploadedFile("a.pdf", b"%PDF-1"))


class Stored:
    def __init__(self, content: bytes, name: str) -> None:
        self.storage = InMemoryStorage()
        self.name = self.storage.save(name, BytesIO(content))  # type: ignore[arg-type]


def test_paper_leaves_as_a_download_that_no_browser_interprets():
    answer = uploads.download(Stored(b"%PDF-1.7", "a.pdf"), name="bien-ban-7")

    assert answer["Content-Disposition"] == 'attachment; filename="bien-ban-7.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == (
        "nosniff",
        "application/pdf",
    )


def test_a_paper_that_is_gone_is_not_found():
    stored = Stored(b"x", "a.pdf")
    stored.storage.delete(stored.name)

    for missing in (stored, None):
        with pytest.raises(Http404):
            uploads.download(missing, name="a")
