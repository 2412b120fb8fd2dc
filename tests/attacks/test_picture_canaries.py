"""No byte of what a phone writes into a picture gets past the portal, whatever the kind."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from broadcasts.posts.file_reader import plain_picture
from documents import pictures, uploads
from documents.pictures import NotAPicture, small_jpeg
from reports.vault import services as vault
from tests.attacks.pictures import CANARY, KINDS, segments, telling
from zalo.inbox.file_types import made_harmless

# What draws a JPEG: tables, frame, and the bare head of JFIF.
DRAWING = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}


def tells(content: bytes) -> bool:
    return any(part.encode() in content for part in CANARY.split())


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_stored_without_a_remark(kind):
    told = telling(kind)
    assert tells(told)

    stored = [
        small_jpeg(BytesIO(told)),  # what Zalo gets of a post
        pictures.prepare(SimpleUploadedFile("a.jpg", told)).read(),
        uploads.prepare(SimpleUploadedFile("a.jpg", told)).read(),
    ]

    for content in stored:
        assert not tells(content)
        assert segments(content) <= DRAWING


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"TIFF", "AVIF"}])
@pytest.mark.parametrize("door", ["image", "file"])
def test_picture_of_a_resident_is_stored_without_a_remark(kind, door):
    content, _kind = made_harmless(door, telling(kind))

    assert not tells(content)
    assert segments(content) <= DRAWING


def test_picture_stored_long_ago_leaves_the_vault_without_a_remark(monkeypatch):
    monkeypatch.setattr(vault, "fold", str)

    assert not tells(vault._marked(telling("JPEG"), by="Chi huy"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "AVIF"])
def test_picture_inside_a_file_of_a_post_is_left_without_a_remark(kind):
    told = telling(kind)

    plain = plain_picture(told)

    assert not tells(plain)
    with Image.open(BytesIO(told)) as before, Image.open(BytesIO(plain)) as after:
        assert after.size == before.size
        assert after.convert("RGB").getpixel((5, 5)) == before.convert("RGB").getpixel((5, 5))


def test_progressive_picture_inside_a_file_stays_whole():
    kept = BytesIO()
    Image.effect_noise((300, 200), 90).save(kept, "JPEG", progressive=True, restart_marker_rows=1)

    plain = plain_picture(kept.getvalue())

    with Image.open(BytesIO(kept.getvalue())) as before, Image.open(BytesIO(plain)) as after:
        assert after.tobytes() == before.tobytes()


def test_picture_that_another_program_would_have_to_draw_is_none():
    kept = BytesIO()
    Image.new("RGB", (20, 20)).save(kept, "EPS")

    with pytest.raises(NotAPicture):
        small_jpeg(BytesIO(kept.getvalue()))
    with pytest.raises(ValidationError, match="không phải là ảnh"):
        pictures.prepare(SimpleUploadedFile("a.jpg", kept.getvalue()))
