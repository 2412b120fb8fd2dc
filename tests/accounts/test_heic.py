"""Pictures of newer phones become JPEG in a process of their own, which alone dies of them."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from documents import heic
from documents.pictures import NotAPicture, small_jpeg
from zalo.inbox.file_types import NotTaken, made_harmless

FILES = Path(__file__).parent / "files"
# 320 × 200, its left half red, held turned to the right; with maker and place.
TURNED = (FILES / "turned.heic").read_bytes()
# 9000 × 7000 points in fifteen kilobytes.
LARGE = (FILES / "large.heic").read_bytes()


def test_picture_comes_out_upright_as_jpeg_without_metadata():
    assert b"Hang Thu" in TURNED

    content = small_jpeg(BytesIO(TURNED))

    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (200, 320), {})
    red, white = picture.getpixel((100, 40)), picture.getpixel((100, 280))
    assert red[0] > 200 > 60 > max(red[1:])
    assert min(white) > 240
    assert b"Hang Thu" not in content


def test_file_of_a_resident_is_kept_as_jpeg():
    content, kind = made_harmless("image", TURNED)

    assert (kind, content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_huge_picture_in_a_small_file_is_refused_before_it_is_opened():
    with pytest.raises(heic.Broken) as refusal:
        heic.to_jpeg(LARGE)

    assert refusal.value.is_too_large
    with pytest.raises(NotAPicture, match="lớn quá"):
        small_jpeg(BytesIO(LARGE))


@pytest.mark.parametrize(
    "content",
    [TURNED[:40], TURNED[:-200], TURNED[:300] + b"\xff" * 200 + TURNED[500:],
     b"\0\0\0\x18ftypheic" + bytes(500)],
    ids=["head", "cut", "damaged", "empty"],
)  # fmt: skip
def test_broken_one_is_said_to_be_broken(content):
    with pytest.raises(NotAPicture, match="chụp màn hình"):
        small_jpeg(BytesIO(content))
    with pytest.raises(NotTaken) as refusal:
        made_harmless("image", content)
    assert refusal.value.is_broken


def test_process_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(heic, "_WAIT_S", 0.001)

    with pytest.raises(heic.Broken):
        heic.to_jpeg(TURNED)
