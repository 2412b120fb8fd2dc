"""Pictures of residents: made anew, or refused in a sentence that loses nothing else."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from reports.models import TipAttachment, TipReport
from reports.public import effort, pictures
from tests.reports.public.walking import WORDS, Walk
from tests.vaults import look

PLACE = 0x8825  # where EXIF points to the place


def picture(name: str = "anh.jpg", kind: str = "JPEG", **saved) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(content, kind, **saved)
    return SimpleUploadedFile(name, content.getvalue(), f"image/{kind.lower()}")


def located() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "Máy của bà Mẫu"
    exif.get_ifd(PLACE)[1] = "N"
    return picture(exif=exif)


@pytest.fixture
def walk(commune) -> Walk:
    walk = Walk(commune)
    walk.to_check()
    return walk


def test_a_picture_is_kept_without_what_the_phone_wrote_into_it(walk):
    walk.press("go", "send", anh=[located(), picture("b.png", "PNG")])

    kept = [look(row) for row in TipAttachment.objects.order_by("position")]
    assert [row.content_type for row in kept] == ["image/jpeg"] * 2
    for row in kept:
        assert not Image.open(BytesIO(bytes(row.content))).getexif()
        assert "Máy của bà Mẫu".encode() not in bytes(row.content)


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("x.jpg", b"not a picture at all"), "Tệp thứ 2 không phải ảnh"),
        (SimpleUploadedFile("x.jpg", b""), "Tệp thứ 2 không phải ảnh"),
        (SimpleUploadedFile("x.jpg", b"\xff\xd8\xff broken"), "Ảnh thứ 2 bị hỏng"),
        (SimpleUploadedFile("x.heic", b"\0\0\0\x18ftypheic\0\0\0\0"), "chụp màn hình"),
        (SimpleUploadedFile("x.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n"), "Tệp thứ 2 không phải ảnh"),
        (SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>"), "Tệp thứ 2 không phải ảnh"),
        (SimpleUploadedFile("x.pdf", b"%PDF-1.7\n"), "Tệp thứ 2 không phải ảnh"),
    ],
)
def test_what_is_no_picture_is_said_and_the_words_stay(walk, upload, said):
    walk.press("go", "send", anh=[picture(), upload])
    page = walk.html
    walk.press("go", "send")

    assert said in page
    assert WORDS in page
    assert TipReport.objects.count() == 1
    assert not TipAttachment.objects.exists()


def test_too_many_pictures_are_said(walk):
    walk.press("go", "send", anh=[picture() for _number in range(6)])

    assert "Mỗi lần gửi được 5 ảnh" in walk.html
    assert not TipReport.objects.exists()


def test_too_heavy_pictures_are_said(walk, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    walk.press("go", "send", anh=[picture()])
    one = walk.html
    monkeypatch.setattr(pictures, "MOST_BYTES", 10_000)
    monkeypatch.setattr(pictures, "MOST_BYTES_TOGETHER", 100)
    walk.press("go", "send", anh=[picture()])

    assert "Ảnh thứ 1 nặng quá" in one
    assert "cộng lại nặng quá" in walk.html


def test_a_mark_of_secrecy_in_a_name_is_shown_the_way(walk):
    assert walk.press("go", "send", anh=[picture("TOI MAT ke hoach.jpg")]) == (
        "Điều này không gửi qua đây được"
    )
    assert not TipReport.objects.exists()


def test_work_that_was_done_is_not_asked_for_again_after_a_refusal(commune, monkeypatch):
    walk = Walk(commune)
    walk.to_check()
    asked = []
    monkeypatch.setattr(effort, "is_met", lambda *args, **more: asked.append(1) or True)

    walk.press("go", "send", anh=[SimpleUploadedFile("x.jpg", b"no picture")])
    walk.press("go", "send")

    assert asked == [1]
    assert TipReport.objects.count() == 1


def test_no_uploaded_name_is_kept(walk):
    walk.press("go", "send", anh=[picture("ba-mau-nha-so-5.jpg")])

    row = TipAttachment.objects.values().get()
    assert "ba-mau" not in str({name: value for name, value in row.items() if name != "content"})
