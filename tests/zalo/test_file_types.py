"""The bytes of a file decide its kind, and whether it is accepted."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from zalo.inbox import file_types
from zalo.inbox.file_types import NotTaken, made_harmless, type_of


def picture(form="JPEG", **options):
    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, form, **options)
    return made.getvalue()


def archive(*names):
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (b"#!AMR\n...", "audio/amr"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypisom....", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ....", "audio/mp4"),
        (b"\0\0\0\x18ftypheic....", "image/heic"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (archive("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("Đơn trình báo".encode(), "text/plain"),
    ],
)  # fmt: skip
def test_type_is_seen_in_the_bytes(content, found):
    assert type_of(content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0 a program",
        b"\x7fELF",
        b"#!/bin/sh\nrm",
        b"<html><script>",
        b"  <svg onload=x>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\0\0\0\x18ftypavif....",
        archive("a.exe"),
        archive("[Content_Types].xml", "other"),
        b"PK\x03\x04broken",
        b"text with \0 inside",
        b"\xff\xfe\xfa",
    ],
)
def test_what_could_be_anything_is_not_taken(content):
    assert type_of(content) == ""
    for kind in ("image", "audio", "video", "file"):
        with pytest.raises(NotTaken):
            made_harmless(kind, content)


def test_picture_loses_its_metadata():
    exif = Image.Exif()
    exif[0x010F] = "Phone of An"
    exif[0x8825] = {2: (10.0, 56.0, 0.0)}
    content = picture(exif=exif)
    assert b"Phone of An" in content

    kept, found = made_harmless("image", content)

    assert found == "image/jpeg"
    assert b"Phone of An" not in kept
    assert not Image.open(BytesIO(kept)).getexif()


def test_picture_sent_as_a_file_loses_them_too():
    exif = Image.Exif()
    exif[0x010F] = "Phone of An"

    kept, _found = made_harmless("file", picture(exif=exif))

    assert b"Phone of An" not in kept


def test_broken_picture_is_said_to_be_broken():
    with pytest.raises(NotTaken) as caught:
        made_harmless("image", picture()[:60])

    assert caught.value.is_broken


@pytest.mark.parametrize(
    ("kind", "content"),
    [("image", b"%PDF-1.7"), ("audio", picture()), ("video", b"#!AMR\n"), ("gif", b"%PDF-1.7")],
)
def test_type_must_fit_what_was_announced(kind, content):
    with pytest.raises(NotTaken):
        made_harmless(kind, content)


def test_other_files_stay_as_they_are():
    assert made_harmless("file", b"%PDF-1.7 x") == (b"%PDF-1.7 x", "application/pdf")
    assert made_harmless("audio", b"#!AMR\nx") == (b"#!AMR\nx", "audio/amr")


def test_archive_of_countless_parts_is_not_even_opened(monkeypatch):
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        for number in range(file_types.MOST_PARTS):
            archive.writestr(f"word/{number}", "")

    def opened(*args):
        raise AssertionError("opened")

    monkeypatch.setattr(file_types.zipfile, "ZipFile", opened)

    assert type_of(stored.getvalue()) == ""
