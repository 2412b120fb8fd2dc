"""Pictures are made small at a bounded cost, upright and on white."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from documents import pictures
from documents.pictures import NotAPicture, small_jpeg

ORIENTATION, TURNED_RIGHT = 0x0112, 6
# Opens the picture in a process of its own and prints by how many MiB its memory grew.
PEAK = """
import io, resource, sys
from documents.pictures import NotAPicture, small_jpeg
data = sys.stdin.buffer.read()
used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = used()
try:
    small_jpeg(io.BytesIO(data))
except NotAPicture:
    pass
print((used() - before) // 1024)
"""


def made(mode: str, size: tuple[int, int], kind: str, **options) -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size).save(kept, kind, **options)
    return kept.getvalue()


@pytest.mark.parametrize("side", [5400, 7700], ids=["taken", "refused"])
@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [("P", "PNG", {"transparency": 0}), ("RGBA", "WEBP", {}), ("P", "GIF", {"transparency": 0}),
     ("RGB", "JPEG", {})],
    ids=["png", "webp", "gif", "jpeg"],
)  # fmt: skip
def test_a_small_file_that_opens_to_a_huge_picture_takes_little_memory(mode, kind, options, side):
    bomb = made(mode, (side, side), kind, **options)
    assert len(bomb) < 1_000_000

    run = subprocess.run(
        [sys.executable, "-c", PEAK], input=bomb, capture_output=True, check=True, timeout=100
    )

    assert int(run.stdout) < 600


def test_two_large_pictures_are_opened_one_after_the_other(monkeypatch):
    held = []

    def opened(stream):
        held.append(pictures._ONE_AT_A_TIME.locked())
        return Image.new("RGB", (3, 3))

    monkeypatch.setattr(pictures, "_opened_small", opened)
    small_jpeg(io.BytesIO())

    assert held == [True]
    assert not pictures._ONE_AT_A_TIME.locked()


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG"])
def test_a_large_photo_comes_upright_and_small(kind):
    """Also the kind of JPEG with a second picture behind it that some phones write."""
    tags = Image.Exif()
    tags[ORIENTATION] = TURNED_RIGHT
    more = {"save_all": True, "append_images": [Image.new("RGB", (8, 8))]} if kind == "MPO" else {}
    photo = made("RGB", (6000, 4000), kind, exif=tags, **more)

    with Image.open(io.BytesIO(small_jpeg(io.BytesIO(photo)))) as kept:
        assert (kept.format, kept.size) == ("JPEG", (1067, 1600))
        assert not kept.getexif()


def test_a_photo_of_a_good_phone_is_taken_and_a_drawing_as_large_is_not():
    assert small_jpeg(io.BytesIO(made("RGB", (8160, 6120), "JPEG", quality=30)))
    with pytest.raises(NotAPicture, match="lớn quá"):
        small_jpeg(io.BytesIO(made("RGB", (8160, 6120), "PNG")))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_a_picture_on_white(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"

    with Image.open(io.BytesIO(small_jpeg(io.BytesIO(made(mode, (40, 30), kind))))) as kept:
        assert (kept.mode, kept.size) == ("RGB", (40, 30))
        if mode in {"LA", "RGBA"}:
            assert min(kept.getpixel((5, 5))) > 250
